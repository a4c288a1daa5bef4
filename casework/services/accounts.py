"""Accounts: invited by the administrator, roles approved by the security officer, passwords set by their owners."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select, true, update

from casework.actor import Actor
from casework.clock import DAY, local_date, now_us, today
from casework.crypto.bundles import bundle_key, new_bundle, seal_bundle
from casework.crypto.passwords import new_salt, stretch
from casework.errors import AlreadyDone, Invalid, LinkSpent, NotFound
from casework.runtime import runtime
from casework.services import password_rules, rosters, sessions, team_keys
from casework.services.key_grants import roles_for
from casework.services.settings import value_of
from casework.transaction import Work, reader, write
from models.accounts import Account, AccountRole, Invitation, Team
from models.base import new_id
from models.enums import TEAM_ROLES, AccountState, Role

LINK_DAYS = 7
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")

# No one account combines any two of these; a case role never joins the administrator or the auditor either.
FORBIDDEN_PAIRS: frozenset[frozenset[Role]] = frozenset(
    frozenset(pair)
    for pair in (
        (Role.SECURITY_OFFICER, Role.SYSTEM_ADMINISTRATOR),
        (Role.SECURITY_OFFICER, Role.AUDITOR),
        (Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR),
        *((Role.SYSTEM_ADMINISTRATOR, role) for role in TEAM_ROLES),
        *((Role.AUDITOR, role) for role in TEAM_ROLES),
        *((Role.SUPERVISOR, role) for role in TEAM_ROLES),
        (Role.SUPERVISOR, Role.SYSTEM_ADMINISTRATOR),
        *((Role.DEPARTMENT_REPORTER, role) for role in TEAM_ROLES),
        (Role.DEPARTMENT_REPORTER, Role.SYSTEM_ADMINISTRATOR),
    )
)


@dataclass(frozen=True)
class AccountLine:
    """One account in the administrator's or security officer's list; never a key, never a password."""

    account_id: int
    username: str
    display_name: str
    state: AccountState
    roles: tuple[tuple[Role, str | None, bool], ...]
    has_totp: bool
    version: int


def forbidden_together(roles: Iterable[Role]) -> frozenset[Role] | None:
    """The first forbidden pair among these roles, or None."""
    held = set(roles)
    return next((pair for pair in sorted(FORBIDDEN_PAIRS, key=sorted) if pair <= held), None)


def check_username(username: str) -> str:
    """The name as stored (lower case); Invalid when it is none."""
    name = username.strip().casefold()
    if not USERNAME.fullmatch(name):
        raise Invalid({"username": "shape"})
    return name


def add(work: Work, *, username: str, display_name: str) -> Account:
    """A new account without a password, within a transaction; Invalid when the name is taken."""
    name = check_username(username)
    if work.session.scalar(select(Account.id).where(Account.username == name)) is not None:
        raise Invalid({"username": "taken"})
    account = Account(
        id=new_id(),
        username=name,
        display_name=display_name.strip(),
        state=AccountState.INVITED,
        created_at=work.at,
    )
    work.session.add(account)
    work.session.flush()
    return account


def _check_team(work: Work, role: Role, team_id: int | None) -> None:
    """Passes a role with the team that it needs; a role that a team of that kind does not have is Invalid."""
    if (role in TEAM_ROLES) != (team_id is not None):
        raise Invalid({"team_id": "team"})
    if team_id is not None:
        team = work.session.get(Team, team_id)
        if team is None or role not in roles_for(team.kind):
            raise Invalid({"team_id": "team_kind"})


def give_role(
    work: Work, account: Account, role: Role, team_id: int | None, *, approved_by: int | None
) -> AccountRole:
    """One dated role; it counts once approved.

    Invalid for a forbidden pair, one that she has or waits for, and a team role without a team of its kind.
    """
    _check_team(work, role, team_id)
    held = work.session.execute(
        select(AccountRole.role, AccountRole.team_id).where(
            AccountRole.account_id == account.id,
            or_(AccountRole.until_on.is_(None), AccountRole.until_on > today()),
        )
    ).all()
    if (role, team_id) in [(row.role, row.team_id) for row in held]:
        raise Invalid({"role": "held"})
    if forbidden_together({row.role for row in held} | {role}) is not None:
        raise Invalid({"role": "forbidden_pair"})
    row = AccountRole(
        account_id=account.id,
        role=role,
        team_id=team_id,
        from_on=local_date(work.at),
        asked_by=work.actor.account_id if work.actor else None,
        asked_at=work.at,
        approved_by=approved_by,
        approved_at=work.at if approved_by else None,
    )
    work.session.add(row)
    work.session.flush()
    return row


def new_link(work: Work, account_id: int) -> str:
    """A one-time token, good for seven days; earlier ones of the account are spent. Only its digest is stored."""
    spend_links(work, account_id)
    token = secrets.token_urlsafe(32)
    work.session.add(
        Invitation(
            account_id=account_id,
            token_digest=hashlib.sha256(token.encode()).digest(),
            made_by=work.actor.account_id if work.actor else None,
            ends_at=work.at + LINK_DAYS * DAY,
        )
    )
    return token


def spend_links(work: Work, account_id: int) -> None:
    """Makes every open link of an account useless, within a transaction."""
    work.session.execute(
        update(Invitation)
        .where(Invitation.account_id == account_id, Invitation.used_at.is_(None))
        .values(used_at=work.at)
    )


def invite(
    actor: Actor, *, username: str, display_name: str, role: Role, team_id: int | None
) -> tuple[int, str]:
    """A new account with one role asked for, and its one-time link; the role waits for the security officer."""
    with write(actor) as work:
        account = add(work, username=username, display_name=display_name)
        give_role(work, account, role, team_id, approved_by=None)
        token = new_link(work, account.id)
        work.record("account.invite", subject_kind="account", subject_id=account.id, fields=(role.value,))
        return account.id, token


def ask_role(actor: Actor, account_id: int, role: Role, team_id: int | None) -> None:
    """Asks for one more role for an existing account."""
    with write(actor) as work:
        account = work.session.get(Account, account_id)
        if account is None or account.state == AccountState.DISABLED:
            raise NotFound
        give_role(work, account, role, team_id, approved_by=None)
        work.record("role.ask", subject_kind="account", subject_id=account_id, fields=(role.value,))


@dataclass(frozen=True)
class Invited:
    """Whom a one-time link is for."""

    account_id: int
    username: str
    display_name: str


def invited_by(token: str) -> Invited:
    """Whose link this is, or LinkSpent."""
    row = (
        reader()
        .execute(
            select(Account.id, Account.username, Account.display_name)
            .join(Invitation, Invitation.account_id == Account.id)
            .where(
                Invitation.token_digest == hashlib.sha256(token.encode()).digest(),
                Invitation.used_at.is_(None),
                Invitation.ends_at > now_us(),
                Account.state != AccountState.DISABLED,
            )
        )
        .one_or_none()
    )
    if row is None:
        raise LinkSpent
    return Invited(row.id, row.username, row.display_name)


def set_password(work: Work, account: Account, stretched: bytes, salt: bytes) -> bytes:
    """Fresh keys for an account, sealed under a stretched password, within a transaction; gives the bundle's key.

    Earlier keys are gone: sealed copies are deleted, sessions ended, and leads must admit her again.
    """
    root = work.session.scalar(rosters.root_of)
    if root is None:
        raise NotFound
    root_public = rosters.root_public_of(root)
    bundle = new_bundle(root_public)
    key = bundle_key(stretched, runtime().server_secret)
    account.password_salt, account.password_cost = salt, runtime().password_cost.encoded()
    account.bundle_sealed = seal_bundle(key, account.id, bundle)
    account.totp_sealed, account.totp_last_step = None, None
    account.offered_box, account.offered_signing = bundle.box_public, bundle.signing_public
    account.state = AccountState.ACTIVE
    team_keys.withdraw(work, account.id)
    sessions.end_all(work, account.id)
    return key


def accept_invitation(token: str, password: str, *, language: str = "zh") -> None:
    """Sets the password of the link's account and makes her keys; ``language`` is the one she read the page in.

    Raises LinkSpent, Invalid for a refused password.
    """
    invited = invited_by(token)
    fault = password_rules.fault(password, invited.username)
    if fault:
        raise Invalid({"password": fault})
    salt = new_salt()
    stretched = stretch(password, salt, runtime().password_cost)
    with write(None) as work:
        spent = work.changed(
            update(Invitation)
            .where(
                Invitation.token_digest == hashlib.sha256(token.encode()).digest(),
                Invitation.used_at.is_(None),
                Invitation.ends_at > work.at,
            )
            .values(used_at=work.at)
        )
        if spent != 1:
            raise LinkSpent
        account = work.session.get(Account, invited.account_id)
        if account is None or account.state == AccountState.DISABLED:
            raise LinkSpent
        set_password(work, account, stretched, salt)
        account.language = language
        work.record("password.set", subject_kind="account", subject_id=account.id, account_id=account.id)


def listing() -> list[AccountLine]:
    """Every account with its roles, by name."""
    teams = {row.id: row.name for row in reader().execute(select(Team.id, Team.name))}
    held: dict[int, list[tuple[Role, str | None, bool]]] = {}
    for row in reader().execute(
        select(AccountRole.account_id, AccountRole.role, AccountRole.team_id, AccountRole.approved_at)
        .where(or_(AccountRole.until_on.is_(None), AccountRole.until_on > today()))
        .order_by(AccountRole.id)
    ):
        line = (row.role, teams.get(row.team_id), row.approved_at is not None)
        held.setdefault(row.account_id, []).append(line)
    rows = reader().execute(
        select(
            Account.id,
            Account.username,
            Account.display_name,
            Account.state,
            Account.totp_sealed.is_not(None).label("has_totp"),
            Account.version,
        ).order_by(Account.username)
    )
    return [
        AccountLine(
            row.id,
            row.username,
            row.display_name,
            row.state,
            tuple(held.get(row.id, ())),
            row.has_totp,
            row.version,
        )
        for row in rows
    ]


def line_of(account_id: int) -> AccountLine:
    """One account of the listing; NotFound when there is none."""
    found = next((line for line in listing() if line.account_id == account_id), None)
    if found is None:
        raise NotFound
    return found


def choices(*, with_keys: bool) -> dict[str, str]:
    """Active people to choose from, as id and name; ``with_keys``: only those who have set a password."""
    rows = reader().execute(
        select(Account.id, Account.display_name, Account.username)
        .where(
            Account.state == AccountState.ACTIVE,
            Account.bundle_sealed.is_not(None) if with_keys else true(),
        )
        .order_by(Account.display_name, Account.id)
    )
    return {str(row.id): f"{row.display_name} {row.username}" for row in rows}


def teams() -> list[tuple[int, str, str]]:
    """Every team: id, name, kind."""
    rows = reader().execute(select(Team.id, Team.name, Team.kind).order_by(Team.name))
    return [(row.id, row.name, row.kind.value) for row in rows]


def is_small_office() -> bool:
    """Small-office mode: one to three people; closing goes to the approving leader."""
    return value_of("office.small", "no") == "yes"


def disable(actor: Actor, account_id: int) -> None:
    """Shuts an account: sessions, links and roles end, keys and sealed copies go; what she wrote stays.

    Her place in the roster is ended by her lead's next request, before new team keys are sealed to anybody.
    """
    if account_id == actor.account_id:
        raise AlreadyDone
    with write(actor) as work:
        account = work.session.get(Account, account_id)
        if account is None:
            raise NotFound
        if account.state == AccountState.DISABLED:
            raise AlreadyDone
        shut(work, account)
        spend_links(work, account_id)
        _end_roles(work, account_id)
        account.state = AccountState.DISABLED
        account.bundle_sealed = account.totp_sealed = None
        account.offered_box = account.offered_signing = None
        work.record("account.disable", subject_kind="account", subject_id=account_id)


def _end_roles(work: Work, account_id: int) -> None:
    work.session.execute(
        update(AccountRole)
        .where(AccountRole.account_id == account_id, AccountRole.until_on.is_(None))
        .values(until_on=today())
    )


def shut(work: Work, account: Account) -> None:
    """Takes every key copy and session of an account and marks its teams for rotation, within a transaction."""
    team_ids = set(
        work.session.scalars(
            select(AccountRole.team_id).where(
                AccountRole.account_id == account.id, AccountRole.team_id.is_not(None)
            )
        )
    )
    if team_ids:
        work.session.execute(update(Team).where(Team.id.in_(team_ids)).values(rotation_needed=True))
    team_keys.withdraw(work, account.id)
    sessions.end_all(work, account.id)
