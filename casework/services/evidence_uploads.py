"""Receiving a file of evidence in parts, each sealed as it arrives; a cut upload goes on where it stopped.

One part is one sealed chunk. It lies on the disk before the row counts it, so that a killed server loses at most the
part under way, and a row claims nothing that is not there. Files are read and written outside write transactions.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any

from sqlalchemy import bindparam, delete, func, select, update

from casework import codes
from casework.actor import Actor
from casework.clock import DAY, local_date
from casework.crypto import encoding, streams
from casework.crypto.fields import new_secret
from casework.errors import Busy, Invalid, KeyMissing, NotFound, StorageFull
from casework.sealed import Locked
from casework.services import cases, evidence_rows, evidence_store, evidence_types, sealed_words, thumbnails
from casework.services.case_work import CaseWork, changing
from casework.services.evidence_rows import Said
from casework.services.vault import Vault
from casework.transaction import reader, write
from models.base import new_id
from models.enums import AttachmentState, CompartmentKind
from models.evidence import Attachment, CustodyEvent

PART_BYTES = streams.CHUNK_BYTES
LARGEST_BYTES = 200 * 1024 * 1024
# What one person may have under way in all cases, and one process at the same instant.
MOST_UNFINISHED, MOST_AT_ONCE = 8, 2
UNFINISHED_DAYS = 7
LONGEST_NAME = 255
# Parts of a path, and marks that turn the direction of writing: "gpj.exe" read backwards.
_NO_NAME = re.compile("[/\\\\\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_under_way = threading.BoundedSemaphore(MOST_AT_ONCE)
_columns = (
    Attachment.id,
    Attachment.case_id,
    Attachment.compartment_id,
    Attachment.state,
    Attachment.stored_under,
    Attachment.file_key_sealed,
    Attachment.words_sealed,
    Attachment.findings_sealed,
    Attachment.chunks,
    Attachment.received_at,
)
_own = select(*_columns).where(
    Attachment.id == bindparam("upload"),
    Attachment.case_id == bindparam("case"),
    Attachment.account_id == bindparam("account"),
)
_unfinished = (
    select(*_columns)
    .where(
        Attachment.case_id == bindparam("case"),
        Attachment.account_id == bindparam("account"),
        Attachment.state == AttachmentState.RECEIVING,
    )
    .order_by(Attachment.id)
)


@dataclass(frozen=True, repr=False)
class Upload:
    """An upload: how many parts it has, and how many have arrived, which is also the index of the next one."""

    upload_id: int
    name: str
    length_bytes: int
    arrived: int
    begun_at: int

    @property
    def parts(self) -> int:
        """How many parts the whole file has."""
        return evidence_rows.parts_of(self.length_bytes)


@contextmanager
def _few_at_once() -> Iterator[None]:
    """Bounds what arrives in this process at the same instant, so that pages go on being served; Busy beyond it."""
    if not _under_way.acquire(timeout=2.0):
        raise Busy
    try:
        yield
    finally:
        _under_way.release()


def _faults(said: Said, name: str, length_bytes: int) -> dict[str, str]:
    faults = {}
    if not codes.exists("evidence_kind", said.kind):
        faults["kind"] = "choice"
    if not name:
        faults["file"] = "absent"
    elif _NO_NAME.search(name) or name.strip(". ") == "" or len(name) > LONGEST_NAME:
        faults["file"] = "name"
    elif length_bytes <= 0:
        faults["file"] = "empty"
    elif length_bytes > LARGEST_BYTES:
        faults["file"] = "large"
    return faults


def expect(actor: Actor, number: str) -> None:
    """Passes a case that the actor may add to; NotFound otherwise."""
    cases.get_for(actor, number)


def begin(actor: Actor, number: str, said: Said, *, name: str, length_bytes: int) -> Upload:
    """Makes room for a file of this name and length; nothing of it has arrived yet.

    Invalid for what can't be taken (``file``: absent, name, empty, large, many), StorageFull without room on the disk.
    """
    if not evidence_store.has_room(length_bytes):
        raise StorageFull
    with changing(actor, number, CompartmentKind.ACCOUNT) as doing:
        # After the case was found: what is wrong with a file tells nobody whether there is such a case.
        if faults := _faults(said, name, length_bytes):
            raise Invalid(faults)
        _refuse_too_many(doing, actor)
        row = _new_row(doing, actor, said, name, length_bytes)
        doing.work.session.add(row)
        doing.record("evidence.begin", ids=(row.id,), fields=(evidence_rows.WORDS,), row=row)
        return Upload(row.id, name, length_bytes, 0, row.received_at)


def _refuse_too_many(doing: CaseWork, actor: Actor) -> None:
    held = doing.work.session.scalar(
        select(func.count())
        .select_from(Attachment)
        .where(Attachment.account_id == actor.account_id, Attachment.state == AttachmentState.RECEIVING)
    )
    if (held or 0) >= MOST_UNFINISHED:
        raise Invalid({"file": "many"})


def _new_row(doing: CaseWork, actor: Actor, said: Said, name: str, length_bytes: int) -> Attachment:
    row = Attachment(
        id=new_id(),
        case_id=doing.case.id,
        compartment_id=doing.account_id,
        state=AttachmentState.RECEIVING,
        stored_under=evidence_store.new_name(),
        chunks=0,
        has_thumbnail=False,
        received_at=doing.work.at,
        received_on=local_date(doing.work.at),
        touched_at=doing.work.at,
        account_id=actor.account_id,
    )
    secret = encoding.text(new_secret())
    words = sealed_words.packed({"name": name, **said.words()})
    row.file_key_sealed = doing.vault.seal(evidence_rows.FILE_KEY, row.id, doing.account_id, secret) or b""
    row.words_sealed = doing.vault.seal(evidence_rows.WORDS, row.id, doing.account_id, words)
    row.findings_sealed = _sealed_findings(doing, row, {"length": length_bytes})
    return row


def _sealed_findings(doing: CaseWork, row: Attachment, findings: dict[str, Any]) -> bytes | None:
    packed = sealed_words.packed(findings)
    # The row may have been made to point to a compartment of another case.
    doing.vault.ready_to_write(doing.work, doing.case.id, [row.compartment_id])
    return doing.vault.seal(evidence_rows.FINDINGS, row.id, row.compartment_id, packed)


def _own_row(actor: Actor, number: str, upload_id: int) -> tuple[Any, Vault]:
    """Her upload as it is stored now; NotFound for another's, and for a case that is not hers to see."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    keys = {"upload": upload_id, "case": head.case_id, "account": actor.account_id}
    row = reader().execute(_own, keys).first()
    if row is None:
        raise NotFound
    return row, vault


def _as_upload(vault: Vault, row: Any) -> Upload:
    words = evidence_rows.words_of(vault, row)
    if isinstance(words, Locked):
        raise KeyMissing
    return Upload(row.id, words["name"], evidence_rows.length_of(vault, row), row.chunks, row.received_at)


def state_of(actor: Actor, number: str, upload_id: int) -> Upload:
    """How far her upload has come; NotFound once it was finished or thrown away."""
    row, vault = _own_row(actor, number, upload_id)
    if row.state != AttachmentState.RECEIVING:
        raise NotFound
    return _as_upload(vault, row)


def unfinished(actor: Actor, case_id: int, vault: Vault) -> list[Upload]:
    """Her own uploads to a case that were not finished; none behind a lock."""
    rows = reader().execute(_unfinished, {"case": case_id, "account": actor.account_id}).all()
    return [_as_upload(vault, row) for row in rows if vault.holds(row.compartment_id)]


def put_part(actor: Actor, number: str, upload_id: int, index: int, content: bytes) -> int:
    """Seals one part into its place; gives the index of the next one.

    A part that is there already is compared and not written again: Invalid({"file": "another"}) when it is of another
    file. Invalid({"part": "length"}) for one that is cut short or too long. An index beyond the next one writes
    nothing and gives the next one. Busy while the same upload runs elsewhere.
    """
    row, vault = _own_row(actor, number, upload_id)
    if row.state != AttachmentState.RECEIVING:
        raise NotFound
    length, key = evidence_rows.length_of(vault, row), evidence_rows.key_of(vault, row)
    if index >= evidence_rows.parts_of(length) or len(content) != streams.chunk_bytes(length, index):
        raise Invalid({"part": "length"})
    is_last = index == evidence_rows.parts_of(length) - 1
    with _few_at_once(), evidence_store.held(row.stored_under) as descriptor:
        # Another browser may have been faster: what counts is what is stored now that the file is held.
        arrived = _own_row(actor, number, upload_id)[0].chunks
        if index > arrived:
            return int(arrived)
        if index < arrived:
            there = key.open_chunk(index, evidence_store.read_chunk(descriptor, index), is_last=is_last)
            if not hmac.compare_digest(there, content):
                raise Invalid({"file": "another"})
            return int(arrived)
        evidence_store.write_chunk(descriptor, index, key.seal_chunk(index, content, is_last=is_last))
        _count(actor, upload_id, index)
    return index + 1


def _count(actor: Actor, upload_id: int, index: int) -> None:
    """Counts a part that lies on the disk; NotFound where the upload was thrown away meanwhile."""
    with write(actor) as work:
        counted = work.changed(
            update(Attachment)
            .where(
                Attachment.id == upload_id,
                Attachment.state == AttachmentState.RECEIVING,
                Attachment.chunks == index,
            )
            .values(chunks=index + 1, touched_at=work.at)
        )
        if not counted:
            raise NotFound


@dataclass(frozen=True, repr=False)
class _Seen:
    """What looking through the whole file once found."""

    sha256: str
    found: evidence_types.Found
    pictures: thumbnails.Pictures | None


def _look_through(stored_under: str, key: streams.FileKey, length: int) -> _Seen:
    digest = hashlib.sha256()
    with evidence_store.SealedFile(stored_under, key, length) as whole:
        for piece in whole.pieces(0, length):
            digest.update(piece)
    with evidence_store.SealedFile(stored_under, key, length) as file:
        found = evidence_types.found_in(file, length)
        pictures = None
        if found.type.file_class == "image":
            file.seek(0)
            pictures = evidence_types.buffered(file, thumbnails.pictures_of)
    return _Seen(digest.hexdigest(), found, pictures)


def finish(actor: Actor, number: str, upload_id: int) -> int:
    """Checks the whole file and keeps it as evidence; gives its id. Finishing twice is finishing once.

    Invalid({"part": "missing"}) while parts are missing. A file that is not taken is deleted at once:
    Invalid({"file": reason}) with the reasons of ``evidence_types``. SealBroken when what lies there was altered.
    """
    row, vault = _own_row(actor, number, upload_id)
    if row.state != AttachmentState.RECEIVING:
        return int(row.id)
    length, key = evidence_rows.length_of(vault, row), evidence_rows.key_of(vault, row)
    if row.chunks != evidence_rows.parts_of(length):
        raise Invalid({"part": "missing"})
    with _few_at_once(), evidence_store.held(row.stored_under):
        try:
            seen = _look_through(row.stored_under, key, length)
        except Invalid:
            _throw_away(actor, row, "evidence.refuse")
            raise
        if seen.pictures is not None:
            for name in evidence_store.PICTURES:
                sealed = key.seal_picture(name, getattr(seen.pictures, name))
                evidence_store.write_picture(row.stored_under, name, sealed)
        _keep(actor, number, upload_id, length, seen)
    return upload_id


def _keep(actor: Actor, number: str, upload_id: int, length: int, seen: _Seen) -> None:
    with changing(actor, number, CompartmentKind.ACCOUNT) as doing:
        work, at = doing.work, doing.work.at
        row = work.session.get(Attachment, upload_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound
        if row.state != AttachmentState.RECEIVING:
            return
        kept = work.session.scalar(
            select(func.count())
            .select_from(Attachment)
            .where(Attachment.case_id == doing.case.id, Attachment.state != AttachmentState.RECEIVING)
        )
        findings = {
            "serial": (kept or 0) + 1,
            "length": length,
            "sha256": seen.sha256,
            "suffix": seen.found.type.suffix,
            "has_place": seen.found.has_place,
        }
        row.findings_sealed = _sealed_findings(doing, row, findings)
        row.state, row.has_thumbnail = AttachmentState.KEPT, seen.pictures is not None
        row.received_at, row.received_on, row.touched_at = at, local_date(at), at
        work.session.flush()
        event = CustodyEvent(attachment_id=row.id, kind="received", at=at, account_id=actor.account_id)
        work.session.add(event)
        doing.record("evidence.receive", ids=(row.id,), fields=(evidence_rows.FINDINGS,), row=row)


def receive_whole(
    actor: Actor, number: str, said: Said, *, name: str, length_bytes: int, content: IO[bytes]
) -> int:
    """A file that came in one piece, received by the same steps; gives its id. Nothing is left of one that failed."""
    upload = begin(actor, number, said, name=name, length_bytes=length_bytes)
    try:
        for index in range(upload.parts):
            put_part(actor, number, upload.upload_id, index, content.read(PART_BYTES))
        return finish(actor, number, upload.upload_id)
    except (Busy, StorageFull):
        with suppress(NotFound, Busy):
            discard(actor, number, upload.upload_id)
        raise


def discard(actor: Actor, number: str, upload_id: int) -> None:
    """Throws her unfinished upload away, its bytes included; NotFound once it is evidence."""
    row, _vault = _own_row(actor, number, upload_id)
    if row.state != AttachmentState.RECEIVING:
        raise NotFound
    with evidence_store.held(row.stored_under):
        _throw_away(actor, row, "evidence.discard")


def _throw_away(actor: Actor, row: Any, action: str) -> None:
    with write(actor) as work:
        gone = work.changed(
            delete(Attachment).where(Attachment.id == row.id, Attachment.state == AttachmentState.RECEIVING)
        )
        if not gone:
            raise NotFound
        work.record(action, subject_kind="case", subject_id=row.case_id, ids=(row.id,))
    # The row first: a file that no row names is swept, a row without its file would stay.
    evidence_store.delete(row.stored_under)


def sweep(at: int) -> int:
    """Clears uploads that nobody went on with for seven days, and files that no row names; gives how many."""
    with write(None) as work:
        stale = work.session.execute(
            select(Attachment.id, Attachment.case_id, Attachment.stored_under).where(
                Attachment.state == AttachmentState.RECEIVING,
                Attachment.touched_at < at - UNFINISHED_DAYS * DAY,
            )
        ).all()
        for row in stale:
            work.changed(delete(Attachment).where(Attachment.id == row.id))
            work.record("evidence.sweep", subject_kind="case", subject_id=row.case_id, ids=(row.id,))
    for row in stale:
        evidence_store.delete(row.stored_under)
    paths = evidence_store.listing()
    claimed = set(reader().scalars(select(Attachment.stored_under)))
    return len(stale) + evidence_store.sweep(paths, claimed, at)
