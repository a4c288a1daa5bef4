"""When things happen in the county: by season, weekday and hour, from two years ago up to now."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass

from casework.clock import DAY, HOUR, MINUTE, instant, local
from casework.demo.county import Chance, County

YEARS = 2
SATURDAY = 5
# The office works from the first to the second, local hours, twice a day.
OFFICE_HOURS = ((8.75, 11.75), (14.25, 17.25))


@dataclass(frozen=True)
class Span:
    """The county's two years: from the first of this month two years ago (a local date) up to ``now`` (microseconds
    UTC).
    """

    first: datetime.date
    now: int

    @classmethod
    def up_to(cls, now: int) -> Span:
        """The span that ends at this instant."""
        today = local(now).date()
        return cls(today.replace(year=today.year - YEARS, day=1), now)

    @property
    def starts_at(self) -> int:
        """The first midnight, microseconds UTC."""
        return instant(datetime.datetime.combine(self.first, datetime.time()))

    def months(self) -> list[int]:
        """The first instant of every month after the first one, up to now."""
        year, month = self.first.year, self.first.month
        found: list[int] = []
        while True:
            year, month = year + month // 12, month % 12 + 1
            at = instant(datetime.datetime(year, month, 1))  # noqa: DTZ001 - instant() puts it into the zone
            if at > self.now:
                return found
            found.append(at)


class Seasons:
    """Draws instants of a span: more on Mondays and after holidays, most at nine, three and nine in the evening."""

    def __init__(self, county: County, span: Span) -> None:
        self.span = span
        self.hours = county.weights["hours"]
        last = local(span.now).date()
        self.days = [
            span.first + datetime.timedelta(days=number) for number in range((last - span.first).days + 1)
        ]
        weights = county.weights
        first_month = (span.first.year, span.first.month)
        shares = (
            weights["weekdays"][day.weekday()]
            * weights["months"][day.month - 1]
            * (weights["first_month"]["share"] if (day.year, day.month) == first_month else 1)
            for day in self.days
        )
        self.heaps = list(itertools.accumulate(shares))

    def moment(self, chance: Chance) -> int:
        """One instant of the span, microseconds UTC."""
        while True:
            day = chance.choices(self.days, cum_weights=self.heaps)[0]
            hour = chance.choices(range(24), self.hours)[0]
            at = instant(datetime.datetime.combine(day, datetime.time(hour)))
            at += chance.randrange(HOUR)
            # A call is over before now.
            if at < self.span.now - HOUR:
                return at
            if self.span.now - self.span.starts_at < DAY:
                return self.span.starts_at + chance.randrange(MINUTE)


def office_moment(chance: Chance, at: int) -> int:
    """An instant in office hours at or after ``at``, the same day where that is still possible."""
    moment = local(at)
    day = moment.date()
    since = moment.hour + moment.minute / 60 + 0.02
    while True:
        if day.weekday() < SATURDAY:
            for opens, closes in OFFICE_HOURS:
                begin = max(opens, since)
                if begin < closes:
                    hour = begin + (closes - begin) * chance.random() * 0.6
                    start = instant(datetime.datetime.combine(day, datetime.time()))
                    return start + round(hour * HOUR)
        day, since = day + datetime.timedelta(days=1), 0.0


def office_moment_on(chance: Chance, day: datetime.date) -> int:
    """An instant in office hours of that local date, or of the first working day after it."""
    return office_moment(chance, instant(datetime.datetime.combine(day, datetime.time())))
