"""Planned contacts: raised once when due, tried, moved, closed; never without the card opened first."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from sqlalchemy import select

from casework.clock import instant, now_us
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.services import assignments, contact_cards, follow_up_lists, follow_ups, notices
from casework.services.follow_ups import Planned, Tried
from casework.transaction import reader, record_views
from models.enums import FollowUpState
from models.follow_ups import FollowUp, Notice
from tests.make import Office
from tests.make_cases import MORNING, build_wall, case_row, open_case

TODAY = MORNING.date()
DAY = datetime.timedelta(days=1)


def opened(office: Office, username: str, number: str):
    """A person who has just opened the card of a case."""
    actor = office.actor(username)
    contact_cards.open_card(actor, number)
    record_views(actor)
    return actor


def stored(follow_up_id: int) -> FollowUp:
    return reader().get_one(FollowUp, follow_up_id, populate_existing=True)


def notices_of(follow_up_id: int) -> list[tuple[str, int]]:
    found = reader().scalars(select(Notice).where(Notice.subject_id == follow_up_id).order_by(Notice.round))
    return [(notice.kind, notice.round) for notice in found]


def test_what_is_due_is_raised_once_however_often_the_sweep_runs(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=False):
        number = open_case(any_office)
        actor = any_office.actor("caseworker")
        due = follow_ups.plan(actor, number, Planned("routine", TODAY, purpose="问孩子上学"))
        later = follow_ups.plan(actor, number, Planned("routine", TODAY + DAY))
        hour = follow_ups.plan(actor, number, Planned("first_contact", TODAY, datetime.time(18, 20)))
        assert [follow_ups.raise_due(now_us()) for _ in range(3)] == [1, 0, 0]
        assert stored(due).state == FollowUpState.DUE and notices_of(due) == [("follow_up.due", 1)]
        assert stored(later).state == stored(hour).state == FollowUpState.PLANNED
        evening = instant(MORNING.replace(hour=18, minute=20))
        assert follow_ups.raise_due(evening) == 1 and stored(hour).state == FollowUpState.DUE
        # Nights switched off are caught up in one run.
        assert follow_ups.raise_due(evening + 5 * 86_400_000_000) == 1
        assert len(notices.unread(actor)) == 3


def test_a_contact_with_an_hour_is_urgent_and_has_no_grace(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=False):
        number = open_case(any_office)
        actor = any_office.actor("caseworker")
        by_hour = follow_ups.plan(actor, number, Planned("first_contact", TODAY, datetime.time(18, 20)))
        by_day = follow_ups.plan(actor, number, Planned("routine", TODAY))
        row = stored(by_hour)
        assert (row.urgent, row.grace_days) == (True, 0)
        assert row.due_at == instant(MORNING.replace(hour=18, minute=20))
        assert (stored(by_day).urgent, stored(by_day).grace_days) == (False, 2)


def test_a_past_day_or_another_subject_s_kind_is_refused(office: Office) -> None:
    with office.at_work(), time_machine.travel(MORNING, tick=False):
        number = open_case(office)
        actor = office.actor("caseworker")
        for planned, field in (
            (Planned("routine", TODAY - DAY), "due_on"),
            (Planned("warning_visit", TODAY), "kind"),
        ):
            with pytest.raises(Invalid) as refused:
                follow_ups.plan(actor, number, planned)
            assert list(refused.value.faults) == [field]


def test_no_result_is_recorded_before_the_card_was_opened_by_the_same_person(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=False) as clock:
        number = open_case(any_office)
        actor = any_office.actor("caseworker")
        planned = follow_ups.plan(actor, number, Planned("routine", TODAY))
        opened(any_office, "colleague", number)
        with pytest.raises(Invalid) as refused:
            follow_ups.record(actor, number, planned, Tried("reached_safely"), 1)
        assert refused.value.faults == {"card": "card"}
        opened(any_office, "caseworker", number)
        clock.shift(datetime.timedelta(hours=13))
        with pytest.raises(Invalid):
            follow_ups.record(any_office.actor("caseworker"), number, planned, Tried("reached_safely"), 1)


@pytest.mark.parametrize(
    "result", ["reached_safely", "reached_not_safe", "refused", "new_incident", "alarm_raised"]
)
def test_a_result_that_counts_as_done_closes_it(office: Office, result: str) -> None:
    with office.at_work(), time_machine.travel(MORNING, tick=False):
        number = open_case(office)
        actor = opened(office, "caseworker", number)
        planned = follow_ups.plan(actor, number, Planned("routine", TODAY))
        follow_ups.raise_due(now_us())
        assert (
            follow_ups.record(actor, number, planned, Tried(result, "说姐姐会陪她"), 1) == FollowUpState.DONE
        )
        row = stored(planned)
        assert (row.result, row.done_on, row.done_at) == (result, TODAY, now_us())
        with pytest.raises(AlreadyDone):
            follow_ups.record(actor, number, planned, Tried(result), row.version)
        tries = follow_up_lists.of_case(actor, number).tries[planned]
        assert [(line.result, line.note) for line in tries] == [(result, "说姐姐会陪她")]


def test_not_reached_counts_the_try_moves_the_day_and_is_raised_anew(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=False) as clock:
        number = open_case(any_office)
        actor = opened(any_office, "caseworker", number)
        planned = follow_ups.plan(actor, number, Planned("routine", TODAY))
        follow_ups.raise_due(now_us())
        with pytest.raises(Invalid) as refused:
            follow_ups.record(actor, number, planned, Tried("not_reached"), 1)
        assert refused.value.faults == {"next_on": "required"}
        state = follow_ups.record(actor, number, planned, Tried("not_reached", next_on=TODAY + DAY), 1)
        row = stored(planned)
        assert state == FollowUpState.PLANNED
        # The date that counts for the figures stays.
        assert (row.planned_on, row.due_on) == (TODAY, TODAY + DAY)
        assert follow_up_lists.of_case(actor, number).lines[0].tries == 1
        clock.shift(DAY)
        assert follow_ups.raise_due(now_us()) == 1
        assert notices_of(planned) == [("follow_up.due", 1), ("follow_up.due", 2)]


def test_two_people_cannot_record_the_same_try(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=False):
        number = open_case(any_office)
        one, two = opened(any_office, "caseworker", number), opened(any_office, "colleague", number)
        planned = follow_ups.plan(one, number, Planned("routine", TODAY))
        follow_ups.record(one, number, planned, Tried("not_reached", next_on=TODAY + DAY), 1)
        with pytest.raises(AlreadyDone):
            follow_ups.record(two, number, planned, Tried("not_reached", next_on=TODAY + DAY), 1)


def test_a_try_of_tomorrow_is_refused(office: Office) -> None:
    with office.at_work(), time_machine.travel(MORNING, tick=False):
        number = open_case(office)
        actor = opened(office, "caseworker", number)
        planned = follow_ups.plan(actor, number, Planned("routine", TODAY))
        with pytest.raises(Invalid) as refused:
            follow_ups.record(
                actor, number, planned, Tried("reached_safely", tried_at=now_us() + 60_000_000), 1
            )
        assert refused.value.faults == {"tried_on": "future"}


def test_a_cancelled_contact_is_neither_raised_nor_cancelled_again(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=False):
        number = open_case(any_office)
        actor = any_office.actor("caseworker")
        planned = follow_ups.plan(actor, number, Planned("routine", TODAY))
        follow_ups.cancel(actor, number, planned)
        assert follow_ups.raise_due(now_us()) == 0
        with pytest.raises(AlreadyDone):
            follow_ups.cancel(actor, number, planned)


def test_a_stranger_and_the_walled_plan_and_record_nothing(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=False):
        number, own = open_case(any_office), open_case(any_office)
        build_wall(any_office, "colleague", number)
        actor = opened(any_office, "caseworker", number)
        planned = follow_ups.plan(actor, number, Planned("routine", TODAY))
        for username in ("stranger", "colleague"):
            other = any_office.actor(username)
            with pytest.raises(NotFound):
                follow_ups.plan(other, number, Planned("routine", TODAY))
            with pytest.raises(NotFound):
                follow_ups.record(other, number, planned, Tried("reached_safely"), 1)
            with pytest.raises(NotFound):
                follow_ups.cancel(other, number, planned)
            with pytest.raises(NotFound):
                follow_up_lists.of_case(other, number)
        # Nor through the address of a case that she may see.
        with pytest.raises(NotFound):
            follow_ups.cancel(any_office.actor("colleague"), own, planned)


def test_open_contacts_go_with_the_case_to_its_new_worker(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=False):
        number = open_case(any_office)
        worker = any_office.actor("caseworker")
        planned = follow_ups.plan(worker, number, Planned("routine", TODAY))
        colleague = any_office.account_id("colleague")
        assignments.assign(any_office.actor("lead"), number, colleague, case_row(number).version)
        assert stored(planned).assignee_id == colleague


def test_the_purpose_is_sealed(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=False):
        number = open_case(any_office)
        actor = any_office.actor("caseworker")
        planned = follow_ups.plan(actor, number, Planned("routine", TODAY, purpose="去学校门口接她"))
        assert "学校".encode() not in (stored(planned).purpose_sealed or b"")
        assert follow_up_lists.of_case(actor, number).lines[0].purpose == "去学校门口接她"
