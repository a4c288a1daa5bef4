"""The work on a case: safety plan, case plan, services given, notes."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Text, WithId, one_of
from models.enums import PlanItemState


class SafetyPlan(WithId, Base):
    """What she agreed to do and have ready; the newest of a case is in force, earlier wordings are revisions."""

    __tablename__ = "safety_plans"
    __table_args__ = (Index("ix_safety_plans_review_on", "review_on"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    plan_sealed: Mapped[bytes | None]
    agreed_on: Mapped[datetime.date]
    review_on: Mapped[datetime.date]
    created_at: Mapped[int]
    created_by: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class PlanItem(WithId, Base):
    """One line of the case plan: need, goal, service, who, by when; "in progress" never counts as met."""

    __tablename__ = "plan_items"
    __table_args__ = (
        one_of("state", PlanItemState),
        Index("ix_plan_items_case_id_state", "case_id", "state"),
        Index("ix_plan_items_state_due_on", "state", "due_on"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    words_sealed: Mapped[bytes | None]
    service: Mapped[str]
    state: Mapped[PlanItemState] = mapped_column(Text(PlanItemState))
    due_on: Mapped[datetime.date]
    settled_on: Mapped[datetime.date | None]
    created_at: Mapped[int]
    created_by: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class ServiceGiven(WithId, Base):
    """One service that she received on one day; a mediation has a row a session."""

    __tablename__ = "services_given"
    __table_args__ = (
        Index("ix_services_given_case_id_given_on", "case_id", "given_on"),
        Index("ix_services_given_given_on_service", "given_on", "service"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    service: Mapped[str]
    given_on: Mapped[datetime.date]
    result: Mapped[str | None]
    note_sealed: Mapped[bytes | None]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[int]
    voided_at: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class CaseNote(WithId, Base):
    """What somebody wrote into a case, with author and time; a correction keeps the first wording."""

    __tablename__ = "case_notes"
    __table_args__ = (Index("ix_case_notes_case_id_at", "case_id", "at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    kind: Mapped[str]
    text_sealed: Mapped[bytes | None]
    at: Mapped[int]
    on: Mapped[datetime.date]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
