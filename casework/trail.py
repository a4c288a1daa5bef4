"""The hash chain: each entry holds the hash of the one before it; the head row is its newest.

A chain without a key is as strong as its last anchor kept elsewhere: the anchor interval is the tamper window.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, inspect, select, update

from casework.crypto.encoding import packed
from models.audit import AuditEntry, AuditHead

GENESIS = bytes(32)

_take = (
    update(AuditHead)
    .where(AuditHead.id == 1)
    .values(sequence=AuditHead.sequence + bindparam("count"))
    .returning(AuditHead.sequence, AuditHead.hash)
)
_set_head = update(AuditHead).where(AuditHead.id == 1).values(hash=bindparam("newest"))
_append = insert(AuditEntry)


@dataclass(frozen=True)
class Entry:
    """What is to be recorded; never the content of a field, only its name."""

    action: str
    at: int
    account_id: int | None = None
    session_id: int | None = None
    subject_kind: str | None = None
    subject_id: int | None = None
    ids: tuple[int, ...] = ()
    fields: tuple[str, ...] = ()
    record_digest: bytes | None = None


def entry_hash(row: dict[str, Any], previous: bytes) -> bytes:
    """SHA-256 over every column of an entry and the hash of the entry before it."""
    return hashlib.sha256(
        packed(
            row["sequence"],
            row["at"],
            row["account_id"] or 0,
            row["session_id"] or 0,
            row["action"],
            row["subject_kind"] or "",
            row["subject_id"] or 0,
            row["ids"],
            row["fields"],
            row["record_digest"] or b"",
            previous,
        )
    ).digest()


def append(connection: Connection, entries: Sequence[Entry]) -> None:
    """Adds entries at the head; the last statements before COMMIT, so that the head's row lock is short."""
    if not entries:
        return
    newest, previous = connection.execute(_take, {"count": len(entries)}).one()
    rows = []
    for offset, entry in enumerate(entries):
        row: dict[str, Any] = {
            "sequence": newest - len(entries) + 1 + offset,
            "at": entry.at,
            "account_id": entry.account_id,
            "session_id": entry.session_id,
            "action": entry.action,
            "subject_kind": entry.subject_kind,
            "subject_id": entry.subject_id,
            "ids": json.dumps(entry.ids, separators=(",", ":")),
            "fields": json.dumps(entry.fields, separators=(",", ":")),
            "record_digest": entry.record_digest,
            "previous": previous,
        }
        row["hash"] = previous = entry_hash(row, previous)
        rows.append(row)
    connection.execute(_append, rows)
    connection.execute(_set_head, {"newest": previous})


def head(connection: Connection) -> tuple[int, bytes]:
    """Sequence and hash of the newest entry; (0, genesis) for an empty chain."""
    row = connection.execute(select(AuditHead.sequence, AuditHead.hash).where(AuditHead.id == 1)).one()
    return row.sequence, row.hash


def digest_of(row: Any) -> bytes:
    """SHA-256 over a stored row's id and sealed bytes, column by column in name order; binds an entry to a content."""
    mapper = inspect(type(row))
    names = sorted(column.key for column in mapper.columns if column.key.endswith("_sealed"))
    parts: list[str | int | bytes] = [type(row).__tablename__, row.id]
    for name in names:
        value = getattr(row, name)
        parts += [name, b"" if value is None else bytes(value), int(value is not None)]
    return hashlib.sha256(packed(*parts)).digest()


@dataclass(frozen=True)
class Broken:
    """The first entry at which the chain does not hold, and why: altered, missing, reordered, head, anchor."""

    sequence: int
    why: str


def verify(rows: Iterable[Any], head_sequence: int, head_hash: bytes) -> Broken | None:
    """The first broken link of a chain read in order of sequence, or None."""
    previous, expected = GENESIS, 1
    for row in rows:
        if row.sequence != expected:
            return Broken(expected, "missing")
        if row.previous != previous:
            return Broken(row.sequence, "reordered")
        as_written = {column: getattr(row, column) for column in AuditEntry.__table__.columns.keys()}
        if entry_hash(as_written, previous) != row.hash:
            return Broken(row.sequence, "altered")
        previous, expected = row.hash, expected + 1
    if head_sequence != expected - 1 or (expected > 1 and head_hash != previous):
        return Broken(expected, "head")
    return None
