"""Evidence for tests: received as a browser sends it, and looked at as it is stored."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from casework.actor import Actor
from casework.crypto.streams import CHUNK_BYTES
from casework.services import evidence, evidence_store, evidence_uploads
from casework.services.evidence_rows import Said
from casework.transaction import reader
from models.evidence import Attachment

SAID = Said("medical", "左眼的淤青", "她自己拍的，原件在她手机里", "2026-11-03 晚上")
NAME = "急诊病历-周某英.jpg"


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


def stored(attachment_id: int) -> Path:
    """Where the sealed bytes lie."""
    return evidence_store.folder() / row_of(attachment_id).stored_under
