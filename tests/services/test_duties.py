"""What is owed in a case: raised once, open until recorded; the village; when there is no mediation."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from casework.clock import now_us
from casework.errors import AlreadyDone, Invalid, NotFound, Stale
from casework.services import assessments, case_work, duties, level_plans, mediation, village_trusts
from casework.services.assessments import NewAssessment
from casework.services.case_facts import IncidentFacts
from casework.services.vault import Vault
from casework.transaction import reader, write
from models.cases import Assessment
from models.duties import Duty
from models.enums import FollowUpState, PartyRole
from models.follow_ups import FollowUp
from models.people import Party, Revision
from tests.make import Office
from tests.make_cases import MORNING, case_row, open_case

TOLD_HER = {"order_told", "police_right_told", "legal_aid_told", "data_rights_told"}
CHILD = {
    "child_police_told",
    "joint_interview_asked",
    "procuratorate_told",
    "civil_affairs_told",
    "mandatory_report",
}
SEXUAL = IncidentFacts(datetime.date(2026, 11, 1), "exact", "spouse", "yes", ("sexual",))


def assess(office: Office, number: str, yes: str, not_asked: str = "", after: int = 0) -> int:
    """A saved assessment; gives its id."""
    answers = {key: "yes" if key in yes else "no" for key in (*"123456789", "A", "B") if key not in not_asked}
    new = NewAssessment("federation_2018", answers, "no", "yes", after=after)
    return assessments.record(office.actor("caseworker"), number, new).assessment_id


def kinds(office: Office, number: str) -> set[str]:
    """The kinds of the open duties."""
    vault = Vault(office.actor("caseworker"), reader())
    return {line.kind for line in duties.open_lines(vault, case_row(number).id)}


def line_of(office: Office, number: str, kind: str) -> duties.DutyLine:
    """One duty of a case by its kind."""
    lines = duties.of_case(office.actor("caseworker"), number).lines
    return next(line for line in lines if line.kind == kind)


def test_what_she_must_be_told_is_owed_from_acceptance_and_for_violence_alone(any_office: Office) -> None:
    with any_office.at_work():
        assert kinds(any_office, open_case(any_office, violent=True)) == TOLD_HER
        assert kinds(any_office, open_case(any_office)) == set()
        suspected = open_case(any_office, issues=["domestic_violence"])
        assert kinds(any_office, suspected) == TOLD_HER


def test_it_is_raised_once_and_again_only_when_asked(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, violent=True)
        actor = any_office.actor("caseworker")
        line = line_of(any_office, number, "order_told")
        duties.record_done(
            actor, number, line.duty_id, when=now_us(), person="本人", note=None, version=line.version
        )
        with case_work.changing(any_office.actor("caseworker"), number) as doing:
            duties.on_accepted(doing.work, doing.vault, doing.case)
            assert duties.raise_for(doing.work, doing.vault, doing.case, ["legal_aid_told"]) == []
        assert kinds(any_office, number) == TOLD_HER - {"order_told"}


@pytest.mark.parametrize(
    "changes", [{"incident": SEXUAL}, {"issues": ["sexual_assault"]}, {"issues": ["forced_prostitution"]}]
)
def test_a_suspected_sexual_assault_is_reported(any_office: Office, changes: dict[str, Any]) -> None:
    with any_office.at_work():
        assert kinds(any_office, open_case(any_office, **changes)) >= CHILD


def test_a_child_in_the_case_is_reported_and_again_after_something_new(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        actor = any_office.actor("caseworker")
        with case_work.changing(actor, number) as doing:
            duties.on_child_or_sexual(doing.work, doing.vault, doing.case)
            assert doing.work.session.scalars(select(Duty)).all() == []
            client = doing.work.session.scalars(
                select(Party).where(Party.case_id == doing.case.id, Party.role == PartyRole.CLIENT)
            ).one()
            client.age_band = "age_0_13"
            duties.on_child_or_sexual(doing.work, doing.vault, doing.case)
        assert kinds(any_office, number) == CHILD
        line = line_of(any_office, number, "mandatory_report")
        facts: dict[str, Any] = {"when": now_us(), "person": "派出所", "note": None, "version": line.version}
        with pytest.raises(Invalid) as refused:
            duties.record_done(any_office.actor("caseworker"), number, line.duty_id, **facts)
        assert refused.value.faults == {"receipt": "required"}
        duties.record_done(any_office.actor("caseworker"), number, line.duty_id, receipt="粤警 7", **facts)
        with case_work.changing(any_office.actor("caseworker"), number) as doing:
            duties.on_child_or_sexual(doing.work, doing.vault, doing.case)
        assert "mandatory_report" not in kinds(any_office, number)
        with case_work.changing(any_office.actor("caseworker"), number) as doing:
            duties.on_child_or_sexual(doing.work, doing.vault, doing.case, again=True)
        assert kinds(any_office, number) == CHILD


def test_a_duty_is_recorded_by_one_person_sealed_and_never_twice(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, violent=True)
        line = line_of(any_office, number, "police_right_told")
        facts: dict[str, Any] = {"person": "本人", "note": "她说再想想", "version": line.version}
        act = duties.record_done
        with pytest.raises(Invalid) as refused:
            act(any_office.actor("caseworker"), number, line.duty_id, when=now_us() + 10**12, **facts)
        assert refused.value.faults == {"done_on": "future"}
        with pytest.raises(NotFound):
            act(any_office.actor("stranger"), number, line.duty_id, when=now_us(), **facts)
        act(any_office.actor("caseworker"), number, line.duty_id, when=now_us(), **facts)
        with pytest.raises(AlreadyDone):
            act(any_office.actor("colleague"), number, line.duty_id, when=now_us(), **facts)
        row = reader().get_one(Duty, line.duty_id, populate_existing=True)
        assert row.done_by == any_office.account_id("caseworker")
        assert "她说再想想".encode() not in (row.note_sealed or b"")
        read = line_of(any_office, number, "police_right_told")
        assert (read.person, read.note, read.by, read.is_open) == ("本人", "她说再想想", "何敏", False)
        with pytest.raises(NotFound):
            told = line_of(any_office, number, "order_told")
            duties.drop(any_office.actor("lead"), number, told.duty_id, reason="x", version=told.version)


def test_a_duty_is_late_from_the_day_after(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=False) as clock:
        number = open_case(any_office, violent=True)
        assess(any_office, number, "A")
        assert not line_of(any_office, number, "police_told").is_late
        clock.move_to(MORNING + datetime.timedelta(days=1))
        late = {line.kind for line in duties.of_case(any_office.actor("lead"), number).lines if line.is_late}
        assert late == {"police_told", "federation_told", "written_plan", "named_caseworker"}


def test_nothing_goes_to_the_village_before_she_was_asked(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, violent=True)

        def blocked(username: str = "caseworker") -> str | None:
            vault = Vault(any_office.actor(username), reader())
            return village_trusts.blocks(reader(), vault, case_row(number))

        def answer(username: str, words: str, version: int, names: str | None = None) -> None:
            actor = any_office.actor(username)
            village_trusts.change(actor, number, answer=words, must_not_know=names, version=version)

        assert blocked() == "not_asked"
        answer("caseworker", "yes", 0, "村主任")
        assert blocked() is None and blocked("stranger") == "locked"
        with pytest.raises(Stale):
            answer("colleague", "no", 0)
        answer("colleague", "no", 1)
        assert blocked() == "no"
        kept = reader().scalars(select(Revision).where(Revision.target == "village_trusts")).all()
        assert [revision.version for revision in kept] == [1]
        with pytest.raises(Invalid):
            answer("caseworker", "maybe", 2)
        with pytest.raises(NotFound):
            answer("stranger", "yes", 2)


def test_mediation_is_refused_while_it_may_be_lethal_and_without_her_own_consent(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, violent=True)
        case_id = case_row(number).id
        assert mediation.refusals(reader(), case_id) == ("not_assessed", "no_consent")
        first = assess(any_office, number, "12", "9B")
        assert mediation.refusals(reader(), case_id) == ("range_reaches_high", "no_consent")
        second = assess(any_office, number, "12", "9", after=first)
        assert mediation.refusals(reader(), case_id) == ("no_consent",)
        assess(any_office, number, "A", after=second)
        assert mediation.refusals(reader(), case_id) == ("high_lethal", "no_consent")
        assert mediation.refusals(reader(), case_row(open_case(any_office)).id) == ("no_consent",)


def test_a_high_lethal_case_is_contacted_every_month_until_it_closes(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=False) as clock:
        number = open_case(any_office, violent=True)
        assess(any_office, number, "A")
        with case_work.changing(any_office.actor("caseworker"), number) as doing:
            assert level_plans.extend(doing.work, doing.case) == []
        planned = [row.planned_on for row in reader().scalars(select(FollowUp).order_by(FollowUp.planned_on))]
        clock.move_to(datetime.datetime.combine(planned[-1], MORNING.time(), MORNING.tzinfo))
        with write(any_office.actor("caseworker")) as work:
            for row in work.session.scalars(select(FollowUp)):
                row.state = FollowUpState.DONE
        with case_work.changing(any_office.actor("caseworker"), number) as doing:
            made = level_plans.extend(doing.work, doing.case)
            assert level_plans.extend(doing.work, doing.case) == []
        later = reader().get_one(FollowUp, made[0])
        assert 27 <= (later.planned_on - planned[-1]).days <= 31 and later.urgent
        with case_work.changing(any_office.actor("caseworker"), number) as doing:
            level_plans.end(doing.work, doing.case)
        assert reader().get_one(FollowUp, made[0], populate_existing=True).state == FollowUpState.REPLANNED


def test_assessments_are_never_more_than_what_was_recorded(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, violent=True)
        assess(any_office, number, "1")
        with pytest.raises(Stale):
            assess(any_office, number, "1")
        assert len(reader().scalars(select(Assessment.id)).all()) == 1
