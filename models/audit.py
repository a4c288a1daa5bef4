"""The trail: an append-only hash chain and its one head."""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class AuditEntry(Base):
    """One entry of the chain; triggers refuse update and delete.

    ``record_digest`` binds a change to what it sealed in the row ``record_id`` of ``record_table``.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_account_id_sequence", "account_id", "sequence"),
        Index("ix_audit_entries_action_sequence", "action", "sequence"),
        Index("ix_audit_entries_subject_id_sequence", "subject_id", "sequence"),
        Index(
            "ix_audit_entries_record_id_sequence",
            "record_id",
            "sequence",
            sqlite_where=text("record_id IS NOT NULL"),
            postgresql_where=text("record_id IS NOT NULL"),
        ),
    )

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[int]
    account_id: Mapped[int | None]
    session_id: Mapped[int | None]
    action: Mapped[str]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[int | None]
    ids: Mapped[str]
    fields: Mapped[str]
    record_table: Mapped[str | None]
    record_id: Mapped[int | None]
    record_digest: Mapped[bytes | None]
    previous: Mapped[bytes]
    hash: Mapped[bytes]


class AuditHead(Base):
    """The one row that names the newest entry."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[bytes]
