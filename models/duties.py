"""What the law or the procedure has the office do in a case, open until it is recorded with time and person."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, WithId


class Duty(WithId, Base):
    """One thing that must be done or said in a case; ``kind`` is a code of the list ``duty``."""

    __tablename__ = "duties"
    __table_args__ = (
        Index("ix_duties_case_id_kind", "case_id", "kind"),
        Index("ix_duties_done_on_due_on", "done_on", "due_on"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessments.id"))
    due_on: Mapped[datetime.date]
    raised_at: Mapped[int]
    done_at: Mapped[int | None]
    done_on: Mapped[datetime.date | None]
    done_by: Mapped[int | None]
    dropped_at: Mapped[int | None]
    note_sealed: Mapped[bytes | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class VillageTrust(WithId, Base):
    """Whether she trusts village or community people to know, and who must not; asked before any task goes there."""

    __tablename__ = "village_trusts"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    answer_sealed: Mapped[bytes]
    must_not_know_sealed: Mapped[bytes | None]
    asked_at: Mapped[int]
    asked_by: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
