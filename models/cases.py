"""Cases, their append-only events, assessments and consents."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Text, WithId, one_of
from models.enums import CaseState


class Case(WithId, Base):
    """One woman's (or girl's) file; its words lie in its compartments."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("number"),
        one_of("state", CaseState),
        Index("ix_cases_team_id_id", "team_id", "id"),
        Index("ix_cases_assignee_id_id", "assignee_id", "id"),
        Index("ix_cases_team_id_state_id", "team_id", "state", "id"),
        Index("ix_cases_team_id_town_id", "team_id", "town", "id"),
        Index("ix_cases_team_id_assignee_id_id", "team_id", "assignee_id", "id"),
        Index("ix_cases_accepted_on", "accepted_on"),
    )

    number: Mapped[str]
    state: Mapped[CaseState] = mapped_column(Text(CaseState))
    town: Mapped[str]
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    source: Mapped[str]
    received_at: Mapped[int]
    received_on: Mapped[datetime.date]
    accepted_at: Mapped[int | None]
    accepted_on: Mapped[datetime.date | None]
    closed_at: Mapped[int | None]
    closed_on: Mapped[datetime.date | None]
    survivor_id: Mapped[int]
    is_test: Mapped[bool] = mapped_column(default=False)
    in_error: Mapped[bool] = mapped_column(default=False)
    contact_compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    identity_compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    account_compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    legal_compartment_id: Mapped[int | None] = mapped_column(ForeignKey("compartments.id"))
    phone_sealed: Mapped[bytes | None]
    safe_hours_sealed: Mapped[bytes | None]
    alias_sealed: Mapped[bytes | None]
    code_word_sealed: Mapped[bytes | None]
    never_sealed: Mapped[bytes | None]
    account_text_sealed: Mapped[bytes | None]
    wish_sealed: Mapped[bytes | None]
    # The answers of the first interview that have no place of their own.
    interview_sealed: Mapped[bytes | None]
    interview_version: Mapped[int] = mapped_column(default=1, server_default="1")
    contact_version: Mapped[int] = mapped_column(default=1)
    account_version: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)


class CaseEvent(WithId, Base):
    """A move, closing or reopening of a case; appended, never changed."""

    __tablename__ = "case_events"
    __table_args__ = (
        Index("ix_case_events_case_id_at", "case_id", "at"),
        Index("ix_case_events_on_kind", "on", "kind"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str | None]
    at: Mapped[int]
    on: Mapped[datetime.date]
    account_id: Mapped[int | None]
    to_team_id: Mapped[int | None]
    to_assignee_id: Mapped[int | None]
    outcome: Mapped[str | None]
    rating: Mapped[str | None]
    reason_sealed: Mapped[bytes | None]


class Assessment(WithId, Base):
    """A dated danger assessment; answers sealed, the level as a range clear for sweeps and counts."""

    __tablename__ = "assessments"
    __table_args__ = (Index("ix_assessments_case_id_at", "case_id", "at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    instrument: Mapped[str]
    answers_sealed: Mapped[bytes]
    level_low: Mapped[str]
    level_high: Mapped[str]
    raised_to: Mapped[str | None]
    at: Mapped[int]
    on: Mapped[datetime.date]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Consent(WithId, Base):
    """What she agreed to, for whom, until when; or the legal ground without it."""

    __tablename__ = "consents"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    scope: Mapped[str]
    recipient: Mapped[str | None]
    ground: Mapped[str | None]
    given_on: Mapped[datetime.date]
    ends_on: Mapped[datetime.date | None]
    withdrawn_at: Mapped[int | None]
    recorded_by: Mapped[int]
    recorded_at: Mapped[int]
    # Who gave it: she herself or a guardian.
    given_by: Mapped[str] = mapped_column(default="herself", server_default="herself")
    compartment_id: Mapped[int | None] = mapped_column(ForeignKey("compartments.id"))
    note_sealed: Mapped[bytes | None]
    withdrawn_by: Mapped[int | None]
