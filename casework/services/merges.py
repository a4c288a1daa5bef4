"""Two files of one case: one person finds it, another confirms it, for thirty days it can be taken back.

Rows never move. The file that is merged keeps its words and its keys and points to the survivor; every count goes
by the survivor. Files merged into a file that is merged itself follow it, and go back with it.
"""

from __future__ import annotations

import datetime

from sqlalchemy import exists, select, update

from casework.actor import Actor
from casework.clock import local_date, today
from casework.errors import AlreadyDone, Invalid, MoveRefused, NotFound
from casework.law import moves
from casework.services import approval_withdrawals, case_moves, cases, conflicts, notices
from casework.services.case_moves import Moving
from casework.services.vault import Vault
from casework.services.visibility import cases_visible_to
from casework.transaction import Work, write
from models.base import new_id
from models.cases import Case
from models.enums import CaseState, MergeState, Role
from models.merges import Merge

UNDO_DAYS = 30
ASKED, MERGED, UNMERGED = "merge.asked", "merge.done", "merge.undone"


def ask(actor: Actor, number: str, survivor_number: str, reason: str) -> int:
    """Marks a case as a duplicate of another one; gives the id of what now waits for its lead.

    Both must be hers to see. Invalid({"survivor": …}): not_found, same_case, other_team, survivor_ended,
    merge_waits; MoveRefused where the case itself has ended.
    """
    if not reason.strip():
        raise Invalid({"reason": "required"})
    with write(actor) as work:
        case, survivor = _both(work, actor, number, survivor_number)
        if not moves.is_open(case.state):
            raise MoveRefused("state")
        _refuse_survivor(case, survivor)
        waits = select(exists().where(Merge.case_id == case.id, Merge.state == MergeState.ASKED))
        if work.session.scalar(waits):
            raise Invalid({"survivor": "merge_waits"})
        vault = Vault(actor, work.session)
        vault.ready_to_write(work, case.id, [case.account_compartment_id])
        row = Merge(
            id=new_id(),
            case_id=case.id,
            survivor_case_id=survivor.id,
            state=MergeState.ASKED,
            compartment_id=case.account_compartment_id,
            asked_by=actor.account_id,
            asked_at=work.at,
        )
        row.reason_sealed = vault.seal("merges.reason", row.id, row.compartment_id, reason.strip())
        work.session.add(row)
        notices.raise_once(work, ASKED, case.id, team_id=case.team_id)
        work.record(
            "merge.ask",
            subject_kind="case",
            subject_id=case.id,
            ids=(row.id, survivor.id),
            fields=("merges.reason",),
            row=row,
        )
        return row.id


def _both(work: Work, actor: Actor, number: str, survivor_number: str) -> tuple[Case, Case]:
    """The two cases, held in one order whoever asks: two who merge crosswise must not wait for each other."""
    rows = {
        case.number: case
        for case in work.session.scalars(
            select(Case)
            .where(Case.number.in_([number, survivor_number]), cases_visible_to(actor))
            .order_by(Case.id)
            .with_for_update()
        )
    }
    if number not in rows:
        raise NotFound
    if survivor_number not in rows:
        raise Invalid({"survivor": "not_found"})
    return rows[number], rows[survivor_number]


def _refuse_survivor(case: Case, survivor: Case) -> None:
    if case.id == survivor.id:
        raise Invalid({"survivor": "same_case"})
    if case.team_id != survivor.team_id:
        raise Invalid({"survivor": "other_team"})
    if not moves.is_open(survivor.state):
        raise Invalid({"survivor": "survivor_ended"})


def _held(work: Work, actor: Actor, number: str, merge_id: int) -> tuple[Merge, Case, Case]:
    """A merge that waits, with both its cases; AlreadyDone where somebody decided it meanwhile."""
    case = cases.row_for(work, actor, number)
    row = work.session.get(Merge, merge_id, with_for_update=True, populate_existing=True)
    if row is None or row.case_id != case.id:
        raise NotFound
    other = work.session.scalar(select(Case.number).where(Case.id == row.survivor_case_id))
    if row.state != MergeState.ASKED:
        raise AlreadyDone
    try:
        return row, *_both(work, actor, number, other or "")
    except Invalid:
        # The survivor is not hers to see: then neither is the merge.
        raise NotFound from None


def confirm(actor: Actor, number: str, merge_id: int) -> str:
    """Another person than the asker, who leads the team, merges the two; gives the survivor's number.

    NotFound for anybody else, MoveRefused("own") for the asker, MoveRefused("survivor") where the other file was
    merged or ended meanwhile, AlreadyDone where it was decided.
    """
    with write(actor) as work:
        row, case, survivor = _held(work, actor, number, merge_id)
        if case.team_id not in actor.team_ids(Role.TEAM_LEAD):
            raise NotFound
        if row.asked_by == actor.account_id:
            raise MoveRefused("own")
        if not moves.is_open(survivor.state) or case.team_id != survivor.team_id:
            raise MoveRefused("survivor")
        before, moving = case.state, Moving(work, case, Vault(actor, work.session))
        move, _event = case_moves.step(moving, CaseState.MERGED, "merged")
        _count_with(work, [case.id, *_followers(work, case.id)], survivor.id)
        row.state, row.from_state = MergeState.MERGED, before
        row.decided_by, row.decided_at = actor.account_id, work.at
        work.session.flush()
        approval_withdrawals.withdraw_all(work, case.id)
        conflicts.join(work, survivor.id)
        _tell(work, MERGED, case, survivor, actor)
        work.record(move.name, subject_kind="case", subject_id=case.id, ids=(row.id, survivor.id))
        return survivor.number


def _followers(work: Work, case_id: int) -> list[int]:
    """Every case that was merged into this one, or into one of those."""
    found: list[int] = []
    layer = [case_id]
    while layer:
        layer = list(
            work.session.scalars(
                select(Merge.case_id).where(
                    Merge.survivor_case_id.in_(layer), Merge.state == MergeState.MERGED
                )
            )
        )
        found += layer
    return found


def _count_with(work: Work, case_ids: list[int], survivor_id: int) -> None:
    work.session.execute(update(Case).where(Case.id.in_(case_ids)).values(survivor_id=survivor_id))
    work.session.flush()


def _tell(work: Work, kind: str, case: Case, survivor: Case, actor: Actor) -> None:
    """A notice to the team's leads and to whoever works on either, less the one who did it."""
    notices.raise_once(work, kind, case.id, team_id=case.team_id)
    for assignee_id in sorted({case.assignee_id, survivor.assignee_id} - {None, actor.account_id}, key=str):
        notices.raise_once(work, kind, case.id, account_id=assignee_id)


def refuse(actor: Actor, number: str, merge_id: int) -> None:
    """The lead refuses what was asked, or the asker takes it back; NotFound for others, AlreadyDone as ever."""
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        row = work.session.get(Merge, merge_id, with_for_update=True, populate_existing=True)
        leads = case.team_id in actor.team_ids(Role.TEAM_LEAD)
        if row is None or row.case_id != case.id or not (leads or row.asked_by == actor.account_id):
            raise NotFound
        if row.state != MergeState.ASKED:
            raise AlreadyDone
        row.state, row.decided_by, row.decided_at = MergeState.REFUSED, actor.account_id, work.at
        work.record("merge.refuse", subject_kind="case", subject_id=case.id, ids=(row.id,))


def undo(actor: Actor, number: str, reason: str) -> None:
    """The lead takes a merge back within thirty days: the case is again as it was, and so is what followed it.

    NotFound unless she leads the team, Invalid without a reason, MoveRefused("late") from the thirty-first day on,
    MoveRefused("state") where the case is not merged.
    """
    if not reason.strip():
        raise Invalid({"reason": "required"})
    with write(actor) as work:
        moving = case_moves.begun(work, actor, number, None)
        case = moving.case
        if case.team_id not in actor.team_ids(Role.TEAM_LEAD):
            raise NotFound
        row = work.session.scalars(
            select(Merge).where(Merge.case_id == case.id, Merge.state == MergeState.MERGED).with_for_update()
        ).one_or_none()
        if row is None or row.from_state is None or row.decided_at is None:
            raise MoveRefused("state")
        if today() > last_day(row.decided_at):
            raise MoveRefused("late")
        survivor = work.session.get_one(Case, case.survivor_id)
        move, event = case_moves.step(moving, row.from_state, "unmerged", reason=reason.strip())
        _count_with(work, [case.id, *_followers(work, case.id)], case.id)
        row.state, row.undone_by, row.undone_at = MergeState.UNDONE, actor.account_id, work.at
        work.session.flush()
        conflicts.part(work, [case.id, survivor.id])
        _tell(work, UNMERGED, case, survivor, actor)
        moving.record(move.name, ids=(row.id, survivor.id), event=event)


def last_day(merged_at: int) -> datetime.date:
    """The last local day on which a merge of this moment (microseconds UTC) can be taken back."""
    return local_date(merged_at) + datetime.timedelta(days=UNDO_DAYS)
