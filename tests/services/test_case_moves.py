"""The moves of a case: by the table, by who may, against the version seen; sealed words, contacts, closing."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from casework.clock import local_date
from casework.errors import Invalid, MoveRefused, NotFound, Stale
from casework.extensions import db
from casework.law.periods import after_months
from casework.services import assignments, case_moves, case_steps, closings, follow_ups, small_office, undo
from casework.services.follow_ups import Planned
from casework.transaction import reader, write
from models.cases import Case, CaseEvent
from models.enums import CaseState, FollowUpState
from models.follow_ups import FollowUp, Notice
from tests.make import Office
from tests.make_cases import MORNING, build_wall, case_row, open_case

SUMMARY = "搬去姐姐家，孩子转了学"


def handed(office: Office, to: str = "caseworker", **changes: Any) -> str:
    """A case that somebody works on."""
    number = open_case(office, **changes)
    assignments.assign(office.actor("lead"), number, office.account_id(to), 1)
    return number


def served(office: Office, to: str = "caseworker") -> str:
    """A case in service."""
    number = handed(office, to)
    case_moves.start(office.actor(to), number)
    return number


def put_state(number: str, wanted: CaseState) -> None:
    """The case as if it stood there: no screen of this office leaves one as received."""
    with write(None) as work:
        work.session.execute(update(Case).where(Case.number == number).values(state=wanted))
    db.session.close()


def version(number: str) -> int:
    db.session.close()
    return case_row(number).version


def state(number: str) -> str:
    db.session.close()
    return case_row(number).state


def propose(office: Office, number: str, by: str = "caseworker", **changes: Any) -> None:
    facts = {"outcome": "safe_and_needs_met", "rating": "satisfied", "summary": SUMMARY}
    closings.propose(office.actor(by), number, version=version(number), **(facts | changes))


def closed(office: Office, **changes: Any) -> str:
    number = served(office)
    propose(office, number, **changes)
    closings.approve(office.actor("lead"), number, version=version(number))
    return number


def contacts(number: str) -> list[FollowUp]:
    db.session.close()
    wanted = select(FollowUp).where(FollowUp.subject_id == case_row(number).id).order_by(FollowUp.due_on)
    return list(reader().scalars(wanted))


def events(number: str) -> list[CaseEvent]:
    db.session.close()
    wanted = select(CaseEvent).where(CaseEvent.case_id == case_row(number).id)
    return list(reader().scalars(wanted.order_by(CaseEvent.at, CaseEvent.id)))


def notices_of(office: Office, username: str, kind: str) -> list[Notice]:
    db.session.close()
    found = reader().scalars(select(Notice).where(Notice.kind == kind, Notice.read_at.is_(None)))
    return [row for row in found if row.account_id in (None, office.account_id(username))]


@contextmanager
def morning(office: Office) -> Iterator[None]:
    """An application context on a fixed morning."""
    with office.at_work(), time_machine.travel(MORNING, tick=True):
        yield


def test_a_closing_needs_outcome_rating_summary_and_another_person(any_office: Office) -> None:
    with any_office.at_work():
        number = served(any_office)
        for missing in ({"outcome": "nonsense"}, {"rating": ""}, {"summary": ""}):
            with pytest.raises(Invalid) as fault:
                propose(any_office, number, **missing)
            assert set(fault.value.faults) == set(missing)
        propose(any_office, number)
        lead = any_office.actor("lead")
        with pytest.raises(NotFound):
            closings.approve(any_office.actor("colleague"), number, version=version(number))
        with pytest.raises(NotFound):
            closings.approve(any_office.actor("lead2"), number, version=version(number))
        with pytest.raises(Invalid):
            closings.send_back(lead, number, version=version(number), reason="")
        closings.send_back(lead, number, version=version(number), reason="再问一次孩子")
        assert state(number) == "in_service" and notices_of(any_office, "caseworker", "closing.returned")
        propose(any_office, number)
        closings.approve(lead, number, version=version(number), opinion="同意")
        row = case_row(number)
        assert row.state == "closed" and row.closed_on == local_date(row.closed_at or 0)
        last = events(number)[-1]
        assert (last.kind, last.outcome, last.rating) == ("closed", "safe_and_needs_met", "satisfied")
        assert SUMMARY.encode() not in b"".join(event.reason_sealed or b"" for event in events(number))


@pytest.mark.parametrize("proposer", ["lead", "caseworker"])
def test_nobody_closes_what_she_works_on_or_proposed(any_office: Office, proposer: str) -> None:
    with any_office.at_work():
        number = served(any_office, "lead" if proposer == "caseworker" else "caseworker")
        propose(any_office, number, by=proposer)
        with pytest.raises(MoveRefused, match="own"):
            closings.approve(any_office.actor("lead"), number, version=version(number))
        steps = case_steps.front(any_office.actor("lead"), number).steps
        assert [(it.name, it.why) for it in steps] == [("case.close", "own")]
        assert state(number) == "closing_review"


def test_closing_cancels_what_was_planned_and_plans_months_three_and_six(any_office: Office) -> None:
    with morning(any_office):
        number = served(any_office)
        follow_ups.plan(any_office.actor("caseworker"), number, Planned("routine", MORNING.date()))
        head = case_steps.head_of(any_office.actor("caseworker"), number)
        propose(any_office, number)
        assert case_steps.still_open(head)["contacts"] == 1
        closings.approve(any_office.actor("lead"), number, version=version(number))
        old, *visits = contacts(number)
        assert old.state == FollowUpState.CANCELLED
        assert [(it.kind, it.state, it.plan) for it in visits] == [
            ("after_care", "planned", "after_closing")
        ] * 2
        for visit, months in zip(visits, (3, 6), strict=True):
            due = after_months(MORNING.date(), months)
            assert due <= visit.due_on <= due + datetime.timedelta(days=2)
            assert visit.assignee_id == any_office.account_id("caseworker")
        case_moves.reopen(any_office.actor("caseworker"), number, version=version(number), reason="又来了")
        assert {it.state for it in contacts(number)} == {FollowUpState.CANCELLED}
        assert case_row(number).closed_at is None and state(number) == "in_service"


def test_nobody_is_visited_after_a_closing_that_leaves_nobody(any_office: Office) -> None:
    with any_office.at_work():
        assert contacts(closed(any_office, outcome="died")) == []
        number = closed(any_office, outcome="opened_in_error", rating="not_asked")
        assert contacts(number) == [] and case_row(number).in_error
        assert events(number)[-1].rating is None


def test_declining_says_where_she_was_sent(any_office: Office) -> None:
    with any_office.at_work():
        number, actor = open_case(any_office), any_office.actor("caseworker")
        put_state(number, CaseState.RECEIVED)
        with pytest.raises(Invalid) as fault:
            case_moves.decline(actor, number, version=version(number), reason="not_our_matter", note=None)
        assert fault.value.faults == {"note": "required"}
        with pytest.raises(Invalid):
            case_moves.decline(actor, number, version=version(number), reason="whatever", note="x")
        case_moves.decline(actor, number, version=version(number), reason="not_our_matter", note="劳动仲裁")
        assert state(number) == "declined" and events(number)[-1].outcome == "not_our_matter"
        undo.undo(actor, number, events(number)[-1].id)
        case_moves.accept(actor, number, version=version(number))
        assert state(number) == "accepted" and case_row(number).accepted_at is not None


def test_a_transfer_is_the_leads_and_final(any_office: Office) -> None:
    with any_office.at_work():
        number = served(any_office)
        follow_ups.plan(any_office.actor("caseworker"), number, Planned("routine", MORNING.date()))
        given: dict[str, Any] = {"version": version(number), "body": "长沙派出所", "reason": "刑事立案"}
        with pytest.raises(NotFound):
            case_moves.transfer(any_office.actor("caseworker"), number, **given)
        with pytest.raises(Invalid) as fault:
            case_moves.transfer(any_office.actor("lead"), number, **(given | {"body": "", "reason": ""}))
        assert set(fault.value.faults) == {"body", "reason"}
        case_moves.transfer(any_office.actor("lead"), number, **given)
        assert state(number) == "transferred" and contacts(number)[0].state == FollowUpState.CANCELLED
        with pytest.raises(MoveRefused, match="kind"):
            undo.undo(any_office.actor("lead"), number, events(number)[-1].id)
        front = case_steps.front(any_office.actor("lead"), number)
        assert front.steps == [] and front.undo is None


def test_of_two_who_move_at_once_the_second_sees_what_happened(any_office: Office) -> None:
    with any_office.at_work():
        number = served(any_office)
        seen = version(number)
        case_moves.to_follow_up(any_office.actor("caseworker"), number, seen)
        with pytest.raises(Stale) as stale:
            case_moves.transfer(any_office.actor("lead"), number, version=seen, body="法院", reason="起诉")
        assert stale.value.their_name == "何敏" and stale.value.theirs["kind"] == "follow_up"
        with pytest.raises(Stale):
            closings.propose(
                any_office.actor("lead"),
                number,
                version=seen,
                outcome="withdrew",
                rating="neutral",
                summary="x",
            )
        assert state(number) == "follow_up"
        case_moves.resume(any_office.actor("caseworker"), number, version(number))
        with pytest.raises(MoveRefused, match="state"):
            case_moves.resume(any_office.actor("caseworker"), number)
        with pytest.raises(MoveRefused, match="state"):
            case_moves.reopen(any_office.actor("caseworker"), number, version=version(number), reason="x")


def refused_acts(office: Office, username: str, number: str) -> list[Callable[[], object]]:
    """Every move, tried by this person."""
    actor, last = office.actor(username), events(number)[-1].id
    return [
        lambda: case_moves.accept(actor, number),
        lambda: case_moves.to_follow_up(actor, number),
        lambda: undo.undo(actor, number, last),
        lambda: propose(office, number, by=username),
        lambda: closings.get_review(actor, number),
    ]


def test_no_move_for_a_stranger_or_behind_the_wall(any_office: Office) -> None:
    with any_office.at_work():
        number = served(any_office)
        build_wall(any_office, "colleague", number)
        for username in ("stranger", "colleague", "operator", "leader"):
            for act in refused_acts(any_office, username, number):
                with pytest.raises(NotFound):
                    act()


def test_small_office_mode_takes_the_decision_from_the_lead(any_office: Office) -> None:
    with any_office.at_work():
        number = served(any_office)
        propose(any_office, number)
        assert small_office.switch(any_office.actor("officer"), True)
        assert not small_office.switch(None, True)
        with pytest.raises(MoveRefused, match="small_office"):
            closings.approve(any_office.actor("lead"), number, version=version(number))
        other = served(any_office)
        with pytest.raises(MoveRefused, match="small_office"):
            propose(any_office, other)
        small_office.switch(any_office.actor("officer"), False)
        closings.approve(any_office.actor("lead"), number, version=version(number))
