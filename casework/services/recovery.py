"""When every member of a team has lost her password: two shares of the kit, and a new kit afterwards."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from sqlalchemy import delete, select

from casework.actor import Actor
from casework.crypto import kit as kits
from casework.crypto.errors import SealBroken
from casework.crypto.keychain import TeamSecret
from casework.crypto.roster import ROOT_SIGNER, Roster
from casework.crypto.signing import admission_code, fingerprint, signing_public
from casework.crypto.wraps import open_box
from casework.errors import CodeMismatch, KeyMissing, KeyUntrusted, NotFound
from casework.services import rosters, setup, team_keys
from casework.services.key_grants import MAY_LOOK_UP, compartments_of
from casework.services.setup import OpenedKit, PrintedKit
from casework.transaction import Work, write
from models.accounts import Account, Team
from models.base import new_id
from models.enums import AccountState, Role
from models.follow_ups import Notice
from models.keys import IndexKey, KeyCopy


@dataclass(frozen=True, repr=False)
class _Recovered:
    """Every key that the recovery key opens, by its id."""

    teams: dict[int, TeamSecret]
    index: dict[int, bytes]


def readmit_lead(
    actor: Actor, one: str, other: str, *, team_id: int, account_id: int, typed_code: str
) -> PrintedKit:
    """Gives a team back to one of its leads with two shares of the kit; the kit is then made anew.

    The lead has set a new password and reads the code on her own screen. The office root signs her keys, every team
    key is sealed to her, the team's keys are marked for rotation, everybody is told. Gives the new kit to print.
    Raises WrongKit, CodeMismatch, KeyUntrusted (the root of these shares is not the one that the actor trusts).
    """
    if actor.keychain is None:
        raise KeyMissing
    opened = setup.open_kit(one, other)
    if signing_public(opened.root_private) != actor.keychain.root_public:
        raise KeyUntrusted("root")
    kit = kits.new_kit()
    with write(actor) as work:
        roster = rosters.verified_for(work.session, actor)
        team, account = work.session.get(Team, team_id), work.session.get(Account, account_id)
        if team is None or account is None or account.state != AccountState.ACTIVE:
            raise NotFound
        if account.offered_box is None or account.offered_signing is None:
            raise NotFound
        right = admission_code(
            account.id, account.offered_box, account.offered_signing, actor.keychain.root_public
        )
        if not hmac.compare_digest(right.replace(" ", ""), "".join(typed_code.split())):
            raise CodeMismatch
        roster = _sign_lead(work, roster, opened, team, account)
        recovered = _open_all(work, roster, opened)
        _seal_to_lead(work, roster, recovered, team, account_id)
        roster = _renew(work, roster, opened, kit, recovered)
        team.rotation_needed = True
        _tell_everybody(work)
        work.record("kit.use", subject_kind="team", subject_id=team_id, ids=(account_id,))
    return PrintedKit(kit.shares, fingerprint(signing_public(opened.root_private)))


def _sign_lead(work: Work, roster: Roster, opened: OpenedKit, team: Team, account: Account) -> Roster:
    _, roster = rosters.append(
        work,
        roster,
        "member",
        signing_private=opened.root_private,
        signer=ROOT_SIGNER,
        account=account.id,
        team=team.id,
        role=Role.TEAM_LEAD.value,
        box=account.offered_box,
        sign=account.offered_signing,
    )
    account.offered_box = account.offered_signing = None
    return roster


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


def _seal_to_lead(work: Work, roster: Roster, recovered: _Recovered, team: Team, account_id: int) -> None:
    person = roster.people[account_id]
    opens = compartments_of(team_keys.kind_of(roster, team.id), Role.TEAM_LEAD)
    team_keys.withdraw(work, account_id, team.id)
    for key_id, compartment in roster.keys_of_team(team.id).items():
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
