"""The staff among themselves: hand-over of a shift, a check-in on her own strain."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, WithId


class HandoverNote(WithId, Base):
    """What one shift leaves to the next, for one team; the case it is about is named inside the words alone."""

    __tablename__ = "handover_notes"
    __table_args__ = (Index("ix_handover_notes_team_id_at", "team_id", "at"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    text_sealed: Mapped[bytes | None]
    at: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    taken_over_at: Mapped[int | None]
    taken_over_by: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class CheckIn(WithId, Base):
    """A worker's own note on her strain, sealed for herself; ``wants_talk`` alone reaches her lead."""

    __tablename__ = "check_ins"
    __table_args__ = (Index("ix_check_ins_account_id_at", "account_id", "at"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[int]
    on: Mapped[datetime.date]
    words_sealed: Mapped[bytes | None]
    wants_talk: Mapped[bool] = mapped_column(default=False)
    talked_at: Mapped[int | None]
