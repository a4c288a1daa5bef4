"""Who of a lead's teams carries how much: open cases, high-lethal ones, contacts that are late."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case as choose
from sqlalchemy import func, or_, select

from casework.actor import Actor
from casework.clock import now_us, today
from casework.law import moves
from casework.services import assignments
from casework.services.case_moves import OPEN_CONTACTS
from casework.services.danger_levels import newest_level
from casework.services.visibility import beyond_no_wall
from casework.transaction import reader
from models.accounts import Account, Team
from models.cases import Case
from models.enums import CaseState, FollowUpSubject, Role, TeamKind
from models.follow_ups import FollowUp

_OPEN = [CaseState(state) for state in moves.OPEN_STATES]


@dataclass(frozen=True)
class Carried:
    """What one person carries in a team; ``account_id`` is None for what nobody has yet.

    ``is_member`` is False for somebody who left the team and still has cases.
    """

    account_id: int | None
    display_name: str | None
    is_member: bool
    open_cases: int
    high_lethal: int
    late_contacts: int


@dataclass(frozen=True)
class TeamLoad:
    """One casework team, its people by how much they carry, the most first."""

    team_id: int
    team_name: str
    people: list[Carried]


def caseload(actor: Actor) -> list[TeamLoad]:
    """The load of each casework team that the actor leads, recorded as shown. Counts alone, no case."""
    rows = (
        reader()
        .execute(
            select(Team.id, Team.name)
            .where(Team.id.in_(actor.team_ids(Role.TEAM_LEAD)), Team.kind == TeamKind.CASEWORK)
            .order_by(Team.name)
        )
        .all()
    )
    actor.shown("load.read", subject_kind="team", ids=[row.id for row in rows])
    return [TeamLoad(row.id, row.name, _people(actor, row.id)) for row in rows]


def _people(actor: Actor, team_id: int) -> list[Carried]:
    cases, late = _cases(actor, team_id), _late(actor, team_id)
    members = dict(assignments.admitted(actor, team_id))
    others = set(cases) | set(late)
    unknown = [key for key in others if key is not None and key not in members]
    found = reader().execute(select(Account.id, Account.display_name).where(Account.id.in_(unknown)))
    names = {row.id: row.display_name for row in found}
    keys: list[int | None] = [*members, *unknown, *([None] if None in others else [])]
    lines = [
        Carried(
            key,
            members.get(key) or names.get(key) if key is not None else None,
            key in members,
            *cases.get(key, (0, 0)),
            late.get(key, 0),
        )
        for key in keys
    ]
    return sorted(
        lines, key=lambda line: (line.account_id is None, -line.open_cases, line.display_name or "")
    )


def _cases(actor: Actor, team_id: int) -> dict[int | None, tuple[int, int]]:
    rows = reader().execute(
        select(
            Case.assignee_id,
            func.count().label("open_cases"),
            func.sum(choose((newest_level == "high_lethal", 1), else_=0)).label("high"),
        )
        .where(Case.team_id == team_id, Case.state.in_(_OPEN), beyond_no_wall)
        .group_by(Case.assignee_id),
        {"viewer": actor.account_id},
    )
    return {row.assignee_id: (row.open_cases, row.high or 0) for row in rows}


def _late(actor: Actor, team_id: int) -> dict[int | None, int]:
    rows = reader().execute(
        select(FollowUp.assignee_id, func.count().label("late"))
        .join(Case, (FollowUp.subject_kind == FollowUpSubject.CASE) & (Case.id == FollowUp.subject_id))
        .where(
            FollowUp.team_id == team_id,
            FollowUp.state.in_(OPEN_CONTACTS),
            FollowUp.due_on <= today(),
            or_(
                FollowUp.due_at.is_(None) & (FollowUp.due_on < today()),
                FollowUp.due_at < now_us(),
            ),
            beyond_no_wall,
        )
        .group_by(FollowUp.assignee_id),
        {"viewer": actor.account_id},
    )
    return {row.assignee_id: row.late for row in rows}
