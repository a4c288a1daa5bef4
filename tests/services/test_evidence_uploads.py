"""Evidence as it arrives: in parts, cut, twice, too much, and never in the clear."""

from __future__ import annotations

import io
import os
import tempfile
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from casework.clock import DAY, now_us
from casework.crypto.errors import SealBroken
from casework.crypto.streams import CHUNK_BYTES
from casework.errors import Busy, Invalid, NotFound, StorageFull
from casework.extensions import db
from casework.services import evidence, evidence_store, evidence_uploads
from casework.transaction import reader, write
from models.audit import AuditEntry
from models.enums import AttachmentState
from models.evidence import Attachment
from tests import make_files
from tests.make import Office
from tests.make_cases import open_case
from tests.make_evidence import NAME, SAID, copied, handlings, receive, row_of, stored


@pytest.fixture
def number(any_office: Office) -> str:
    with any_office.at_work():
        return open_case(any_office)


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
            db.session.close()

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
        ("photo\u202egpj.exe", 5, "file", "name"),
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


def test_a_closed_case_takes_no_more_evidence(any_office: Office, number: str) -> None:
    from models.cases import Case

    with any_office.at_work():
        with write(None) as work:
            work.session.execute(update(Case).where(Case.number == number).values(state="closed"))
        with pytest.raises(Exception, match="not_open"):
            evidence_uploads.begin(any_office.actor("caseworker"), number, SAID, name=NAME, length_bytes=5)
        rows = select(Attachment.id).where(Attachment.state == AttachmentState.RECEIVING)
        assert reader().scalars(rows).all() == []
