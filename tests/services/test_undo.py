"""Taking back one's own last step: within a minute, before anybody else acted, appended and never deleted."""

from __future__ import annotations

import datetime

import pytest
import time_machine

from casework.errors import MoveRefused
from casework.extensions import db
from casework.services import (
    assignments,
    case_moves,
    case_steps,
    cases,
    closings,
    follow_ups,
    narratives,
    undo,
)
from casework.services.follow_ups import Planned
from casework.transaction import record_views, write
from models.enums import FollowUpState
from tests.make import Office
from tests.make_cases import MORNING, case_row, open_case
from tests.services.test_case_moves import (
    contacts,
    events,
    handed,
    morning,
    notices_of,
    propose,
    served,
    state,
    version,
)

SECONDS = datetime.timedelta(seconds=1)


def take_back(office: Office, username: str, number: str) -> str:
    return undo.undo(office.actor(username), number, events(number)[-1].id)


def test_a_minute_and_not_a_second_longer(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=False) as clock:
        number = handed(any_office)
        clock.shift(SECONDS)
        case_moves.start(any_office.actor("caseworker"), number)
        clock.shift(59 * SECONDS)
        actor = any_office.actor("caseworker")
        offer = case_steps.front(actor, number).undo
        assert offer is not None and (offer.kind, offer.seconds_left) == ("started", 1)
        clock.shift(SECONDS)
        db.session.close()
        assert case_steps.front(any_office.actor("caseworker"), number).undo is None
        with pytest.raises(MoveRefused, match="late"):
            take_back(any_office, "caseworker", number)
        assert state(number) == "in_service"


def test_it_is_appended_and_both_steps_stay(any_office: Office) -> None:
    with any_office.at_work():
        number = served(any_office)
        assert take_back(any_office, "caseworker", number) == "started"
        assert state(number) == "accepted"
        assert [it.kind for it in events(number)][-2:] == ["started", "undone"]
        # What was undone is not undone again, and the way is open anew.
        with pytest.raises(MoveRefused, match="kind"):
            take_back(any_office, "caseworker", number)
        case_moves.start(any_office.actor("caseworker"), number)
        assert state(number) == "in_service"


def test_nobody_takes_back_anothers_step_nor_after_another_acted(any_office: Office) -> None:
    with any_office.at_work():
        number = served(any_office)
        with pytest.raises(MoveRefused, match="other"):
            take_back(any_office, "lead", number)
        # Reading is not acting; writing is.
        lead = any_office.actor("lead")
        read = narratives.of_case(lead, number)
        record_views(lead)
        assert case_steps.front(any_office.actor("caseworker"), number).undo is not None
        narratives.change(lead, number, account_text="新的", wish=None, version=read.version)
        db.session.close()
        with pytest.raises(MoveRefused, match="other"):
            take_back(any_office, "caseworker", number)


def test_a_paper_that_left_ends_it(any_office: Office) -> None:
    with any_office.at_work():
        number = served(any_office)
        actor = any_office.actor("caseworker")
        case_id = case_row(number).id
        with write(actor) as work:
            work.record("paper.make", subject_kind="case", subject_id=case_id)
        db.session.close()
        with pytest.raises(MoveRefused, match="other"):
            take_back(any_office, "caseworker", number)


def test_an_assignment_goes_back_to_who_had_it(any_office: Office) -> None:
    with morning(any_office):
        number = handed(any_office)
        follow_ups.plan(any_office.actor("caseworker"), number, Planned("routine", MORNING.date()))
        lead = any_office.actor("lead")
        assignments.assign(lead, number, any_office.account_id("colleague"), version(number))
        assert notices_of(any_office, "colleague", "case.assigned")
        take_back(any_office, "lead", number)
        assert version(number) and case_row(number).assignee_id == any_office.account_id("caseworker")
        assert contacts(number)[0].assignee_id == any_office.account_id("caseworker")
        unread = notices_of(any_office, "colleague", "case.assigned")
        assert [it for it in unread if it.account_id == any_office.account_id("colleague")] == []
        first = open_case(any_office)
        assignments.assign(any_office.actor("lead"), first, any_office.account_id("colleague"), 1)
        take_back(any_office, "lead", first)
        assert version(first) and case_row(first).assignee_id is None


def test_a_proposal_and_an_approval_are_taken_back_with_all_they_did(any_office: Office) -> None:
    with morning(any_office):
        number = served(any_office)
        follow_ups.plan(any_office.actor("caseworker"), number, Planned("routine", MORNING.date()))
        propose(any_office, number)
        take_back(any_office, "caseworker", number)
        assert state(number) == "in_service" and not notices_of(any_office, "lead", "closing.proposed")
        propose(any_office, number)
        closings.approve(any_office.actor("lead"), number, version=version(number))
        take_back(any_office, "lead", number)
        assert state(number) == "closing_review" and case_row(number).closed_at is None
        old, *visits = contacts(number)
        assert old.state == FollowUpState.PLANNED
        assert {it.state for it in visits} == {FollowUpState.CANCELLED} and len(visits) == 2
        closings.approve(any_office.actor("lead"), number, version=version(number))
        closed_at = case_row(number).closed_at
        case_moves.reopen(any_office.actor("caseworker"), number, version=version(number), reason="错开")
        take_back(any_office, "caseworker", number)
        assert state(number) == "closed" and case_row(number).closed_at == closed_at
        assert [it.state for it in contacts(number)].count(FollowUpState.PLANNED) == 2


def test_the_hand_on_of_a_call_is_no_step_to_take_back(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        head = cases.get_for(any_office.actor("caseworker"), number)
        assert undo.offer(any_office.actor("caseworker"), head) is None
