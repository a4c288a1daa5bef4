"""How a period is counted: hours by the clock, days and months by the calendar of the Civil Code."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta, tzinfo

MICROSECONDS_AN_HOUR = 3_600_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def after_hours(start_at: int, hours: int) -> int:
    """The instant `hours` later, by the clock; it never moves for a holiday (Civil Code 201: hours run
    from the agreed or statutory moment). Microseconds UTC.
    """
    return start_at + hours * MICROSECONDS_AN_HOUR


def after_days(start_on: date, days: int) -> date:
    """The last day of a period of `days`; the starting day is not counted (Civil Code 201)."""
    return start_on + timedelta(days=days)


def after_months(start_on: date, months: int) -> date:
    """The same day `months` later, or the month's last day where there is no such day (Civil Code 202).

    31 August and six months is 28 February, or 29 in a leap year. Negative months count back the same way.
    """
    years, month_index = divmod(start_on.year * 12 + start_on.month - 1 + months, 12)
    month = month_index + 1
    return date(years, month, min(start_on.day, calendar.monthrange(years, month)[1]))


def local_date(at: int, zone: tzinfo) -> date:
    """The date on the wall of `zone` at that instant (microseconds UTC)."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(zone).date()


def instant(moment: datetime) -> int:
    """Microseconds UTC of an aware datetime. Raises ValueError for a naive one: a guessed zone moves a
    limit by hours.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone is not an instant")
    return (moment - _EPOCH) // timedelta(microseconds=1)
