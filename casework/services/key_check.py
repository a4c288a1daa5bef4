"""The keys as stored, checked against the signed roster without opening any of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import func, or_, select

from casework.crypto.roster import Roster
from casework.crypto.signing import fingerprint
from casework.errors import KeyUntrusted
from casework.services import rosters
from casework.services.key_grants import compartments_of
from casework.transaction import reader
from models.accounts import Account, AccountRole, Team
from models.enums import CompartmentKind, RecipientKind, Role, TeamKind
from models.keys import Compartment, IndexKey, KeyCopy, TeamKey, Wrap

# Of each fault so many are listed.
MOST = 100


@dataclass
class Findings:
    """What was found: the root's fingerprint, how many of what was checked, a sentence for each fault and each thing
    that only waits.
    """

    fingerprint: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def check(wanted_fingerprint: str | None = None) -> Findings:
    """Everything that can be checked from outside. Without a fingerprint the first record's root is taken as it is.

    A fingerprint is compared without spaces and case, as it stands on the printed kit.
    """
    found = Findings()
    statement = reader().scalar(rosters.root_of)
    if statement is None:
        found.faults.append("there is no office root: the roster is empty")
        return found
    try:
        root = rosters.root_public_of(statement)
        found.fingerprint = fingerprint(root)
        roster = rosters.verified(reader(), root)
    except (KeyUntrusted, ValueError, KeyError, TypeError) as failure:
        found.faults.append(f"the first record is no office root ({failure})")
        return found
    if wanted_fingerprint and _plain(wanted_fingerprint) != _plain(found.fingerprint):
        found.faults.append("the office root is not the one whose fingerprint was given")
    found.counts["records"] = len(roster.heads)
    found.faults += [f"roster record {record_id} is refused" for record_id in roster.refused]
    for part in (_team_names, _team_keys, _copies, _wraps, _members):
        part(roster, found)
    return found


def _plain(text: str) -> str:
    return "".join(text.split()).upper()


def _team_names(roster: Roster, found: Findings) -> None:
    """Teams that bear another name than they were opened under: by its name a team is chosen."""
    rows = reader().execute(select(Team.id, Team.name).order_by(Team.id))
    found.faults += [
        f"team {row.id} bears another name than the roster says"
        for row in rows
        if roster.team_names.get(row.id) != row.name
    ]


def _team_keys(roster: Roster, found: Findings) -> None:
    rows = reader().scalars(select(TeamKey)).all()
    found.counts["team keys"] = len(rows)
    for row in rows:
        signed = roster.team_keys.get(row.id)
        if signed != (row.team_id, row.compartment.value, row.key_version, row.public):
            found.faults.append(f"team key {row.id} is not what the roster says")
        elif (row.retired_at is None) != (
            roster.newest_team_key(row.team_id, row.compartment.value) == row.id
        ):
            found.faults.append(f"team key {row.id} is marked retired or current against the roster")


def _copies(roster: Roster, found: Findings) -> None:
    versions = {row.id: row.key_version for row in reader().scalars(select(IndexKey))}
    rows = (
        reader().execute(select(KeyCopy.id, KeyCopy.key_id, KeyCopy.is_index_key, KeyCopy.account_id)).all()
    )
    found.counts["key copies"] = len(rows)
    for row in rows:
        if row.is_index_key:
            known = versions.get(row.key_id) in roster.index_commitments
        else:
            known = row.key_id in roster.team_keys
        if not known:
            found.faults.append(f"key copy {row.id} is of a key that is not on the roster")
        elif row.account_id is not None and row.account_id not in roster.people:
            found.faults.append(
                f"key copy {row.id} is for account {row.account_id}, who is not on the roster"
            )


def _wraps(roster: Roster, found: Findings) -> None:
    found.counts["wraps"] = reader().scalar(select(func.count()).select_from(Wrap)) or 0
    orphans = reader().execute(
        select(Wrap.id, Compartment.id.label("compartment_id"))
        .outerjoin(Compartment, Compartment.id == Wrap.compartment_id)
        .where(or_(Compartment.id.is_(None), Wrap.key_version > Compartment.key_version))
        .limit(MOST)
    )
    for row in orphans:
        what = (
            "no such compartment" if row.compartment_id is None else "a version that its compartment has not"
        )
        found.faults.append(f"wrap {row.id} has {what}")
    strangers = reader().execute(
        select(Wrap.id, Wrap.recipient_id)
        .where(
            Wrap.recipient_kind == RecipientKind.TEAM_KEY,
            Wrap.recipient_id.not_in(sorted(roster.team_keys)),
        )
        .limit(MOST)
    )
    found.faults += [f"wrap {row.id} is for key {row.recipient_id}, not on the roster" for row in strangers]
    doubled = reader().execute(
        select(Wrap.compartment_id, Wrap.key_version)
        .group_by(Wrap.compartment_id, Wrap.key_version)
        .having(func.count(func.distinct(Wrap.key_id)) > 1)
        .limit(MOST)
    )
    found.faults += [
        f"compartment {row.compartment_id} has two keys of version {row.key_version}" for row in doubled
    ]


def _members(roster: Roster, found: Findings) -> None:
    """Members whose role opens a compartment for which they hold no copy of the newest key."""
    held = {
        (row.account_id, row.key_id)
        for row in reader().execute(
            select(KeyCopy.account_id, KeyCopy.key_id).where(KeyCopy.account_id.is_not(None))
        )
    }
    names = {row.id: row.username for row in reader().execute(select(Account.id, Account.username))}
    found.counts["members"] = len({account for account, _ in roster.members})
    for (account, team), roles in sorted(roster.members.items()):
        kind = TeamKind(roster.teams[team])
        opens: frozenset[CompartmentKind] = frozenset().union(
            *(compartments_of(kind, Role(role)) for role in roles)
        )
        missing = [
            compartment.value
            for compartment in sorted(opens)
            if (account, roster.newest_team_key(team, compartment.value)) not in held
        ]
        if missing:
            found.faults.append(
                f"{names.get(account, account)} holds no copy in team {team} of: {', '.join(missing)}"
            )
    approved = reader().execute(
        select(AccountRole.account_id, AccountRole.team_id).where(
            AccountRole.team_id.is_not(None),
            AccountRole.approved_at.is_not(None),
            AccountRole.until_on.is_(None),
        )
    )
    for row in approved:
        if (row.account_id, row.team_id) not in roster.members:
            found.waiting.append(f"{names.get(row.account_id)} waits for admission to team {row.team_id}")
