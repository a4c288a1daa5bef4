"""When a year's table gets its next edition, and how that edition is protected beside all earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.indicators import rollup
from casework.indicators.disclosure import protect
from casework.indicators.months import year_rows
from casework.indicators.tables import ProtectedTable, Table

# The plan's first year: a date typed wrong must not bring an edition for a year that nobody asks about.
FIRST_YEAR = 2021


@dataclass(frozen=True, slots=True)
class Series:
    """One published table a calendar year.

    `count` makes the exact table from an open session, months and `is_closed`. `category_list` names its
    columns; without one the table has no columns and is published at least two months at a time: a reader who
    is refused a single month knows that it is small.
    """

    code: str
    count: Callable[..., Table]
    category_list: str = ""

    @property
    def fewest_months(self) -> int:
        """How many new months an edition needs."""
        return 1 if self.category_list else 2


@dataclass(frozen=True, slots=True)
class Due:
    """A year's table that is due: all its months that are over. `is_whole` when the year is over too."""

    period: str
    rows: tuple[str, ...]
    is_whole: bool


SERIES = (
    Series("L10.5", rollup.hotline_calls, "call_category"),
    Series("L6.1", rollup.domestic_violence_cases),
)


def series_of(code: str) -> Series | None:
    """The published series of an indicator; None for one that isn't published by month."""
    return next((entry for entry in SERIES if entry.code == code), None)


def due(series: Series, today: date, since: date, published: Mapping[str, Collection[str]]) -> Iterator[Due]:
    """The years, oldest first, whose next edition is due on the local date `today`.

    `published` names the months of every period's earlier editions, withheld ones included. A running month
    is never published. Where an edition needs two months, November waits for December.
    """
    for year in range(max(since.year, FIRST_YEAR), today.year + 1):
        rows, is_whole = year_rows(year, today, since)
        if series.fewest_months > 1 and rows and rows[-1] == f"{year}-11":
            rows = rows[:-1]
        if len(set(rows) - set(published.get(str(year), ()))) >= series.fewest_months:
            yield Due(str(year), rows, is_whole)


def next_on(series: Series, today: date, since: date, published: Mapping[str, Collection[str]]) -> date:
    """The local date of the next edition: `today` when one is due already, else the first of some month."""
    day = today
    while not any(due(series, day, since, published)):
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return day


def protected(
    series: Series, reader: Any, wanted: Due, k: int, earlier: Sequence[ProtectedTable]
) -> ProtectedTable:
    """The next edition of a table, safe beside all `earlier` ones, oldest first.

    With categories, totals over months come when the year is over; before that only where the table can't be
    published without them. Without categories, hidden months are tied to the total, so it always comes along.
    """

    def attempt(is_closed: bool) -> ProtectedTable:
        return protect(series.count(reader, wanted.rows, is_closed=is_closed), k, earlier)

    if not series.category_list or wanted.is_whole:
        return attempt(True)
    without_totals = attempt(False)
    return without_totals if without_totals.cells else attempt(True)
