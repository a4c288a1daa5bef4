"""Which job runs when; each is a sweep that finds what is due, so that a night switched off is caught up once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from casework.clock import now_us
from casework.runtime import runtime
from casework.services import (
    audit,
    break_glass,
    evidence_uploads,
    follow_ups,
    scheduling,
    sessions,
    statistics,
)


@dataclass(frozen=True)
class Job:
    """A sweep, how often it runs (seconds), and what it calls; it gives how many things it did."""

    name: str
    every_seconds: int
    sweep: Callable[[], int]


def _anchor() -> int:
    audit.write_anchor(runtime().instance)
    return 1


TIMETABLE = (
    Job("follow_ups_due", 30, lambda: follow_ups.raise_due(now_us())),
    Job("audit_anchor", 3600, _anchor),
    Job("publication", 6 * 3600, lambda: statistics.publish_due(now_us())),
    Job("sessions", 600, lambda: sessions.sweep(now_us())),
    Job("evidence_uploads", 6 * 3600, lambda: evidence_uploads.sweep(now_us())),
    Job("grants_over", 60, lambda: break_glass.end_those_over(now_us())),
    Job("job_records", 24 * 3600, lambda: scheduling.forget_old_runs(now_us())),
)
