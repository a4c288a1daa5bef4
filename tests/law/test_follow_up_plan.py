"""Planned follow-ups with the plan of Kaiping, on the real calendar of 2025."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import jurisdictions
from casework.law.follow_up_plan import PlannedContact, planned, still_ahead, warning_visits
from casework.law.periods import instant
from casework.law.working_days import Calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
PLANS = jurisdictions.load("kaiping").plans
HOLIDAY = [date(2025, 10, 1) + timedelta(days=number) for number in range(8)]
IN_2025 = Calendar.built_from(HOLIDAY, [date(2025, 9, 28), date(2025, 10, 11)], years=[2025])


def at(text: str) -> int:
    return instant(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI))


def plan_of(
    code: str,
    start: str,
    *,
    high_lethal: bool = False,
    ends_on: date | None = None,
    monthly_until: date | None = None,
) -> tuple[PlannedContact, ...]:
    return planned(
        PLANS[code],
        starts_at=at(start),
        zone=SHANGHAI,
        calendar=IN_2025,
        high_lethal=high_lethal,
        ends_on=ends_on,
        monthly_until=monthly_until,
    )


def lines(contacts: tuple[PlannedContact, ...]) -> list[str]:
    return [
        f"{contact.step} {contact.kind} {contact.planned_on} {contact.due_on}"
        + (" urgent" if contact.is_urgent else "")
        + f" +{contact.grace_days}"
        for contact in contacts
    ]


def test_a_high_lethal_case_is_never_moved_for_a_holiday() -> None:
    contacts = plan_of("high_lethal", "2025-09-29 16:30", high_lethal=True, monthly_until=date(2026, 1, 31))
    assert lines(contacts) == [
        "h24 first_contact 2025-09-30 2025-09-30 urgent +0",
        "d3 routine 2025-10-02 2025-10-02 urgent +2",
        "d7 routine 2025-10-06 2025-10-06 urgent +2",
        "d14 routine 2025-10-13 2025-10-13 urgent +2",
        "d30 routine 2025-10-29 2025-10-29 urgent +2",
        "r1 routine 2025-11-29 2025-11-29 urgent +2",
        "r2 routine 2025-12-29 2025-12-29 urgent +2",
        "r3 routine 2026-01-29 2026-01-29 urgent +2",
    ]
    assert contacts[0].due_at == at("2025-09-30 16:30")


def test_without_a_horizon_one_month_ahead_is_planned() -> None:
    assert [contact.step for contact in plan_of("high_lethal", "2025-09-29 16:30", high_lethal=True)] == [
        "h24",
        "d3",
        "d7",
        "d14",
        "d30",
        "r1",
    ]


def test_a_medium_case_moves_to_the_next_working_day() -> None:
    assert lines(plan_of("medium", "2025-09-29 16:30")) == [
        "d3 first_contact 2025-10-02 2025-10-09 +2",
        "d7 routine 2025-10-06 2025-10-09 +2",
        "d30 routine 2025-10-29 2025-10-29 +2",
        "d60 routine 2025-11-28 2025-11-28 +2",
        "d90 routine 2025-12-28 2025-12-29 +2",
    ]


def test_a_low_case_is_contacted_three_times() -> None:
    assert lines(plan_of("low", "2025-11-03 23:30")) == [
        "d7 first_contact 2025-11-10 2025-11-10 +2",
        "d30 routine 2025-12-03 2025-12-03 +2",
        "d90 routine 2026-02-01 2026-02-02 +2",
    ]


def test_the_day_counts_from_the_local_date_and_not_from_utc() -> None:
    early = planned(
        PLANS["low"],
        starts_at=at("2025-11-04 00:30"),
        zone=SHANGHAI,
        calendar=IN_2025,
        high_lethal=False,
    )
    assert early[0].planned_on == date(2025, 11, 11)


def test_after_closing_she_is_visited_at_three_and_six_months() -> None:
    assert lines(plan_of("after_closing", "2025-08-31 10:00")) == [
        "m3 after_care 2025-11-30 2025-12-01 +2",
        "m6 after_care 2026-02-28 2026-03-02 +2",
    ]


def test_an_order_is_followed_until_it_lapses() -> None:
    contacts = plan_of("order", "2025-06-12 09:00", ends_on=date(2025, 10, 11))
    assert lines(contacts) == [
        "h24 order_service 2025-06-13 2025-06-13 urgent +0",
        "d3 order_routine 2025-06-15 2025-06-16 +2",
        "r1 order_routine 2025-07-12 2025-07-14 +2",
        "r2 order_routine 2025-08-12 2025-08-12 +2",
        "r3 order_routine 2025-09-12 2025-09-12 +2",
        "b14 order_lapse 2025-09-27 2025-09-26 +2",
        "b3 order_lapse 2025-10-08 2025-09-30 +2",
    ]


def test_before_the_lapse_even_an_urgent_contact_moves_to_the_working_day_before() -> None:
    contacts = plan_of("order", "2025-06-12 09:00", ends_on=date(2025, 10, 11), high_lethal=True)
    assert [(c.planned_on, c.due_on) for c in contacts if c.step == "b3"] == [
        (date(2025, 10, 8), date(2025, 9, 30))
    ]


def test_what_would_fall_before_the_start_of_a_short_order_is_left_out() -> None:
    contacts = plan_of("order", "2025-11-03 09:00", ends_on=date(2025, 11, 12))
    assert [contact.step for contact in contacts] == ["h24", "d3", "b3"]


def test_a_plan_that_counts_back_needs_its_end() -> None:
    with pytest.raises(ValueError, match="order"):
        plan_of("order", "2025-11-03 09:00")


def test_after_leaving_the_shelter_she_is_contacted_twice() -> None:
    assert [contact.planned_on for contact in plan_of("after_leaving", "2025-11-03 09:00")] == [
        date(2025, 11, 6),
        date(2025, 11, 17),
    ]


def test_the_police_s_visits_have_no_grace() -> None:
    assert lines(warning_visits(date(2025, 9, 29), IN_2025)) == [
        "v1 warning_visit 2025-10-06 2025-10-09 +0",
        "v2 warning_visit 2025-12-29 2025-12-29 +0",
        "v3 warning_visit 2026-03-29 2026-03-30 +0",
        "v4 warning_visit 2026-06-29 2026-06-29 +0",
    ]


def test_a_new_level_replaces_only_what_is_still_ahead() -> None:
    contacts = plan_of("high_lethal", "2025-09-29 16:30", high_lethal=True)
    ahead = still_ahead(contacts, at("2025-09-30 16:30"), SHANGHAI)
    assert [contact.step for contact in ahead] == ["d3", "d7", "d14", "d30", "r1"]
    assert [contact.step for contact in still_ahead(contacts, at("2025-10-13 23:59"), SHANGHAI)] == [
        "d14",
        "d30",
        "r1",
    ]


def test_a_year_without_holidays_is_said_to_be_unknown() -> None:
    contacts = plan_of("low", "2025-11-03 23:30")
    assert [contact.calendar_known for contact in contacts] == [True, True, False]


@given(
    start=st.datetimes(datetime(2025, 1, 1), datetime(2026, 6, 1)),
    code=st.sampled_from(["high_lethal", "medium", "low", "after_closing", "after_leaving", "warning"]),
    high_lethal=st.booleans(),
)
def test_nothing_urgent_is_ever_late_by_the_calendar(start: datetime, code: str, high_lethal: bool) -> None:
    contacts = plan_of(code, start.isoformat(), high_lethal=high_lethal)
    assert len({contact.step for contact in contacts}) == len(contacts)
    for contact in contacts:
        assert contact.due_on >= contact.planned_on
        if contact.is_urgent:
            assert not contact.is_moved
        else:
            assert IN_2025.is_working_day(contact.due_on)


@given(start=st.datetimes(datetime(2025, 1, 1), datetime(2026, 6, 1)), length=st.integers(1, 184))
def test_nothing_about_an_order_is_planned_after_its_end(start: datetime, length: int) -> None:
    ends_on = start.date() + timedelta(days=length)
    for contact in plan_of("order", start.isoformat(), ends_on=ends_on):
        if contact.kind == "order_lapse":
            assert start.date() < contact.due_on < ends_on
        if contact.step.startswith("r"):
            assert contact.due_on < ends_on
