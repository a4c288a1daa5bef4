"""What the security officer decides: roles asked for, password resets, new teams with their first lead."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from casework.actor import Actor
from casework.clock import today
from casework.crypto.roster import Roster
from casework.errors import AlreadyDone, Invalid, NotFound, PasswordNeeded
from casework.services import accounts, members, own_keys, rosters, sessions, team_keys
from casework.services.sessions import recently_checked
from casework.services.settings import put
from casework.transaction import Work, reader, write
from models.accounts import Account, AccountRole, Team
from models.base import new_id
from models.enums import AccountState, Role, TeamKind
from models.keys import RosterRecord


@dataclass(frozen=True)
class RoleAsked:
    """One role that waits for approval."""

    role_id: int
    account_id: int
    display_name: str
    username: str
    role: Role
    team_name: str | None
    asked_at: int
    asked_by_name: str | None


def waiting() -> list[RoleAsked]:
    """Roles asked for and not yet decided, oldest first."""
    asker = select(Account.id, Account.display_name).subquery()
    rows = reader().execute(
        select(
            AccountRole.id,
            AccountRole.account_id,
            Account.display_name,
            Account.username,
            AccountRole.role,
            Team.name.label("team_name"),
            AccountRole.asked_at,
            asker.c.display_name.label("asker"),
        )
        .join(Account, Account.id == AccountRole.account_id)
        .outerjoin(Team, Team.id == AccountRole.team_id)
        .outerjoin(asker, asker.c.id == AccountRole.asked_by)
        .where(AccountRole.approved_at.is_(None), AccountRole.until_on.is_(None))
        .order_by(AccountRole.asked_at)
    )
    return [
        RoleAsked(
            row.id,
            row.account_id,
            row.display_name,
            row.username,
            row.role,
            row.team_name,
            row.asked_at,
            row.asker,
        )
        for row in rows
    ]


def _asked(work: Work, role_id: int) -> AccountRole:
    # Held: of two officers who decide at one moment, the later one must see what the other decided.
    row = work.session.get(AccountRole, role_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.approved_at is not None or row.until_on is not None:
        raise AlreadyDone
    return row


def approve(actor: Actor, role_id: int) -> None:
    """Approves a role; never the officer's own, never one she asked for herself."""
    with write(actor) as work:
        row = _asked(work, role_id)
        if actor.account_id in (row.account_id, row.asked_by):
            raise Invalid({"role": "own"})
        row.approved_by, row.approved_at = actor.account_id, work.at
        row.from_on = today()
        work.record("role.approve", subject_kind="account", subject_id=row.account_id, fields=(row.role,))


def decline(actor: Actor, role_id: int) -> None:
    """Declines a role that was asked for."""
    with write(actor) as work:
        row = _asked(work, role_id)
        row.until_on = row.from_on
        work.record("role.decline", subject_kind="account", subject_id=row.account_id, fields=(row.role,))


def end_role(actor: Actor, role_id: int) -> None:
    """Ends a role from today, and her sessions; a team role takes that team's keys along."""
    with write(actor) as work:
        row = work.session.get(AccountRole, role_id, with_for_update=True)
        if row is None or row.approved_at is None or row.until_on is not None:
            raise NotFound
        if row.account_id == actor.account_id:
            raise Invalid({"role": "own"})
        row.until_on = today()
        if row.team_id is not None:
            _end_place(work, actor, row.account_id, row.team_id, row.role)
        elif row.role == Role.SECURITY_OFFICER:
            _end_office(work, actor, row.account_id)
        sessions.end_all(work, row.account_id)
        work.record("role.end", subject_kind="account", subject_id=row.account_id, fields=(row.role,))


def reset_password(actor: Actor, account_id: int) -> str:
    """A one-time link for somebody who forgot her password; her old keys open nothing from now on.

    Sealed copies are deleted, sessions ended, her key record is ended in the roster, and her teams get new keys in
    their lead's next request. Nothing that she wrote is lost: her lead admits her again.
    """
    if account_id == actor.account_id:
        raise Invalid({"account": "own"})
    with write(actor) as work:
        if not recently_checked(actor, work.at):
            raise PasswordNeeded
        account = work.session.get(Account, account_id)
        if account is None or account.state == AccountState.DISABLED:
            raise NotFound
        _end_keys(work, actor, account_id)
        accounts.shut(work, account)
        account.bundle_sealed = account.totp_sealed = None
        account.offered_box = account.offered_signing = None
        token = accounts.new_link(work, account_id)
        work.record("password.reset", subject_kind="account", subject_id=account_id)
        return token


def may_sign(actor: Actor) -> bool:
    """Whether the roster names the officer's present keys; one appointed later waits for the kit."""
    return _signs(rosters.verified_for(reader(), actor), actor)


def _signs(roster: Roster, actor: Actor) -> bool:
    return own_keys.has_own_place(roster, actor) and actor.account_id in roster.officers


def _end_keys(work: Work, actor: Actor, account_id: int) -> None:
    """Ends every place that the account's keys have in the roster.

    An officer whose own keys are not signed yet leaves that to the leads: their next request ends whoever has
    no keys of her own any more, before it makes new ones.
    """
    roster = rosters.verified_for(work.session, actor)
    if _signs(roster, actor):
        for team_id in roster.roles_in_teams(account_id):
            roster = members.end_membership(work, roster, actor, account_id, team_id)
        if account_id in roster.officers:
            _end_office(work, actor, account_id)


def _end_place(work: Work, actor: Actor, account_id: int, team_id: int, role: Role) -> None:
    """Ends one role in one team: the key copies go at once, the team is marked for new keys."""
    roster = rosters.verified_for(work.session, actor)
    if _signs(roster, actor):
        members.end_membership(work, roster, actor, account_id, team_id, (role.value,))
    team_keys.withdraw(work, account_id, team_id)
    work.session.execute(update(Team).where(Team.id == team_id).values(rotation_needed=True))


def _end_office(work: Work, actor: Actor, account_id: int) -> None:
    """Ends an officer's place in the roster, so that her keys sign nothing more."""
    roster = rosters.verified_for(work.session, actor)
    if not _signs(roster, actor):
        return
    for row in work.session.execute(
        select(RosterRecord.id, RosterRecord.statement)
        .where(RosterRecord.kind == "officer")
        .order_by(RosterRecord.sequence.desc())
    ):
        if rosters.facts_of(row.statement).get("account") == account_id:
            rosters.sign_as(work, roster, actor, "end", ends=row.id)
            return


def open_team(actor: Actor, *, name: str, kind: TeamKind, lead_account_id: int, typed_code: str) -> int:
    """A new team with its first lead, signed by the officer; the lead's next request makes its keys.

    ``typed_code`` is the admission code on the lead's own screen (CodeMismatch when it is another).
    """
    if lead_account_id == actor.account_id:
        raise Invalid({"lead": "own"})
    with write(actor) as work:
        if not recently_checked(actor, work.at):
            raise PasswordNeeded
        lead = work.session.get(Account, lead_account_id)
        if lead is None or lead.state != AccountState.ACTIVE:
            raise NotFound
        if not name.strip() or work.session.scalar(select(Team.id).where(Team.name == name.strip())):
            raise Invalid({"name": "taken"})
        roster = rosters.verified_for(work.session, actor)
        box, signing = keys = members.keys_of(roster, lead)
        members.check_code(actor, lead.id, keys, typed_code)
        team = Team(id=new_id(), name=name.strip(), kind=kind, rotation_needed=True, created_at=work.at)
        work.session.add(team)
        work.session.flush()
        facts: dict[str, Any] = {"team": team.id, "team_kind": kind.value, "name": team.name}
        _, roster = rosters.sign_as(work, roster, actor, "team", **facts)
        _, roster = rosters.sign_as(
            work,
            roster,
            actor,
            "member",
            account=lead.id,
            team=team.id,
            role=Role.TEAM_LEAD.value,
            box=box,
            sign=signing,
        )
        lead.offered_box = lead.offered_signing = None
        accounts.give_role(work, lead, Role.TEAM_LEAD, team.id, approved_by=actor.account_id)
        put(work, members.INDEX_SHARE_DUE, "yes")
        work.record("team.open", subject_kind="team", subject_id=team.id)
        return team.id


@dataclass(frozen=True)
class RoleHeldLine:
    """One role in force, for the access review."""

    role_id: int
    account_id: int
    display_name: str
    role: Role
    team_name: str | None
    from_on: datetime.date


def in_force() -> list[RoleHeldLine]:
    """Every approved role in force today, by person."""
    rows = reader().execute(
        select(
            AccountRole.id,
            AccountRole.account_id,
            Account.display_name,
            AccountRole.role,
            Team.name,
            AccountRole.from_on,
        )
        .join(Account, Account.id == AccountRole.account_id)
        .outerjoin(Team, Team.id == AccountRole.team_id)
        .where(AccountRole.approved_at.is_not(None), AccountRole.until_on.is_(None))
        .order_by(Account.display_name, AccountRole.id)
    )
    return [RoleHeldLine(*row) for row in rows]


def held(role_id: int) -> RoleHeldLine:
    """One role in force; NotFound when there is none."""
    found = next((line for line in in_force() if line.role_id == role_id), None)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class PersonReviewed:
    """One person who has not been disabled, with her roles in force, for the access review."""

    account_id: int
    display_name: str
    username: str
    has_password: bool
    roles: tuple[RoleHeldLine, ...]


def review() -> list[PersonReviewed]:
    """Everybody with an account and her roles in force, by name; those without any role among them."""
    lines: dict[int, list[RoleHeldLine]] = {}
    for line in in_force():
        lines.setdefault(line.account_id, []).append(line)
    rows = reader().execute(
        select(
            Account.id,
            Account.display_name,
            Account.username,
            Account.bundle_sealed.is_not(None).label("has_password"),
        )
        .where(Account.state != AccountState.DISABLED)
        .order_by(Account.display_name, Account.id)
    )
    return [
        PersonReviewed(row.id, row.display_name, row.username, row.has_password, tuple(lines.get(row.id, ())))
        for row in rows
    ]
