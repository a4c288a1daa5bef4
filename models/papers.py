"""Papers that were made from a case: numbered, dated, with the digest that is printed on them."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, WithId


class Paper(WithId, Base):
    """One paper: its kind and purpose, the digest of its words, of each file made of it, and the words themselves."""

    __tablename__ = "papers"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("words_digest"),
        Index("ix_papers_case_id_made_at", "case_id", "made_at"),
    )

    number: Mapped[str]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    kind: Mapped[str]
    words_sealed: Mapped[bytes | None]
    words_digest: Mapped[bytes]
    signature: Mapped[bytes | None]
    signer_record_id: Mapped[int | None]
    made_at: Mapped[int]
    made_on: Mapped[datetime.date]
    made_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))


class PaperFile(WithId, Base):
    """The digest of one file as it left: a copy in somebody's hand is compared with it."""

    __tablename__ = "paper_files"
    __table_args__ = (Index("ix_paper_files_digest", "digest"),)

    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), index=True)
    form: Mapped[str]
    digest: Mapped[bytes]
    made_at: Mapped[int]
    made_by: Mapped[int]


class RightsRequest(WithId, Base):
    """Her rights over her data: what was asked, by whom, what was answered or refused."""

    __tablename__ = "rights_requests"
    __table_args__ = (Index("ix_rights_requests_case_id_asked_at", "case_id", "asked_at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    kind: Mapped[str]
    result: Mapped[str]
    # Who stood at the desk, how she was known, the reason of a refusal.
    note_sealed: Mapped[bytes | None]
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("papers.id"))
    asked_at: Mapped[int]
    asked_on: Mapped[datetime.date]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
