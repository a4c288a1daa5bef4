"""Published snapshots and their cells; immutable once written."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Text, WithId, one_of
from models.enums import SnapshotForm, SnapshotReason


class Snapshot(WithId, Base):
    """One edition of one indicator's table for one period.

    ``rows`` and ``columns`` are the keys of the table's head in order, blank-separated; a column may be
    several codes with "+" between. ``reason_words`` are the office's own words for a correction, and are
    published.
    """

    __tablename__ = "snapshots"
    __table_args__ = (
        UniqueConstraint("indicator", "period", "edition"),
        one_of("form", SnapshotForm),
        one_of("reason", SnapshotReason),
        CheckConstraint("edition >= 1", name="edition_counts_from_one"),
        CheckConstraint("threshold >= 3", name="threshold_protects"),
        CheckConstraint("(reason = 'correction') = (reason_words IS NOT NULL)", name="correction_says_why"),
    )

    indicator: Mapped[str]
    period: Mapped[str]
    edition: Mapped[int]
    made_at: Mapped[int]
    through_on: Mapped[datetime.date]
    threshold: Mapped[int]
    form: Mapped[SnapshotForm] = mapped_column(Text(SnapshotForm))
    has_totals: Mapped[bool]
    rows: Mapped[str]
    columns: Mapped[str]
    reason: Mapped[SnapshotReason] = mapped_column(Text(SnapshotReason))
    reason_words: Mapped[str | None]


class SnapshotCell(Base):
    """One published cell; a suppressed one has no value, and nothing says which kind it was."""

    __tablename__ = "snapshot_cells"
    __table_args__ = (
        Index("ix_snapshot_cells_snapshot_id", "snapshot_id"),
        CheckConstraint("is_suppressed = (value IS NULL)", name="suppressed_has_no_value"),
        CheckConstraint("value >= 0", name="value_is_a_count"),
    )

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"), primary_key=True)
    row: Mapped[str] = mapped_column(primary_key=True)
    column: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int | None]
    is_suppressed: Mapped[bool]
