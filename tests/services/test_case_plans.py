"""Safety plan, case plan, services and notes: nothing lost, nothing counted that is not so."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from casework.clock import today
from casework.errors import AlreadyDone, Invalid, KeyMissing, NotFound, Stale
from casework.extensions import db
from casework.services import case_notes, case_plans, cases, consents, safety_plans, services_given
from casework.services.case_plans import ItemFacts
from casework.services.consents import ConsentFacts
from casework.services.safety_plans import PlanFacts
from casework.services.services_given import ServiceFacts
from casework.transaction import reader
from models.casework import CaseNote, ServiceGiven
from models.enums import CompartmentKind, PlanItemState
from tests.make import Office
from tests.make_cases import case_row, open_case, take_keys

DAY = datetime.timedelta(days=1)
PLAN = PlanFacts({"bag": "在妹妹家", "code_word": "书到了吗"}, today(), today() + 7 * DAY)
ITEM = ItemFacts("租房押金", "搬进去", "何敏", "resettlement", today() + 3 * DAY)


def test_a_plan_keeps_its_earlier_version_and_both_editors_words(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        worker, colleague = any_office.actor("caseworker"), any_office.actor("colleague")
        safety_plans.save(worker, number, PLAN, 0)
        with pytest.raises(Stale) as stale:
            safety_plans.save(colleague, number, replace(PLAN, words={"bag": "在单位"}), 0)
        assert (stale.value.yours["bag"], stale.value.theirs["bag"]) == ("在单位", "在妹妹家")
        assert stale.value.theirs["code_word"] == "书到了吗" and "plan" not in stale.value.yours
        safety_plans.save(colleague, number, replace(PLAN, words={"bag": "在单位"}), stale.value.version)
        db.session.close()
        read = safety_plans.of_case(worker, number)
        assert read.words == {"bag": "在单位"} and read.version == 2
        assert [wording.words["bag"] for wording in read.earlier] == ["在妹妹家"]  # type: ignore[index]


def test_a_plan_wants_its_days_and_a_word(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
        worker = office.actor("caseworker")
        for facts, faults in (
            (replace(PLAN, review_on=None), {"review_on": "required"}),
            (replace(PLAN, review_on=today() - DAY), {"review_on": "past"}),
            (replace(PLAN, agreed_on=today() + DAY), {"agreed_on": "future"}),
            (replace(PLAN, words={"bag": ""}), {"plan": "empty_plan"}),
        ):
            with pytest.raises(Invalid) as refused:
                safety_plans.save(worker, number, facts, 0)
            assert refused.value.faults == faults


def test_her_copy_is_asked_for_and_holds_nothing_typed(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
        worker = office.actor("caseworker")
        with pytest.raises(NotFound):
            safety_plans.copy_for_her(worker, number, wanted=True, warned=True, chosen=["bag"])
        safety_plans.save(worker, number, PLAN, 0)
        with pytest.raises(Invalid) as refused:
            safety_plans.copy_for_her(worker, number, wanted=False, warned=False, chosen=["safe_place"])
        assert refused.value.faults == {
            "wanted": "not_wanted",
            "warned": "not_warned",
            "chosen": "choice",
        }
        chosen = safety_plans.copy_for_her(
            worker, number, wanted=True, warned=True, chosen=["bag", "documents"]
        )
        assert chosen == ["documents", "bag"]
        assert not {"safe_person", "safe_place", "code_word", "signal"} & set(safety_plans.paper_steps())


def test_in_progress_is_not_met_and_each_change_keeps_its_day(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        worker = any_office.actor("caseworker")
        item = case_plans.add(worker, number, ITEM)
        case_plans.change(worker, number, item, replace(ITEM, state="in_progress"), 1)
        db.session.close()
        plan = case_plans.lines_of(worker, cases.get_for(worker, number))
        assert plan.met == 0 and plan.lines[0].is_running
        with pytest.raises(Invalid) as refused:
            case_plans.change(worker, number, item, replace(ITEM, state="met"), 2)
        assert refused.value.faults == {"settled_on": "required"}
        with pytest.raises(Stale) as stale:
            case_plans.change(worker, number, item, replace(ITEM, need="押金和家具"), 1)
        assert stale.value.yours["need"] == "押金和家具"
        case_plans.change(worker, number, item, replace(ITEM, state="met", settled_on=today()), 2)
        db.session.close()
        plan = case_plans.lines_of(worker, cases.get_for(worker, number))
        line = plan.lines[0]
        assert plan.met == 1 and (line.state, line.settled_on) == (PlanItemState.MET, today())
        assert [it.words["state"] for it in line.earlier] == ["in_progress", "planned"]  # type: ignore[index]


def test_mediation_waits_for_her_consent_and_counts_its_sessions(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        worker = any_office.actor("caseworker")
        session = ServiceFacts("mediation", today(), "another_session", "约下周")
        with pytest.raises(Invalid) as refused:
            services_given.record(worker, number, session)
        assert refused.value.faults == {"service": "mediation_refused"}
        agreed = ConsentFacts("mediation", "mediation_body", asked_alone=True, given_on=today())
        consents.record(worker, number, agreed)
        db.session.close()
        first = services_given.record(worker, number, session)
        second = services_given.record(worker, number, replace(session, result="agreed"))
        services_given.void(worker, number, first)
        db.session.close()
        read = services_given.of_case(worker, number)
        assert [(line.service_id, line.session_number) for line in read.lines] == [(second, 1), (first, None)]
        assert read.counts == {"mediation": 1}
        assert reader().scalar(select(func.count()).select_from(ServiceGiven)) == 2
        with pytest.raises(AlreadyDone):
            services_given.void(worker, number, first)


def test_a_violent_case_that_nobody_assessed_is_not_mediated(office: Office) -> None:
    with office.at_work():
        number = open_case(office, violent=True)
        worker = office.actor("caseworker")
        agreed = ConsentFacts("mediation", "mediation_body", asked_alone=True, given_on=today())
        consents.record(worker, number, agreed)
        db.session.close()
        assert "not_assessed" in services_given.of_case(worker, number).mediation_refusals
        with pytest.raises(Invalid):
            services_given.record(worker, number, ServiceFacts("mediation", today(), "agreed"))


def test_services_and_notes_come_in_pages_without_a_gap(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
        worker = office.actor("caseworker")
        for index in range(services_given.PAGE + 1):
            services_given.record(
                worker, number, ServiceFacts("counselling", today() - (index % 3) * DAY, "given")
            )
        for index in range(case_notes.PAGE + 1):
            case_notes.add(worker, number, kind="note", text=f"第 {index} 条")
        db.session.close()
        first = services_given.of_case(worker, number)
        rest = services_given.of_case(worker, number, after=first.after)
        seen = [line.service_id for line in (*first.lines, *rest.lines)]
        assert len(seen) == len(set(seen)) == services_given.PAGE + 1 and rest.after is None
        notes = case_notes.of_case(worker, number)
        last = case_notes.of_case(worker, number, after=notes.after)
        assert notes.lines[0].text == f"第 {case_notes.PAGE} 条" and last.lines[-1].text == "第 0 条"
        assert len(last.lines) == 1 and case_notes.of_case(worker, number, "supervision").lines == []
        for odd in ("x_y", "9" * 30 + "_1", "_", "²_²"):
            case_notes.of_case(worker, number, after=odd)
            services_given.of_case(worker, number, after=odd)


def test_only_the_author_corrects_and_the_first_wording_stays(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        worker = any_office.actor("caseworker")
        note = case_notes.add(worker, number, kind="phone_talk", text="她说周三来")
        for username in ("colleague", "lead", "stranger"):
            with pytest.raises(NotFound):
                case_notes.correct(
                    any_office.actor(username), number, note, kind="note", text="别的", version=1
                )
            db.session.close()
        case_notes.correct(worker, number, note, kind="phone_talk", text="她说周四来", version=1)
        db.session.close()
        _head, line, earlier = case_notes.note_for(any_office.actor("colleague"), number, note)
        assert (line.text, line.times_changed, line.is_own) == ("她说周四来", 1, False)
        assert [it.words["text"] for it in earlier] == ["她说周三来"]  # type: ignore[index]
        assert "她说" not in str(reader().scalars(select(CaseNote.text_sealed)).all())


def test_without_the_key_nothing_is_written_and_all_is_locked(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
        safety_plans.save(office.actor("colleague"), number, PLAN, 0)
        case_notes.add(office.actor("colleague"), number, kind="note", text="只给组里看")
        take_keys(office, "caseworker", CompartmentKind.ACCOUNT)
        worker = office.actor("caseworker")
        assert safety_plans.of_case(worker, number).is_locked
        assert not isinstance(case_notes.of_case(worker, number).lines[0].text, str)
        with pytest.raises(KeyMissing):
            case_notes.add(worker, number, kind="note", text="写不进")
        assert case_row(number).number == number
