"""Accounts, their dated roles, invitations, known devices and sign-in delays."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Text, WithId, one_of
from models.enums import AccountState, Role, TeamKind


class Team(WithId, Base):
    """A team: the desk, a casework team, a shelter's staff."""

    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("name"), one_of("kind", TeamKind))

    name: Mapped[str]
    kind: Mapped[TeamKind] = mapped_column(Text(TeamKind))
    rotation_needed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[int]


class Account(WithId, Base):
    """A member of staff who can sign in; her keys are in ``bundle_sealed``."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("username"), one_of("state", AccountState))

    username: Mapped[str]
    display_name: Mapped[str]
    state: Mapped[AccountState] = mapped_column(Text(AccountState))
    language: Mapped[str] = mapped_column(default="zh")
    text_size: Mapped[str] = mapped_column(default="standard")
    keys_off: Mapped[bool] = mapped_column(default=False)
    password_salt: Mapped[bytes | None]
    password_cost: Mapped[str | None]
    bundle_sealed: Mapped[bytes | None]
    totp_sealed: Mapped[bytes | None]
    totp_last_step: Mapped[int | None]
    offered_box: Mapped[bytes | None]
    offered_signing: Mapped[bytes | None]
    created_at: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class AccountRole(WithId, Base):
    """One role of one account, in a team where it has one, from a date until before another; counts once approved."""

    __tablename__ = "account_roles"
    __table_args__ = (one_of("role", Role), Index("ix_account_roles_account_id", "account_id"))

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[Role] = mapped_column(Text(Role))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    from_on: Mapped[datetime.date]
    until_on: Mapped[datetime.date | None]
    asked_by: Mapped[int | None]
    asked_at: Mapped[int]
    approved_by: Mapped[int | None]
    approved_at: Mapped[int | None]


class Invitation(WithId, Base):
    """A one-time link by which a person sets her own password."""

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("token_digest"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    token_digest: Mapped[bytes]
    made_by: Mapped[int | None]
    ends_at: Mapped[int]
    used_at: Mapped[int | None]


class KnownDevice(WithId, Base):
    """A browser on which this account has signed in before; exempt from delays that others cause."""

    __tablename__ = "known_devices"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    secret_digest: Mapped[bytes] = mapped_column(unique=True)
    last_used_at: Mapped[int]


class SignInDelay(Base):
    """Failed sign-ins by a keyed digest of account or source; survives a restart."""

    __tablename__ = "sign_in_delays"

    subject: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    not_before_at: Mapped[int]
    last_failed_at: Mapped[int]
