"""How a case stands with its duplicates, as its page shows it: what waits, what it became, what came to it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from casework.actor import Actor
from casework.clock import now_us, today
from casework.law import moves
from casework.sealed import Locked
from casework.services import cases, merges
from casework.services.follow_up_lists import OPEN_STATES, late_by
from casework.services.vault import Vault
from casework.services.visibility import viewer, visible_cases
from casework.transaction import reader
from models.accounts import Account
from models.cases import Case
from models.enums import FollowUpSubject, MergeState, Role
from models.follow_ups import FollowUp
from models.merges import Merge

_one, _survivor, _decider = aliased(Case), aliased(Case), aliased(Account)
_hers = select(Case.id).where(visible_cases)
_rows = (
    select(
        Merge.id,
        Merge.case_id,
        Merge.state,
        Merge.compartment_id,
        Merge.reason_sealed,
        Merge.asked_by,
        Merge.asked_at,
        Merge.decided_at,
        _one.number,
        _survivor.number.label("survivor_number"),
        _survivor.state.label("survivor_state"),
        Account.display_name.label("asker"),
        _decider.display_name.label("decider"),
    )
    .join(_one, _one.id == Merge.case_id)
    .join(_survivor, _survivor.id == Merge.survivor_case_id)
    .join(Account, Account.id == Merge.asked_by)
    .outerjoin(_decider, _decider.id == Merge.decided_by)
    .where(
        (Merge.case_id == bindparam("case")) | (Merge.survivor_case_id == bindparam("case")),
        Merge.state.in_([MergeState.ASKED, MergeState.MERGED]),
        _one.id.in_(_hers),
        _survivor.id.in_(_hers),
    )
    .order_by(Merge.id.desc())
)
_counted_with = select(Case.number).where(
    Case.id == select(_one.survivor_id).where(_one.id == bindparam("case")).scalar_subquery(), visible_cases
)
_contacts = (
    select(FollowUp.id, FollowUp.kind, FollowUp.due_on, FollowUp.due_at, Case.number)
    .join(Case, (FollowUp.subject_kind == FollowUpSubject.CASE) & (FollowUp.subject_id == Case.id))
    .where(
        Case.survivor_id == bindparam("case"),
        Case.id != bindparam("case"),
        FollowUp.state.in_(OPEN_STATES),
        visible_cases,
    )
    .order_by(FollowUp.due_on, FollowUp.id)
    .limit(50)
)


@dataclass(frozen=True, repr=False)
class Asked:
    """A merge that waits for another person. ``reason`` may be Locked.

    ``is_own``: the reader asked for it. ``is_lost``: the other file was merged or ended meanwhile, so that it can
    only be refused. ``may_decide``: she leads the team and did not ask.
    """

    merge_id: int
    number: str
    survivor_number: str
    reason: str | Locked | None
    asked_by: str
    asked_at: int
    is_own: bool
    is_lost: bool
    may_decide: bool


@dataclass(frozen=True)
class MergedFile:
    """The other file of a merge; ``undo_until`` is the last local day on which it can be taken back."""

    number: str
    at: int
    by: str | None
    undo_until: datetime.date
    may_undo: bool


@dataclass(frozen=True)
class MergedContact:
    """A planned contact that still waits in a file that was merged in; dates local, ``due_at`` UTC."""

    number: str
    follow_up_id: int
    kind: str
    due_on: datetime.date
    due_at: int | None
    late_seconds: int | None


@dataclass(frozen=True, repr=False)
class Standing:
    """What waits, what the case was merged into and where it counts, what was merged into it, what is due there."""

    asked: list[Asked]
    into: MergedFile | None
    counted_with: str | None
    merged_in: list[MergedFile]
    contacts: list[MergedContact]
    may_ask: bool


def of_case(actor: Actor, head: cases.CaseHead, vault: Vault | None = None) -> Standing:
    """The standing of a case that the actor may see, as far as she may see the other files too."""
    vault = vault or Vault(actor, reader())
    leads = head.team_id in actor.team_ids(Role.TEAM_LEAD)
    bound = {"case": head.case_id, **viewer(actor)}
    asked, into, merged_in = [], None, []
    for row in reader().execute(_rows, bound).all():
        if row.state == MergeState.ASKED:
            asked.append(_asked(actor, vault, row, leads))
        elif row.case_id == head.case_id:
            into = _file(row, row.survivor_number, leads)
        else:
            merged_in.append(_file(row, row.number, leads))
    if asked:
        actor.shown("merge.read", subject_kind="case", subject_id=head.case_id, fields=["merges.reason"])
    now = now_us()
    contacts = [
        MergedContact(
            row.number, row.id, row.kind, row.due_on, row.due_at, late_by(row.due_on, row.due_at, now)
        )
        for row in reader().execute(_contacts, bound)
    ]
    counted_with = reader().scalar(_counted_with, bound)
    waits = any(line.number == head.number for line in asked)
    return Standing(asked, into, counted_with, merged_in, contacts, moves.is_open(head.state) and not waits)


def _asked(actor: Actor, vault: Vault, row: Any, leads: bool) -> Asked:
    own = row.asked_by == actor.account_id
    lost = not moves.is_open(row.survivor_state)
    return Asked(
        row.id,
        row.number,
        row.survivor_number,
        vault.text("merges.reason", row.id, row.compartment_id, row.reason_sealed),
        row.asker,
        row.asked_at,
        own,
        lost,
        leads and not own,
    )


def _file(row: Any, number: str, leads: bool) -> MergedFile:
    until = merges.last_day(row.decided_at)
    return MergedFile(number, row.decided_at, row.decider, until, leads and today() <= until)
