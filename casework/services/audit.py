"""The trail verified: the chain itself, the anchors kept beside it, and the rows that its entries digest.

Whoever controls the database can rewrite the whole chain so that it holds again; an anchor that was kept elsewhere
shows it. Nothing here needs a key.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Table, bindparam, func, select

from casework import trail
from casework.actor import Actor
from casework.clock import local
from casework.instance import Instance
from casework.runtime import runtime
from casework.trail import Broken
from casework.transaction import reader, write
from models.audit import AuditEntry, AuditHead
from models.base import Base

CHUNK = 2000

_head = select(
    AuditHead.sequence,
    AuditHead.hash,
    select(func.max(AuditEntry.sequence)).scalar_subquery().label("newest"),
).where(AuditHead.id == 1)
_chain = (
    select(*AuditEntry.__table__.columns)
    .where(AuditEntry.sequence > bindparam("above"), AuditEntry.sequence <= bindparam("through"))
    .order_by(AuditEntry.sequence)
    .limit(CHUNK)
)
_hashes = select(AuditEntry.sequence, AuditEntry.hash).where(
    AuditEntry.sequence.in_(bindparam("sequences", expanding=True))
)
_last_anchor = (
    select(AuditEntry.sequence, AuditEntry.hash, AuditEntry.at)
    .where(AuditEntry.action == "audit.anchor")
    .order_by(AuditEntry.sequence.desc())
    .limit(1)
)
_newest_digests = (
    select(AuditEntry.record_id, func.max(AuditEntry.sequence).label("sequence"))
    .where(AuditEntry.record_table == bindparam("table"), AuditEntry.record_id > bindparam("above"))
    .group_by(AuditEntry.record_id)
    .order_by(AuditEntry.record_id)
    .limit(CHUNK)
)
_digests = select(AuditEntry.sequence, AuditEntry.record_digest).where(
    AuditEntry.sequence.in_(bindparam("sequences", expanding=True))
)


@dataclass(frozen=True)
class RecordFault:
    """A row whose sealed bytes are not those of its newest entry: ``altered`` or ``missing``."""

    table: str
    row_id: int
    sequence: int
    why: str


@dataclass(frozen=True)
class Anchor:
    """One line of an anchor file: when, which entry, its hash."""

    at: str
    sequence: int
    hash: bytes


def head() -> tuple[int, bytes]:
    """Sequence and hash of the newest entry; (0, zeros) for an empty trail."""
    row = reader().execute(_head).one_or_none()
    return (row.sequence, row.hash) if row else (0, trail.GENESIS)


def _entries(through: int) -> Iterator[Any]:
    above = 0
    while rows := reader().execute(_chain, {"above": above, "through": through}).all():
        yield from rows
        above = rows[-1].sequence


def verify() -> Broken | None:
    """The first broken link of the whole chain as it stood when this began, or None. Entries are read in order."""
    row = reader().execute(_head).one_or_none()
    if row is None or (row.newest or 0) > row.sequence:
        return Broken((row.sequence if row else 0) + 1, "head")
    return trail.verify(_entries(row.sequence), row.sequence, row.hash)


def sealed_tables() -> list[Table]:
    """The tables whose rows an entry may digest: those with sealed columns and an id."""
    tables = Base.metadata.sorted_tables
    return [table for table in tables if "id" in table.columns and trail.sealed_columns(table)]


def verify_records() -> list[RecordFault]:
    """Rows that are gone, or whose sealed bytes differ from the digest of the newest entry that names them."""
    return [fault for table in sealed_tables() for fault in _faults_of(table)]


def _faults_of(table: Table) -> Iterator[RecordFault]:
    columns = [table.columns["id"], *(table.columns[name] for name in trail.sealed_columns(table))]
    above = 0
    while named := reader().execute(_newest_digests, {"table": table.name, "above": above}).all():
        above = named[-1].record_id
        sequences = [row.sequence for row in named]
        digests = {
            row.sequence: row.record_digest for row in reader().execute(_digests, {"sequences": sequences})
        }
        ids = [row.record_id for row in named]
        stored = {
            row.id: trail.digest_of(table, row)
            for row in reader().execute(select(*columns).where(table.columns["id"].in_(ids)))
        }
        for row in named:
            if row.record_id not in stored:
                yield RecordFault(table.name, row.record_id, row.sequence, "missing")
            elif stored[row.record_id] != digests[row.sequence]:
                yield RecordFault(table.name, row.record_id, row.sequence, "altered")


def write_anchor(instance: Instance) -> Anchor:
    """Appends the head to the instance's anchor file, after a commit that reached the disk and covers it."""
    with write(None) as work:
        # A durable commit carries every earlier one to the disk; its own entry is what the anchor names.
        work.record("audit.anchor")
    row = reader().execute(_last_anchor).one()
    anchor = Anchor(local(row.at).isoformat(timespec="seconds"), row.sequence, row.hash)
    line = f"{anchor.at} {anchor.sequence} {anchor.hash.hex()}\n"
    is_new = not instance.anchor_path.exists()
    descriptor = os.open(instance.anchor_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        _sync_folder(instance.anchor_path.parent)
    return anchor


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_anchors(lines: Iterable[str]) -> Iterator[Anchor | None]:
    """The anchors of a file, None for a line that is none. Blank lines are passed over."""
    for line in lines:
        parts = line.split()
        if not parts:
            continue
        try:
            at, sequence, digest = parts
            yield Anchor(at, int(sequence), bytes.fromhex(digest))
        except ValueError:
            yield None


def check_anchors(path: Path | None = None) -> Broken | None:
    """The first anchor that the chain contradicts, or None; of the instance's own file, or of a copy kept elsewhere.

    ``anchor``: the entry is gone or has another hash. ``anchor_file``: the file is damaged, or it is missing although
    the trail says that anchors were written.
    """
    path = path or runtime().instance.anchor_path
    if not path.exists():
        return Broken(0, "anchor_file") if reader().execute(_last_anchor).first() else None
    batch: list[Anchor] = []
    for anchor in read_anchors(path.read_text(encoding="ascii", errors="replace").splitlines()):
        if anchor is None:
            return Broken(batch[-1].sequence if batch else 0, "anchor_file")
        batch.append(anchor)
    for start in range(0, len(batch), CHUNK):
        part = batch[start : start + CHUNK]
        rows = reader().execute(_hashes, {"sequences": [anchor.sequence for anchor in part]})
        hashes = {row.sequence: row.hash for row in rows}
        for anchor in part:
            if hashes.get(anchor.sequence) != anchor.hash:
                return Broken(anchor.sequence, "anchor")
    return None


@dataclass(frozen=True)
class Verdict:
    """What a verification found: the first broken link if any, and how far the trail goes."""

    broken: Broken | None
    through: int


def verify_for(actor: Actor) -> Verdict:
    """Chain and anchors verified for the auditor; that she did, and what came of it, is recorded."""
    through = head()[0]
    broken = verify() or check_anchors()
    with write(actor) as work:
        work.record("audit.verify", fields=(broken.why if broken else "whole",))
    return Verdict(broken, through)
