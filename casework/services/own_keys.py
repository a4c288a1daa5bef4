"""A person's own keys: the code that she reads to her lead, and which of her roles still wait for it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from casework.actor import Actor
from casework.clock import today
from casework.crypto.roster import Roster
from casework.crypto.signing import admission_code, signing_public
from casework.crypto.wraps import box_public
from casework.errors import KeyMissing
from casework.services import rosters
from casework.transaction import reader
from models.accounts import AccountRole, Team
from models.enums import Role


@dataclass(frozen=True)
class RoleWaiting:
    """One of her roles whose keys are not hers yet: whether the officer still has to approve it first."""

    role: Role
    team_name: str | None
    is_approved: bool


@dataclass(frozen=True, repr=False)
class OwnKeys:
    """What her account page says of her keys. ``places`` names the teams in which they are admitted."""

    code: str
    waiting: tuple[RoleWaiting, ...]
    places: tuple[str, ...]


def own_admission_code(actor: Actor) -> str | None:
    """The code that the actor reads to her lead, from the keys in her bundle; None while she is locked."""
    if actor.keychain is None:
        return None
    return admission_code(
        actor.account_id,
        box_public(actor.keychain.box_private),
        signing_public(actor.keychain.signing_private),
        actor.keychain.root_public,
    )


def has_own_place(roster: Roster, actor: Actor) -> bool:
    """Whether the roster knows the keys that the actor has now, and not earlier ones of hers."""
    person = roster.people.get(actor.account_id)
    if person is None or actor.keychain is None:
        return False
    return person.signing_public == signing_public(actor.keychain.signing_private)


def are_missing(actor: Actor) -> bool:
    """Whether somebody who works in a team holds none of its keys in this session; asks no database."""
    return bool(actor.team_ids()) and actor.keychain is not None and not actor.keychain.team_secrets


def of(actor: Actor) -> OwnKeys:
    """The actor's code, the roles that wait for it, and where she is admitted; KeyMissing while locked."""
    code = own_admission_code(actor)
    if code is None:
        raise KeyMissing
    roster = rosters.verified_for(reader(), actor)
    known = has_own_place(roster, actor)
    rows = reader().execute(
        select(AccountRole.role, AccountRole.team_id, AccountRole.approved_at, Team.name)
        .outerjoin(Team, Team.id == AccountRole.team_id)
        .where(
            AccountRole.account_id == actor.account_id,
            or_(AccountRole.until_on.is_(None), AccountRole.until_on > today()),
        )
        .order_by(AccountRole.id)
    )
    waiting, places = [], []
    for row in rows:
        if row.team_id is None and row.role == Role.APPROVING_LEADER:
            # A case is sealed to her once the security officer signed her keys.
            admitted = known and row.approved_at is not None
        elif row.team_id is None and row.role != Role.SECURITY_OFFICER:
            admitted = row.approved_at is not None
        elif row.team_id is None:
            admitted = known and actor.account_id in roster.officers
        else:
            roles = roster.members_of(row.team_id).get(actor.account_id, set())
            admitted = known and row.role.value in roles
        if not admitted:
            waiting.append(RoleWaiting(row.role, row.name, row.approved_at is not None))
        elif row.name is not None:
            places.append(row.name)
    return OwnKeys(code, tuple(waiting), tuple(dict.fromkeys(places)))
