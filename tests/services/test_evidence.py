"""Evidence received in parts, kept as it came, and every hand that touched it."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import tempfile
import threading
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from casework.actor import Actor
from casework.clock import DAY, now_us
from casework.crypto.errors import SealBroken
from casework.crypto.streams import CHUNK_BYTES, SEALED_CHUNK_BYTES
from casework.errors import AlreadyDone, Busy, Invalid, KeyMissing, NotFound, Stale, StorageFull
from casework.extensions import db
from casework.services import evidence, evidence_store, evidence_uploads
from casework.services.evidence_rows import Said
from casework.transaction import reader, write
from models.audit import AuditEntry
from models.enums import AttachmentState, CompartmentKind
from models.evidence import Attachment, CustodyEvent
from tests import make_files
from tests.make import Office
from tests.make_cases import open_case, take_keys

SAID = Said("medical", "左眼的淤青", "她自己拍的，原件在她手机里", "2026-11-03 晚上")
NAME = "急诊病历-周某英.jpg"


@pytest.fixture
def number(any_office: Office) -> str:
    with any_office.at_work():
        return open_case(any_office)


def receive(actor: Actor, number: str, content: bytes, said: Said = SAID, name: str = NAME) -> int:
    """The whole way of a file, as a browser goes it."""
    upload = evidence_uploads.begin(actor, number, said, name=name, length_bytes=len(content))
    for index in range(upload.parts):
        part = content[index * CHUNK_BYTES : (index + 1) * CHUNK_BYTES]
        assert evidence_uploads.put_part(actor, number, upload.upload_id, index, part) == index + 1
    return evidence_uploads.finish(actor, number, upload.upload_id)


def row_of(attachment_id: int) -> Attachment:
    """The stored row."""
    return reader().scalars(select(Attachment).where(Attachment.id == attachment_id)).one()


def handlings(actor: Actor, number: str, attachment_id: int) -> list[tuple[str, str | None]]:
    """The chain of custody: how, by whom."""
    return [(it.kind, it.by) for it in evidence.one(actor, number, attachment_id).custody]


def copied(actor: Actor, number: str, attachment_id: int) -> bytes:
    """The bytes that a download gives."""
    copy = evidence.copy(actor, number, attachment_id)
    try:
        return b"".join(copy.pieces(0, copy.length_bytes))
    finally:
        copy.close()


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


def test_a_cut_upload_goes_on_where_it_stopped(any_office: Office, number: str) -> None:
    content = make_files.mp4(length=3 * CHUNK_BYTES)
    parts = [content[at : at + CHUNK_BYTES] for at in range(0, len(content), CHUNK_BYTES)]
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        upload = evidence_uploads.begin(actor, number, SAID, name=NAME, length_bytes=len(content))
        evidence_uploads.put_part(actor, number, upload.upload_id, 0, parts[0])
    with any_office.at_work():
        # Days later, signed in anew, after a restart: nothing of the running sum was needed.
        actor = any_office.actor("caseworker")
        waiting = evidence.of_case(actor, number).unfinished
        assert [(it.name, it.arrived, it.parts) for it in waiting] == [(NAME, 1, 3)]
        put = evidence_uploads.put_part
        assert put(actor, number, upload.upload_id, 0, parts[0]) == 1
        assert put(actor, number, upload.upload_id, 2, parts[2]) == 1
        with pytest.raises(Invalid, match="missing"):
            evidence_uploads.finish(actor, number, upload.upload_id)
        assert put(actor, number, upload.upload_id, 1, parts[1]) == 2
        assert put(actor, number, upload.upload_id, 2, parts[2]) == 3
        assert evidence_uploads.finish(actor, number, upload.upload_id) == upload.upload_id
        assert evidence_uploads.finish(actor, number, upload.upload_id) == upload.upload_id
        assert copied(actor, number, upload.upload_id) == content
        assert handlings(actor, number, upload.upload_id) == [("received", "何敏"), ("copied", "何敏")]


def test_another_file_is_not_mixed_into_an_upload(any_office: Office, number: str) -> None:
    content = make_files.mp4(length=2 * CHUNK_BYTES)
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        upload = evidence_uploads.begin(actor, number, SAID, name=NAME, length_bytes=len(content))
        evidence_uploads.put_part(actor, number, upload.upload_id, 0, content[:CHUNK_BYTES])
        with pytest.raises(Invalid, match="another"):
            evidence_uploads.put_part(actor, number, upload.upload_id, 0, bytes(CHUNK_BYTES))
        for part in (b"", content[: CHUNK_BYTES - 1], content[: CHUNK_BYTES + 1]):
            with pytest.raises(Invalid, match="length"):
                evidence_uploads.put_part(actor, number, upload.upload_id, 1, part)
        with pytest.raises(Invalid, match="length"):
            evidence_uploads.put_part(actor, number, upload.upload_id, 2, content[:CHUNK_BYTES])


def test_an_upload_is_its_owners_alone(any_office: Office, number: str) -> None:
    with any_office.at_work():
        upload = evidence_uploads.begin(
            any_office.actor("caseworker"), number, SAID, name=NAME, length_bytes=10
        )
        other = any_office.actor("colleague")
        for act in (
            lambda: evidence_uploads.put_part(other, number, upload.upload_id, 0, bytes(10)),
            lambda: evidence_uploads.finish(other, number, upload.upload_id),
            lambda: evidence_uploads.discard(other, number, upload.upload_id),
            lambda: evidence_uploads.state_of(other, number, upload.upload_id),
        ):
            with pytest.raises(NotFound):
                act()
        assert evidence.of_case(other, number).unfinished == []


def test_two_browsers_at_once_write_one_file(any_office: Office, number: str) -> None:
    content = make_files.mp4(length=4 * CHUNK_BYTES)
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        upload_id = evidence_uploads.begin(
            actor, number, SAID, name=NAME, length_bytes=len(content)
        ).upload_id
    failures: list[BaseException] = []

    def browser() -> None:
        with any_office.at_work():
            mine = any_office.actor("caseworker")
            following = 0
            while following < 4:
                part = content[following * CHUNK_BYTES : (following + 1) * CHUNK_BYTES]
                try:
                    following = evidence_uploads.put_part(mine, number, upload_id, following, part)
                except Busy:
                    continue
                except BaseException as failure:
                    failures.append(failure)
                    raise
            db.session.remove()

    both = [threading.Thread(target=browser) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
    assert failures == []
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        evidence_uploads.finish(actor, number, upload_id)
        assert copied(actor, number, upload_id) == content


@pytest.mark.parametrize(
    ("name", "length", "field", "reason"),
    [
        ("", 5, "file", "absent"),
        ("../../etc/passwd", 5, "file", "name"),
        ("C:\\Users\\a.jpg", 5, "file", "name"),
        ("..", 5, "file", "name"),
        ("a" * 256, 5, "file", "name"),
        ("a.jpg", 0, "file", "empty"),
        ("a.jpg", evidence_uploads.LARGEST_BYTES + 1, "file", "large"),
    ],
)
def test_what_can_not_be_taken_is_told_before_a_byte_is_sent(
    any_office: Office, number: str, name: str, length: int, field: str, reason: str
) -> None:
    with any_office.at_work(), pytest.raises(Invalid) as refused:
        evidence_uploads.begin(any_office.actor("caseworker"), number, SAID, name=name, length_bytes=length)
    assert refused.value.faults == {field: reason}


def test_too_many_unfinished_files_and_a_full_disk_are_told(
    any_office: Office, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        for _ in range(evidence_uploads.MOST_UNFINISHED):
            evidence_uploads.begin(actor, number, SAID, name=NAME, length_bytes=10)
        with pytest.raises(Invalid, match="many"):
            evidence_uploads.begin(actor, number, SAID, name=NAME, length_bytes=10)
        monkeypatch.setattr(evidence_store, "SPARE_BYTES", 2**60)
        with pytest.raises(StorageFull):
            evidence_uploads.begin(any_office.actor("colleague"), number, SAID, name=NAME, length_bytes=10)


def test_a_refused_file_leaves_nothing_behind(any_office: Office, number: str) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        for content in (b"MZ" + bytes(100), make_files.bomb(), make_files.packed({"a.txt": b"x"})):
            with pytest.raises(Invalid):
                receive(actor, number, content)
        with pytest.raises(Invalid, match="type"):
            evidence_uploads.receive_whole(
                actor, number, SAID, name=NAME, length_bytes=64, content=io.BytesIO(bytes(64))
            )
        assert list(evidence_store.folder().iterdir()) == []
        assert reader().scalar(select(func.count()).select_from(Attachment)) == 0
        refused = select(func.count()).where(AuditEntry.action == "evidence.refuse")
        assert reader().scalar(refused) == 4


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


def stored(attachment_id: int) -> Path:
    """Where the sealed bytes lie."""
    return evidence_store.folder() / row_of(attachment_id).stored_under


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


def test_a_killed_server_loses_the_part_under_way_alone(any_office: Office, number: str) -> None:
    content = make_files.mp4(length=2 * CHUNK_BYTES)
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        upload = evidence_uploads.begin(actor, number, SAID, name=NAME, length_bytes=len(content))
        evidence_uploads.put_part(actor, number, upload.upload_id, 0, content[:CHUNK_BYTES])
        # Killed while the second part was being written: half of it lies there, the row counts one.
        with stored(upload.upload_id).open("ab") as file:
            file.write(os.urandom(CHUNK_BYTES // 2))
        assert evidence_uploads.state_of(actor, number, upload.upload_id).arrived == 1
        evidence_uploads.put_part(actor, number, upload.upload_id, 1, content[CHUNK_BYTES:])
        evidence_uploads.finish(actor, number, upload.upload_id)
        assert copied(actor, number, upload.upload_id) == content


def test_a_row_that_claims_parts_which_are_gone_takes_no_more(any_office: Office, number: str) -> None:
    content = make_files.mp4(length=2 * CHUNK_BYTES)
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        upload = evidence_uploads.begin(actor, number, SAID, name=NAME, length_bytes=len(content))
        evidence_uploads.put_part(actor, number, upload.upload_id, 0, content[:CHUNK_BYTES])
        stored(upload.upload_id).unlink()
        with pytest.raises(SealBroken):
            evidence_uploads.put_part(actor, number, upload.upload_id, 1, content[CHUNK_BYTES:])
        evidence_uploads.discard(actor, number, upload.upload_id)


def test_the_sweep_clears_what_nobody_went_on_with(any_office: Office, number: str) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        kept = receive(actor, number, make_files.jpeg())
        upload = evidence_uploads.begin(actor, number, SAID, name=NAME, length_bytes=10)
        evidence_uploads.put_part(actor, number, upload.upload_id, 0, bytes(10))
        assert evidence_uploads.sweep(now_us() + 6 * DAY) == 0
        assert evidence_uploads.sweep(now_us() + 8 * DAY) == 1
        assert reader().scalars(select(Attachment.id)).all() == [kept]
        names = {path.name.partition(".")[0] for path in evidence_store.folder().iterdir()}
        assert names == {row_of(kept).stored_under}
        assert evidence_uploads.sweep(now_us() + 60 * DAY) == 0
        assert copied(actor, number, kept)


def test_files_of_a_database_put_back_wait_for_the_newer_one(any_office: Office, number: str) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        kept = receive(actor, number, make_files.jpeg())
        before = copied(actor, number, kept)
        paths = evidence_store.listing()
        names = {row_of(kept).stored_under}
        at = now_us()
        # An older database knows no such row: the file is set apart, and comes back with the newer one.
        assert evidence_store.sweep(paths, set(), at) == 0
        assert all(path.suffix == ".unclaimed" for path in evidence_store.listing())
        assert evidence_store.sweep(evidence_store.listing(), set(), at + 29 * DAY) == 0
        assert evidence_store.sweep(evidence_store.listing(), names, at + 29 * DAY) == 0
        assert copied(actor, number, kept) == before
        evidence_store.sweep(evidence_store.listing(), set(), at)
        assert evidence_store.sweep(evidence_store.listing(), set(), at + 31 * DAY) == 3
        assert evidence_store.listing() == []


def test_nothing_of_a_file_lies_anywhere_in_the_clear(
    any_office: Office, number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    content = make_files.jpeg(size=(1200, 900), words="雀鸣在院子里")
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        receive(actor, number, content)
        waiting = evidence_uploads.begin(actor, number, SAID, name=NAME, length_bytes=len(content))
        evidence_uploads.put_part(actor, number, waiting.upload_id, 0, content)
        evidence.of_case(actor, number)
    marks = [
        *make_files.traces(content),
        *make_files.name_traces(NAME),
        *make_files.name_traces("左眼的淤青"),
    ]
    found = [path for path in any_office.settings.instance_path.rglob("*") if path.is_file()]
    assert len(found) > 4
    for path in (*found, *temporary.rglob("*")):
        held = path.read_bytes()
        assert [mark for mark in marks if mark in held] == [], path.name
    assert list(temporary.iterdir()) == []


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


def test_a_closed_case_takes_no_more_evidence(any_office: Office, number: str) -> None:
    from models.cases import Case

    with any_office.at_work():
        with write(None) as work:
            work.session.execute(update(Case).where(Case.number == number).values(state="closed"))
        with pytest.raises(Exception, match="not_open"):
            evidence_uploads.begin(any_office.actor("caseworker"), number, SAID, name=NAME, length_bytes=5)
        rows = select(Attachment.id).where(Attachment.state == AttachmentState.RECEIVING)
        assert reader().scalars(rows).all() == []
