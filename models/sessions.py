"""Signed-in sessions; their rows never enter a backup."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, WithId


class SignedInSession(WithId, Base):
    """One browser of one account until one moment; the keychain opens only with the cookie and the boot secret."""

    __tablename__ = "sessions"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    secret_digest: Mapped[bytes]
    keychain_sealed: Mapped[bytes | None]
    boot: Mapped[str]
    device: Mapped[str]
    created_at: Mapped[int]
    last_seen_at: Mapped[int]
    ends_at: Mapped[int] = mapped_column(index=True)
    locked_at: Mapped[int | None]
    ended_at: Mapped[int | None]
    password_checked_at: Mapped[int]
