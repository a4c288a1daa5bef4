"""Counting periods as the Civil Code does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.law.periods import after_days, after_hours, after_months, instant, local_date

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-08-31", 6, "2027-02-28"),  # the example of the domain page
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-01-30", 3, "2026-04-30"),
        ("2026-11-24", 6, "2027-05-24"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(start: str, months: int, end: str) -> None:
    assert after_months(date.fromisoformat(start), months) == date.fromisoformat(end)


@given(start=st.dates(date(1990, 1, 1), date(2090, 1, 1)), months=st.integers(0, 120))
def test_months_never_run_into_the_month_after(start: date, months: int) -> None:
    end = after_months(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day <= start.day


def test_the_starting_day_is_not_counted() -> None:
    assert after_days(date(2026, 11, 24), 7) == date(2026, 12, 1)


def test_a_date_is_that_of_the_wall_clock() -> None:
    late_evening = instant(datetime(2026, 11, 24, 16, 30, tzinfo=UTC))
    assert local_date(late_evening, SHANGHAI) == date(2026, 11, 25)
    assert local_date(instant(datetime(2026, 11, 25, 23, 59, tzinfo=SHANGHAI)), SHANGHAI) == date(
        2026, 11, 25
    )


def test_hours_run_by_the_clock() -> None:
    start = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)
    assert after_hours(instant(start), 72) == instant(datetime(2026, 11, 27, 9, 0, tzinfo=SHANGHAI))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        instant(datetime(2026, 11, 24, 9, 0))
