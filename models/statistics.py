"""Published snapshots and their cells; immutable once written."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, WithId


class Snapshot(WithId, Base):
    """One edition of one indicator's table for one period."""

    __tablename__ = "snapshots"
    __table_args__ = (UniqueConstraint("indicator", "period", "edition"),)

    indicator: Mapped[str]
    period: Mapped[str]
    edition: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[int]
    through_on: Mapped[datetime.date]
    threshold: Mapped[int]
    is_withheld: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None]


class SnapshotCell(Base):
    """One published cell; a suppressed one has no value, and nothing says which kind it was."""

    __tablename__ = "snapshot_cells"
    __table_args__ = (Index("ix_snapshot_cells_snapshot_id", "snapshot_id"),)

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"), primary_key=True)
    row: Mapped[str] = mapped_column(primary_key=True)
    column: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int | None]
    is_suppressed: Mapped[bool]
