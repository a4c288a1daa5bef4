"""The two members of a team who answer emergencies, named by its lead; where none is named, its leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from casework.actor import Actor
from casework.clock import today
from casework.errors import Invalid, NotFound
from casework.services.members import lead_of
from casework.services.visibility import case_teams
from casework.transaction import reader, write
from models.access import DutyPerson
from models.accounts import Account, AccountRole, Team
from models.enums import AccountState, Role, TeamKind

MOST = 2
_CASE_ROLES = (Role.CASEWORKER, Role.TEAM_LEAD)


@dataclass(frozen=True)
class Member:
    """One member of a casework team, and whether she answers emergencies by name."""

    account_id: int
    display_name: str
    role: Role
    is_named: bool


@dataclass(frozen=True)
class DutyTeam:
    """A casework team with its members."""

    team_id: int
    name: str
    members: list[Member]


def members_of(session: Session, team_id: int) -> list[Member]:
    """Who works on the cases of this team now, by name; a lead once, as lead."""
    named = set(session.scalars(select(DutyPerson.account_id).where(DutyPerson.team_id == team_id)))
    rows = session.execute(
        select(Account.id, Account.display_name, AccountRole.role)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(
            AccountRole.team_id == team_id,
            AccountRole.role.in_(_CASE_ROLES),
            AccountRole.approved_at.is_not(None),
            or_(AccountRole.until_on.is_(None), AccountRole.until_on > today()),
            Account.state == AccountState.ACTIVE,
        )
        .order_by(Account.display_name, Account.id)
    )
    found: dict[int, Member] = {}
    for row in rows:
        if row.id not in found or row.role == Role.TEAM_LEAD:
            found[row.id] = Member(row.id, row.display_name, row.role, row.id in named)
    return list(found.values())


def answerers(session: Session, team_id: int) -> list[int]:
    """The accounts that answer emergencies of this team: who is named and still works there, else its leads."""
    members = members_of(session, team_id)
    named = [member.account_id for member in members if member.is_named]
    return named or [member.account_id for member in members if member.role == Role.TEAM_LEAD]


def teams_answered_by(session: Session, actor: Actor) -> list[int]:
    """The teams for which this person answers."""
    return [team for team in case_teams(actor) if actor.account_id in answerers(session, team)]


def _casework_team(session: Session, actor: Actor, team_id: int) -> Team:
    lead_of(actor, team_id)
    team = session.get(Team, team_id)
    if team is None or team.kind != TeamKind.CASEWORK:
        raise NotFound
    return team


def of_team(actor: Actor, team_id: int) -> DutyTeam:
    """A lead's own casework team with its members; NotFound for any other."""
    team = _casework_team(reader(), actor, team_id)
    return DutyTeam(team_id, team.name, members_of(reader(), team_id))


def teams_to_name_in(actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of each casework team that the actor leads."""
    wanted = select(Team.id, Team.name).where(
        Team.id.in_(actor.team_ids(Role.TEAM_LEAD)), Team.kind == TeamKind.CASEWORK
    )
    return [(row.id, row.name) for row in reader().execute(wanted.order_by(Team.name))]


def name(actor: Actor, team_id: int, account_ids: Iterable[int]) -> None:
    """Names who answers emergencies of a lead's own team, in place of whoever was named: two at most, or nobody.

    Invalid ``people``: ``too_many_people`` for a third, ``choice`` for somebody who does not work there.
    """
    wanted = sorted(set(account_ids))
    with write(actor) as work:
        _casework_team(work.session, actor, team_id)
        if len(wanted) > MOST:
            raise Invalid({"people": "too_many_people"})
        if not set(wanted) <= {member.account_id for member in members_of(work.session, team_id)}:
            raise Invalid({"people": "choice"})
        work.session.execute(delete(DutyPerson).where(DutyPerson.team_id == team_id))
        for account_id in wanted:
            work.session.add(
                DutyPerson(
                    team_id=team_id,
                    account_id=account_id,
                    appointed_by=actor.account_id,
                    appointed_at=work.at,
                )
            )
        work.record("duty_persons.name", subject_kind="team", subject_id=team_id, ids=wanted)
