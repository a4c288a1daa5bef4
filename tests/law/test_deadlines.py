"""Each row of the table of time limits, on real dates of 2025 that a lawyer could check.

Columns: the limit, the day it starts, the day we act on, the last day in time, the article.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.law import deadlines
from casework.law.articles import all_articles
from casework.law.deadlines import LocalHours
from casework.law.limits import Limit
from casework.law.periods import instant
from casework.law.working_days import MONDAY_TO_FRIDAY, Calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")


def days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


IN_2025 = Calendar.built_from(
    [*days("2025-01-28", "2025-02-04"), *days("2025-05-01", "2025-05-05"), *days("2025-10-01", "2025-10-08")],
    [date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11)],
    years=[2025],
)


def at(text: str) -> int:
    return instant(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI))


GUANGDONG_WARNING = LocalHours("warning_decided", 24, "guangdong_dv_26")
GUANGDONG_CHECK = LocalHours("order_checked_by_police", 24, "guangdong_dv_33")

HOURS = [
    # rule, start, end, article
    (deadlines.order_decided(at("2025-09-30 16:00"), urgent=False), "2025-10-03 16:00", "anti_dv_28"),
    (deadlines.order_decided(at("2025-09-30 16:00"), urgent=True), "2025-10-01 16:00", "anti_dv_28"),
    (deadlines.order_served(at("2025-10-02 09:15")), "2025-10-03 09:15", "order_opinion_14"),
    (
        deadlines.order_checked_by_police(at("2025-10-03 10:00"), GUANGDONG_CHECK),
        "2025-10-04 10:00",
        "guangdong_dv_33",
    ),
]

DAYS: list[tuple[Callable[[date, Calendar], Limit], str, str, str, str]] = [
    # Monday 24 November + 5 = Saturday, so the last day in time is Monday 1 December
    (deadlines.order_review_asked, "2025-11-24", "2025-11-29", "2025-12-01", "anti_dv_31"),
    # 25 September + 7 = Thursday 2 October, in the National Day holiday to the 8th
    (deadlines.legal_aid_decided, "2025-09-25", "2025-10-02", "2025-10-09", "legal_aid_43"),
    # ends on Sunday 26 January, which is a make-up working day
    (deadlines.legal_aid_decided, "2025-01-19", "2025-01-26", "2025-01-26", "legal_aid_43"),
    (deadlines.legal_aid_decided, "2025-11-24", "2025-12-01", "2025-12-01", "legal_aid_43"),
    (deadlines.legal_aid_appointed, "2025-11-20", "2025-11-23", "2025-11-24", "legal_aid_43"),
    (deadlines.legal_aid_objection_examined, "2025-04-28", "2025-05-03", "2025-05-06", "legal_aid_49"),
    (deadlines.child_reporter_told, "2025-01-27", "2025-01-30", "2025-02-05", "child_report_10"),
    (deadlines.matter_answered, "2025-11-10", "2025-11-25", "2025-11-25", "petitions_23"),
    (deadlines.matter_answered, "2025-09-20", "2025-10-05", "2025-10-09", "petitions_23"),
    (deadlines.matter_concluded, "2025-08-05", "2025-10-04", "2025-10-09", "petitions_34"),
    (deadlines.review_asked, "2025-11-24", "2025-12-24", "2025-12-24", "petitions_35"),
    (deadlines.review_answered, "2025-01-02", "2025-02-01", "2025-02-05", "petitions_35"),
    (deadlines.second_review_asked, "2025-10-30", "2025-11-29", "2025-12-01", "petitions_36"),
    (deadlines.second_review_answered, "2025-09-04", "2025-10-04", "2025-10-09", "petitions_36"),
]


@pytest.mark.parametrize(("limit", "end", "article"), HOURS)
def test_a_limit_in_hours_ends_by_the_clock_even_in_a_holiday(limit: Limit, end: str, article: str) -> None:
    assert limit.late_after_at == limit.act_by_at == at(end)
    assert limit.article_key == article
    assert limit.runs_by_the_clock
    assert not limit.is_moved


@pytest.mark.parametrize(("rule", "start", "act_by", "late_after", "article"), DAYS)
def test_a_limit_in_days_has_its_two_dates(
    rule: Callable[[date, Calendar], Limit], start: str, act_by: str, late_after: str, article: str
) -> None:
    limit = rule(date.fromisoformat(start), IN_2025)
    assert limit.dates() == (date.fromisoformat(act_by), date.fromisoformat(late_after))
    assert limit.article_key == article
    assert limit.is_moved is (act_by != late_after)
    assert limit.calendar_known


def test_guangdong_s_stricter_limit_for_a_warning_comes_first() -> None:
    first, second = deadlines.warning_decided(at("2025-11-24 08:00"), GUANGDONG_WARNING)
    assert (first.hours, first.article_key, first.late_after_at) == (
        24,
        "guangdong_dv_26",
        at("2025-11-25 08:00"),
    )
    assert (second.hours, second.article_key, second.late_after_at) == (
        72,
        "warning_opinion_8",
        at("2025-11-27 08:00"),
    )


def test_elsewhere_only_the_national_limit_for_a_warning_holds() -> None:
    assert [limit.hours for limit in deadlines.warning_decided(at("2025-11-24 08:00"))] == [72]


@pytest.mark.parametrize(
    ("made", "months", "lapses"),
    [
        ("2025-08-31", 6, "2026-02-28"),
        ("2025-04-04", 6, "2025-10-04"),  # in the holiday, and it does not move
        ("2025-11-24", 6, "2026-05-24"),
        ("2025-11-30", 3, "2026-02-28"),
    ],
)
def test_an_order_lapses_to_the_day_and_never_later(made: str, months: int, lapses: str) -> None:
    limit = deadlines.order_lapses(date.fromisoformat(made), months)
    assert limit.dates() == (date.fromisoformat(lapses), date.fromisoformat(lapses))
    asked = deadlines.order_changed_by(date.fromisoformat(lapses))
    assert not asked.is_late(0, date.fromisoformat(lapses))
    assert asked.is_late(0, date.fromisoformat(lapses) + timedelta(days=1))


@pytest.mark.parametrize("months", [0, 7])
def test_an_order_of_more_than_six_months_is_refused(months: int) -> None:
    with pytest.raises(ValueError, match="six months"):
        deadlines.order_lapses(date(2025, 1, 1), months)


@pytest.mark.parametrize(
    ("number", "act_by", "late_after"),
    [
        (1, "2025-10-06", "2025-10-09"),  # day 7, in the holiday
        (2, "2025-12-29", "2025-12-29"),
        (3, "2026-03-29", "2026-03-30"),  # a Sunday
        (4, "2026-06-29", "2026-06-29"),
    ],
)
def test_the_police_visit_on_day_seven_and_every_three_months_from_delivery(
    number: int, act_by: str, late_after: str
) -> None:
    limit = deadlines.warning_visit(date(2025, 9, 29), number, IN_2025)
    assert limit.dates() == (date.fromisoformat(act_by), date.fromisoformat(late_after))


def test_a_visit_before_the_first_is_refused() -> None:
    with pytest.raises(ValueError, match="numbered from 1"):
        deadlines.warning_visit(date(2025, 9, 29), 0, IN_2025)


@pytest.mark.parametrize(
    ("violence_found", "ended"),
    [
        ([], False),
        ([False, False], False),
        ([False, False, False], True),
        ([False, False, True], False),
        ([False, True, False, False], False),
        ([True, False, False, False], True),
        ([False, False, True, False, False, False], True),
    ],
)
def test_visits_end_after_three_in_a_row_without_violence(violence_found: list[bool], ended: bool) -> None:
    assert deadlines.warning_visits_ended(violence_found) is ended


def test_an_adult_leaves_the_shelter_by_the_tenth_day_after_arrival() -> None:
    assert deadlines.shelter_stay(date(2025, 9, 25)).dates() == (date(2025, 10, 5), date(2025, 10, 5))


def test_an_extension_adds_its_days_to_the_sixty() -> None:
    limit = deadlines.matter_concluded_extended(date(2025, 8, 5), 30, IN_2025)
    assert limit.dates() == (date(2025, 11, 3), date(2025, 11, 3))
    with pytest.raises(ValueError, match="1 to 30"):
        deadlines.matter_concluded_extended(date(2025, 8, 5), 31, IN_2025)


def test_an_objection_to_what_was_passed_on_has_five_working_days() -> None:
    limit = deadlines.passed_on_objection(date(2025, 9, 29), IN_2025)
    assert limit.dates() == (date(2025, 10, 13), date(2025, 10, 13))  # 30, 9, 10, Saturday 11, 13
    assert limit.working_days == 5


def test_a_paper_that_sets_its_own_date_is_taken_at_its_word() -> None:
    handed = deadlines.handed_down(date(2025, 9, 1), date(2025, 10, 5))
    letter = deadlines.supervision_letter_answered(date(2025, 9, 1), date(2025, 10, 5))
    assert handed.dates() == letter.dates() == (date(2025, 10, 5), date(2025, 10, 5))
    assert all_articles()[letter.article_key].standing == "setting"


def test_what_has_to_be_kept_is_kept_so_long_at_least() -> None:
    log = deadlines.log_kept_until(date(2025, 8, 31))
    assessment = deadlines.impact_assessment_kept_until(date(2024, 2, 29))
    assert (log.act_by_on, log.is_minimum) == (date(2026, 2, 28), True)
    assert (assessment.act_by_on, assessment.is_minimum) == (date(2027, 2, 28), True)


def test_exactly_the_last_moment_is_in_time() -> None:
    limit = deadlines.order_decided(at("2025-11-24 09:00"), urgent=False)
    end_at = at("2025-11-27 09:00")
    assert not limit.is_late(end_at, date(2025, 11, 27))
    assert limit.is_late(end_at + 1, date(2025, 11, 27))
    assert limit.is_due(end_at, date(2025, 11, 27))


def test_the_other_side_is_late_only_after_the_moved_day() -> None:
    limit = deadlines.legal_aid_decided(date(2025, 9, 25), IN_2025)
    assert limit.is_due(0, date(2025, 10, 2))
    assert not limit.is_late(0, date(2025, 10, 9))
    assert limit.is_late(0, date(2025, 10, 10))


def test_a_year_without_holidays_is_said_to_be_unknown() -> None:
    assert not deadlines.matter_answered(date(2026, 9, 20), IN_2025).calendar_known


def test_a_limit_in_hours_has_no_dates() -> None:
    with pytest.raises(ValueError, match="by the clock"):
        deadlines.order_served(at("2025-10-02 09:15")).dates()


def test_every_article_is_cited_in_both_languages() -> None:
    for key, article in all_articles().items():
        assert article.label("zh"), key
        assert article.label("en"), key
        assert article.standing in {"seen", "setting"}
    limit = deadlines.order_served(at("2025-10-02 09:15"))
    assert limit.article_zh == "法发〔2022〕10号第十四条"
    assert limit.article_en == "Fa Fa [2022] No. 10, article 14"


@given(start=st.dates(date(2024, 6, 1), date(2026, 6, 1)))
def test_late_never_comes_before_the_day_we_act_on(start: date) -> None:
    for rule, *_ in DAYS:
        for calendar in (IN_2025, MONDAY_TO_FRIDAY):
            act_by, late_after = rule(start, calendar).dates()
            assert start < act_by <= late_after
            assert calendar.is_working_day(late_after)
