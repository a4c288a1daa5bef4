"""Drafts of forms being filled in, sealed for their author."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, WithId


class Draft(WithId, Base):
    """What an author has typed so far in one form about one thing."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("account_id", "form", "subject_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    form: Mapped[str]
    subject_id: Mapped[int] = mapped_column(default=0)
    compartment_id: Mapped[int | None] = mapped_column(ForeignKey("compartments.id"))
    content_sealed: Mapped[bytes]
    started_at: Mapped[int]
    saved_at: Mapped[int]
