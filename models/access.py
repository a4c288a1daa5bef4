"""Grants to people outside a team, and the conflict wall."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, WithId


class Grant(WithId, Base):
    """Access of one person to compartments of one case until one moment; id, grantee and end are inside the seal."""

    __tablename__ = "grants"
    __table_args__ = (Index("ix_grants_account_id_ends_at", "account_id", "ends_at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str]
    reason_sealed: Mapped[bytes | None]
    granted_by: Mapped[int]
    starts_at: Mapped[int]
    ends_at: Mapped[int]
    ended_at: Mapped[int | None]
    reviewed_at: Mapped[int | None]


class Conflict(WithId, Base):
    """The conflict wall: this account never sees this case."""

    __tablename__ = "conflicts"
    __table_args__ = (UniqueConstraint("account_id", "case_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    declared_by: Mapped[int | None]
    declared_at: Mapped[int]
