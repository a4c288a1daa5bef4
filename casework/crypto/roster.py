"""The signed roster: who holds which public key and which place in which team, back to the office root.

Each record is a canonical statement signed (Ed25519) by someone whom earlier records entitle to sign it, and names
the hash of the record before it. What does not verify is as if it were not there; a roster that lacks the head a
person has already seen is refused whole (RosterBroken), so that an ended membership can't be un-ended.

A team, a team key and a version are declared once: nobody says anew what an earlier record said, and a key of an
older version never comes after a newer one.

Kinds: ``root`` (signs itself), ``recovery`` (recovery key), ``officer`` (security officer), ``team`` (opens a team),
``member`` (a person's keys and her role in a team), ``key`` (a person's keys, outside any team), ``team_key``,
``index_key`` (a commitment to one version of the index key), ``end`` (ends a member, officer or key record).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from casework.crypto.encoding import canonical, packed, raw, text
from casework.crypto.errors import RosterBroken
from casework.crypto.signing import is_signed_by, sign, signing_public

LABEL = "casework.roster"
ROOT_SIGNER = 0
LEAD = "team_lead"


@dataclass(frozen=True)
class SignedRecord:
    """A roster row as stored: id, canonical statement, signature."""

    record_id: int
    statement: bytes
    signature: bytes

    def hash(self) -> bytes:
        """The hash that the next record names."""
        return hashlib.sha256(packed(self.record_id, self.statement, self.signature)).digest()


@dataclass(frozen=True)
class Person:
    """A person's verified keys and where they were signed."""

    account_id: int
    box_public: bytes
    signing_public: bytes
    record_id: int


@dataclass
class Roster:
    """What verifies: current keys, officers, members by (account, team), team keys; and the ids of what was refused."""

    root_public: bytes
    head: bytes = b""
    recovery_public: bytes = b""
    recovery_version: int = 0
    people: dict[int, Person] = field(default_factory=dict)
    officers: set[int] = field(default_factory=set)
    teams: dict[int, str] = field(default_factory=dict)
    team_names: dict[int, str] = field(default_factory=dict)
    members: dict[tuple[int, int], set[str]] = field(default_factory=dict)
    team_keys: dict[int, tuple[int, str, int, bytes]] = field(default_factory=dict)
    index_commitments: dict[int, bytes] = field(default_factory=dict)
    heads: set[bytes] = field(default_factory=set)
    refused: list[int] = field(default_factory=list)
    _signers: dict[int, Person] = field(default_factory=dict)
    _introduced: dict[int, bytes] = field(default_factory=dict)
    _newest: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    _records: dict[int, dict[str, Any]] = field(default_factory=dict)

    def refuse_unless_seen(self, head: bytes) -> None:
        """Passes when a head that somebody saw before is among those verified; RosterBroken when it is gone."""
        if head and head not in self.heads:
            raise RosterBroken("a record seen before is missing")

    def leads(self, account_id: int, team_id: int) -> bool:
        """Whether this account is a verified lead of this team."""
        return LEAD in self.members.get((account_id, team_id), ())

    def has_lead(self, team_id: int) -> bool:
        """Whether the team has any lead at present."""
        return any(team == team_id and LEAD in roles for (_, team), roles in self.members.items())

    def roles_in_teams(self, account_id: int) -> dict[int, set[str]]:
        """Verified team roles of one account, by team id."""
        return {team: set(roles) for (account, team), roles in self.members.items() if account == account_id}

    def members_of(self, team_id: int) -> dict[int, set[str]]:
        """Verified members of a team: account id to team roles."""
        return {account: set(roles) for (account, team), roles in self.members.items() if team == team_id}

    def introduced_key(self, record_id: int) -> bytes | None:
        """The Ed25519 key that an accepted record introduced, whether or not it was ended since.

        For what a person handed on while she had her place: it must still open after she left or has new keys.
        """
        return self._introduced.get(record_id)

    def newest_team_key(self, team_id: int, compartment: str) -> int | None:
        """The team key under which new keys of this compartment kind are wrapped; None before there is one."""
        found = self._newest.get((team_id, compartment))
        return found[1] if found else None

    def keys_of_team(self, team_id: int) -> dict[int, str]:
        """Every version of a team's keys: team-key id to compartment kind."""
        return {key: facts[1] for key, facts in self.team_keys.items() if facts[0] == team_id}

    def record_of(self, account_id: int) -> int | None:
        """The record under which this account signs now."""
        person = self.people.get(account_id)
        return person.record_id if person else None


def statement(kind: str, *, signer: int, previous: bytes, at: int, **facts: Any) -> bytes:
    """The canonical bytes of one record; byte values are encoded as text."""
    encoded = {name: text(value) if isinstance(value, bytes) else value for name, value in facts.items()}
    return canonical({"kind": kind, "signer": signer, "previous": text(previous), "at": at, **encoded})


def signed(record_id: int, signing_private: bytes, body: bytes) -> SignedRecord:
    """A record under its signature."""
    return SignedRecord(record_id, body, sign(signing_private, LABEL, packed(record_id, body)))


def commitment(index_key: bytes) -> bytes:
    """What the roster says of an index key: enough to recognise it, nothing to learn it."""
    return hashlib.sha256(packed("index-key", index_key)).digest()


def root_record(record_id: int, root_private: bytes, at: int) -> SignedRecord:
    """The first record: the root's public key, signed by itself."""
    body = statement("root", signer=ROOT_SIGNER, previous=b"", at=at, root=signing_public(root_private))
    return signed(record_id, root_private, body)


_SHAPES: dict[str, dict[str, type]] = {
    "root": {"root": str},
    "recovery": {"version": int, "box": str},
    "officer": {"account": int, "box": str, "sign": str},
    "key": {"account": int, "box": str, "sign": str},
    "team": {"team": int, "team_kind": str, "name": str},
    "member": {"account": int, "team": int, "role": str, "box": str, "sign": str},
    "team_key": {"team": int, "team_key": int, "compartment": str, "version": int, "box": str},
    "index_key": {"version": int, "commitment": str},
    "end": {"ends": int},
}
_KEYS_OF_32_BYTES = ("root", "box", "sign", "commitment")


def _has_shape(facts: dict[str, Any]) -> bool:
    """Whether a record says what its kind must say, so that a signed one can't stop anybody from reading the rest."""
    shape = {"signer": int, "previous": str, "at": int, **_SHAPES[facts["kind"]]}
    fits = all(type(facts[name]) is kind for name, kind in shape.items())
    return fits and all(len(raw(facts[name])) == 32 for name in _KEYS_OF_32_BYTES if name in shape)


def _is_new(roster: Roster, facts: dict[str, Any]) -> bool:
    """Whether the record declares nothing that an earlier one declared otherwise."""
    kind = facts["kind"]
    if kind == "root":
        return not roster.head
    if kind == "team":
        return facts["team"] not in roster.teams
    if kind == "member":
        return facts["team"] in roster.teams
    if kind == "team_key":
        newest = roster._newest.get((facts["team"], facts["compartment"]), (0, 0))
        return facts["team_key"] not in roster.team_keys and facts["version"] > newest[0]
    if kind == "index_key":
        return facts["version"] not in roster.index_commitments
    return kind != "recovery" or facts["version"] > roster.recovery_version


def _may_sign(roster: Roster, facts: dict[str, Any], signer: Person | None) -> bool:
    """Whether this signer (None is the root) may make such a record now."""
    kind = facts["kind"]
    if signer is None:
        return True
    account = signer.account_id
    officer = account in roster.officers
    if kind == "team":
        return officer
    if kind == "member":
        opens = facts["role"] == LEAD and not roster.has_lead(facts["team"])
        return roster.leads(account, facts["team"]) or (officer and opens)
    if kind == "key":
        return officer
    if kind == "team_key":
        return roster.leads(account, facts["team"])
    if kind == "end":
        ended = roster._records.get(facts["ends"])
        if ended is None:
            return False
        return officer or (ended["kind"] == "member" and roster.leads(account, ended["team"]))
    return False


def _take_person(roster: Roster, record: SignedRecord, facts: dict[str, Any]) -> None:
    account = facts["account"]
    person = Person(account, raw(facts["box"]), raw(facts["sign"]), record.record_id)
    known = roster.people.get(account)
    if known and (known.box_public, known.signing_public) != (person.box_public, person.signing_public):
        _drop_account(roster, account)
    roster.people[account] = person
    roster._signers[record.record_id] = person
    roster._introduced[record.record_id] = person.signing_public


def _drop_account(roster: Roster, account: int) -> None:
    """New keys end every place that the old keys had."""
    roster.officers.discard(account)
    for place in [place for place in roster.members if place[0] == account]:
        del roster.members[place]
    for record_id in [rid for rid, person in roster._signers.items() if person.account_id == account]:
        del roster._signers[record_id]
    roster.people.pop(account, None)


def _take_end(roster: Roster, facts: dict[str, Any]) -> None:
    ended = roster._records.get(facts["ends"])
    if ended is None:
        return
    account = ended.get("account", 0)
    if ended["kind"] == "member":
        roles = roster.members.get((account, ended["team"]))
        if roles is not None:
            roles.discard(ended["role"])
            if not roles:
                del roster.members[(account, ended["team"])]
    elif ended["kind"] in ("officer", "key"):
        _drop_account(roster, account)


def _apply(roster: Roster, record: SignedRecord, facts: dict[str, Any]) -> None:
    kind = facts["kind"]
    if kind == "recovery":
        roster.recovery_public, roster.recovery_version = raw(facts["box"]), facts["version"]
    elif kind == "officer":
        _take_person(roster, record, facts)
        roster.officers.add(facts["account"])
    elif kind == "key":
        _take_person(roster, record, facts)
    elif kind == "team":
        roster.teams[facts["team"]] = facts["team_kind"]
        roster.team_names[facts["team"]] = facts["name"]
    elif kind == "member":
        _take_person(roster, record, facts)
        roster.members.setdefault((facts["account"], facts["team"]), set()).add(facts["role"])
    elif kind == "team_key":
        roster.team_keys[facts["team_key"]] = (
            facts["team"],
            facts["compartment"],
            facts["version"],
            raw(facts["box"]),
        )
        roster._newest[(facts["team"], facts["compartment"])] = (facts["version"], facts["team_key"])
    elif kind == "index_key":
        roster.index_commitments[facts["version"]] = raw(facts["commitment"])
    elif kind == "end":
        _take_end(roster, facts)
    roster._records[record.record_id] = facts


def _accepts(roster: Roster, record: SignedRecord, facts: dict[str, Any]) -> bool:
    if not _has_shape(facts) or raw(facts["previous"]) != roster.head or not _is_new(roster, facts):
        return False
    message = packed(record.record_id, record.statement)
    if facts["signer"] == ROOT_SIGNER:
        signer, key = None, roster.root_public
    else:
        signer = roster._signers.get(facts["signer"])
        if signer is None:
            return False
        key = signer.signing_public
    return is_signed_by(key, record.signature, LABEL, message) and _may_sign(roster, facts, signer)


def verify(records: Iterable[SignedRecord], root_public: bytes, seen_head: bytes = b"") -> Roster:
    """The verified roster under this root; RosterBroken when the root is another or the head already seen is gone."""
    roster = Roster(root_public)
    for record in records:
        try:
            facts = json.loads(record.statement)
            if canonical(facts) != record.statement:
                raise ValueError("not canonical")
            if roster.head == b"" and (facts["kind"] != "root" or raw(facts["root"]) != root_public):
                raise ValueError("another root")
            good = _accepts(roster, record, facts)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            good = False
        if not good:
            roster.refused.append(record.record_id)
            continue
        _apply(roster, record, facts)
        roster.head = record.hash()
        roster.heads.add(roster.head)
    if not roster.head:
        raise RosterBroken("no office root")
    roster.refuse_unless_seen(seen_head)
    return roster
