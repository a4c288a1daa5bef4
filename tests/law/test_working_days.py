"""Working days on the real calendar of 2025.

The State Council's notice: Spring Festival 28 January to 4 February, worked 26 January and 8 February;
National Day and Mid-Autumn 1 to 8 October, worked 28 September and 11 October.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.law.working_days import MONDAY_TO_FRIDAY, Calendar


def days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


IN_2025 = Calendar.built_from(
    holidays=[
        *days("2025-01-01", "2025-01-01"),
        *days("2025-01-28", "2025-02-04"),
        *days("2025-04-04", "2025-04-06"),
        *days("2025-05-01", "2025-05-05"),
        *days("2025-05-31", "2025-06-02"),
        *days("2025-10-01", "2025-10-08"),
    ],
    makeup_days=[
        date.fromisoformat(day)
        for day in ("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11")
    ],
)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2025-01-26", True),  # a Sunday that makes up for the festival
        ("2025-01-27", True),
        ("2025-01-28", False),
        ("2025-02-04", False),
        ("2025-02-05", True),
        ("2025-02-08", True),  # a Saturday that makes up
        ("2025-02-09", False),
        ("2025-10-08", False),
        ("2025-10-11", True),
    ],
)
def test_a_day_is_worked_as_announced(day: str, worked: bool) -> None:
    assert IN_2025.is_working_day(date.fromisoformat(day)) is worked


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2025-01-24", 1, "2025-01-26"),  # Friday, and Sunday is worked
        ("2025-01-24", 2, "2025-01-27"),
        ("2025-01-24", 3, "2025-02-05"),
        ("2025-01-27", 5, "2025-02-10"),  # 5, 6, 7 and Saturday 8 February, then Monday
        ("2025-09-26", 5, "2025-10-10"),
        ("2025-11-24", 5, "2025-12-01"),
    ],
)
def test_five_working_days_are_counted_over_holidays(start: str, count: int, end: str) -> None:
    assert IN_2025.add_working_days(date.fromisoformat(start), count) == date.fromisoformat(end)


def test_the_last_day_moves_to_the_first_day_worked() -> None:
    assert IN_2025.next_working_day(date(2025, 10, 1)) == date(2025, 10, 9)
    assert IN_2025.previous_working_day(date(2025, 10, 8)) == date(2025, 9, 30)


def test_a_year_without_entries_counts_monday_to_friday_and_says_so() -> None:
    assert IN_2025.is_working_day(date(2027, 10, 1)) is True
    assert IN_2025.knows(date(2027, 10, 1)) is False
    assert IN_2025.knows(date(2025, 12, 30), date(2026, 1, 2)) is False
    assert IN_2025.knows(date(2025, 1, 1), date(2025, 12, 31)) is True


def test_a_day_cannot_be_both_a_holiday_and_worked() -> None:
    with pytest.raises(ValueError, match="2025-10-01"):
        Calendar.built_from([date(2025, 10, 1)], [date(2025, 10, 1)])


def test_a_period_of_no_working_days_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        MONDAY_TO_FRIDAY.add_working_days(date(2025, 1, 6), 0)


@given(day=st.dates(date(2024, 12, 1), date(2026, 2, 1)), count=st.integers(1, 40))
def test_between_start_and_end_lie_exactly_so_many_working_days(day: date, count: int) -> None:
    end = IN_2025.add_working_days(day, count)
    between = [day + timedelta(days=number) for number in range(1, (end - day).days + 1)]
    assert sum(map(IN_2025.is_working_day, between)) == count
    assert IN_2025.is_working_day(end)
