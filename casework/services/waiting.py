"""What waits for a decision: of the approving leader, the cases put before her; of a lead, her team's."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Executable, func, or_, select

from casework.actor import Actor
from casework.clock import now_us, today
from casework.services.visibility import cases_visible_to
from casework.transaction import reader
from models.access import Grant
from models.accounts import Account, AccountRole, Team
from models.approval_files import ApprovalFile
from models.cases import Case, CaseEvent
from models.enums import AccountState, ApprovalState, CaseState, Role

SHOWN = 50


@dataclass(frozen=True)
class TeamWaiting:
    """What a lead's team waits for: members whose keys are not admitted, cases without an assignee."""

    team_id: int
    team_name: str
    members: int
    unassigned: int


@dataclass(frozen=True)
class CaseBefore:
    """A case put before the approving leader: what is asked, by whom, until when she may open it.

    ``ends_at`` is None where her time to read it is over.
    """

    approval_id: int
    number: str
    kind: str
    asked_by: str
    asked_at: int
    ends_at: int | None


@dataclass(frozen=True)
class CaseDecided:
    """One that she decided or that was taken back."""

    approval_id: int
    number: str
    kind: str
    state: ApprovalState
    decided_at: int | None


@dataclass(frozen=True)
class ClosingWaiting:
    """A closing that a lead's team proposed; ``is_own`` where the lead herself proposed it or has the case."""

    number: str
    proposed_by: str | None
    proposed_at: int
    outcome: str | None
    is_own: bool


def for_leader(actor: Actor) -> list[CaseBefore]:
    """The files that wait for her, the one asked first on top."""
    rows = reader().execute(
        select(
            ApprovalFile.id,
            Case.number,
            ApprovalFile.kind,
            Account.display_name,
            ApprovalFile.asked_at,
            Grant.ends_at,
            Grant.ended_at,
        )
        .join(Case, Case.id == ApprovalFile.case_id)
        .join(Account, Account.id == ApprovalFile.asked_by)
        .outerjoin(Grant, Grant.id == ApprovalFile.grant_id)
        .where(
            ApprovalFile.approver_id == actor.account_id,
            ApprovalFile.state == ApprovalState.WAITING,
        )
        .order_by(ApprovalFile.asked_at)
        .limit(SHOWN)
    )
    now = now_us()
    return [
        CaseBefore(*row[:5], row.ends_at if row.ended_at is None and (row.ends_at or 0) > now else None)
        for row in rows
    ]


def decided_by(actor: Actor) -> list[CaseDecided]:
    """The newest that are no longer before her: numbers and outcomes, no word of theirs."""
    rows = reader().execute(
        select(ApprovalFile.id, Case.number, ApprovalFile.kind, ApprovalFile.state, ApprovalFile.decided_at)
        .join(Case, Case.id == ApprovalFile.case_id)
        .where(
            ApprovalFile.approver_id == actor.account_id,
            ApprovalFile.state != ApprovalState.WAITING,
        )
        .order_by(ApprovalFile.decided_at.desc())
        .limit(SHOWN)
    )
    return [CaseDecided(*row) for row in rows]


def closings_for(actor: Actor) -> list[ClosingWaiting]:
    """The closings proposed in the teams that she leads, oldest first; at most fifty."""
    newest = (
        select(CaseEvent.id)
        .where(CaseEvent.case_id == Case.id, CaseEvent.kind == "closing_proposed")
        .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    rows = reader().execute(
        select(
            Case.number,
            Case.assignee_id,
            Account.display_name,
            CaseEvent.at,
            CaseEvent.outcome,
            CaseEvent.account_id,
        )
        .join(CaseEvent, CaseEvent.id == newest)
        .outerjoin(Account, Account.id == CaseEvent.account_id)
        .where(
            cases_visible_to(actor),
            Case.team_id.in_(actor.team_ids(Role.TEAM_LEAD)),
            Case.state == CaseState.CLOSING_REVIEW,
        )
        .order_by(CaseEvent.at)
        .limit(SHOWN)
    )
    return [
        ClosingWaiting(
            row.number,
            row.display_name,
            row.at,
            row.outcome,
            actor.account_id in (row.assignee_id, row.account_id),
        )
        for row in rows
    ]


def _by_team(statement: Executable) -> dict[int, int]:
    return {team_id: count for team_id, count in reader().execute(statement)}


def for_lead(actor: Actor) -> list[TeamWaiting]:
    """One line for each team that the actor leads."""
    team_ids = actor.team_ids(Role.TEAM_LEAD)
    members = _by_team(
        select(AccountRole.team_id, func.count())
        .join(Account, Account.id == AccountRole.account_id)
        .where(
            AccountRole.team_id.in_(team_ids),
            AccountRole.approved_at.is_not(None),
            or_(AccountRole.until_on.is_(None), AccountRole.until_on > today()),
            Account.state == AccountState.ACTIVE,
            Account.offered_box.is_not(None),
        )
        .group_by(AccountRole.team_id)
    )
    unassigned = _by_team(
        select(Case.team_id, func.count())
        .where(
            cases_visible_to(actor),
            Case.team_id.in_(team_ids),
            Case.assignee_id.is_(None),
            Case.state.in_((CaseState.ACCEPTED, CaseState.ASSESSED)),
        )
        .group_by(Case.team_id)
    )
    rows = reader().execute(select(Team.id, Team.name).where(Team.id.in_(team_ids)).order_by(Team.name))
    return [TeamWaiting(row.id, row.name, members.get(row.id, 0), unassigned.get(row.id, 0)) for row in rows]
