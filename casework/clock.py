"""The one place that reads the clock: instants in microseconds UTC, dates in the jurisdiction's zone."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


_pretended: int | None = None


def now_us() -> int:
    """This instant in microseconds UTC."""
    return time.time_ns() // 1_000 if _pretended is None else _pretended


@contextmanager
def pretending(at_us: int) -> Iterator[None]:
    """Another instant for this process: how a made-up county gets two years. Only its loader calls it."""
    global _pretended
    before, _pretended = _pretended, at_us
    try:
        yield
    finally:
        _pretended = before


def local(at_us: int) -> datetime.datetime:
    """An instant in the jurisdiction's zone."""
    return datetime.datetime.fromtimestamp(at_us / SECOND, tz=ZONE)


def local_date(at_us: int) -> datetime.date:
    """The local date of an instant."""
    return local(at_us).date()


def today() -> datetime.date:
    """The local date now."""
    return local_date(now_us())


def instant(local_moment: datetime.datetime) -> int:
    """Microseconds UTC of a local moment; a naive one is taken in the jurisdiction's zone."""
    if local_moment.tzinfo is None:
        local_moment = local_moment.replace(tzinfo=ZONE)
    return round(local_moment.timestamp() * SECOND)
