"""When a table is due, and when its next edition comes."""

from __future__ import annotations

from datetime import date

import pytest

from casework.indicators.editions import SERIES, Due, due, next_on, series_of

CALLS, CASES = SERIES


def test_a_series_is_found_by_its_code() -> None:
    assert series_of("L6.1") is CASES
    assert series_of("L6.2") is None


def test_a_date_before_the_plan_brings_no_edition() -> None:
    years = [it.period for it in due(CALLS, date(2022, 2, 1), date(1990, 5, 1), {})]
    assert years == ["2021", "2022"]


def test_an_earlier_month_found_later_makes_the_year_due_again() -> None:
    published = {"2026": {"2026-02", "2026-03"}}
    assert list(due(CALLS, date(2026, 4, 9), date(2026, 1, 20), published)) == [
        Due("2026", ("2026-01", "2026-02", "2026-03"), False)
    ]


def test_a_single_month_is_never_published_without_categories() -> None:
    assert list(due(CASES, date(2026, 2, 1), date(2026, 1, 1), {})) == []
    assert list(due(CASES, date(2027, 1, 1), date(2026, 12, 9), {})) == []


@pytest.mark.parametrize(
    ("today", "calls", "cases"),
    [
        ("2026-01-31", "2026-02-01", "2026-03-01"),
        ("2026-02-01", "2026-02-01", "2026-03-01"),
        ("2026-12-31", "2026-02-01", "2026-03-01"),
    ],
)
def test_the_next_edition_comes_on_the_first_of_a_month_or_is_due_today(
    today: str, calls: str, cases: str
) -> None:
    day, since = date.fromisoformat(today), date(2026, 1, 1)
    assert next_on(CALLS, day, since, {}) == max(day, date.fromisoformat(calls))
    assert next_on(CASES, day, since, {}) == max(day, date.fromisoformat(cases))
