"""Team keys: made, sealed to verified members and the recovery key, rotated, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select, update

from casework.actor import Actor
from casework.crypto.encoding import packed
from casework.crypto.errors import SealBroken
from casework.crypto.fields import new_secret
from casework.crypto.keychain import TeamSecret, team_secret
from casework.crypto.roster import Person, Roster, commitment
from casework.crypto.wraps import box_public, new_box_pair, open_box, seal_to
from casework.errors import KeyMissing, KeyUntrusted
from casework.services import rosters
from casework.services.key_grants import MAY_LOOK_UP, compartments_of, compartments_of_team
from casework.transaction import Work
from models.accounts import Team
from models.base import new_id
from models.enums import CompartmentKind, Role, TeamKind
from models.keys import IndexKey, KeyCopy, TeamKey


def copy_purpose(key_id: int, account_id: int | None) -> bytes:
    """What a sealed copy is bound to: the key and the one account (0 for the recovery key)."""
    return packed("key-copy", key_id, account_id or 0)


def trusted_secret(roster: Roster, key_id: int, plain: bytes) -> TeamSecret:
    """The team secret in an opened copy; KeyUntrusted unless it is the private half of the signed public key."""
    signed = roster.team_keys.get(key_id)
    if signed is None or box_public(plain) != signed[3]:
        raise KeyUntrusted("team_key")
    return team_secret(plain)


def trusted_index_key(roster: Roster, version: int, plain: bytes) -> bytes:
    """The index key in an opened copy; KeyUntrusted unless the roster commits to it."""
    if roster.index_commitments.get(version) != commitment(plain):
        raise KeyUntrusted("index_key")
    return plain


def store_copy(
    work: Work, key_id: int, account_id: int | None, public: bytes, plain: bytes, index: bool
) -> None:
    """Stores a key sealed to one account's public key (to the recovery key when ``account_id`` is None)."""
    work.session.add(
        KeyCopy(
            key_id=key_id,
            is_index_key=index,
            account_id=account_id,
            key_sealed=seal_to(public, plain, copy_purpose(key_id, account_id)),
            created_at=work.at,
        )
    )


def kind_of(roster: Roster, team_id: int) -> TeamKind:
    """What the team is for, as it was signed when it was opened; KeyUntrusted for a team that is on no roster."""
    if team_id not in roster.teams:
        raise KeyUntrusted("team")
    return TeamKind(roster.teams[team_id])


def entitled(roster: Roster, team_id: int, compartment: CompartmentKind) -> list[Person]:
    """The verified members whose role in the team opens this compartment."""
    kind, people = kind_of(roster, team_id), []
    for account_id, roles in roster.members_of(team_id).items():
        if any(compartment in compartments_of(kind, Role(role)) for role in roles):
            people.append(roster.people[account_id])
    return people


def make_key(
    work: Work,
    roster: Roster,
    team: Team,
    compartment: CompartmentKind,
    *,
    signing_private: bytes,
    signer: int,
) -> tuple[int, TeamSecret, Roster]:
    """A new version of one team key, signed into the roster and sealed to whoever may hold it; retires the last."""
    newest = roster.newest_team_key(team.id, compartment.value)
    version = roster.team_keys[newest][2] + 1 if newest is not None else 1
    private, public = new_box_pair()
    secret = team_secret(private)
    key_id = new_id()
    _, roster = rosters.append(
        work,
        roster,
        "team_key",
        signing_private=signing_private,
        signer=signer,
        team=team.id,
        team_key=key_id,
        compartment=compartment.value,
        version=version,
        box=public,
    )
    work.session.execute(
        update(TeamKey)
        .where(TeamKey.team_id == team.id, TeamKey.compartment == compartment, TeamKey.retired_at.is_(None))
        .values(retired_at=work.at)
    )
    work.session.add(
        TeamKey(
            id=key_id,
            team_id=team.id,
            compartment=compartment,
            key_version=version,
            public=public,
            created_at=work.at,
        )
    )
    for person in entitled(roster, team.id, compartment):
        store_copy(work, key_id, person.account_id, person.box_public, private, False)
    if not roster.recovery_public:
        raise KeyUntrusted("recovery")
    store_copy(work, key_id, None, roster.recovery_public, private, False)
    return key_id, secret, roster


def make_index_key(
    work: Work, roster: Roster, holders: Iterable[Person], *, signing_private: bytes, signer: int
) -> tuple[bytes, Roster]:
    """The first blind-index key, committed to in the roster, sealed to its holders and the recovery key."""
    secret, key_id = new_secret(), new_id()
    _, roster = rosters.append(
        work,
        roster,
        "index_key",
        signing_private=signing_private,
        signer=signer,
        version=1,
        commitment=commitment(secret),
    )
    work.session.add(IndexKey(id=key_id, key_version=1, created_at=work.at))
    for person in holders:
        store_copy(work, key_id, person.account_id, person.box_public, secret, True)
    store_copy(work, key_id, None, roster.recovery_public, secret, True)
    return secret, roster


def rotate(work: Work, roster: Roster, actor: Actor, team: Team) -> Roster:
    """New versions of every key of the team, signed by its lead; what is written from now on is out of old reach.

    Seals to whomever the roster names: who is no member any more must have been ended there before.
    """
    signer = roster.record_of(actor.account_id)
    if actor.keychain is None or signer is None:
        raise KeyMissing
    for compartment in sorted(compartments_of_team(kind_of(roster, team.id))):
        _, _, roster = make_key(
            work,
            roster,
            team,
            compartment,
            signing_private=actor.keychain.signing_private,
            signer=signer,
        )
    team.rotation_needed = False
    work.record("team_keys.rotate", subject_kind="team", subject_id=team.id)
    return roster


def share_with(work: Work, roster: Roster, actor: Actor, team: Team, person: Person) -> int:
    """Seals every version of the team's keys that the member's role opens, and the index key, to a verified member.

    The person must stand in ``roster`` (KeyUntrusted otherwise). Gives the number of copies made.
    """
    trusted = roster.people.get(person.account_id)
    if trusted != person:
        raise KeyUntrusted("member")
    secrets = open_copies(work, roster, actor)
    made = 0
    roles = roster.members_of(team.id).get(person.account_id, set())
    kind = kind_of(roster, team.id)
    opens = frozenset().union(*(compartments_of(kind, Role(role)) for role in roles))
    # What the roster says a key is for, not what its row says.
    for key_id, compartment in roster.keys_of_team(team.id).items():
        if compartment in opens and key_id in secrets:
            made += _replace_copy(work, key_id, person, secrets[key_id].box_private, False)
    if any(Role(role) in MAY_LOOK_UP for role in roles):
        made += len(share_index(work, actor, [person]))
    return made


def share_index(work: Work, actor: Actor, people: Iterable[Person]) -> list[int]:
    """Seals the index keys that the actor holds to verified people who have no copy; gives whom."""
    held = actor.keychain.index_keys if actor.keychain else {}
    given: list[int] = []
    for index in work.session.scalars(select(IndexKey)):
        having = set(work.session.scalars(select(KeyCopy.account_id).where(KeyCopy.key_id == index.id)))
        for person in people:
            if index.key_version in held and person.account_id not in having:
                secret = held[index.key_version]
                store_copy(work, index.id, person.account_id, person.box_public, secret, True)
                given.append(person.account_id)
    return given


def _replace_copy(work: Work, key_id: int, person: Person, plain: bytes, index: bool) -> int:
    work.session.execute(
        delete(KeyCopy).where(KeyCopy.key_id == key_id, KeyCopy.account_id == person.account_id)
    )
    store_copy(work, key_id, person.account_id, person.box_public, plain, index)
    return 1


def open_copies(work: Work, roster: Roster, actor: Actor) -> dict[int, TeamSecret]:
    """The team secrets that the actor's own copies open now, newer ones than her session's among them."""
    if actor.keychain is None:
        raise KeyMissing
    secrets = dict(actor.keychain.team_secrets)
    rows = work.session.execute(
        select(KeyCopy.key_id, KeyCopy.key_sealed).where(
            KeyCopy.account_id == actor.account_id, KeyCopy.is_index_key.is_(False)
        )
    )
    for key_id, sealed in rows:
        if key_id in secrets:
            continue
        try:
            plain = open_box(actor.keychain.box_private, sealed, copy_purpose(key_id, actor.account_id))
            secrets[key_id] = trusted_secret(roster, key_id, plain)
        except (SealBroken, KeyUntrusted):
            work.record("key_copy.refused", subject_kind="key_copy", subject_id=key_id)
    return secrets


def withdraw(work: Work, account_id: int, team_id: int | None = None) -> None:
    """Deletes an account's sealed copies: of one team's keys, or all of them with the index key."""
    condition = KeyCopy.account_id == account_id
    if team_id is not None:
        condition &= KeyCopy.key_id.in_(select(TeamKey.id).where(TeamKey.team_id == team_id))
    work.session.execute(delete(KeyCopy).where(condition))


def withdraw_index(work: Work, roster: Roster, account_id: int) -> None:
    """Deletes an account's copies of the index key unless a role that she still has may look up."""
    roles = {role for held in roster.roles_in_teams(account_id).values() for role in held}
    if not any(Role(role) in MAY_LOOK_UP for role in roles):
        work.session.execute(
            delete(KeyCopy).where(KeyCopy.account_id == account_id, KeyCopy.is_index_key.is_(True))
        )
