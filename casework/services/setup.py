"""Set-up of an empty instance: the kit is made and typed back, then the office, its first people and the first team.

Nothing secret is kept between the two steps: the shares exist on paper alone, and typing two of them back opens the
root that signs the first security officer and lead.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select

from casework.clock import DAY, now_us
from casework.crypto import kit as kits
from casework.crypto import roster as signed_roster
from casework.crypto.bundles import bundle_key, open_bundle, seal_bundle
from casework.crypto.encoding import packed
from casework.crypto.errors import SealBroken
from casework.crypto.passwords import new_salt, stretch
from casework.crypto.roster import Roster
from casework.crypto.signing import fingerprint, new_signing_pair, signing_public
from casework.crypto.wraps import open_box, seal_to
from casework.errors import AlreadyDone, Invalid, LinkSpent, WrongKit
from casework.migrating import SECRET_CHECK_SETTING
from casework.runtime import runtime
from casework.services import accounts, password_rules, rosters, team_keys
from casework.services.key_grants import compartments_of_team
from casework.services.settings import put, value_of
from casework.transaction import Work, reader, write
from config import Settings
from models.accounts import Account, Team
from models.base import new_id
from models.enums import AccountState, Role, TeamKind
from models.keys import KitWrap, RecoveryItem, RosterRecord

ROOT_ITEM, SERVER_SECRET_ITEM = "office_root", "server_secret"
TOKEN_SETTING, TOKEN_ENDS_SETTING = "setup.token", "setup.ends"


@dataclass(frozen=True, repr=False)
class PrintedKit:
    """What is printed once: three shares, one a page and holder, on each the root's fingerprint and the moment."""

    shares: tuple[str, str, str]
    fingerprint: str
    made_at: int


@dataclass(frozen=True, repr=False)
class FirstPerson:
    """One of the first four people as typed at set-up; an empty password means an invitation link."""

    username: str
    display_name: str
    password: str = ""


@dataclass(frozen=True, repr=False)
class Office:
    """Everything that set-up asks for."""

    office_name: str
    team_name: str
    desk_name: str
    small_office: bool
    people: Mapping[Role, FirstPerson]
    language: str = "zh"


@dataclass(frozen=True, repr=False)
class Opened:
    """What set-up gives back: one-time links by role for those who set no password."""

    links: dict[Role, str] = field(default_factory=dict)


def is_needed() -> bool:
    """Whether the instance has no account yet."""
    return reader().scalar(select(Account.id).limit(1)) is None


def new_token() -> str | None:
    """A one-time set-up token, good for a day, or None when the instance is in use. Earlier ones are void."""
    if not is_needed():
        return None
    token = secrets.token_urlsafe(32)
    with write(None) as work:
        put(work, TOKEN_SETTING, hashlib.sha256(token.encode()).hexdigest())
        put(work, TOKEN_ENDS_SETTING, str(work.at + DAY))
        work.record("setup.link")
    return token


def setup_link(settings: Settings) -> str | None:
    """The address of the set-up with a fresh one-time token, or None when the instance is in use already."""
    token = new_token()
    return None if token is None else f"{settings.address}/setup/{token}"


def check_token(token: str) -> None:
    """Passes a live set-up token; LinkSpent otherwise."""
    stored = value_of(TOKEN_SETTING, "")
    ends_at = int(value_of(TOKEN_ENDS_SETTING, "0"))
    given = hashlib.sha256(token.encode()).hexdigest()
    if not is_needed() or not secrets.compare_digest(stored, given) or ends_at < now_us():
        raise LinkSpent


def make_kit(token: str) -> PrintedKit:
    """A new recovery key and office root; repeating it before set-up ends voids the earlier kit."""
    check_token(token)
    kit = kits.new_kit()
    root_private, root_public = new_signing_pair()
    with write(None) as work:
        if work.session.scalar(select(Account.id).limit(1)) is not None:
            raise AlreadyDone
        store_kit(work, kit, 1)
        store_items(work, kit.public, root_private)
        work.record("kit.make")
    return PrintedKit(kit.shares, fingerprint(root_public), work.at)


def store_kit(work: Work, kit: kits.Kit, version: int) -> None:
    """Keeps the recovery key's wraps by pair, and nothing of the shares."""
    work.session.execute(delete(KitWrap))
    for pair, sealed in kit.wraps.items():
        work.session.add(
            KitWrap(
                kit_version=version,
                pair=f"{pair[0]}{pair[1]}",
                recovery_public=kit.public,
                key_sealed=sealed,
            )
        )


def store_items(work: Work, recovery_public: bytes, root_private: bytes) -> None:
    """Seals the root's private half and a copy of the server secret to the recovery key."""
    work.session.execute(delete(RecoveryItem))
    for name, item in ((ROOT_ITEM, root_private), (SERVER_SECRET_ITEM, runtime().server_secret)):
        sealed = seal_to(recovery_public, item, packed("recovery", name))
        work.session.add(RecoveryItem(name=name, item_sealed=sealed))


def _check_typed(one: str, other: str) -> None:
    numbers, faults = {}, {}
    for name, typed in (("share_one", one), ("share_other", other)):
        try:
            numbers[name] = kits.read_share(typed)[0]
        except SealBroken:
            faults[name] = "mistyped"
    if not faults and numbers["share_one"] == numbers["share_other"]:
        faults["share_other"] = "same_share"
    if faults:
        raise Invalid(faults)


@dataclass(frozen=True, repr=False)
class OpenedKit:
    """The recovery key and the office root, for the length of one request."""

    recovery_private: bytes
    recovery_public: bytes
    root_private: bytes
    version: int


def open_kit(one: str, other: str) -> OpenedKit:
    """What two shares open.

    Invalid names a share that was mistyped (its own check group says so) or typed twice; WrongKit when both
    read well and open nothing.
    """
    _check_typed(one, other)
    rows = reader().scalars(select(KitWrap)).all()
    item = reader().get(RecoveryItem, ROOT_ITEM)
    if not rows or item is None:
        raise WrongKit
    wraps = {(int(row.pair[0]), int(row.pair[1])): row.key_sealed for row in rows}
    public = rows[0].recovery_public
    try:
        private = kits.open_kit(public, wraps, one, other)
        root_private = open_box(private, item.item_sealed, packed("recovery", ROOT_ITEM))
    except SealBroken as failure:
        raise WrongKit from failure
    return OpenedKit(private, public, root_private, rows[0].kit_version)


def _faults(office: Office) -> dict[str, str]:
    faults: dict[str, str] = {}
    for name in ("office_name", "team_name", "desk_name"):
        if not getattr(office, name).strip():
            faults[name] = "required"
    if "desk_name" not in faults and office.desk_name.strip() == office.team_name.strip():
        faults["desk_name"] = "taken"
    names = [person.username.strip().casefold() for person in office.people.values()]
    for role, person in office.people.items():
        if not person.display_name.strip():
            faults[f"{role.value}_display_name"] = "required"
        if not accounts.USERNAME.fullmatch(person.username.strip().casefold()):
            faults[f"{role.value}_username"] = "shape"
        elif names.count(person.username.strip().casefold()) > 1:
            faults[f"{role.value}_username"] = "taken"
        needs_password = role in (Role.SECURITY_OFFICER, Role.TEAM_LEAD)
        if needs_password or person.password:
            fault = password_rules.fault(person.password, person.username)
            if fault:
                faults[f"{role.value}_password"] = fault
    return faults


def open_office(token: str, one: str, other: str, office: Office) -> Opened:
    """Makes the first four accounts, the desk, the first team and its keys, all signed by the root; ends set-up.

    ``office.people`` names the security officer, administrator, auditor and the team's lead; the first and the last
    set their passwords here, the others may take a one-time link. Raises LinkSpent, WrongKit, Invalid.
    """
    check_token(token)
    faults = _faults(office)
    if faults:
        raise Invalid(faults)
    opened = open_kit(one, other)
    stretched = {
        role: (salt := new_salt(), stretch(person.password, salt, runtime().password_cost))
        for role, person in office.people.items()
        if person.password
    }
    with write(None) as work:
        if work.session.scalar(select(Account.id).limit(1)) is not None:
            raise AlreadyDone
        roster = _start_roster(work, opened)
        links: dict[Role, str] = {}
        people: dict[Role, Account] = {}
        for role, person in office.people.items():
            account = accounts.add(work, username=person.username, display_name=person.display_name)
            account.language = office.language
            people[role] = account
            if role in stretched:
                accounts.set_password(work, account, stretched[role][1], stretched[role][0])
            else:
                links[role] = accounts.new_link(work, account.id)
        roster = _sign_first(work, roster, opened.root_private, office, people)
        _remember_head(work, roster, people, {role: pair[1] for role, pair in stretched.items()})
        put(work, "office.name", office.office_name.strip())
        put(work, "office.small", "yes" if office.small_office else "no")
        put(work, SECRET_CHECK_SETTING, runtime().instance.secret_check)
        put(work, TOKEN_SETTING, "")
        work.record("setup.done")
        return Opened(links)


def _start_roster(work: Work, opened: OpenedKit) -> Roster:
    record = signed_roster.root_record(new_id(), opened.root_private, work.at)
    work.session.add(
        RosterRecord(
            id=record.record_id,
            sequence=1,
            kind="root",
            statement=record.statement,
            signature=record.signature,
            at=work.at,
        )
    )
    work.session.flush()
    roster = rosters.verified(work.session, signing_public(opened.root_private))
    _, roster = rosters.append(
        work,
        roster,
        "recovery",
        signing_private=opened.root_private,
        signer=signed_roster.ROOT_SIGNER,
        version=opened.version,
        box=opened.recovery_public,
    )
    return roster


def _sign_first(
    work: Work, roster: Roster, root_private: bytes, office: Office, people: Mapping[Role, Account]
) -> Roster:
    root: dict[str, Any] = {"signing_private": root_private, "signer": signed_roster.ROOT_SIGNER}
    officer, lead = people[Role.SECURITY_OFFICER], people[Role.TEAM_LEAD]
    _, roster = rosters.append(
        work,
        roster,
        "officer",
        account=officer.id,
        box=officer.offered_box,
        sign=officer.offered_signing,
        **root,
    )
    team = Team(id=new_id(), name=office.team_name.strip(), kind=TeamKind.CASEWORK, created_at=work.at)
    desk = Team(id=new_id(), name=office.desk_name.strip(), kind=TeamKind.DESK, created_at=work.at)
    for row in (team, desk):
        work.session.add(row)
        work.session.flush()
        facts: dict[str, Any] = {"team": row.id, "team_kind": row.kind.value, "name": row.name}
        _, roster = rosters.append(work, roster, "team", **facts, **root)
        _, roster = rosters.append(
            work,
            roster,
            "member",
            account=lead.id,
            team=row.id,
            role=Role.TEAM_LEAD.value,
            box=lead.offered_box,
            sign=lead.offered_signing,
            **root,
        )
        for compartment in sorted(compartments_of_team(row.kind)):
            _, _, roster = team_keys.make_key(work, roster, row, compartment, **root)
        accounts.give_role(work, lead, Role.TEAM_LEAD, row.id, approved_by=officer.id)
    _, roster = team_keys.make_index_key(work, roster, [roster.people[lead.id]], **root)
    for account in (officer, lead):
        account.offered_box = account.offered_signing = None
    for role in (Role.SECURITY_OFFICER, Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR):
        accounts.give_role(work, people[role], role, None, approved_by=officer.id)
    return roster


def _remember_head(
    work: Work, roster: Roster, people: Mapping[Role, Account], stretched: Mapping[Role, bytes]
) -> None:
    """Every first bundle remembers the roster as it stands, so that none of it can be taken away later."""
    for role, secret in stretched.items():
        account = people[role]
        key = bundle_key(secret, runtime().server_secret)
        assert account.bundle_sealed is not None and account.state == AccountState.ACTIVE
        bundle = open_bundle(key, account.id, account.bundle_sealed)
        account.bundle_sealed = seal_bundle(key, account.id, bundle.having_seen(roster_head=roster.head))
