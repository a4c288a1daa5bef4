"""Somebody who writes into the database plants, swaps and puts back wraps: nothing is sealed to a key of his."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, func, select, update

from casework.actor import Actor
from casework.crypto.errors import SealBroken
from casework.crypto.fields import FieldKey, new_secret
from casework.crypto.handing import handed_message
from casework.crypto.roster import Roster
from casework.crypto.signing import new_signing_pair, sign
from casework.crypto.wraps import WrapPlace, seal_to
from casework.errors import KeyMissing, KeyUntrusted
from casework.sealed import Locked
from casework.services import members, rosters
from casework.transaction import reader
from models.audit import AuditEntry
from models.base import new_id
from models.enums import CompartmentKind, OwnerKind, RecipientKind
from models.keys import Compartment, Wrap
from tests.make import PASSWORD, Office
from tests.services.sealed_things import (
    NAME,
    SealedName,
    change,
    read_name,
    seal_name,
    write_name,
)
from tests.services.test_planted_keys import accept_again, recorded


def wraps_of(name: SealedName) -> list[Wrap]:
    """The stored wraps of a name's compartment, oldest first."""
    reader().expire_all()
    return list(
        reader().scalars(
            select(Wrap).where(Wrap.compartment_id == name.compartment_id).order_by(Wrap.key_version, Wrap.id)
        )
    )


def newest_key(office: Office, team_id: int, kind: str = "identity") -> tuple[int, Roster]:
    """A team's newest key, and the roster that says so."""
    roster = rosters.verified_for(reader(), office.actor("lead"))
    key_id = roster.newest_team_key(team_id, kind)
    assert key_id is not None
    return key_id, roster


def planted_wrap(
    office: Office,
    compartment_id: int,
    owner_id: int,
    *,
    signer: int | None,
    private: bytes,
    version: int = 1,
    key: FieldKey | None = None,
) -> FieldKey:
    """A handed-on wrap of a key that the attacker made, for the first team; gives his key."""
    team_key_id, roster = newest_key(office, office.team_id)
    mine = key or FieldKey(
        key_id=new_id(), compartment_id=compartment_id, version=version, secret=new_secret()
    )
    place = WrapPlace(compartment_id, mine.key_id, version, team_key_id)
    sealed = seal_to(roster.team_keys[team_key_id][3], mine.secret_for_wrapping(), place.bound("handed"))
    message = handed_message(place, owner_id, sealed)
    change(
        Wrap(
            compartment_id=compartment_id,
            key_id=mine.key_id,
            key_version=version,
            recipient_kind=RecipientKind.TEAM_KEY,
            recipient_id=team_key_id,
            key_sealed=sealed,
            voucher=mine.voucher(team_key_id, owner_id),
            signer_record_id=signer,
            signature=None if signer is None else sign(private, "casework.handed", message),
            created_at=1,
        )
    )
    return mine


def own_record(actor: Actor) -> tuple[int, bytes]:
    """The roster record and the signing key of a true member of staff who turned."""
    assert actor.keychain is not None
    record = rosters.verified_for(reader(), actor).record_of(actor.account_id)
    assert record is not None
    return record, actor.keychain.signing_private


def empty_compartment() -> tuple[int, int]:
    """A compartment without a key, and its owner."""
    owner = new_id()
    row = Compartment(kind=CompartmentKind.IDENTITY, owner_kind=OwnerKind.CASE, owner_id=owner, created_at=1)
    change(row)
    return row.id, owner


def test_what_an_outsider_hands_on_opens_and_is_wrapped_anew(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        name = seal_name(operator, any_office.team_id)
        handed = wraps_of(name)[0]
        assert handed.signature is not None
        assert isinstance(read_name(any_office.actor("operator"), name), Locked)
        assert isinstance(read_name(any_office.actor("stranger"), name), Locked)
        assert read_name(any_office.actor("caseworker"), name) == NAME
        again = wraps_of(name)[0]
        assert again.signature is None and again.signer_record_id is None and again.id == handed.id
        assert read_name(any_office.actor("colleague"), name) == NAME


def test_what_was_handed_on_opens_after_its_maker_has_new_keys(any_office: Office) -> None:
    with any_office.at_work():
        name = seal_name(any_office.actor("operator"), any_office.team_id)
        accept_again(any_office, "operator", "lead", any_office.desk_id)
        left = seal_name(any_office.actor("operator"), any_office.team_id)
        members.remove(any_office.actor("lead"), any_office.desk_id, any_office.account_id("operator"))
        assert read_name(any_office.actor("caseworker"), name) == NAME
        assert read_name(any_office.actor("caseworker"), left) == NAME


def test_a_handed_wrap_without_a_true_signature_is_refused(any_office: Office) -> None:
    with any_office.at_work():
        record, _ = own_record(any_office.actor("operator"))
        private, _public = new_signing_pair()
        for signer in (None, record, 4711):
            compartment_id, owner = empty_compartment()
            mine = planted_wrap(any_office, compartment_id, owner, signer=signer, private=private)
            name = SealedName(owner, compartment_id, mine.seal(b"planted", tag=301, row_id=owner))
            with pytest.raises((KeyUntrusted, SealBroken)):
                read_name(any_office.actor("caseworker"), name)
            with pytest.raises((KeyUntrusted, SealBroken)):
                write_name(any_office.actor("caseworker"), name)


def test_a_handed_wrap_is_bound_to_its_compartment_owner_and_version(any_office: Office) -> None:
    with any_office.at_work():
        record, private = own_record(any_office.actor("operator"))
        compartment_id, owner = empty_compartment()
        planted_wrap(any_office, compartment_id, owner + 1, signer=record, private=private)
        with pytest.raises(KeyUntrusted):
            read_name(any_office.actor("caseworker"), SealedName(owner, compartment_id, bytes(40)))
        compartment_id, owner = empty_compartment()
        planted_wrap(any_office, compartment_id, owner, signer=record, private=private)
        change(update(Wrap).where(Wrap.compartment_id == compartment_id).values(key_version=2))
        with pytest.raises(KeyUntrusted):
            read_name(any_office.actor("caseworker"), SealedName(owner, compartment_id, bytes(40)))


@pytest.mark.parametrize("version", [1, 2])
def test_a_true_operator_who_turned_replaces_no_key(any_office: Office, version: int) -> None:
    # She signs with her own key, and somebody writes her wrap into the database.
    with any_office.at_work():
        name = seal_name(any_office.actor("caseworker"), any_office.team_id)
        record, private = own_record(any_office.actor("operator"))
        planted_wrap(
            any_office, name.compartment_id, name.row_id, signer=record, private=private, version=version
        )
        for act in (read_name, write_name):
            with pytest.raises(KeyUntrusted):
                act(any_office.actor("caseworker"), name)


def test_swapped_wraps_open_nothing(any_office: Office) -> None:
    with any_office.at_work():
        first = seal_name(any_office.actor("caseworker"), any_office.team_id)
        second = seal_name(any_office.actor("caseworker"), any_office.team_id)
        one, two = wraps_of(first)[0], wraps_of(second)[0]
        change(
            update(Wrap).where(Wrap.id == one.id).values(key_sealed=two.key_sealed),
            update(Wrap).where(Wrap.id == two.id).values(key_sealed=one.key_sealed),
        )
        for name in (first, second):
            with pytest.raises(SealBroken):
                read_name(any_office.actor("caseworker"), name)
        change(
            delete(Wrap).where(Wrap.id == two.id),
            update(Wrap)
            .where(Wrap.id == one.id)
            .values(compartment_id=second.compartment_id, key_sealed=one.key_sealed),
        )
        with pytest.raises(SealBroken):
            read_name(any_office.actor("caseworker"), second)


def test_swapped_values_open_nothing(any_office: Office) -> None:
    with any_office.at_work():
        first = seal_name(any_office.actor("caseworker"), any_office.team_id)
        second = seal_name(any_office.actor("caseworker"), any_office.team_id)
        for name in (
            SealedName(first.row_id, first.compartment_id, second.sealed),
            SealedName(first.row_id, second.compartment_id, second.sealed),
            SealedName(second.row_id, first.compartment_id, first.sealed),
        ):
            with pytest.raises(SealBroken):
                read_name(any_office.actor("caseworker"), name)


def test_a_planted_recipient_gets_no_new_key(any_office: Office) -> None:
    # The other team's key is a true one; its row only claims that the case was wrapped for it.
    with any_office.at_work():
        name = seal_name(any_office.actor("caseworker"), any_office.team_id)
        true = wraps_of(name)[0]
        other, _ = newest_key(any_office, any_office.facts.teams["个案二组"])
        change(
            Wrap(
                compartment_id=name.compartment_id,
                key_id=true.key_id,
                key_version=1,
                recipient_kind=RecipientKind.TEAM_KEY,
                recipient_id=other,
                key_sealed=true.key_sealed,
                voucher=true.voucher,
                created_at=1,
            ),
            update(Compartment).where(Compartment.id == name.compartment_id).values(rekey_needed=True),
        )
        written = write_name(any_office.actor("caseworker"), name)
        newest = [wrap for wrap in wraps_of(name) if wrap.key_version == 2]
        assert [wrap.recipient_id for wrap in newest] == [true.recipient_id]
        assert recorded("wrap.refused") == 1
        with pytest.raises(SealBroken):
            read_name(any_office.actor("stranger"), written)
        assert read_name(any_office.actor("colleague"), written) == "改过的名字"


def test_a_recipient_that_was_meant_stays_one(any_office: Office) -> None:
    with any_office.at_work():
        name = seal_name(
            any_office.actor("caseworker"),
            any_office.team_id,
            any_office.desk_id,
            kind=CompartmentKind.CONTACT,
        )
        assert read_name(any_office.actor("operator"), name) == NAME
        change(update(Compartment).where(Compartment.id == name.compartment_id).values(rekey_needed=True))
        written = write_name(any_office.actor("caseworker"), name)
        assert read_name(any_office.actor("operator"), written) == "改过的名字"
        assert recorded("wrap.refused") == 0


def test_a_compartment_of_another_kind_is_not_written(any_office: Office) -> None:
    with any_office.at_work():
        name = seal_name(any_office.actor("caseworker"), any_office.team_id)
        change(
            update(Compartment)
            .where(Compartment.id == name.compartment_id)
            .values(kind=CompartmentKind.CONTACT, rekey_needed=True)
        )
        with pytest.raises(KeyUntrusted):
            write_name(any_office.actor("caseworker"), name)


def test_names_written_after_a_removal_stay_shut_for_who_left(any_office: Office) -> None:
    with any_office.at_work():
        former = any_office.actor("colleague")
        before = seal_name(any_office.actor("caseworker"), any_office.team_id)
        assert read_name(former, before) == NAME
        members.remove(any_office.actor("lead"), any_office.team_id, any_office.account_id("colleague"))
        after = write_name(any_office.actor("caseworker"), before)
        fresh = seal_name(any_office.actor("caseworker"), any_office.team_id)
        for name, words in ((after, "改过的名字"), (fresh, NAME)):
            assert read_name(any_office.actor("lead"), name) == words
        with pytest.raises(SealBroken):
            read_name(former, after)
        assert isinstance(read_name(former, fresh), Locked)


def test_an_older_key_version_put_back_is_not_written_under(any_office: Office) -> None:
    with any_office.at_work():
        former = any_office.actor("colleague")
        before = seal_name(any_office.actor("caseworker"), any_office.team_id)
        members.remove(any_office.actor("lead"), any_office.team_id, any_office.account_id("colleague"))
        write_name(any_office.actor("caseworker"), before)
        change(delete(Wrap).where(Wrap.compartment_id == before.compartment_id, Wrap.key_version == 2))
        with pytest.raises(KeyMissing):
            write_name(any_office.actor("caseworker"), before)
        # The compartment's row put back as well: a new version is due, its wrap's team key is not the newest.
        change(update(Compartment).where(Compartment.id == before.compartment_id).values(key_version=1))
        again = write_name(any_office.actor("caseworker"), before)
        with pytest.raises(SealBroken):
            read_name(former, again)


@pytest.mark.parametrize("version", [-1, 0, 2, 7])
def test_a_changed_version_number_loses_no_key(any_office: Office, version: int) -> None:
    with any_office.at_work():
        name = seal_name(any_office.actor("caseworker"), any_office.team_id)
        change(
            update(Compartment)
            .where(Compartment.id == name.compartment_id)
            .values(key_version=version, rekey_needed=True)
        )
        with pytest.raises((KeyMissing, KeyUntrusted)):
            write_name(any_office.actor("caseworker"), name)
        assert len(wraps_of(name)) == 1
        assert read_name(any_office.actor("caseworker"), name) == NAME


def test_every_member_who_can_read_can_read_after_a_rotation(any_office: Office) -> None:
    with any_office.at_work():
        name = seal_name(any_office.actor("caseworker"), any_office.team_id)
        signed_in_before = any_office.actor("caseworker", PASSWORD)
        members.remove(any_office.actor("lead"), any_office.team_id, any_office.account_id("colleague"))
        written = write_name(any_office.actor("lead"), name)
        assert read_name(signed_in_before, written) == "改过的名字"
        assert reader().scalar(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "compartment.rekey")
        )


def test_two_who_write_at_once_make_one_new_key(any_office: Office) -> None:
    with any_office.at_work():
        name = seal_name(any_office.actor("caseworker"), any_office.team_id)
        change(update(Compartment).where(Compartment.id == name.compartment_id).values(rekey_needed=True))
        writers = [any_office.actor(username) for username in ("caseworker", "colleague", "lead")]
    started = threading.Barrier(len(writers))

    def one(writer: Actor) -> SealedName:
        with any_office.at_work():
            started.wait()
            return write_name(writer, name, writer.username)

    with ThreadPoolExecutor(len(writers)) as pool:
        written = list(pool.map(one, writers))
    with any_office.at_work():
        newer = [wrap for wrap in wraps_of(name) if wrap.key_version > 1]
        assert len(newer) == 1 and newer[0].key_version == 2
        reader_of_all = any_office.actor("caseworker")
        assert [read_name(reader_of_all, it) for it in written] == [writer.username for writer in writers]
