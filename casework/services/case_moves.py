"""The moves of a case: each by the one table, by who may, against the version that her page showed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import exists, select

from casework import codes
from casework.actor import Actor
from casework.clock import local_date
from casework.errors import Invalid, MoveRefused, Stale
from casework.law import moves
from casework.services import approval_withdrawals, cases, duty_raising, members
from casework.services.danger_levels import VIOLENT_ISSUES
from casework.services.vault import Vault
from casework.transaction import Work, write
from models.accounts import Account
from models.base import new_id
from models.calls import Matter
from models.cases import Case, CaseEvent
from models.enums import CaseState, FollowUpState, FollowUpSubject
from models.follow_ups import FollowUp
from models.incidents import Incident

OPEN_CONTACTS = (FollowUpState.PLANNED, FollowUpState.DUE)
# The plan under which the visits after closing stand.
AFTER_CLOSING = "after_closing"


@dataclass(repr=False)
class Moving:
    """One write transaction that moves a case: its row, held until the end, and the keys to seal with."""

    work: Work
    case: Case
    vault: Vault

    def record(self, action: str, *, ids: Iterable[int] = (), event: CaseEvent | None = None) -> None:
        """The entry of the trail for a step; with ``event`` the words sealed in it are named too."""
        sealed = event is not None and event.reason_sealed is not None
        self.work.record(
            action,
            subject_kind="case",
            subject_id=self.case.id,
            ids=ids,
            fields=("case_events.reason",) if sealed else (),
            row=event if sealed else None,
        )


def begun(work: Work, actor: Actor, number: str, version: int | None) -> Moving:
    """A case to be moved. NotFound where it is not hers to see, Stale where somebody moved it since
    ``version`` (None: the mover has seen no page).
    """
    case = cases.row_for(work, actor, number)
    if version is not None and case.version != version:
        raise overtaken(work, case)
    return Moving(work, case, Vault(actor, work.session))


def overtaken(work: Work, case: Case) -> Stale:
    """What happened meanwhile: who did the last step, when, its kind and the state that the case has now."""
    last = work.session.execute(
        select(Account.display_name, CaseEvent.at, CaseEvent.kind)
        .outerjoin(Account, Account.id == CaseEvent.account_id)
        .where(CaseEvent.case_id == case.id)
        .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
        .limit(1)
    ).first()
    return Stale(
        yours={},
        theirs={"kind": last.kind if last else "", "state": case.state},
        their_name=(last.display_name if last else None) or "",
        their_at=last.at if last else work.at,
        version=case.version,
    )


def step(
    moving: Moving,
    target: CaseState,
    kind: str,
    *,
    reason: str | None = None,
    outcome: str | None = None,
    rating: str | None = None,
) -> tuple[moves.Move, CaseEvent]:
    """Makes one move of the table and appends its event, ``reason`` sealed with what happened to her.

    MoveRefused("state") where the table has no such move. The caller records it.
    """
    case, work, before = moving.case, moving.work, moving.case.state
    try:
        move = moves.move_between(before, target)
    except moves.NotAllowed:
        raise MoveRefused("state") from None
    case.state = target
    case.version += 1
    event = CaseEvent(
        id=new_id(),
        case_id=case.id,
        kind=kind,
        from_state=before,
        to_state=target,
        at=work.at,
        on=local_date(work.at),
        account_id=work.actor.account_id if work.actor else None,
        to_team_id=case.team_id if kind == "accepted" else None,
        outcome=outcome,
        rating=rating,
    )
    if reason:
        moving.vault.ready_to_write(work, case.id, [case.account_compartment_id])
        event.reason_sealed = moving.vault.seal(
            "case_events.reason", event.id, case.account_compartment_id, reason
        )
    work.session.add(event)
    work.session.flush()
    return move, event


def cancel_contacts(work: Work, case_id: int, plan: str | None = None) -> list[int]:
    """Takes the open contacts of a case (of one plan) out of the lists; gives their ids for the trail."""
    wanted = select(FollowUp).where(
        FollowUp.subject_kind == FollowUpSubject.CASE,
        FollowUp.subject_id == case_id,
        FollowUp.state.in_(OPEN_CONTACTS),
    )
    rows = work.session.scalars(wanted if plan is None else wanted.where(FollowUp.plan == plan)).all()
    for row in rows:
        row.state = FollowUpState.CANCELLED
    work.session.flush()
    return sorted(row.id for row in rows)


def accept(actor: Actor, number: str, version: int | None = None) -> None:
    """Accepts a case that was received. Stale, MoveRefused as every move."""
    with write(actor) as work:
        moving = begun(work, actor, number, version)
        move, _event = step(moving, CaseState.ACCEPTED, "accepted")
        duty_raising.on_accepted(work, moving.vault, moving.case)
        moving.case.accepted_at, moving.case.accepted_on = work.at, local_date(work.at)
        moving.record(move.name)


def decline(actor: Actor, number: str, *, version: int, reason: str, note: str | None) -> None:
    """Declines a case, with a code of ``decline_reason``; ``note`` says where she was sent, sealed.

    Invalid for an unknown code, or without a note where the reason asks for one.
    """
    if not codes.exists("decline_reason", reason):
        raise Invalid({"reason": "choice"})
    if codes.get("decline_reason", reason).flag("needs_note") and not note:
        raise Invalid({"note": "required"})
    with write(actor) as work:
        moving = begun(work, actor, number, version)
        move, event = step(moving, CaseState.DECLINED, "declined", reason=note, outcome=reason)
        moving.record(move.name, ids=cancel_contacts(work, moving.case.id), event=event)
        approval_withdrawals.withdraw_all(work, moving.case.id)


def is_violent(work: Work, case: Case) -> bool:
    """Whether the case is one of domestic violence: by an incident, or by what was asked for."""
    return bool(
        work.session.scalar(
            select(
                exists().where(Incident.case_id == case.id)
                | exists().where(Matter.case_id == case.id, Matter.issue.in_(VIOLENT_ISSUES))
            )
        )
    )


def start(actor: Actor, number: str, version: int | None = None) -> None:
    """The assignee begins service. MoveRefused for anybody else ('not_assignee'), for a case of domestic
    violence that was not assessed ('assess_first'), and from a state that has no such move ('state').
    """
    with write(actor) as work:
        moving = begun(work, actor, number, version)
        case = moving.case
        if case.state not in (CaseState.ACCEPTED, CaseState.ASSESSED):
            raise MoveRefused("state")
        if case.assignee_id != actor.account_id:
            raise MoveRefused("not_assignee")
        needs = moves.move_between(case.state, CaseState.IN_SERVICE).needs
        if moves.Need.NOT_DOMESTIC_VIOLENCE in needs and is_violent(work, case):
            raise MoveRefused("assess_first")
        move, _event = step(moving, CaseState.IN_SERVICE, "started")
        moving.record(move.name)


def to_follow_up(actor: Actor, number: str, version: int | None = None) -> None:
    """From service to follow-up: what remains is to ask how she is."""
    with write(actor) as work:
        moving = begun(work, actor, number, version)
        move, _event = step(moving, CaseState.FOLLOW_UP, "follow_up")
        moving.record(move.name)


def resume(actor: Actor, number: str, version: int | None = None) -> None:
    """Back from follow-up to service. MoveRefused from any other state: reopening is another move."""
    with write(actor) as work:
        moving = begun(work, actor, number, version)
        if moving.case.state != CaseState.FOLLOW_UP:
            raise MoveRefused("state")
        move, _event = step(moving, CaseState.IN_SERVICE, "resumed")
        moving.record(move.name)


def reopen(actor: Actor, number: str, *, version: int, reason: str) -> None:
    """Reopens a closed case, with the reason; the visits after closing are taken out of the lists.

    How long the file is kept counts again from the next closing. Invalid without a reason.
    """
    if not reason:
        raise Invalid({"reason": "required"})
    with write(actor) as work:
        moving = begun(work, actor, number, version)
        if moving.case.state != CaseState.CLOSED:
            raise MoveRefused("state")
        move, event = step(moving, CaseState.IN_SERVICE, "reopened", reason=reason)
        moving.case.closed_at = moving.case.closed_on = None
        moving.case.in_error = False
        cancelled = cancel_contacts(work, moving.case.id, AFTER_CLOSING)
        moving.record(move.name, ids=cancelled, event=event)


def transfer(actor: Actor, number: str, *, version: int, body: str, reason: str) -> None:
    """Gives a case to another body; her lead alone. ``body`` is its name in words, sealed with the reason.

    Open contacts are taken out of the lists, what waits before a leader is withdrawn. Not to be undone:
    the body has been told. NotFound for who does not lead the team.
    """
    missing = {name: "required" for name, given in (("body", body), ("reason", reason)) if not given}
    if missing:
        raise Invalid(missing)
    with write(actor) as work:
        moving = begun(work, actor, number, version)
        members.lead_of(actor, moving.case.team_id)
        move, event = step(moving, CaseState.TRANSFERRED, "transferred", reason=f"{body}\n{reason}")
        moving.record(move.name, ids=cancel_contacts(work, moving.case.id), event=event)
        approval_withdrawals.withdraw_all(work, moving.case.id)
