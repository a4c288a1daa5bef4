"""Calls at the 12338 desk, what they ask for, and leads from other bodies."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Text, WithId, one_of
from models.enums import CallStatus


class Call(WithId, Base):
    """One contact at the desk; number and safe contact under ``contact``, her words under ``account``."""

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("number"),
        one_of("status", CallStatus),
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="ends_after_start"),
        Index("ix_calls_started_on_category", "started_on", "category"),
        Index("ix_calls_team_id_started_at", "team_id", "started_at", "id"),
    )

    number: Mapped[str]
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    operator_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    channel: Mapped[str] = mapped_column(default="call")
    status: Mapped[CallStatus] = mapped_column(Text(CallStatus), default=CallStatus.ANSWERED)
    category: Mapped[str]
    result: Mapped[str]
    started_at: Mapped[int]
    started_on: Mapped[datetime.date]
    ended_at: Mapped[int | None]
    hour_band: Mapped[int]
    is_test: Mapped[bool] = mapped_column(default=False)
    in_error: Mapped[bool] = mapped_column(default=False)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    contact_compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    account_compartment_id: Mapped[int | None] = mapped_column(ForeignKey("compartments.id"))
    phone_sealed: Mapped[bytes | None]
    caller_name_sealed: Mapped[bytes | None]
    town_sealed: Mapped[bytes | None]
    safe_hours_sealed: Mapped[bytes | None]
    alias_sealed: Mapped[bytes | None]
    code_word_sealed: Mapped[bytes | None]
    never_sealed: Mapped[bytes | None]
    safety_answers_sealed: Mapped[bytes | None]
    emergency_sealed: Mapped[bytes | None]
    said_sealed: Mapped[bytes | None]
    wish_sealed: Mapped[bytes | None]
    created_at: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Matter(WithId, Base):
    """One thing asked for, in a call or a case.

    Another body's number for it lies under ``account``: whoever knows the number from his own papers must not find
    the row by it.
    """

    __tablename__ = "matters"
    __table_args__ = (
        CheckConstraint("call_id IS NOT NULL OR case_id IS NOT NULL", name="has_owner"),
        Index("ix_matters_issue_received_on", "issue", "received_on"),
    )

    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    issue: Mapped[str]
    setting: Mapped[str | None]
    received_on: Mapped[datetime.date]
    answered_on: Mapped[datetime.date | None]
    accepted_on: Mapped[datetime.date | None]
    concluded_on: Mapped[datetime.date | None]
    is_article_31_6: Mapped[bool] = mapped_column(default=False)
    external_system: Mapped[str | None]
    external_number_sealed: Mapped[bytes | None]
    external_due_on: Mapped[datetime.date | None]


class Lead(WithId, Base):
    """What another body told us before there is a case; counted apart."""

    __tablename__ = "leads"

    source: Mapped[str]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    received_on: Mapped[datetime.date] = mapped_column(index=True)
    contact_due_at: Mapped[int | None]
    state: Mapped[str]
    result: Mapped[str | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    compartment_id: Mapped[int | None] = mapped_column(ForeignKey("compartments.id"))
    content_sealed: Mapped[bytes | None]
    created_at: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
