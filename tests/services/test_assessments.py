"""Danger assessments: what they come to, what follows, and that nothing unasked makes a case look safer."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from sqlalchemy import select

from casework.clock import instant
from casework.errors import Invalid, KeyMissing, MoveRefused, NotFound, Stale
from casework.law.danger_scale import shipped
from casework.sealed import Locked
from casework.services import assessments, assignments, cases, danger_levels, drafts, follow_ups, notices
from casework.services import instruments as instrument_rows
from casework.services.assessments import NewAssessment
from casework.services.case_facts import IncidentFacts
from casework.services.follow_ups import Planned
from casework.transaction import reader
from models.cases import Assessment, CaseEvent
from models.duties import Duty
from models.enums import CaseState, CompartmentKind, FollowUpState
from models.follow_ups import FollowUp, Notice
from tests.make import Office
from tests.make_cases import MORNING, case_row, open_case, take_keys

KEYS = (*"123456789", "A", "B")
PARENT = IncidentFacts(datetime.date(2026, 11, 1), "exact", "parent", "yes", ("physical",))
HIGH = {"police_told", "federation_told", "written_plan", "named_caseworker"}


def answered(yes: str = "", not_asked: str = "", **more: object) -> NewAssessment:
    """Answers to the scale of 2018: the items named are yes or open, all others no."""
    answers = {key: "yes" if key in yes else "not_asked" if key in not_asked else "no" for key in KEYS}
    facts = {"instrument": "federation_2018", "own_life": "no", "children_safe": "yes"} | more
    return NewAssessment(answers=answers, **facts)  # type: ignore[arg-type]


def duties_of(number: str, *, is_open: bool = True) -> set[str]:
    """The kinds of duty that are open in a case, or recorded."""
    case_id = case_row(number).id
    rows = reader().scalars(
        select(Duty).where(Duty.case_id == case_id).execution_options(populate_existing=True)
    )
    return {row.kind for row in rows if (row.done_at is None and row.dropped_at is None) == is_open}


def contacts_of(number: str) -> list[tuple[str, str, str]]:
    """(plan, day or hour from this morning, state) of the contacts of a case."""
    rows = reader().scalars(
        select(FollowUp)
        .where(FollowUp.subject_id == case_row(number).id)
        .order_by(FollowUp.created_at, FollowUp.due_on, FollowUp.id)
        .execution_options(populate_existing=True)
    )
    start = instant(MORNING)
    return [
        (
            row.plan,
            f"h{(row.due_at - start) // 3_600_000_000}"
            if row.due_at
            else f"d{(row.planned_on - MORNING.date()).days}",
            str(row.state),
        )
        for row in rows
    ]


def test_the_first_assessment_opens_the_way_to_service(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=False):
        number = open_case(any_office, violent=True)
        lead, actor = any_office.actor("lead"), any_office.actor("caseworker")
        assignments.assign(lead, number, any_office.account_id("caseworker"), case_row(number).version)
        with pytest.raises(MoveRefused, match="assess_first"):
            assignments.start(actor, number)
        drafts.save(actor, assessments.FORM, case_row(number).id, {"q1": ["yes"]})
        standing = assessments.record(actor, number, answered("123"))
        assert (standing.level_low, standing.level_high, standing.level) == ("low", "low", "low")
        assert case_row(number).state == CaseState.ASSESSED
        kinds = reader().scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case_row(number).id)).all()
        assert "assessed" in kinds
        assert drafts.resume(actor, assessments.FORM, case_row(number).id) is None
        assignments.start(actor, number)
        assert case_row(number).state == CaseState.IN_SERVICE
        assessments.record(actor, number, answered("1234", after=standing.assessment_id))
        assert case_row(number).state == CaseState.IN_SERVICE


def test_a_case_without_violence_is_assessed_without_a_move(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        assessments.record(any_office.actor("caseworker"), number, answered("1"))
        assert case_row(number).state == CaseState.ACCEPTED


def test_what_was_not_asked_counts_upward_and_is_owed(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, violent=True)
        actor = any_office.actor("caseworker")
        standing = assessments.record(actor, number, answered("1236", not_asked="489B"))
        assert (standing.level_low, standing.level_high, standing.level) == (
            "medium",
            "high_lethal",
            "high_lethal",
        )
        assert not standing.is_high_lethal and standing.reaches_high_lethal
        assert cases.get_for(actor, number).danger_level == "high_lethal"
        assert "finish_assessment" in duties_of(number) and not HIGH & duties_of(number)
        read = assessments.of_case(actor, number)
        assert read.lines[0].unanswered == ("4", "8", "9", "B")
        assert contacts_of(number)[0][0] == "high_lethal"
        asked = assessments.record(actor, number, answered("1236", after=standing.assessment_id))
        assert asked.level == "medium" and "finish_assessment" not in duties_of(number)
        newest, before = assessments.of_case(actor, number).lines
        assert newest.changes_since(before) == [(key, "not_asked", "no") for key in "489B"]


def test_high_lethal_raises_the_four_duties_of_the_day_and_tells_the_lead(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=False):
        number = open_case(any_office, violent=True)
        actor = any_office.actor("caseworker")
        first = assessments.record(actor, number, answered("A"))
        assert first.is_high_lethal and duties_of(number) >= HIGH
        due = reader().scalars(select(Duty.due_on).where(Duty.kind.in_(HIGH))).all()
        assert set(due) == {MORNING.date()}
        told = reader().scalars(select(Notice).where(Notice.kind == assessments.HIGH_LETHAL_NOTICE)).all()
        assert [(notice.team_id, notice.account_id) for notice in told] == [(any_office.team_id, None)]
        assert assessments.HIGH_LETHAL_NOTICE in {
            line.kind for line in notices.unread(any_office.actor("lead"))
        }
        assessments.record(actor, number, answered("AB", after=first.assessment_id))
        assert len(reader().scalars(select(Duty.id).where(Duty.kind.in_(HIGH))).all()) == 4
        assert (
            len(
                reader().scalars(select(Notice.id).where(Notice.kind == assessments.HIGH_LETHAL_NOTICE)).all()
            )
            == 1
        )


def test_who_works_on_it_already_is_named_at_once(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, violent=True)
        lead = any_office.actor("lead")
        assignments.assign(lead, number, any_office.account_id("caseworker"), case_row(number).version)
        assessments.record(lead, number, answered("A"))
        assert "named_caseworker" in duties_of(number, is_open=False)


def test_an_assessor_raises_with_a_reason_and_never_lowers(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, violent=True)
        actor = any_office.actor("caseworker")
        for new, faults in (
            (answered("1", raise_to="high_lethal"), {"reason": "required"}),
            (answered("123456", raise_to="medium", reason="x"), {"raise_to": "only_up"}),
            (answered("1", not_asked="B", raise_to="medium", reason="x"), {"raise_to": "only_up"}),
            (answered("1", raise_to="calm", reason="x"), {"raise_to": "only_up"}),
            (answered("1", own_life=""), {"own_life": "required"}),
            (answered("1", children_safe="?"), {"children_safe": "required"}),
            (answered("1", instrument="nonsense"), {"instrument": "choice"}),
            (answered(not_asked="".join(KEYS)), {"answers": "nothing_asked"}),
        ):
            with pytest.raises(Invalid) as refused:
                assessments.record(actor, number, new)
            assert refused.value.faults == faults
        assert case_row(number).state == CaseState.ACCEPTED
        raised = assessments.record(
            actor, number, answered("1", raise_to="high_lethal", reason="她说今晚要死人")
        )
        assert (raised.level_low, raised.level) == ("low", "high_lethal") and raised.is_high_lethal
        assert duties_of(number) >= HIGH
        assert assessments.of_case(actor, number).lines[0].words["reason"] == "她说今晚要死人"  # type: ignore[index]


def test_a_new_level_replans_what_is_ahead_and_keeps_the_rest(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=False) as clock:
        number = open_case(any_office, violent=True)
        actor = any_office.actor("caseworker")
        by_hand = follow_ups.plan(
            actor, number, Planned("routine", MORNING.date() + datetime.timedelta(days=5))
        )
        first = assessments.record(actor, number, answered("1234"))
        medium = [line for line in contacts_of(number) if line[0] == "medium"]
        assert [line[1] for line in medium] == ["d3", "d7", "d30", "d60", "d90"]
        clock.move_to(MORNING + datetime.timedelta(days=10))
        later = assessments.record(
            any_office.actor("caseworker"), number, answered("A", after=first.assessment_id)
        )
        lines = contacts_of(number)
        assert [line[2] for line in lines if line[0] == "medium"] == ["planned", "planned"] + [
            "replanned"
        ] * 3
        assert [line[1] for line in lines if line[0] == "high_lethal"][:2] == ["h264", "d13"]
        assert reader().get_one(FollowUp, by_hand).state == FollowUpState.PLANNED
        assert [
            row.urgent for row in reader().scalars(select(FollowUp).where(FollowUp.plan == "high_lethal"))
        ] == [True] * 6
        assessments.record(any_office.actor("caseworker"), number, answered("B", after=later.assessment_id))
        assert contacts_of(number) == lines


def test_the_scale_is_refused_where_the_record_names_no_partner(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, violent=True, incident=PARENT)
        actor = any_office.actor("caseworker")
        with pytest.raises(Invalid) as refused:
            assessments.record(actor, number, answered("1"))
        assert refused.value.faults == {"instrument": "field_of_use"}
        read = assessments.of_case(actor, number)
        assert [it.name for it in assessments.offered(read)] == ["professional_judgement"]
        checklist = {item.key: "no" for item in shipped()["professional_judgement"].questions}
        new = NewAssessment("professional_judgement", checklist, "no", "no", level="low", reason="父亲已离家")
        standing = assessments.record(actor, number, new)
        assert standing.level == "low" and case_row(number).state == CaseState.ASSESSED
        # The children are not safe now: whatever the level, the police are told.
        assert "child_police_told" in duties_of(number)
        with pytest.raises(Invalid) as incomplete:
            assessments.record(actor, number, NewAssessment("professional_judgement", checklist, "no", "yes"))
        assert incomplete.value.faults == {"level": "required", "reason": "required"}


def test_two_assessors_at_once_see_each_other(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, violent=True)
        first = assessments.record(any_office.actor("caseworker"), number, answered("1"))
        with pytest.raises(Stale) as stale:
            assessments.record(any_office.actor("colleague"), number, answered("A"))
        assert (stale.value.their_name, stale.value.version) == ("何敏", first.assessment_id)
        assessments.record(any_office.actor("colleague"), number, answered("A", after=stale.value.version))
        assert danger_levels.newest(reader(), case_row(number).id).is_high_lethal  # type: ignore[union-attr]


def test_answers_are_sealed_and_strangers_find_nothing(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, violent=True)
        made = assessments.record(
            any_office.actor("caseworker"), number, answered("1", raise_to="medium", reason="怕他")
        )
        row = reader().get_one(Assessment, made.assessment_id)
        assert "怕他".encode() not in row.answers_sealed
        for act in (
            lambda: assessments.of_case(any_office.actor("stranger"), number),
            lambda: assessments.record(any_office.actor("stranger"), number, answered("1")),
        ):
            with pytest.raises(NotFound):
                act()
        other = open_case(any_office, violent=True)
        with pytest.raises(NotFound):
            assessments.get_for(any_office.actor("caseworker"), other, made.assessment_id)
        take_keys(any_office, "colleague", CompartmentKind.ACCOUNT)
        colleague = any_office.actor("colleague")
        read = assessments.of_case(colleague, number)
        assert read.is_locked and isinstance(read.lines[0].words, Locked) and read.lines[0].level == "medium"
        with pytest.raises(KeyMissing):
            assessments.record(colleague, number, answered("1", after=made.assessment_id))


OWN = """
code = "county_short"
edition = "1"
zh = "本县简表"
en = "Short form of the county"
source_zh = "本会"
source_en = "This office"
licence = "Own work"
applies = "anybody"
items = [{ key = "1", zh = "一", en = "One", weight = 2 }, { key = "2", zh = "二", en = "Two" }]
cuts = [{ level = "low", least = 0 }, { level = "medium", least = 2 }]
"""


def test_an_own_instrument_is_offered_until_it_is_retired_and_stays_readable(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, violent=True)
        actor = any_office.actor("caseworker")
        own = instrument_rows.add(OWN)
        new = NewAssessment(own.name, {"1": "yes", "2": "no"}, "no", "yes")
        made = assessments.record(actor, number, new)
        assert made.level == "medium"
        instrument_rows.retire("county_short", "1")
        with pytest.raises(Invalid):
            assessments.record(
                actor, number, NewAssessment(own.name, {"1": "yes"}, "no", "yes", after=made.assessment_id)
            )
        assert assessments.of_case(actor, number).lines[0].instrument.zh == "本县简表"
