"""Grants to people outside a team, and the conflict wall."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Text, WithId, one_of
from models.enums import AccessRequestState


class Grant(WithId, Base):
    """Access of one person to compartments of one case until one moment; id, grantee and end are inside the seal."""

    __tablename__ = "grants"
    __table_args__ = (Index("ix_grants_account_id_ends_at", "account_id", "ends_at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str]
    reason_sealed: Mapped[bytes | None]
    review_sealed: Mapped[bytes | None]
    granted_by: Mapped[int]
    starts_at: Mapped[int]
    ends_at: Mapped[int]
    ended_at: Mapped[int | None]
    reviewed_at: Mapped[int | None]
    reviewed_by: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    __mapper_args__ = {"version_id_col": version}


class AccessRequest(WithId, Base):
    """Break-glass: somebody outside the team asks for a case; one of its two duty persons answers."""

    __tablename__ = "access_requests"
    __table_args__ = (
        one_of("state", AccessRequestState),
        Index("ix_access_requests_case_id_state", "case_id", "state"),
        Index("ix_access_requests_account_id_state", "account_id", "state"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[AccessRequestState] = mapped_column(Text(AccessRequestState))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    reason_sealed: Mapped[bytes | None]
    asked_at: Mapped[int]
    decided_at: Mapped[int | None]
    decided_by: Mapped[int | None]
    answer: Mapped[str | None]
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("grants.id"))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class DutyPerson(WithId, Base):
    """One of the two members of a team who answer emergencies; named by its lead."""

    __tablename__ = "duty_persons"
    __table_args__ = (UniqueConstraint("team_id", "account_id"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    appointed_by: Mapped[int]
    appointed_at: Mapped[int]


class EmergencyOpening(WithId, Base):
    """The emergency card of a case, opened on the duty phone; reviewed the next working day."""

    __tablename__ = "emergency_openings"
    __table_args__ = (
        Index("ix_emergency_openings_case_id", "case_id"),
        Index("ix_emergency_openings_reviewed_at", "reviewed_at"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    reason_sealed: Mapped[bytes | None]
    opened_at: Mapped[int]
    review_due_on: Mapped[datetime.date]
    reviewed_at: Mapped[int | None]
    reviewed_by: Mapped[int | None]


class Conflict(WithId, Base):
    """The conflict wall: this account never sees this case."""

    __tablename__ = "conflicts"
    __table_args__ = (UniqueConstraint("account_id", "case_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    declared_by: Mapped[int | None]
    declared_at: Mapped[int]
    basis: Mapped[str] = mapped_column(default="declared", server_default="declared")


class StaffRelation(WithId, Base):
    """Somebody a member of staff is, or is related to: only blind indexes of a number, so that a case of that person
    closes itself to her.
    """

    __tablename__ = "staff_relations"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    relation: Mapped[str]
    declared_at: Mapped[int]
