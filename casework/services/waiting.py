"""What waits for a decision: of the approving leader, the cases put before her; of a lead, members to admit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Executable, func, or_, select

from casework.actor import Actor
from casework.clock import now_us, today
from casework.services.visibility import cases_visible_to
from casework.transaction import reader
from models.access import Grant
from models.accounts import Account, AccountRole, Team
from models.cases import Case
from models.enums import AccountState, CaseState, Role


@dataclass(frozen=True)
class TeamWaiting:
    """What a lead's team waits for: members whose keys are not admitted, cases without an assignee."""

    team_id: int
    team_name: str
    members: int
    unassigned: int


@dataclass(frozen=True)
class CaseBefore:
    """A case put before the approving leader: its number, what is asked, until when she may open it."""

    number: str
    kind: str
    granted_by: str
    ends_at: int


def for_leader(actor: Actor) -> list[CaseBefore]:
    """The cases under a grant that has not ended, the one that ends first on top."""
    rows = reader().execute(
        select(Case.number, Grant.kind, Account.display_name, Grant.ends_at)
        .join(Case, Case.id == Grant.case_id)
        .join(Account, Account.id == Grant.granted_by)
        .where(Grant.account_id == actor.account_id, Grant.ended_at.is_(None), Grant.ends_at > now_us())
        .order_by(Grant.ends_at)
    )
    return [CaseBefore(*row) for row in rows]


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
