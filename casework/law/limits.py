"""What a time limit is: its start, the date we act on, the date after which the other side is late, and
its article.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casework.law.articles import article
from casework.law.periods import after_days, after_hours, after_months
from casework.law.working_days import Calendar


@dataclass(frozen=True, slots=True)
class Limit:
    """One time limit. Either the `_at` fields hold instants (hours, microseconds UTC) or the `_on` fields
    local dates.

    `act_by` is never moved. `late_after` is the last moment in time: moved to the next working day where the
    period's last day is none. Both are inclusive. `calendar_known` is false when the year's holidays were not
    entered, so that `late_after` knows Monday to Friday only. `is_minimum` marks a period that must last at
    least so long, instead of ending by then.
    """

    rule: str
    article_key: str
    starts_on: date | None = None
    act_by_on: date | None = None
    late_after_on: date | None = None
    starts_at: int | None = None
    act_by_at: int | None = None
    late_after_at: int | None = None
    hours: int | None = None
    days: int | None = None
    working_days: int | None = None
    months: int | None = None
    is_minimum: bool = False
    calendar_known: bool = True

    @property
    def article_zh(self) -> str:
        """The citation in Chinese."""
        return article(self.article_key).zh

    @property
    def article_en(self) -> str:
        """The citation in English."""
        return article(self.article_key).en

    @property
    def runs_by_the_clock(self) -> bool:
        """Whether it is counted in hours; such a limit never moves."""
        return self.late_after_at is not None

    @property
    def is_moved(self) -> bool:
        """Whether the two dates differ, so that screens and papers show both."""
        return self.act_by_on != self.late_after_on

    def dates(self) -> tuple[date, date]:
        """The date that we act on and the last date in time. Raises ValueError for a limit in hours."""
        if self.act_by_on is None or self.late_after_on is None:
            raise ValueError(f"{self.rule} runs by the clock")
        return self.act_by_on, self.late_after_on

    def is_late(self, now_at: int, today: date) -> bool:
        """Whether it has passed: exactly the last instant, and the whole of the last day, is still in
        time.
        """
        if self.late_after_at is not None:
            return now_at > self.late_after_at
        return self.late_after_on is not None and today > self.late_after_on

    def is_due(self, now_at: int, today: date) -> bool:
        """Whether the date that we act on has come or passed."""
        if self.act_by_at is not None:
            return now_at >= self.act_by_at
        return self.act_by_on is not None and today >= self.act_by_on


def in_hours(rule: str, article_key: str, starts_at: int, hours: int) -> Limit:
    """A limit that runs by the clock from an instant (microseconds UTC)."""
    end_at = after_hours(starts_at, hours)
    return Limit(rule, article_key, starts_at=starts_at, act_by_at=end_at, late_after_at=end_at, hours=hours)


def in_days(rule: str, article_key: str, starts_on: date, days: int, calendar: Calendar) -> Limit:
    """A limit in days, its last day moved past a holiday for `late_after` (Civil Code 201, 203)."""
    end_on = after_days(starts_on, days)
    moved_on = calendar.next_working_day(end_on)
    return Limit(
        rule,
        article_key,
        starts_on=starts_on,
        act_by_on=end_on,
        late_after_on=moved_on,
        days=days,
        calendar_known=calendar.knows(end_on, moved_on),
    )


def in_working_days(rule: str, article_key: str, starts_on: date, days: int, calendar: Calendar) -> Limit:
    """A limit in working days; the starting day is not counted and both dates are the same."""
    end_on = calendar.add_working_days(starts_on, days)
    return Limit(
        rule,
        article_key,
        starts_on=starts_on,
        act_by_on=end_on,
        late_after_on=end_on,
        working_days=days,
        calendar_known=calendar.knows(starts_on, end_on),
    )


def in_months(rule: str, article_key: str, starts_on: date, months: int, calendar: Calendar) -> Limit:
    """A limit in months, month ends clipped, `late_after` moved past a holiday (Civil Code 202, 203)."""
    end_on = after_months(starts_on, months)
    moved_on = calendar.next_working_day(end_on)
    return Limit(
        rule,
        article_key,
        starts_on=starts_on,
        act_by_on=end_on,
        late_after_on=moved_on,
        months=months,
        calendar_known=calendar.knows(end_on, moved_on),
    )


def on_date(
    rule: str,
    article_key: str,
    starts_on: date | None,
    ends_on: date,
    *,
    days: int | None = None,
    months: int | None = None,
) -> Limit:
    """A date that a paper sets, or the end of something that simply lasts: it does not move."""
    return Limit(
        rule,
        article_key,
        starts_on=starts_on,
        act_by_on=ends_on,
        late_after_on=ends_on,
        days=days,
        months=months,
    )


def at_least_months(rule: str, article_key: str, starts_on: date, months: int) -> Limit:
    """The last day that something must still be kept; month ends are clipped and nothing is moved."""
    end_on = after_months(starts_on, months)
    return Limit(
        rule,
        article_key,
        starts_on=starts_on,
        act_by_on=end_on,
        late_after_on=end_on,
        months=months,
        is_minimum=True,
    )
