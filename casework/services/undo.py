"""Taking back one's own last step: for a minute, where nobody else acted and nothing left the building.

What was done stays in the file; taking it back is an event and an entry of the trail of its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from casework.actor import Actor
from casework.clock import SECOND, local_date, now_us
from casework.errors import MoveRefused
from casework.law import moves
from casework.services import approval_withdrawals, assignments, cases, duty_raising
from casework.services.case_moves import AFTER_CLOSING, OPEN_CONTACTS
from casework.services.vault import Vault
from casework.transaction import Work, reader, write
from models.audit import AuditEntry
from models.base import new_id
from models.cases import Case, CaseEvent
from models.duties import Duty
from models.enums import CaseState, FollowUpState, FollowUpSubject
from models.follow_ups import FollowUp, Notice

UNDONE = "undone"
# Which entries of the trail a step left, and so which contacts it took out of the lists.
_TRAIL_OF = {
    "declined": "case.decline",
    "closed": "case.close",
    "reopened": "case.reopen",
}
# Reading is not acting.
_READS = "case.read%"
# Her own further acts after which something is out of the building.
_LEFT = ("paper.%", "rights.%", "case.transfer", "referral.%")
_NOTICES_OF = {
    "assigned": "case.assigned",
    "closing_proposed": "closing.proposed",
    "closed": "closing.approved",
    "closing_returned": "closing.returned",
}


@dataclass(frozen=True)
class Offer:
    """A step that its author may still take back: its event, its kind, whole seconds left."""

    event_id: int
    kind: str
    seconds_left: int


def _last(session: Session, case_id: int) -> CaseEvent | None:
    return session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case_id)
        .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
        .limit(1)
    ).first()


def _acted_since(session: Session, case_id: int, event: CaseEvent, account_id: int) -> bool:
    """Whether somebody else changed anything in the case after the step, or she let something out of it."""
    others = (AuditEntry.account_id != account_id) & AuditEntry.action.not_like(_READS)
    left = or_(*(AuditEntry.action.like(action) for action in _LEFT))
    return bool(
        session.scalar(
            select(
                exists().where(
                    AuditEntry.subject_id == case_id,
                    AuditEntry.subject_kind == "case",
                    AuditEntry.at >= event.at,
                    or_(others, left),
                )
            )
        )
    )


def _is_first(session: Session, event: CaseEvent) -> bool:
    """Whether the case began with this step: there is nothing before it to go back to."""
    earlier = exists().where(CaseEvent.case_id == event.case_id, CaseEvent.id != event.id)
    return not session.scalar(select(earlier))


def _why_not(session: Session, actor: Actor, event: CaseEvent | None, event_id: int, at: int) -> str | None:
    """Why a step can't be taken back: 'other' (somebody acted since), 'late', 'kind'; None where it can."""
    if event is None or event.id != event_id or event.account_id != actor.account_id:
        return "other"
    if not moves.may_be_undone(event.kind, event.from_state) or _is_first(session, event):
        return "kind"
    if at - event.at >= moves.UNDO_SECONDS * SECOND:
        return "late"
    return "other" if _acted_since(session, event.case_id, event, actor.account_id) else None


def offer(actor: Actor, head: cases.CaseHead) -> Offer | None:
    """What the case's page offers to take back; None where there is nothing."""
    session, at = reader(), now_us()
    event = _last(session, head.case_id)
    if event is None or _why_not(session, actor, event, event.id, at) is not None:
        return None
    left = moves.UNDO_SECONDS - (at - event.at) // SECOND
    return Offer(event.id, event.kind, int(left))


def undo(actor: Actor, number: str, event_id: int) -> str:
    """Takes a step back; gives its kind. Contacts that it had taken out of the lists are in them again.

    MoveRefused: 'late' after the minute, 'other' where somebody acted since or something left the building,
    'kind' for a step that can't be taken back.
    """
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        event = _last(work.session, case.id)
        if why := _why_not(work.session, actor, event, event_id, work.at):
            raise MoveRefused(why)
        assert event is not None
        before = case.state
        if event.kind == "assigned":
            case.assignee_id = _held_before(work.session, case.id, event)
            assignments.give_contacts(work, case.id, case.assignee_id)
            _owe_again(work, Vault(actor, work.session), case, event)
        else:
            case.state = CaseState(event.from_state or before)
            _turn_back_dates(work, case, event)
        case.version += 1
        _append(work, case, event, before)
        contacts = _turn_back_contacts(work, case, event)
        if event.kind == "closing_proposed":
            approval_withdrawals.withdraw_closing(work, case.id)
        _hush(work, case.id, event)
        work.record("case.undo", subject_kind="case", subject_id=case.id, ids=(event.id, *contacts))
        return event.kind


def _owe_again(work: Work, vault: Vault, case: Case, event: CaseEvent) -> None:
    """A caseworker to be named is owed again where this assignment had named her and nobody is left."""
    named = exists().where(Duty.case_id == case.id, Duty.kind == duty_raising.NAMED, Duty.done_at == event.at)
    if case.assignee_id is None and work.session.scalar(select(named)):
        duty_raising.raise_for(work, vault, case, (duty_raising.NAMED,), local_date(work.at))


def _append(work: Work, case: Case, event: CaseEvent, before: CaseState) -> None:
    is_move = event.kind != "assigned"
    work.session.add(
        CaseEvent(
            id=new_id(),
            case_id=case.id,
            kind=UNDONE,
            from_state=before if is_move else None,
            to_state=case.state if is_move else None,
            at=work.at,
            on=local_date(work.at),
            account_id=work.actor.account_id if work.actor else None,
            to_assignee_id=None if is_move else case.assignee_id,
        )
    )


def _held_before(session: Session, case_id: int, event: CaseEvent) -> int | None:
    """Who had the case before it was handed out, by the events themselves; None for nobody."""
    return session.scalar(
        select(CaseEvent.to_assignee_id)
        .where(
            CaseEvent.case_id == case_id,
            CaseEvent.id != event.id,
            CaseEvent.at <= event.at,
            or_(CaseEvent.kind != UNDONE, CaseEvent.from_state.is_(None)),
            or_(CaseEvent.to_assignee_id.is_not(None), CaseEvent.kind == UNDONE),
        )
        .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
        .limit(1)
    )


def _turn_back_dates(work: Work, case: Case, event: CaseEvent) -> None:
    if event.kind == "accepted":
        case.accepted_at = case.accepted_on = None
    elif event.kind == "closed":
        case.closed_at = case.closed_on = None
        case.in_error = False
    elif event.kind == "reopened":
        closed = work.session.scalars(
            select(CaseEvent)
            .where(CaseEvent.case_id == case.id, CaseEvent.kind == "closed")
            .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
            .limit(1)
        ).first()
        if closed is not None:
            case.closed_at, case.closed_on = closed.at, closed.on
            case.in_error = closed.outcome == "opened_in_error"


def _turn_back_contacts(work: Work, case: Case, event: CaseEvent) -> list[int]:
    """Puts back what the step cancelled, as its entry of the trail names it, and cancels what it planned."""
    action = _TRAIL_OF.get(event.kind)
    if action is None:
        return []
    ids = work.session.scalar(
        select(AuditEntry.ids).where(
            AuditEntry.subject_id == case.id, AuditEntry.action == action, AuditEntry.at == event.at
        )
    )
    rows = work.session.scalars(
        select(FollowUp).where(
            FollowUp.id.in_(json.loads(ids or "[]")),
            FollowUp.subject_kind == FollowUpSubject.CASE,
            FollowUp.subject_id == case.id,
        )
    ).all()
    for row in rows:
        if row.plan == AFTER_CLOSING and row.created_at == event.at:
            if row.state in OPEN_CONTACTS:
                row.state = FollowUpState.CANCELLED
        elif row.state == FollowUpState.CANCELLED:
            row.state = FollowUpState.PLANNED
    work.session.flush()
    return sorted(row.id for row in rows)


def _hush(work: Work, case_id: int, event: CaseEvent) -> None:
    """A notice of the step that nobody has read yet has nothing to say any more."""
    kind = _NOTICES_OF.get(event.kind)
    if kind is not None:
        work.session.execute(
            update(Notice)
            .where(
                Notice.kind == kind,
                Notice.subject_id == case_id,
                Notice.raised_at >= event.at,
                Notice.read_at.is_(None),
            )
            .values(read_at=work.at)
        )
