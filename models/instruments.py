"""Instruments of danger assessment that an office entered itself, beside the one that the product knows."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from models.base import Base, WithId


class Instrument(WithId, Base):
    """One version of an instrument: its items, weights and cut-offs as text, its source and licence."""

    __tablename__ = "instruments"
    __table_args__ = (UniqueConstraint("code", "edition"),)

    code: Mapped[str]
    edition: Mapped[str]
    definition: Mapped[str]
    entered_at: Mapped[int]
    entered_by: Mapped[int | None]
    retired_at: Mapped[int | None]
