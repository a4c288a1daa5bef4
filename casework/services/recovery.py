"""When every member of a team has lost her password: two shares of the kit, and a new kit afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from casework.actor import Actor
from casework.clock import today
from casework.crypto import kit as kits
from casework.crypto.errors import SealBroken
from casework.crypto.keychain import TeamSecret
from casework.crypto.roster import ROOT_SIGNER, Roster
from casework.crypto.signing import fingerprint, signing_public
from casework.crypto.wraps import open_box
from casework.errors import KeyMissing, KeyUntrusted, NotFound, PasswordNeeded
from casework.services import members, rosters, setup, team_keys
from casework.services.key_grants import MAY_LOOK_UP, compartments_of
from casework.services.sessions import recently_checked
from casework.services.setup import OpenedKit, PrintedKit
from casework.transaction import Work, reader, write
from models.accounts import Account, AccountRole, Team
from models.base import new_id
from models.enums import AccountState, Role
from models.follow_ups import Notice
from models.keys import IndexKey, KeyCopy


@dataclass(frozen=True, repr=False)
class _Recovered:
    """Every key that the recovery key opens, by its id."""

    teams: dict[int, TeamSecret]
    index: dict[int, bytes]


@dataclass(frozen=True)
class Candidate:
    """Somebody whose keys only the office root can sign: in these teams as a lead, or (None) as an officer."""

    account_id: int
    display_name: str
    places: tuple[str | None, ...]


def _approved(session: Session, account_id: int | None = None) -> list[Any]:
    """Account, team and the team's name of each approved lead and officer who has set a password."""
    statement = (
        select(Account, AccountRole.team_id, Team.name)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .outerjoin(Team, Team.id == AccountRole.team_id)
        .where(
            Account.state == AccountState.ACTIVE,
            Account.bundle_sealed.is_not(None),
            AccountRole.role.in_((Role.TEAM_LEAD, Role.SECURITY_OFFICER)),
            AccountRole.approved_at.is_not(None),
            or_(AccountRole.until_on.is_(None), AccountRole.until_on > today()),
        )
        .order_by(Account.display_name, AccountRole.id)
    )
    if account_id is not None:
        statement = statement.where(Account.id == account_id)
    return list(session.execute(statement).all())


def _stands(roster: Roster, account: Account, team_id: int | None) -> bool:
    """Whether the roster names the account's present keys in this place."""
    if account.offered_box is not None:
        return False
    return account.id in roster.officers if team_id is None else roster.leads(account.id, team_id)


def candidates(actor: Actor) -> list[Candidate]:
    """Approved leads and officers whose present keys are not in the roster, each with where."""
    roster = rosters.verified_for(reader(), actor)
    found: dict[int, Candidate] = {}
    for account, team_id, team_name in _approved(reader()):
        if not _stands(roster, account, team_id):
            known = found.get(account.id, Candidate(account.id, account.display_name, ()))
            found[account.id] = replace(known, places=(*known.places, team_name))
    return list(found.values())


def readmit(actor: Actor, one: str, other: str, *, account_id: int, typed_code: str) -> PrintedKit:
    """Signs a lead or a security officer with two shares of the kit; the kit is then made anew.

    She has set a new password and reads the code on her own screen. The office root signs her keys in every place
    that she was approved for; to a lead every key of those teams is sealed and they are marked for new ones;
    everybody is told. Gives the new kit to print. Raises WrongKit or Invalid for the shares, CodeMismatch,
    PasswordNeeded, NotFound for somebody whom nothing waits for, KeyUntrusted when the root of these shares is not
    the one that the actor trusts.
    """
    if actor.keychain is None:
        raise KeyMissing
    opened = setup.open_kit(one, other)
    if signing_public(opened.root_private) != actor.keychain.root_public:
        raise KeyUntrusted("root")
    kit = kits.new_kit()
    with write(actor) as work:
        if not recently_checked(actor, work.at):
            raise PasswordNeeded
        roster = rosters.verified_for(work.session, actor)
        rows = _approved(work.session, account_id)
        places = [row.team_id for row in rows if not _stands(roster, row.Account, row.team_id)]
        if not places:
            raise NotFound
        account: Account = rows[0].Account
        keys = members.keys_of(roster, account)
        members.check_code(actor, account_id, keys, typed_code)
        for team_id in places:
            roster = _sign(work, roster, opened, account_id, team_id, keys)
        account.offered_box = account.offered_signing = None
        recovered = _open_all(work, roster, opened)
        for team_id in places:
            _seal_to_lead(work, roster, recovered, team_id, account_id)
        _renew(work, roster, opened, kit, recovered)
        _tell_everybody(work)
        team_ids = [team_id for team_id in places if team_id is not None]
        work.record("kit.use", subject_kind="account", subject_id=account_id, ids=team_ids)
    return PrintedKit(kit.shares, fingerprint(signing_public(opened.root_private)), work.at)


def _sign(
    work: Work,
    roster: Roster,
    opened: OpenedKit,
    account_id: int,
    team_id: int | None,
    keys: tuple[bytes, bytes],
) -> Roster:
    """One record by the root: a lead's keys in her team, or an officer's."""
    place: dict[str, Any] = {} if team_id is None else {"team": team_id, "role": Role.TEAM_LEAD.value}
    _, newer = rosters.append(
        work,
        roster,
        "officer" if team_id is None else "member",
        signing_private=opened.root_private,
        signer=ROOT_SIGNER,
        account=account_id,
        box=keys[0],
        sign=keys[1],
        **place,
    )
    return newer


def _open_all(work: Work, roster: Roster, opened: OpenedKit) -> _Recovered:
    versions = {row.id: row.key_version for row in work.session.scalars(select(IndexKey))}
    teams, index = {}, {}
    for copy in work.session.scalars(select(KeyCopy).where(KeyCopy.account_id.is_(None))):
        purpose = team_keys.copy_purpose(copy.key_id, None)
        try:
            plain = open_box(opened.recovery_private, copy.key_sealed, purpose)
            if copy.is_index_key:
                version = versions.get(copy.key_id, 0)
                index[copy.key_id] = team_keys.trusted_index_key(roster, version, plain)
            else:
                teams[copy.key_id] = team_keys.trusted_secret(roster, copy.key_id, plain)
        except (SealBroken, KeyUntrusted):
            # A planted or damaged copy must not keep the kit from opening the rest.
            work.record("key_copy.refused", subject_kind="key_copy", subject_id=copy.key_id)
    return _Recovered(teams, index)


def _seal_to_lead(
    work: Work, roster: Roster, recovered: _Recovered, team_id: int | None, account_id: int
) -> None:
    if team_id is None:
        return
    person = roster.people[account_id]
    opens = compartments_of(team_keys.kind_of(roster, team_id), Role.TEAM_LEAD)
    team_keys.withdraw(work, account_id, team_id)
    work.session.execute(update(Team).where(Team.id == team_id).values(rotation_needed=True))
    for key_id, compartment in roster.keys_of_team(team_id).items():
        if compartment in opens and key_id in recovered.teams:
            secret = recovered.teams[key_id].box_private
            team_keys.store_copy(work, key_id, account_id, person.box_public, secret, False)
    if Role.TEAM_LEAD in MAY_LOOK_UP:
        for key_id, secret in recovered.index.items():
            work.session.execute(
                delete(KeyCopy).where(KeyCopy.key_id == key_id, KeyCopy.account_id == account_id)
            )
            team_keys.store_copy(work, key_id, account_id, person.box_public, secret, True)


def _renew(work: Work, roster: Roster, opened: OpenedKit, kit: kits.Kit, recovered: _Recovered) -> Roster:
    """A new recovery key signed by the root; every recovery copy is sealed to it, the old kit opens nothing more."""
    _, roster = rosters.append(
        work,
        roster,
        "recovery",
        signing_private=opened.root_private,
        signer=ROOT_SIGNER,
        version=opened.version + 1,
        box=kit.public,
    )
    work.session.execute(delete(KeyCopy).where(KeyCopy.account_id.is_(None)))
    for key_id, secret in recovered.teams.items():
        team_keys.store_copy(work, key_id, None, kit.public, secret.box_private, False)
    for key_id, index_secret in recovered.index.items():
        team_keys.store_copy(work, key_id, None, kit.public, index_secret, True)
    setup.store_kit(work, kit, opened.version + 1)
    setup.store_items(work, kit.public, opened.root_private)
    return roster


def _tell_everybody(work: Work) -> None:
    event = new_id()
    for number, account_id in enumerate(
        work.session.scalars(select(Account.id).where(Account.state == AccountState.ACTIVE)), start=1
    ):
        work.session.add(
            Notice(
                kind="kit_used",
                subject_id=event,
                round=number,
                account_id=account_id,
                raised_at=work.at,
            )
        )
