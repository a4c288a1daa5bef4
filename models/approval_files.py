"""Approval files (呈批件): one case put before one leader, decided once."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Text, WithId, one_of
from models.enums import ApprovalState


class ApprovalFile(WithId, Base):
    """One case before the approving leader, under a grant that ends with the decision."""

    __tablename__ = "approval_files"
    __table_args__ = (
        one_of("state", ApprovalState),
        Index("ix_approval_files_approver_id_state", "approver_id", "state"),
        Index("ix_approval_files_case_id", "case_id"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    kind: Mapped[str]
    state: Mapped[ApprovalState] = mapped_column(Text(ApprovalState))
    asks_sealed: Mapped[bytes | None]
    opinion_sealed: Mapped[bytes | None]
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("grants.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[int]
    approver_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
