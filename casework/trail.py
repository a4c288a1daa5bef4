"""The hash chain: each entry holds the hash of the one before it; the head row is its newest.

A chain without a key is as strong as its last anchor kept elsewhere: the anchor interval is the tamper window.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update

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
_COLUMNS = tuple(column.key for column in AuditEntry.__table__.columns)


@dataclass(frozen=True)
class Recorded:
    """The row that a change sealed: its table, id and digest."""

    table: str
    row_id: int
    digest: bytes


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
    record: Recorded | None = None


def _number(value: int | None) -> int:
    # No id is negative, so an absent one reads unlike any that is there.
    return -1 if value is None else value


def _word(value: str | None) -> str:
    return "\0" if value is None else value


def entry_hash(row: dict[str, Any], previous: bytes) -> bytes:
    """SHA-256 over every column of an entry and the hash of the entry before it."""
    return hashlib.sha256(
        packed(
            row["sequence"],
            row["at"],
            _number(row["account_id"]),
            _number(row["session_id"]),
            row["action"],
            _word(row["subject_kind"]),
            _number(row["subject_id"]),
            row["ids"],
            row["fields"],
            _word(row["record_table"]),
            _number(row["record_id"]),
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
            "record_table": entry.record.table if entry.record else None,
            "record_id": entry.record.row_id if entry.record else None,
            "record_digest": entry.record.digest if entry.record else None,
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


def sealed_columns(table: Table) -> list[str]:
    """The names of a table's sealed columns, in order of name."""
    return sorted(column.key for column in table.columns if column.key.endswith("_sealed"))


def digest_of(table: Table, row: Any) -> bytes:
    """SHA-256 over a stored row's table, id and sealed bytes, column by column in order of name."""
    parts: list[str | int | bytes] = [table.name, row.id]
    for name in sealed_columns(table):
        value = getattr(row, name)
        parts += [name, b"" if value is None else bytes(value), int(value is not None)]
    return hashlib.sha256(packed(*parts)).digest()


def recorded(row: Any) -> Recorded:
    """What an entry says of the row that its change sealed; ``row`` is an ORM object with its id."""
    table = type(row).__table__
    return Recorded(table.name, row.id, digest_of(table, row))


@dataclass(frozen=True)
class Broken:
    """The first entry at which the chain does not hold, and why: altered, missing, reordered, head, anchor."""

    sequence: int
    why: str


def _holds(row: Any, previous: bytes) -> bool:
    as_written = {column: getattr(row, column) for column in _COLUMNS}
    try:
        return entry_hash(as_written, previous) == row.hash
    except (TypeError, AttributeError, OverflowError, UnicodeError):
        # SQLite stores a value of any kind in any column: what can't be hashed was not written by us.
        return False


def verify(rows: Iterable[Any], head_sequence: int, head_hash: bytes) -> Broken | None:
    """The first broken link of a chain read in order of sequence, or None."""
    previous, expected = GENESIS, 1
    for row in rows:
        if row.sequence != expected:
            return Broken(expected, "missing")
        if row.previous != previous:
            return Broken(row.sequence, "reordered")
        if not _holds(row, previous):
            return Broken(row.sequence, "altered")
        previous, expected = row.hash, expected + 1
    if head_sequence != expected - 1 or head_hash != previous:
        return Broken(expected, "head")
    return None
