"""The scheduler's lease and the record of what its jobs did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, func, literal_column, select, update
from sqlalchemy.exc import SQLAlchemyError

from casework import log_setup
from casework.clock import DAY, SECOND, now_us
from casework.errors import DomainError
from casework.transaction import Work, reader, write
from models.jobs import JobRun, Lease

LEASE_NAME = "scheduler"
LEASE_SECONDS = 30
KEPT_DAYS = 30


def _database_now(work: Work) -> int:
    """Microseconds UTC by the database's clock, so that hosts with wrong clocks agree on the lease."""
    if work.connection.dialect.name == "sqlite":
        clock = "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"
    else:
        clock = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
    return int(work.connection.execute(select(literal_column(clock))).scalar_one())


def hold_lease(holder: str) -> bool:
    """Takes or renews the lease for thirty seconds; False while another process holds it."""
    with write(None, durable=False) as work:
        now = _database_now(work)
        ends_at = now + LEASE_SECONDS * SECOND
        taken = work.changed(
            update(Lease)
            .where(Lease.name == LEASE_NAME, (Lease.holder == holder) | (Lease.ends_at < now))
            .values(holder=holder, ends_at=ends_at)
        )
        if taken:
            return True
        if work.session.get(Lease, LEASE_NAME) is None:
            work.session.add(Lease(name=LEASE_NAME, holder=holder, ends_at=ends_at))
            return True
        return False


def release_lease(holder: str) -> None:
    """Lets the next process take over at once."""
    with write(None) as work:
        work.session.execute(
            update(Lease).where(Lease.name == LEASE_NAME, Lease.holder == holder).values(ends_at=0)
        )


def run(job: str, verb: Callable[[], int]) -> bool:
    """Runs one job and records the run; a failing one is recorded by its kind and tried again next time."""
    started_at, count, failure = now_us(), 0, None
    try:
        count = verb()
    except (DomainError, SQLAlchemyError, OSError, ValueError) as error:
        failure = type(error).__name__
        log_setup.failure(f"job {job}: {failure}", error)
    if count or failure or not _ran_lately(job, started_at):
        with write(None, durable=False) as work:
            work.session.add(
                JobRun(
                    job=job,
                    started_at=started_at,
                    ended_at=work.at,
                    outcome="failed" if failure else "done",
                    count=count,
                    failure=failure,
                )
            )
    return failure is None


def _ran_lately(job: str, at: int) -> bool:
    """Runs that found nothing to do are recorded once an hour, not every thirty seconds."""
    last = reader().scalar(select(func.max(JobRun.started_at)).where(JobRun.job == job))
    return last is not None and at - last < 3600 * SECOND


@dataclass(frozen=True)
class JobLine:
    """The last run of a job, for the operations page."""

    job: str
    started_at: int
    outcome: str
    count: int
    failure: str | None


def last_runs() -> list[JobLine]:
    """The newest run of each job, by name."""
    newest = select(func.max(JobRun.id)).group_by(JobRun.job)
    rows = reader().scalars(select(JobRun).where(JobRun.id.in_(newest)).order_by(JobRun.job))
    return [JobLine(row.job, row.started_at, row.outcome, row.count, row.failure) for row in rows]


def lease_holder() -> tuple[str, int] | None:
    """Who holds the lease, until when."""
    row = reader().execute(select(Lease.holder, Lease.ends_at).where(Lease.name == LEASE_NAME)).first()
    return (row.holder, row.ends_at) if row else None


def forget_old_runs(at: int) -> int:
    """Deletes records of runs older than thirty days."""
    with write(None) as work:
        return work.changed(delete(JobRun).where(JobRun.started_at < at - KEPT_DAYS * DAY))
