"""Nothing planted, replayed, cut or signed beyond its signer's right gets onto the roster."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from casework.crypto.encoding import canonical
from casework.crypto.errors import RosterBroken
from casework.crypto.roster import Roster, SignedRecord, root_record, signed, statement, verify
from casework.crypto.signing import new_signing_pair, sign
from casework.crypto.wraps import new_box_pair

OFFICER, LEAD_A, LEAD_B, MEMBER, STRANGER = 10, 20, 21, 30, 99
TEAM_A, TEAM_B, KEY_A, KEY_B = 1, 2, 501, 502


@dataclass
class Person:
    """Somebody with keys of her own, on the roster or not."""

    account: int
    box: bytes = field(default_factory=lambda: new_box_pair()[1])
    pair: tuple[bytes, bytes] = field(default_factory=new_signing_pair)
    record_id: int = 0

    @property
    def keys(self) -> dict[str, Any]:
        """What a record says of her."""
        return {"account": self.account, "box": self.box, "sign": self.pair[1]}


class Office:
    """An office's chain of records, written by whoever is asked to sign."""

    def __init__(self) -> None:
        self.root = new_signing_pair()
        self.records: list[SignedRecord] = [root_record(1, self.root[0], 1)]
        self.people = {account: Person(account) for account in (OFFICER, LEAD_A, LEAD_B, MEMBER, STRANGER)}

    def __getitem__(self, account: int) -> Person:
        return self.people[account]

    @property
    def root_public(self) -> bytes:
        """What everybody's bundle trusts."""
        return self.root[1]

    def verified(self, records: Iterable[SignedRecord] | None = None, seen: bytes = b"") -> Roster:
        """The roster of these records, or of all."""
        return verify(self.records if records is None else records, self.root_public, seen)

    def make(self, kind: str, by: Person | None, **facts: Any) -> SignedRecord:
        """A well-formed next record under this person's signature (the root's for None); not yet in the chain."""
        record_id = 1000 + len(self.records)
        signer, private = (by.record_id, by.pair[0]) if by else (0, self.root[0])
        body = statement(kind, signer=signer, previous=self.records[-1].hash(), at=record_id, **facts)
        return signed(record_id, private, body)

    def add(self, kind: str, by: Person | None, **facts: Any) -> SignedRecord:
        """The same, appended."""
        record = self.make(kind, by, **facts)
        self.records.append(record)
        if kind in ("officer", "member", "key"):
            self.people[facts["account"]].record_id = record.record_id
        return record

    def is_refused(self, record: SignedRecord) -> Roster:
        """The roster with the record at its end, once it is sure that the record was left out."""
        before, after = self.verified(), self.verified([*self.records, record])
        assert after.refused == [*before.refused, record.record_id]
        for name in ("people", "officers", "teams", "members", "team_keys", "head", "recovery_public"):
            assert getattr(after, name) == getattr(before, name), name
        return after


def member(person: Person, team: int, role: str) -> dict[str, Any]:
    """The facts of a membership."""
    return {**person.keys, "team": team, "role": role}


@pytest.fixture
def office() -> Office:
    """A root, a recovery key, an officer, two teams with a lead and a key each, a member in team A."""
    made = Office()
    made.add("recovery", None, version=1, box=new_box_pair()[1])
    made.add("officer", None, **made[OFFICER].keys)
    for team, lead, key in ((TEAM_A, LEAD_A, KEY_A), (TEAM_B, LEAD_B, KEY_B)):
        made.add("team", made[OFFICER], team=team, team_kind="casework", name=f"team {team}")
        made.add("member", made[OFFICER], **member(made[lead], team, "team_lead"))
        made.add(
            "team_key",
            made[lead],
            team=team,
            team_key=key,
            compartment="identity",
            version=1,
            box=new_box_pair()[1],
        )
    made.add("member", made[LEAD_A], **member(made[MEMBER], TEAM_A, "caseworker"))
    return made


def test_the_office_s_own_records_verify(office: Office) -> None:
    roster = office.verified()
    assert roster.refused == [] and roster.officers == {OFFICER}
    assert roster.members == {
        (LEAD_A, TEAM_A): {"team_lead"},
        (LEAD_B, TEAM_B): {"team_lead"},
        (MEMBER, TEAM_A): {"caseworker"},
    }
    assert roster.people[MEMBER].box_public == office[MEMBER].box
    assert roster.newest_team_key(TEAM_A, "identity") == KEY_A
    assert STRANGER not in roster.people


def planted_by(office: Office, private: bytes, signer: int, kind: str, **facts: Any) -> SignedRecord:
    """A record that claims to come from ``signer`` and is signed with whatever key the attacker has."""
    body = statement(kind, signer=signer, previous=office.records[-1].hash(), at=9, **facts)
    return signed(2000, private, body)


@pytest.mark.parametrize("signer", [0, OFFICER, LEAD_A, 4711])
def test_a_key_planted_under_a_stranger_s_signature_is_refused(office: Office, signer: int) -> None:
    claimed = {0: 0, OFFICER: office[OFFICER].record_id, LEAD_A: office[LEAD_A].record_id}.get(signer, signer)
    stranger = office[STRANGER]
    key = {"team": TEAM_A, "team_key": 900, "compartment": "identity", "version": 2, "box": stranger.box}
    for kind, facts in (
        ("member", member(stranger, TEAM_A, "caseworker")),
        ("member", member(stranger, TEAM_A, "team_lead")),
        ("member", member(replace(office[MEMBER], box=stranger.box), TEAM_A, "caseworker")),
        ("officer", stranger.keys),
        ("key", stranger.keys),
        ("team", {"team": 3, "team_kind": "casework", "name": "x"}),
        ("team_key", key),
        ("recovery", {"version": 2, "box": stranger.box}),
        ("index_key", {"version": 1, "commitment": stranger.box}),
        ("end", {"ends": office[LEAD_A].record_id}),
    ):
        office.is_refused(planted_by(office, stranger.pair[0], claimed, kind, **facts))


def test_no_altered_byte_of_a_record_is_accepted(office: Office) -> None:
    record = office.records[-1]
    for name in ("statement", "signature"):
        held = getattr(record, name)
        for place in range(0, len(held), 3):
            turned = held[:place] + bytes([held[place] ^ 1]) + held[place + 1 :]
            roster = office.verified([*office.records[:-1], replace(record, **{name: turned})])
            assert (MEMBER, TEAM_A) not in roster.members and roster.refused == [record.record_id]
    roster = office.verified([*office.records[:-1], replace(record, record_id=record.record_id + 1)])
    assert (MEMBER, TEAM_A) not in roster.members


def test_a_statement_spelt_otherwise_is_refused(office: Office) -> None:
    body = office.make("member", office[LEAD_A], **member(office[STRANGER], TEAM_A, "caseworker")).statement
    spaced = json.dumps(json.loads(body)).encode()
    assert spaced != canonical(json.loads(body))
    office.is_refused(signed(1500, office[LEAD_A].pair[0], spaced))


def test_a_member_signs_nothing(office: Office) -> None:
    by, stranger = office[MEMBER], office[STRANGER]
    for kind, facts in (
        ("member", member(stranger, TEAM_A, "caseworker")),
        ("member", member(by, TEAM_A, "team_lead")),
        (
            "team_key",
            {"team": TEAM_A, "team_key": 900, "compartment": "identity", "version": 2, "box": stranger.box},
        ),
        ("end", {"ends": office[LEAD_A].record_id}),
        ("end", {"ends": by.record_id}),
        ("team", {"team": 3, "team_kind": "casework", "name": "x"}),
        ("officer", by.keys),
    ):
        office.is_refused(office.make(kind, by, **facts))


def test_the_lead_of_one_team_signs_nothing_in_another(office: Office) -> None:
    by, stranger = office[LEAD_A], office[STRANGER]
    for kind, facts in (
        ("member", member(stranger, TEAM_B, "caseworker")),
        ("member", member(by, TEAM_B, "team_lead")),
        (
            "team_key",
            {"team": TEAM_B, "team_key": 900, "compartment": "identity", "version": 2, "box": stranger.box},
        ),
        ("end", {"ends": office[LEAD_B].record_id}),
        ("end", {"ends": office[OFFICER].record_id}),
        ("recovery", {"version": 2, "box": stranger.box}),
        ("index_key", {"version": 1, "commitment": stranger.box}),
        ("officer", by.keys),
    ):
        office.is_refused(office.make(kind, by, **facts))


def test_a_lead_can_not_take_over_another_team_s_key_under_her_own_team(office: Office) -> None:
    office.is_refused(
        office.make(
            "team_key",
            office[LEAD_A],
            team=TEAM_A,
            team_key=KEY_B,
            compartment="identity",
            version=2,
            box=office[LEAD_A].box,
        )
    )


@pytest.mark.parametrize("version", [-1, 0, 1])
def test_an_older_key_version_never_follows_a_newer_one(office: Office, version: int) -> None:
    office.is_refused(
        office.make(
            "team_key",
            office[LEAD_A],
            team=TEAM_A,
            team_key=900,
            compartment="identity",
            version=version,
            box=new_box_pair()[1],
        )
    )


def test_a_team_is_declared_once(office: Office) -> None:
    office.is_refused(office.make("team", office[OFFICER], team=TEAM_A, team_kind="desk", name="x"))


def test_the_officer_gives_a_team_its_first_lead_and_no_second_one(office: Office) -> None:
    office.is_refused(office.make("member", office[OFFICER], **member(office[STRANGER], TEAM_A, "team_lead")))
    office.is_refused(
        office.make("member", office[OFFICER], **member(office[STRANGER], TEAM_A, "caseworker"))
    )
    office.is_refused(office.make("member", office[OFFICER], **member(office[STRANGER], 77, "team_lead")))
    office.add("end", office[OFFICER], ends=office[LEAD_A].record_id)
    office.add("member", office[OFFICER], **member(office[STRANGER], TEAM_A, "team_lead"))
    assert office.verified().leads(STRANGER, TEAM_A)


def test_whoever_left_signs_nothing_more(office: Office) -> None:
    office.add("end", office[OFFICER], ends=office[LEAD_A].record_id)
    office.is_refused(office.make("member", office[LEAD_A], **member(office[STRANGER], TEAM_A, "caseworker")))
    office.is_refused(
        office.make(
            "team_key",
            office[LEAD_A],
            team=TEAM_A,
            team_key=900,
            compartment="identity",
            version=2,
            box=bytes(32),
        )
    )


def test_new_keys_end_every_place_of_the_old_ones(office: Office) -> None:
    old = office[LEAD_A]
    office.add("end", office[OFFICER], ends=old.record_id)
    office.people[LEAD_A] = Person(LEAD_A)
    office.add("member", office[OFFICER], **member(office[LEAD_A], TEAM_A, "team_lead"))
    office.is_refused(office.make("member", old, **member(office[STRANGER], TEAM_A, "caseworker")))
    assert office.verified().people[LEAD_A].box_public == office[LEAD_A].box
    # What she handed on under the old keys is still known as hers.
    assert office.verified().introduced_key(old.record_id) == old.pair[1]


def test_a_removed_end_brings_nobody_back(office: Office) -> None:
    ended = office.add("end", office[LEAD_A], ends=office[MEMBER].record_id)
    after = office.add("member", office[LEAD_A], **member(office[STRANGER], TEAM_A, "caseworker"))
    seen = office.verified().head
    without = [record for record in office.records if record is not ended]
    assert office.verified(without).refused == [after.record_id]
    with pytest.raises(RosterBroken):
        office.verified(without, seen)


def test_a_cut_tail_is_noticed_by_whoever_saw_it(office: Office) -> None:
    office.add("end", office[LEAD_A], ends=office[MEMBER].record_id)
    seen = office.verified().head
    for kept in range(1, len(office.records)):
        with pytest.raises(RosterBroken):
            office.verified(office.records[:kept], seen)
    office.add("member", office[LEAD_A], **member(office[STRANGER], TEAM_A, "caseworker"))
    assert office.verified(seen=seen).leads(LEAD_A, TEAM_A)


def test_reordered_records_are_refused(office: Office) -> None:
    for place in range(1, len(office.records) - 1):
        swapped = list(office.records)
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
        roster = office.verified(swapped)
        assert set(roster.refused) >= {record.record_id for record in office.records[place + 2 :]}
        with pytest.raises(RosterBroken):
            office.verified(swapped, office.verified().head)


def test_records_of_another_office_are_refused(office: Office) -> None:
    other = Office()
    other.add("officer", None, **other[OFFICER].keys)
    for replayed in other.records:
        office.is_refused(replayed)
    with pytest.raises(RosterBroken):
        verify(other.records, office.root_public)


def test_a_root_made_by_somebody_else_is_no_office(office: Office) -> None:
    private, _ = new_signing_pair()
    planted = [root_record(1, private, 1)]
    with pytest.raises(RosterBroken):
        verify([*planted, *office.records[1:]], office.root_public)
    # In front of the true one it is passed over, behind it refused.
    assert verify([*planted, *office.records], office.root_public).officers == {OFFICER}
    office.is_refused(root_record(3000, private, 1))
    office.is_refused(office.make("root", None, root=office.root_public))


def test_an_empty_roster_is_no_roster(office: Office) -> None:
    with pytest.raises(RosterBroken):
        verify([], office.root_public)


@pytest.mark.parametrize(
    "facts",
    [
        {"account": "30", "team": TEAM_A, "role": "caseworker", "box": bytes(32), "sign": bytes(32)},
        {"account": [30], "team": TEAM_A, "role": "caseworker", "box": bytes(32), "sign": bytes(32)},
        {"account": 30, "team": TEAM_A, "role": ["caseworker"], "box": bytes(32), "sign": bytes(32)},
        {"account": 30, "team": TEAM_A, "role": "caseworker", "box": bytes(31), "sign": bytes(32)},
        {"account": 30, "team": TEAM_A, "role": "caseworker", "box": "not base64 at all", "sign": bytes(32)},
        {"account": 30, "team": TEAM_A, "role": "caseworker"},
        {"account": True, "team": TEAM_A, "role": "caseworker", "box": bytes(32), "sign": bytes(32)},
    ],
)
def test_a_misshapen_record_of_a_true_lead_stops_nobody(office: Office, facts: dict[str, Any]) -> None:
    office.is_refused(office.make("member", office[LEAD_A], **facts))


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"kind":"party"}', b"{}"]
)
def test_nonsense_in_the_table_stops_nobody(office: Office, body: bytes) -> None:
    office.is_refused(SignedRecord(5000, body, sign(office.root[0], "casework.roster", body)))


def test_a_refused_record_does_not_break_the_chain_after_it(office: Office) -> None:
    planted = planted_by(office, office[STRANGER].pair[0], 0, "officer", **office[STRANGER].keys)
    true = office.make("member", office[LEAD_A], **member(office[STRANGER], TEAM_A, "caseworker"))
    roster = office.verified([*office.records, planted, true])
    assert roster.refused == [planted.record_id] and (STRANGER, TEAM_A) in roster.members
