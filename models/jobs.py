"""The scheduler's lease, what its jobs did, number counters, holidays and settings."""

from __future__ import annotations

import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, WithId


class Lease(Base):
    """Who may run the scheduler, until when, by the database's clock."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    ends_at: Mapped[int]


class JobRun(WithId, Base):
    """One run of one job."""

    __tablename__ = "job_runs"
    __table_args__ = (Index("ix_job_runs_job_started_at", "job", "started_at"),)

    job: Mapped[str]
    started_at: Mapped[int]
    ended_at: Mapped[int | None]
    outcome: Mapped[str]
    count: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None]


class Counter(Base):
    """The last number given out, by kind and local year."""

    __tablename__ = "counters"

    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]


class Holiday(Base):
    """A statutory day off, or a make-up workday."""

    __tablename__ = "holidays"

    on: Mapped[datetime.date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    name: Mapped[str]


class Setting(Base):
    """A setting of this instance."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    changed_at: Mapped[int]
    changed_by: Mapped[int | None]
