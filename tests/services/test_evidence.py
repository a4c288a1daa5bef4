"""Evidence as it is kept: as it came, and every hand that touched it."""

from __future__ import annotations

import base64
import hashlib

import pytest
from sqlalchemy import delete

from casework.crypto.errors import SealBroken
from casework.crypto.streams import CHUNK_BYTES, SEALED_CHUNK_BYTES
from casework.errors import AlreadyDone, Busy, Invalid, KeyMissing, NotFound, Stale
from casework.services import evidence, evidence_uploads
from casework.services.evidence_rows import Said
from casework.transaction import write
from models.enums import CompartmentKind
from models.evidence import CustodyEvent
from tests import make_files
from tests.make import Office
from tests.make_cases import open_case, take_keys
from tests.make_evidence import NAME, SAID, copied, handlings, receive, stored


@pytest.fixture
def number(any_office: Office) -> str:
    with any_office.at_work():
        return open_case(any_office)


def test_a_file_comes_back_as_it_came(any_office: Office, number: str) -> None:
    content = make_files.mp4(length=2 * CHUNK_BYTES + 5)
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        attachment_id = receive(actor, number, content)
        line = evidence.one(any_office.actor("colleague"), number, attachment_id).line
        assert (line.label, line.kind, line.name, line.made) == ("E01", "medical", NAME, SAID.made)
        assert line.sha256 == hashlib.sha256(content).hexdigest()
        assert (line.length_bytes, line.file_class, line.received_by) == (len(content), "video", "何敏")
        copy = evidence.copy(actor, number, attachment_id)
        assert (copy.name, copy.mime) == (f"{number}-E01.mp4", "video/mp4")
        assert b"".join(copy.pieces(0, copy.length_bytes)) == content
        assert b"".join(copy.pieces(0, 0)) == b""
        copy.close()
        again = evidence.copy(actor, number, attachment_id)
        assert b"".join(again.pieces(CHUNK_BYTES - 3, CHUNK_BYTES + 4)) == content[CHUNK_BYTES - 3 :][:7]
        again.close()


def test_a_photo_has_its_pictures_and_its_warning(any_office: Office, number: str) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        attachment_id = receive(actor, number, make_files.jpeg(size=(2400, 1800), place=True))
        line = evidence.one(actor, number, attachment_id).line
        assert line.has_place
        assert line.thumbnail is not None
        assert base64.b64decode(line.thumbnail).startswith(b"\xff\xd8\xff")
        opened = evidence.view(actor, number, attachment_id)
        assert opened.preview is not None
        preview = base64.b64decode(opened.preview)
        assert b"Exif" not in preview
        # The original is evidence: not a byte of it is changed.
        assert b"Exif" in copied(actor, number, attachment_id)


def test_a_picture_that_breaks_the_drawing_is_still_evidence(any_office: Office, number: str) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        cut = make_files.jpeg()[:2000]
        line = evidence.one(actor, number, receive(actor, number, cut)).line
        assert line.thumbnail is None
        assert line.file_class == "image"


def test_every_opening_is_in_the_chain_before_anything_leaves(any_office: Office, number: str) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        attachment_id = receive(actor, number, make_files.jpeg())
        other = any_office.actor("colleague")
        evidence.view(other, number, attachment_id)
        evidence.print_out(other, number, attachment_id)
        copy = evidence.copy(other, number, attachment_id)
        assert handlings(actor, number, attachment_id) == [
            ("received", "何敏"),
            ("viewed", "梁静"),
            ("printed", "梁静"),
            ("copied", "梁静"),
        ]
        copy.close()
        with pytest.raises(Exception, match="append-only"), write(None) as work:
            work.session.execute(delete(CustodyEvent))


def test_the_words_are_corrected_and_the_earlier_ones_kept(any_office: Office, number: str) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        attachment_id = receive(actor, number, make_files.jpeg())
        version = evidence.one(actor, number, attachment_id).line.version
        evidence.change(actor, number, attachment_id, Said("police_record", "报警回执"), version)
        line = evidence.one(actor, number, attachment_id).line
        assert (line.kind, line.description, line.origin, line.name) == (
            "police_record",
            "报警回执",
            "",
            NAME,
        )
        with pytest.raises(Stale) as stale:
            evidence.change(any_office.actor("colleague"), number, attachment_id, Said("other"), version)
        assert stale.value.theirs["description"] == "报警回执"
        assert stale.value.yours["kind"] == "other"
        assert stale.value.their_name == "何敏"
        with pytest.raises(Invalid):
            evidence.change(actor, number, attachment_id, Said("gossip"), line.version)


def test_what_is_set_aside_stays(any_office: Office, number: str) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        first, second = receive(actor, number, make_files.jpeg()), receive(actor, number, make_files.png())
        version = evidence.one(actor, number, first).line.version
        with pytest.raises(Invalid, match="required"):
            evidence.set_aside(actor, number, first, "", version)
        evidence.set_aside(actor, number, first, "传错了个案", version)
        with pytest.raises(AlreadyDone):
            evidence.set_aside(actor, number, first, "又一次", version + 1)
        read = evidence.of_case(actor, number)
        assert [(line.attachment_id, line.why_set_aside) for line in read.set_aside] == [
            (first, "传错了个案")
        ]
        assert [(kind, [line.label for line in lines]) for kind, lines in read.groups] == [
            ("medical", ["E02"])
        ]
        assert copied(actor, number, first) == copied(actor, number, first)
        # A number once given is given to nothing else.
        third = receive(actor, number, make_files.png())
        assert evidence.one(actor, number, third).line.label == "E03"
        assert second != third


def test_the_list_follows_the_order_of_the_article(any_office: Office, number: str) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        for kind in ("other", "statement", "messages"):
            receive(actor, number, b"words", Said(kind))
        assert [kind for kind, _lines in evidence.of_case(actor, number).groups] == [
            "statement",
            "messages",
            "other",
        ]


def test_without_the_key_there_are_locks_and_nothing_opens(any_office: Office, number: str) -> None:
    with any_office.at_work():
        attachment_id = receive(any_office.actor("caseworker"), number, make_files.jpeg())
        take_keys(any_office, "colleague", CompartmentKind.ACCOUNT)
        other = any_office.actor("colleague")
        read = evidence.of_case(other, number)
        assert read.is_locked
        assert [(line.is_locked, line.thumbnail) for line in read.locked] == [(True, None)]
        for act in (evidence.view, evidence.print_out, evidence.copy):
            with pytest.raises(KeyMissing):
                act(other, number, attachment_id)
        with pytest.raises(KeyMissing):
            evidence_uploads.begin(other, number, SAID, name=NAME, length_bytes=5)
        # Whoever could open nothing handled nothing.
        assert handlings(other, number, attachment_id) == [("received", "何敏")]


def test_a_strangers_case_and_another_cases_file_are_absent(any_office: Office, number: str) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        attachment_id = receive(actor, number, make_files.jpeg())
        other = open_case(any_office)
        for act in (evidence.one, evidence.view, evidence.print_out, evidence.copy):
            with pytest.raises(NotFound):
                act(any_office.actor("stranger"), number, attachment_id)
            with pytest.raises(NotFound):
                act(actor, other, attachment_id)
        with pytest.raises(NotFound):
            evidence.change(actor, other, attachment_id, SAID, 1)


def test_whatever_is_done_to_the_stored_bytes_is_noticed(any_office: Office, number: str) -> None:
    content = make_files.mp4(length=2 * CHUNK_BYTES + 100)
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        first, second = receive(actor, number, content), receive(actor, number, content)
        path, other = stored(first), stored(second)
        whole = path.read_bytes()
        assert oct(path.stat().st_mode)[-3:] == "600"
        swapped = whole[SEALED_CHUNK_BYTES : 2 * SEALED_CHUNK_BYTES] + whole[:SEALED_CHUNK_BYTES]
        flipped = bytearray(whole)
        flipped[SEALED_CHUNK_BYTES + 1000] ^= 1
        for altered in (
            whole[: 2 * SEALED_CHUNK_BYTES],
            whole[:-1],
            whole + b"x",
            swapped + whole[2 * SEALED_CHUNK_BYTES :],
            bytes(flipped),
            other.read_bytes(),
        ):
            path.write_bytes(altered)
            with pytest.raises(SealBroken):
                copied(actor, number, first)
        path.unlink()
        with pytest.raises(SealBroken):
            copied(actor, number, first)


def test_few_downloads_run_at_once_and_each_gives_its_place_back(any_office: Office, number: str) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        attachment_id = receive(actor, number, make_files.jpeg())
        running = [evidence.copy(actor, number, attachment_id) for _ in range(evidence.MOST_COPIES)]
        with pytest.raises(Busy):
            evidence.copy(actor, number, attachment_id)
        running[0].close()
        running[0].close()
        assert copied(actor, number, attachment_id)
        for copy in running:
            copy.close()
