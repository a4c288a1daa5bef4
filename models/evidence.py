"""Evidence: files received, sealed in chunks, and who handled each."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Text, WithId, one_of
from models.enums import AttachmentState


class Attachment(WithId, Base):
    """One file of evidence. Name, kind, length, digest and the file's own key are sealed; the store knows a random
    name and how much has arrived.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        one_of("state", AttachmentState),
        UniqueConstraint("stored_under"),
        Index("ix_attachments_case_id_id", "case_id", "id"),
        Index("ix_attachments_state_touched_at", "state", "touched_at"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    state: Mapped[AttachmentState] = mapped_column(Text(AttachmentState))
    stored_under: Mapped[str]
    file_key_sealed: Mapped[bytes]
    # What it is: name as given, kind of evidence, description, where it came from, when it was made.
    words_sealed: Mapped[bytes | None]
    # What was found at receipt: content type, length, SHA-256, whether a place lies inside.
    findings_sealed: Mapped[bytes | None]
    chunks: Mapped[int] = mapped_column(default=0)
    has_thumbnail: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[int]
    received_on: Mapped[datetime.date]
    touched_at: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    voided_at: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class CustodyEvent(WithId, Base):
    """One handling of a file: received, viewed, printed, copied; appended, never changed."""

    __tablename__ = "custody_events"
    __table_args__ = (Index("ix_custody_events_attachment_id_at", "attachment_id", "at"),)

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachments.id"))
    kind: Mapped[str]
    at: Mapped[int]
    account_id: Mapped[int | None]
