"""One case before one leader: what was chosen opens, her decision is made once and ends her access."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
import time_machine
from sqlalchemy import select

from casework.errors import AlreadyDone, Invalid, KeyMissing, MoveRefused, NotFound
from casework.extensions import db
from casework.sealed import Locked
from casework.services import approval_files, case_moves, cases, closings, small_office, undo, waiting
from casework.services.approval_files import Asked
from casework.transaction import reader
from models.access import Grant
from models.approval_files import ApprovalFile
from tests.make import Office
from tests.make_access import admit_leader
from tests.make_cases import MORNING, build_wall, case_row
from tests.services.test_case_moves import events, notices_of, propose, served, state, version

ASKS = "请批三千元临时救助"


def asked(office: Office, **changes: object) -> Asked:
    base = Asked("hardship_aid", office.account_id("leader"), ASKS)
    return replace(base, **changes)  # type: ignore[arg-type]


def put(office: Office, number: str, **changes: object) -> int:
    made = approval_files.ask(office.actor("caseworker"), number, asked(office, **changes))
    db.session.close()
    return made


def grants_open() -> int:
    db.session.close()
    return len(reader().scalars(select(Grant.id).where(Grant.ended_at.is_(None))).all())


def test_she_reads_what_was_chosen_and_decides_once(any_office: Office) -> None:
    with any_office.at_work():
        admit_leader(any_office)
        number = served(any_office)
        file_id = put(any_office, number)
        leader = any_office.actor("leader")
        assert [line.number for line in waiting.for_leader(leader)] == [number]
        read = approval_files.before_her(leader, file_id)
        assert read.line.asks == ASKS and read.line.parts == ("account",)
        assert read.account is not None and read.account.account_text == "他昨晚又来了"
        assert isinstance(read.account.head.client_name, Locked)
        with pytest.raises(Invalid):
            approval_files.decide(leader, file_id, approves=False, opinion=None)
        approval_files.decide(leader, file_id, approves=True, opinion="同意")
        with pytest.raises(AlreadyDone):
            approval_files.decide(any_office.actor("leader"), file_id, approves=False, opinion="不")
        assert grants_open() == 0
        with pytest.raises(NotFound):
            cases.get_for(any_office.actor("leader"), number)
        after = approval_files.before_her(any_office.actor("leader"), file_id)
        assert after.account is None and isinstance(after.line.asks, Locked)
        _head, lines = approval_files.of_case(any_office.actor("caseworker"), number)
        assert (lines[0].asks, lines[0].opinion, lines[0].state) == (ASKS, "同意", "approved")
        assert notices_of(any_office, "caseworker", "approval.approved")
        assert waiting.for_leader(any_office.actor("leader")) == []


def test_identity_opens_only_when_it_was_chosen(any_office: Office) -> None:
    with any_office.at_work():
        admit_leader(any_office)
        number = served(any_office)
        file_id = put(any_office, number, parts=("identity",))
        read = approval_files.before_her(any_office.actor("leader"), file_id)
        assert read.account is not None and read.account.head.client_name == "陈某英"


def test_a_file_is_nobody_elses(any_office: Office) -> None:
    with any_office.at_work():
        admit_leader(any_office)
        number = served(any_office)
        file_id = put(any_office, number)
        for username in ("lead", "caseworker", "stranger", "auditor", "officer"):
            with pytest.raises(NotFound):
                approval_files.before_her(any_office.actor(username), file_id)
            with pytest.raises(NotFound):
                approval_files.decide(any_office.actor(username), file_id, approves=True, opinion=None)
        for username in ("stranger", "lead2"):
            with pytest.raises(NotFound):
                approval_files.one_of_case(any_office.actor(username), number, file_id)
            with pytest.raises(NotFound):
                approval_files.withdraw(any_office.actor(username), number, file_id)
        with pytest.raises(NotFound):
            approval_files.withdraw(any_office.actor("colleague"), number, file_id)


def test_what_cant_be_put_before_her(any_office: Office) -> None:
    with any_office.at_work():
        number = served(any_office)
        with pytest.raises(Invalid) as fault:
            put(any_office, number)
        assert fault.value.faults == {"approver": "no_keys"}
        db.session.close()
        admit_leader(any_office)
        wrong = {
            "kind": "whatever",
            "approver_id": any_office.account_id("lead"),
            "asks": "",
            "parts": ("contact",),
            "days": 400,
        }
        for name, value in wrong.items():
            with pytest.raises(Invalid) as fault:
                put(any_office, number, **{name: value})
            assert set(fault.value.faults) == {name.removesuffix("_id")}
        with pytest.raises(MoveRefused, match="state"):
            put(any_office, number, kind="closing")
        put(any_office, number)
        with pytest.raises(Invalid) as fault:
            put(any_office, number)
        assert fault.value.faults == {"kind": "waiting"}
        walled = served(any_office)
        build_wall(any_office, "leader", walled)
        with pytest.raises(Invalid):
            put(any_office, walled)


def test_taken_back_it_opens_nothing(any_office: Office) -> None:
    with any_office.at_work():
        admit_leader(any_office)
        number = served(any_office)
        file_id = put(any_office, number)
        approval_files.withdraw(any_office.actor("caseworker"), number, file_id)
        assert grants_open() == 0
        with pytest.raises(AlreadyDone):
            approval_files.decide(any_office.actor("leader"), file_id, approves=True, opinion=None)
        again = put(any_office, number)
        case_moves.transfer(
            any_office.actor("lead"), number, version=version(number), body="法院", reason="起诉"
        )
        assert reader().get_one(ApprovalFile, again).state == "withdrawn" and grants_open() == 0


def test_her_time_ends(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=True) as clock:
        admit_leader(any_office)
        number = served(any_office)
        file_id = put(any_office, number, days=3)
        clock.shift(datetime.timedelta(days=4))
        assert approval_files.before_her(any_office.actor("leader"), file_id).account is None
        with pytest.raises(KeyMissing):
            approval_files.decide(any_office.actor("leader"), file_id, approves=True, opinion="同意")
        assert waiting.for_leader(any_office.actor("leader"))[0].ends_at is None


def proposed_to_leader(office: Office) -> tuple[str, int]:
    """A closing put before the leader in small-office mode."""
    admit_leader(office)
    small_office.switch(office.actor("officer"), True)
    number = served(office, "lead")
    file_id = approval_files.propose_closing(
        office.actor("lead"),
        number,
        version=version(number),
        outcome="withdrew",
        rating="neutral",
        summary="她自己撤回",
        asked=asked(office, kind="closing", asks="她自己撤回"),
    )
    db.session.close()
    return number, file_id


@pytest.mark.parametrize("approves", [True, False])
def test_in_small_office_mode_the_leader_closes_or_returns(any_office: Office, approves: bool) -> None:
    with any_office.at_work():
        number, file_id = proposed_to_leader(any_office)
        leader = any_office.actor("leader")
        read = approval_files.before_her(leader, file_id)
        assert read.proposal is not None and read.proposal.summary == "她自己撤回"
        approval_files.decide(leader, file_id, approves=approves, opinion="看过了")
        assert state(number) == ("closed" if approves else "in_service") and grants_open() == 0
        db.session.close()
        assert reader().get_one(ApprovalFile, file_id).state == ("approved" if approves else "returned")
        told = "closing.approved" if approves else "closing.returned"
        assert notices_of(any_office, "lead", told)


def test_a_proposal_taken_back_or_decided_by_the_lead_ends_her_access(any_office: Office) -> None:
    with any_office.at_work():
        number, file_id = proposed_to_leader(any_office)
        undo.undo(any_office.actor("lead"), number, events(number)[-1].id)
        assert state(number) == "in_service" and grants_open() == 0
        small_office.switch(None, False)
        other = served(any_office)
        propose(any_office, other)
        put(any_office, other, kind="closing")
        closings.approve(any_office.actor("lead"), other, version=version(other))
        assert case_row(other).state == "closed" and grants_open() == 0
        with pytest.raises(AlreadyDone):
            approval_files.decide(any_office.actor("leader"), file_id, approves=True, opinion=None)
