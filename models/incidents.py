"""Incidents of violence and their kinds."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Text, WithId, one_of
from models.enums import YesNoUnknown


class Incident(WithId, Base):
    """One occurrence of violence; what happened is sealed under the case's ``account`` compartment."""

    __tablename__ = "incidents"
    __table_args__ = (
        one_of("living_together", YesNoUnknown),
        Index("ix_incidents_case_id_occurred_on", "case_id", "occurred_on"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    occurred_on: Mapped[datetime.date | None]
    precision: Mapped[str] = mapped_column(default="exact")
    relationship: Mapped[str]
    living_together: Mapped[YesNoUnknown] = mapped_column(Text(YesNoUnknown), default=YesNoUnknown.UNKNOWN)
    is_new: Mapped[bool] = mapped_column(default=True)
    narrative_sealed: Mapped[bytes | None]
    # Kind of place, town, injuries, weapon, children who saw it, police, medical care, what she did, until when.
    details_sealed: Mapped[bytes | None]
    created_at: Mapped[int]
    created_by: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class IncidentViolence(Base):
    """A kind of violence in an incident."""

    __tablename__ = "incident_violence"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    violence_type: Mapped[str] = mapped_column(primary_key=True)
