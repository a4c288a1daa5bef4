"""Working days: Monday to Friday, less the public holidays, plus the weekend days that make up for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The office's calendar: `holidays` on which nobody works, `makeup_days` on which they do, and the
    `years` it knows.

    The State Council announces each year's days late in the year before. For a year that is not in `years`
    only Monday to Friday is known; `knows` says so, and whoever shows a date from it has to say so too.
    """

    holidays: frozenset[date] = frozenset()
    makeup_days: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    @classmethod
    def built_from(
        cls, holidays: Iterable[date], makeup_days: Iterable[date], years: Iterable[int] | None = None
    ) -> Calendar:
        """A calendar of the given days. Without `years` it knows the years in which it has a holiday.

        Raises ValueError when a day is both a holiday and a make-up working day.
        """
        free, worked = frozenset(holidays), frozenset(makeup_days)
        both = sorted(free & worked)
        if both:
            raise ValueError(f"both a holiday and a working day: {both[0].isoformat()}")
        known = frozenset(years) if years is not None else frozenset(day.year for day in free)
        return cls(free, worked, known)

    def knows(self, first: date, last: date | None = None) -> bool:
        """Whether the holidays of every year from `first` to `last` (both included) were entered."""
        end = last or first
        return all(year in self.years for year in range(first.year, end.year + 1))

    def is_working_day(self, day: date) -> bool:
        """Whether the office works that day; Monday to Friday where the year is not known."""
        if day in self.makeup_days:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def next_working_day(self, day: date) -> date:
        """That day if it is worked, else the first working day after it (Civil Code 203, Civil Procedure
        Law 85).
        """
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def previous_working_day(self, day: date) -> date:
        """That day if it is worked, else the last working day before it."""
        while not self.is_working_day(day):
            day -= _ONE_DAY
        return day

    def add_working_days(self, start_on: date, days: int) -> date:
        """The last of `days` working days after `start_on`, which is not counted itself. Raises ValueError
        below 1.
        """
        if days < 1:
            raise ValueError("a period of working days has at least one day")
        day = start_on
        while days:
            day += _ONE_DAY
            days -= self.is_working_day(day)
        return day


MONDAY_TO_FRIDAY = Calendar()
