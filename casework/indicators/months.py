"""Which months may be published, and how a month is written as a key."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta


def month_key(day: date) -> str:
    """The month of a local date, as "2026-03"."""
    return f"{day.year:04d}-{day.month:02d}"


def last_day(month: str) -> date:
    """The last local date of a month key."""
    year, number = (int(part) for part in month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def months_between(first: date, last: date) -> tuple[str, ...]:
    """The keys of all months touched from `first` to `last`, both included, in order."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return tuple(f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers)


def months_to_publish(today: date, since: date, published: Iterable[str] = ()) -> tuple[str, ...]:
    """The months from that of `since` on that are over on the local date `today` and not yet in `published`.

    A running month is never published: two nights' figures, one taken from the other, would be single people.
    """
    done = set(published)
    before = today.replace(day=1) - timedelta(days=1)
    return tuple(month for month in months_between(since, before) if month not in done)


def year_rows(year: int, today: date, since: date | None = None) -> tuple[tuple[str, ...], bool]:
    """The rows of a year's table that are over on `today`, and whether the whole year is.

    A year in which the office began is whole from the month of `since`.
    """
    first = max(date(year, 1, 1), since or date.min)
    last = min(date(year, 12, 31), today.replace(day=1) - timedelta(days=1))
    rows = months_between(first, last) if first <= last else ()
    return rows, last == date(year, 12, 31)
