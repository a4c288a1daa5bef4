"""Planned contacts and each try at them."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Text, WithId, one_of
from models.enums import FollowUpState, FollowUpSubject


class FollowUp(WithId, Base):
    """One planned contact; place and words are sealed, the due date is clear so that the scheduler can raise it."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        one_of("state", FollowUpState),
        one_of("subject_kind", FollowUpSubject),
        Index("ix_follow_ups_state_due_on", "state", "due_on"),
        Index("ix_follow_ups_assignee_id_state_due_on", "assignee_id", "state", "due_on"),
        Index("ix_follow_ups_team_id_state_due_on", "team_id", "state", "due_on"),
        Index("ix_follow_ups_subject_id_subject_kind", "subject_id", "subject_kind"),
    )

    subject_kind: Mapped[FollowUpSubject] = mapped_column(Text(FollowUpSubject))
    subject_id: Mapped[int]
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str]
    plan: Mapped[str]
    planned_on: Mapped[datetime.date]
    due_on: Mapped[datetime.date]
    due_at: Mapped[int | None]
    grace_days: Mapped[int] = mapped_column(default=2)
    urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[FollowUpState] = mapped_column(Text(FollowUpState))
    compartment_id: Mapped[int | None] = mapped_column(ForeignKey("compartments.id"))
    purpose_sealed: Mapped[bytes | None]
    done_at: Mapped[int | None]
    done_on: Mapped[datetime.date | None]
    result: Mapped[str | None]
    created_at: Mapped[int]
    created_by: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class FollowUpTry(WithId, Base):
    """One try at a planned contact and what came of it."""

    __tablename__ = "follow_up_tries"

    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_ups.id"), index=True)
    tried_at: Mapped[int]
    tried_on: Mapped[datetime.date]
    account_id: Mapped[int]
    result: Mapped[str]
    note_sealed: Mapped[bytes | None]


class Notice(WithId, Base):
    """Something raised once for a person or a team: a follow-up that came due, a try that failed."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "round"),
        Index("ix_notices_account_id_read_at", "account_id", "read_at"),
        Index("ix_notices_team_id_read_at", "team_id", "read_at"),
    )

    kind: Mapped[str]
    subject_id: Mapped[int]
    round: Mapped[int] = mapped_column(default=1)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    raised_at: Mapped[int]
    read_at: Mapped[int | None]
