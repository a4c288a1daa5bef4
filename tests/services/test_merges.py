"""Two files of one case become one by two people, lose nothing, and can be parted again for thirty days."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from sqlalchemy import select, update

from casework.clock import now_us, today
from casework.errors import AlreadyDone, Invalid, MoveRefused, NotFound
from casework.extensions import db
from casework.indicators.rollup import domestic_violence_cases
from casework.services import (
    case_lists,
    cases,
    drafts,
    follow_ups,
    look_up,
    merge_standing,
    merges,
    narratives,
    notices,
)
from casework.services.case_facts import ContactCard
from casework.services.follow_ups import Planned
from casework.transaction import reader, write
from models.cases import Case, CaseEvent
from models.enums import CaseState, MergeState
from models.merges import Merge
from tests.make import Office
from tests.make_cases import build_wall, case_row, open_case

WHY = "同一天同一件事，来电和来访各开了一个"


def merged(office: Office, number: str, survivor: str) -> int:
    """The caseworker marks, the lead confirms."""
    merge_id = merges.ask(office.actor("caseworker"), number, survivor, WHY)
    merges.confirm(office.actor("lead"), number, merge_id)
    db.session.close()
    return merge_id


def counted() -> int:
    """How many cases of this month count."""
    month = f"{today():%Y-%m}"
    table = domestic_violence_cases(reader(), [month], is_closed=False)
    db.session.close()
    return sum(table.counts.values())


def survivor_of(number: str) -> str:
    """Under which number a case counts."""
    row = case_row(number)
    found = reader().scalar(select(Case.number).where(Case.id == row.survivor_id))
    db.session.close()
    return found or ""


def test_one_marks_another_confirms_and_the_count_follows(any_office: Office) -> None:
    with any_office.at_work():
        one, two = open_case(any_office, violent=True), open_case(any_office, violent=True)
        assert counted() == 2
        merge_id = merges.ask(any_office.actor("caseworker"), two, one, WHY)
        assert case_row(two).state == CaseState.ACCEPTED and counted() == 2
        lead = any_office.actor("lead")
        assert "merge.asked" in {line.kind for line in notices.unread(lead)}
        standing = merge_standing.of_case(lead, cases.get_for(lead, two))
        assert [(line.reason, line.may_decide) for line in standing.asked] == [(WHY, True)]
        db.session.close()
        assert merges.confirm(lead, two, merge_id) == one
        db.session.close()
        assert case_row(two).state == CaseState.MERGED and counted() == 1
        row = reader().get(Merge, merge_id)
        assert row is not None and WHY.encode() not in (row.reason_sealed or b"")


def test_the_merged_file_is_read_as_ever_and_points_to_the_survivor(any_office: Office) -> None:
    with any_office.at_work():
        one, two = open_case(any_office), open_case(any_office, said="第二份里写的")
        planned = follow_ups.plan(any_office.actor("caseworker"), two, Planned("routine", today()))
        merged(any_office, two, one)
        worker = any_office.actor("caseworker")
        assert narratives.of_case(worker, two).account_text == "第二份里写的"
        standing = merge_standing.of_case(worker, cases.get_for(worker, two))
        assert standing.into is not None and standing.into.number == one and not standing.may_ask
        standing = merge_standing.of_case(worker, cases.get_for(worker, one))
        assert [file.number for file in standing.merged_in] == [two]
        assert [(line.number, line.follow_up_id) for line in standing.contacts] == [(two, planned)]
        db.session.close()
        assert follow_ups.raise_due(now_us()) == 1
        with pytest.raises(MoveRefused):
            narratives_added(any_office, two)


def narratives_added(office: Office, number: str) -> None:
    """A new contact in a file that was merged is refused: the work goes on in the survivor."""
    follow_ups.plan(office.actor("caseworker"), number, Planned("routine", today()))


def test_nobody_confirms_what_she_marked_herself(any_office: Office) -> None:
    with any_office.at_work():
        one, two = open_case(any_office), open_case(any_office)
        lead = any_office.actor("lead")
        merge_id = merges.ask(lead, two, one, WHY)
        with pytest.raises(MoveRefused) as refused:
            merges.confirm(lead, two, merge_id)
        assert refused.value.reason == "own"
        for username in ("caseworker", "stranger", "lead2"):
            with pytest.raises(NotFound):
                merges.confirm(any_office.actor(username), two, merge_id)
        merges.refuse(lead, two, merge_id)
        with pytest.raises(AlreadyDone):
            merges.refuse(lead, two, merge_id)
        assert case_row(two).state == CaseState.ACCEPTED


@pytest.mark.parametrize(
    ("which", "reason"),
    [
        ("itself", "same_case"),
        ("closed", "survivor_ended"),
        ("absent", "not_found"),
        ("strange", "not_found"),
    ],
)
def test_what_can_be_no_survivor(any_office: Office, which: str, reason: str) -> None:
    with any_office.at_work():
        one, closed = open_case(any_office), open_case(any_office)
        strange = open_case(any_office, team="个案二组")
        with write(None) as work:
            work.session.execute(update(Case).where(Case.number == closed).values(state=CaseState.CLOSED))
        survivor = {"itself": one, "closed": closed, "absent": "2026-9999", "strange": strange}[which]
        with pytest.raises(Invalid) as refused:
            merges.ask(any_office.actor("caseworker"), one, survivor, WHY)
        assert refused.value.faults == {"survivor": reason}
        with pytest.raises(NotFound):
            merges.ask(any_office.actor("caseworker"), strange, one, WHY)
        with pytest.raises(Invalid):
            merges.ask(any_office.actor("caseworker"), one, survivor, "  ")


def test_a_file_waits_for_one_decision_at_a_time(any_office: Office) -> None:
    with any_office.at_work():
        one, two, three = (open_case(any_office) for _ in range(3))
        merges.ask(any_office.actor("caseworker"), two, one, WHY)
        with pytest.raises(Invalid) as refused:
            merges.ask(any_office.actor("colleague"), two, three, WHY)
        assert refused.value.faults == {"survivor": "merge_waits"}


def test_crosswise_requests_leave_one_survivor(any_office: Office) -> None:
    with any_office.at_work():
        one, two = open_case(any_office), open_case(any_office)
        first = merges.ask(any_office.actor("caseworker"), one, two, WHY)
        second = merges.ask(any_office.actor("colleague"), two, one, WHY)
        lead = any_office.actor("lead")
        merges.confirm(lead, one, first)
        with pytest.raises(MoveRefused) as refused:
            merges.confirm(lead, two, second)
        assert refused.value.reason == "survivor"
        with pytest.raises(AlreadyDone):
            merges.confirm(lead, one, first)
        db.session.close()
        assert (survivor_of(one), survivor_of(two)) == (two, two)


def test_a_chain_counts_once_and_goes_back_link_by_link(any_office: Office) -> None:
    with any_office.at_work():
        a, b, c = (open_case(any_office, violent=True) for _ in range(3))
        waiting = merges.ask(any_office.actor("caseworker"), a, b, WHY)
        lead = any_office.actor("lead")
        merges.confirm(lead, a, waiting)
        merged(any_office, b, c)
        assert [survivor_of(number) for number in (a, b, c)] == [c, c, c] and counted() == 1
        worker = any_office.actor("caseworker")
        assert merge_standing.of_case(worker, cases.get_for(worker, a)).counted_with == c
        db.session.close()
        merges.undo(lead, b, "看错了")
        db.session.close()
        assert [survivor_of(number) for number in (a, b, c)] == [b, b, c] and counted() == 2
        merges.undo(lead, a, "看错了")
        db.session.close()
        assert [survivor_of(number) for number in (a, b, c)] == [a, b, c] and counted() == 3


def test_a_link_meanwhile_merged_elsewhere_is_refused(any_office: Office) -> None:
    with any_office.at_work():
        a, b, c = (open_case(any_office) for _ in range(3))
        waiting = merges.ask(any_office.actor("caseworker"), a, b, WHY)
        merged(any_office, b, c)
        lead = any_office.actor("lead")
        assert merge_standing.of_case(lead, cases.get_for(lead, a)).asked[0].is_lost
        db.session.close()
        with pytest.raises(MoveRefused) as refused:
            merges.confirm(lead, a, waiting)
        assert refused.value.reason == "survivor"


def test_for_thirty_days_it_is_again_as_it_was_then_no_more(any_office: Office) -> None:
    with any_office.at_work():
        one, two = open_case(any_office), open_case(any_office)
        with write(None) as work:
            work.session.execute(update(Case).where(Case.number == two).values(state=CaseState.FOLLOW_UP))
        merge_id = merged(any_office, two, one)
        merged_at = reader().get_one(Merge, merge_id).decided_at or 0
        db.session.close()
        for after, allowed in ((31, False), (30, True)):
            with time_machine.travel(
                datetime.datetime.fromtimestamp(merged_at / 1e6, datetime.UTC)
                + datetime.timedelta(days=after),
                tick=False,
            ):
                lead = any_office.actor("lead")
                if not allowed:
                    with pytest.raises(MoveRefused) as refused:
                        merges.undo(lead, two, "看错了")
                    assert refused.value.reason == "late"
                    continue
                with pytest.raises(NotFound):
                    merges.undo(any_office.actor("caseworker"), two, "看错了")
                merges.undo(lead, two, "看错了")
        row = case_row(two)
        assert row.state == CaseState.FOLLOW_UP and row.survivor_id == row.id
        kinds = list(reader().scalars(select(CaseEvent.kind).where(CaseEvent.case_id == row.id)))
        assert kinds.count("merged") == kinds.count("unmerged") == 1
        assert reader().get_one(Merge, merge_id).state == MergeState.UNDONE
        db.session.close()
        merged(any_office, two, one)
        assert survivor_of(two) == one


def test_a_wall_around_one_file_stands_around_both_while_they_are_one(any_office: Office) -> None:
    with any_office.at_work():
        one, two = open_case(any_office), open_case(any_office)
        build_wall(any_office, "colleague", two)
        merged(any_office, two, one)
        colleague = any_office.actor("colleague")
        assert case_lists.listing(colleague, case_lists.Filters()).rows == []
        db.session.close()
        merges.undo(any_office.actor("lead"), two, "看错了")
        db.session.close()
        seen = case_lists.listing(colleague, case_lists.Filters()).rows
        assert [line.number for line in seen] == [one]


def test_a_number_of_the_merged_file_leads_the_desk_to_the_survivor(any_office: Office) -> None:
    with any_office.at_work():
        one = open_case(any_office, contact=ContactCard(phone="13700000001"))
        two = open_case(any_office)
        operator = any_office.actor("operator")
        drafts.save(operator, "call", 7, {})
        merged(any_office, two, one)
        match = look_up.look_up(operator, call_id=7, typed="13800000417")
        assert [case.number for case in match.cases] == [one]
