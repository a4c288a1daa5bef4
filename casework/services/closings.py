"""Closing a case: proposed with outcome and rating, approved or returned by somebody else, never alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Executable, bindparam, func, select
from sqlalchemy.orm import Session

from casework import codes
from casework.actor import Actor
from casework.clock import ZONE, local_date
from casework.errors import Invalid, MoveRefused, NotFound
from casework.jurisdictions import load
from casework.law.follow_up_plan import PlannedContact, planned
from casework.law.working_days import Calendar
from casework.sealed import Locked
from casework.services import approval_withdrawals, case_moves, cases, drafts, members, notices, small_office
from casework.services.case_moves import AFTER_CLOSING, OPEN_CONTACTS, Moving, begun, step
from casework.services.vault import Vault
from casework.transaction import Work, reader, write
from models.accounts import Account
from models.approval_files import ApprovalFile
from models.base import new_id
from models.cases import CaseEvent
from models.casework import PlanItem
from models.duties import Duty
from models.enums import ApprovalState, CaseState, FollowUpState, FollowUpSubject, PlanItemState
from models.follow_ups import FollowUp
from models.jobs import Holiday

# With these there is nobody to visit: she died, or there never was a case of its own.
NO_VISITS = frozenset({"died", "duplicate", "opened_in_error"})
IN_ERROR = "opened_in_error"

_proposal = (
    select(
        CaseEvent.id,
        CaseEvent.from_state,
        CaseEvent.outcome,
        CaseEvent.rating,
        CaseEvent.reason_sealed,
        CaseEvent.at,
        CaseEvent.account_id,
        Account.display_name,
    )
    .outerjoin(Account, Account.id == CaseEvent.account_id)
    .where(CaseEvent.case_id == bindparam("case"), CaseEvent.kind == "closing_proposed")
    .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
    .limit(1)
)
_answer = (
    select(CaseEvent.id, CaseEvent.kind, CaseEvent.reason_sealed, CaseEvent.at, Account.display_name)
    .outerjoin(Account, Account.id == CaseEvent.account_id)
    .where(
        CaseEvent.case_id == bindparam("case"),
        CaseEvent.kind.in_(("closed", "closing_returned")),
        CaseEvent.at >= bindparam("since"),
    )
    .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
    .limit(1)
)
_open_things: dict[str, Executable] = {
    "duties": select(func.count())
    .select_from(Duty)
    .where(Duty.case_id == bindparam("case"), Duty.done_at.is_(None), Duty.dropped_at.is_(None)),
    "contacts": select(func.count())
    .select_from(FollowUp)
    .where(
        FollowUp.subject_kind == FollowUpSubject.CASE,
        FollowUp.subject_id == bindparam("case"),
        FollowUp.state.in_(OPEN_CONTACTS),
    ),
    "plan_items": select(func.count())
    .select_from(PlanItem)
    .where(
        PlanItem.case_id == bindparam("case"),
        PlanItem.state.in_((PlanItemState.PLANNED, PlanItemState.IN_PROGRESS)),
    ),
    "approvals": select(func.count())
    .select_from(ApprovalFile)
    .where(ApprovalFile.case_id == bindparam("case"), ApprovalFile.state == ApprovalState.WAITING),
}


@dataclass(frozen=True, repr=False)
class Proposal:
    """The newest closing proposal of a case and what was answered; words may be Locked.

    ``answer`` is closed, closing_returned or None while it waits.
    """

    outcome: str | None
    rating: str | None
    summary: str | Locked | None
    at: int
    by_id: int | None
    by_name: str | None
    answer: str | None
    answer_words: str | Locked | None
    answer_by: str | None
    answer_at: int | None


def open_things(session: Session, case_id: int) -> dict[str, int]:
    """What is still open in a case and how much of it; kinds with nothing are left out."""
    found = {
        kind: session.scalar(statement, {"case": case_id}) or 0 for kind, statement in _open_things.items()
    }
    return {kind: count for kind, count in found.items() if count}


def proposal_of(actor: Actor, head: cases.CaseHead, vault: Vault) -> Proposal | None:
    """The newest proposal of a case whose head was read through ``cases.get_for``, recorded as shown; None
    where closing was never proposed.
    """
    row = reader().execute(_proposal, {"case": head.case_id}).first()
    if row is None:
        return None
    compartment = head.account_compartment_id
    given = reader().execute(_answer, {"case": head.case_id, "since": row.at}).first()
    actor.shown(
        "case.read_closing",
        subject_kind="case",
        subject_id=head.case_id,
        ids=[row.id],
        fields=["case_events.reason"],
    )
    return Proposal(
        row.outcome,
        row.rating,
        vault.text("case_events.reason", row.id, compartment, row.reason_sealed),
        row.at,
        row.account_id,
        row.display_name,
        given.kind if given else None,
        vault.text("case_events.reason", given.id, compartment, given.reason_sealed) if given else None,
        given.display_name if given else None,
        given.at if given else None,
    )


def check(outcome: str, rating: str, summary: str) -> None:
    """Passes a proposal that is whole; Invalid for codes that are not in their lists and for no summary."""
    faults: dict[str, str] = {}
    if not codes.exists("closing_outcome", outcome):
        faults["outcome"] = "choice"
    if not codes.exists("satisfaction", rating):
        faults["rating"] = "choice"
    if not summary:
        faults["summary"] = "required"
    if faults:
        raise Invalid(faults)


def put_forward(moving: Moving, *, outcome: str, rating: str, summary: str) -> None:
    """Moves a case to the review of its closing within a transaction; what is 'not asked' counts as no rating."""
    stored = rating if codes.get("satisfaction", rating).flag("answered", True) else None
    move, event = step(
        moving,
        CaseState.CLOSING_REVIEW,
        "closing_proposed",
        reason=summary,
        outcome=outcome,
        rating=stored,
    )
    if moving.work.actor is not None:
        drafts.end(moving.work, moving.work.actor, "closing", moving.case.id)
    moving.record(move.name, event=event)


def propose(actor: Actor, number: str, *, version: int, outcome: str, rating: str, summary: str) -> None:
    """Proposes closing to the team's lead, who is told by a notice.

    Invalid for what is missing; MoveRefused("small_office") where closing goes to the approving leader.
    """
    check(outcome, rating, summary)
    with write(actor) as work:
        moving = begun(work, actor, number, version)
        if small_office.is_on(work.session):
            raise MoveRefused("small_office")
        put_forward(moving, outcome=outcome, rating=rating, summary=summary)
        notices.raise_once(work, "closing.proposed", moving.case.id, team_id=moving.case.team_id)


def _proposed(work: Work, case_id: int) -> CaseEvent:
    row = work.session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case_id, CaseEvent.kind == "closing_proposed")
        .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
        .limit(1)
    ).first()
    if row is None:
        raise MoveRefused("state")
    return row


def why_not_hers(actor: Actor, assignee_id: int | None, proposer_id: int | None) -> str | None:
    """Why somebody may not decide on a closing: her own work ('own'); None where she may."""
    return "own" if actor.account_id in (assignee_id, proposer_id) else None


def _begin_decision(work: Work, actor: Actor, number: str, version: int) -> tuple[Moving, CaseEvent]:
    moving = begun(work, actor, number, version)
    members.lead_of(actor, moving.case.team_id)
    if moving.case.state != CaseState.CLOSING_REVIEW:
        raise MoveRefused("state")
    if small_office.is_on(work.session):
        raise MoveRefused("small_office")
    event = _proposed(work, moving.case.id)
    if why := why_not_hers(actor, moving.case.assignee_id, event.account_id):
        raise MoveRefused(why)
    return moving, event


def approve(actor: Actor, number: str, *, version: int, opinion: str | None = None) -> None:
    """The lead approves a closing that another person proposed of another person's case.

    MoveRefused: 'own' for proposer and caseworker, 'small_office' where the approving leader decides,
    'state'. Contacts in months 3 and 6 are planned, all others taken out of the lists.
    """
    with write(actor) as work:
        moving, event = _begin_decision(work, actor, number, version)
        close(moving, event, opinion)


def send_back(actor: Actor, number: str, *, version: int, reason: str) -> None:
    """The lead returns a proposal with the reason; the case is again where it came from. As ``approve``."""
    if not reason:
        raise Invalid({"reason": "required"})
    with write(actor) as work:
        moving, event = _begin_decision(work, actor, number, version)
        give_back(moving, event, reason)


def decide_for_leader(moving: Moving, approver: Actor, approves: bool, opinion: str | None) -> None:
    """The same decision by the approving leader, on the case that was put before her for closing.

    MoveRefused where it is not under review any more, or is her own.
    """
    if moving.case.state != CaseState.CLOSING_REVIEW:
        raise MoveRefused("state")
    event = _proposed(moving.work, moving.case.id)
    if why := why_not_hers(approver, moving.case.assignee_id, event.account_id):
        raise MoveRefused(why)
    if approves:
        close(moving, event, opinion)
    else:
        give_back(moving, event, opinion or "")


def close(moving: Moving, proposed: CaseEvent, opinion: str | None) -> None:
    """Closes a case as proposed, within a transaction; gives its visits after closing a date each."""
    work, case = moving.work, moving.case
    move, event = step(
        moving,
        CaseState.CLOSED,
        "closed",
        reason=opinion,
        outcome=proposed.outcome,
        rating=proposed.rating,
    )
    case.closed_at, case.closed_on = work.at, local_date(work.at)
    case.in_error = proposed.outcome == IN_ERROR
    cancelled = case_moves.cancel_contacts(work, case.id)
    visits = _plan_visits(moving) if proposed.outcome not in NO_VISITS else []
    moving.record(move.name, ids=(*cancelled, *visits), event=event)
    approval_withdrawals.withdraw_closing(work, case.id)
    _tell(moving, proposed, "closing.approved")


def give_back(moving: Moving, proposed: CaseEvent, reason: str) -> None:
    """Returns a proposal within a transaction: the case is where it was before."""
    back = CaseState(proposed.from_state or CaseState.IN_SERVICE)
    move, event = step(moving, back, "closing_returned", reason=reason)
    moving.record(move.name, event=event)
    approval_withdrawals.withdraw_closing(moving.work, moving.case.id)
    _tell(moving, proposed, "closing.returned")


def _tell(moving: Moving, proposed: CaseEvent, kind: str) -> None:
    actor = moving.work.actor
    whom = {moving.case.assignee_id, proposed.account_id} - {None, actor.account_id if actor else None}
    for account_id in sorted(whom, key=str):
        notices.raise_once(moving.work, kind, moving.case.id, account_id=account_id)


def calendar(session: Session) -> Calendar:
    """The office's holidays and make-up workdays as entered; Monday to Friday for a year without any."""
    rows = session.execute(select(Holiday.on, Holiday.is_workday)).all()
    return Calendar.built_from(
        [row.on for row in rows if not row.is_workday], [row.on for row in rows if row.is_workday]
    )


def visits_from(session: Session, starts_at: int) -> Iterable[PlannedContact]:
    """The visits after a closing at that instant (microseconds UTC), by the office's plan."""
    return planned(
        load().plans[AFTER_CLOSING],
        starts_at=starts_at,
        zone=ZONE,
        calendar=calendar(session),
        high_lethal=False,
    )


def _plan_visits(moving: Moving) -> list[int]:
    work, case, made = moving.work, moving.case, []
    for contact in visits_from(work.session, work.at):
        row = FollowUp(
            id=new_id(),
            subject_kind=FollowUpSubject.CASE,
            subject_id=case.id,
            team_id=case.team_id,
            assignee_id=case.assignee_id,
            kind=contact.kind,
            plan=AFTER_CLOSING,
            planned_on=contact.due_on,
            due_on=contact.due_on,
            due_at=contact.due_at,
            grace_days=contact.grace_days,
            urgent=contact.is_urgent,
            state=FollowUpState.PLANNED,
            compartment_id=case.contact_compartment_id,
            created_at=work.at,
            created_by=work.actor.account_id if work.actor else None,
        )
        work.session.add(row)
        made.append(row.id)
    work.session.flush()
    return made


def get_review(actor: Actor, number: str) -> tuple[cases.CaseHead, Proposal, dict[str, int]]:
    """What the lead decides on: head, proposal and what is still open. NotFound unless she leads the team,
    or where closing was never proposed.
    """
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    members.lead_of(actor, head.team_id)
    proposal = proposal_of(actor, head, vault)
    if proposal is None:
        raise NotFound
    actor.shown("case.read", subject_kind="case", subject_id=head.case_id, fields=["parties.name"])
    return head, proposal, open_things(reader(), head.case_id)
