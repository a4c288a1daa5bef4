"""Only months that are over are published."""

from __future__ import annotations

from datetime import date

import pytest

from casework.indicators.months import last_day, month_key, months_between, months_to_publish, year_rows


def test_a_running_month_is_never_published():
    assert months_to_publish(date(2026, 3, 31), since=date(2026, 1, 5)) == ("2026-01", "2026-02")
    assert months_to_publish(date(2026, 4, 1), since=date(2026, 1, 5)) == ("2026-01", "2026-02", "2026-03")


def test_a_month_is_published_once():
    assert months_to_publish(date(2026, 4, 1), date(2026, 1, 5), ["2026-01", "2026-02"]) == ("2026-03",)


def test_an_office_in_its_first_month_publishes_nothing():
    assert months_to_publish(date(2026, 1, 31), since=date(2026, 1, 5)) == ()


@pytest.mark.parametrize(
    ("month", "last"), [("2024-02", 29), ("2026-02", 28), ("2026-12", 31), ("2026-04", 30)]
)
def test_the_last_day_of_a_month(month, last):
    assert last_day(month) == date.fromisoformat(f"{month}-{last}")


def test_months_run_over_the_year_end():
    assert months_between(date(2025, 11, 30), date(2026, 2, 1)) == (
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
    )
    assert month_key(date(2026, 2, 1)) == "2026-02"


def test_a_years_rows_say_whether_the_year_is_over():
    assert year_rows(2025, date(2026, 1, 1))[1] is True
    assert len(year_rows(2025, date(2026, 1, 1))[0]) == 12
    assert year_rows(2026, date(2026, 11, 24)) == (tuple(f"2026-{m:02d}" for m in range(1, 11)), False)
    assert year_rows(2026, date(2026, 1, 20)) == ((), False)
    assert year_rows(2025, date(2026, 3, 1), since=date(2025, 11, 2)) == (("2025-11", "2025-12"), True)
