"""Duplicates marked and merged by two people, reversible for thirty days."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Text, WithId, one_of
from models.enums import CaseState, MergeState


class Merge(WithId, Base):
    """Two files of one case: who found it, who confirmed it, who took it back. Rows never move."""

    __tablename__ = "merges"
    __table_args__ = (
        one_of("state", MergeState),
        Index("ix_merges_case_id", "case_id"),
        Index("ix_merges_survivor_case_id", "survivor_case_id"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    survivor_case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    state: Mapped[MergeState] = mapped_column(Text(MergeState))
    from_state: Mapped[CaseState | None] = mapped_column(Text(CaseState))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    reason_sealed: Mapped[bytes | None]
    asked_by: Mapped[int]
    asked_at: Mapped[int]
    decided_by: Mapped[int | None]
    decided_at: Mapped[int | None]
    undone_by: Mapped[int | None]
    undone_at: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
