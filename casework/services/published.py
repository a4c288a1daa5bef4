"""What supervisors may read: published editions, each fixed for ever. There is no free query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casework.errors import NotFound
from casework.indicators import editions as calendar
from casework.indicators import registry
from casework.indicators.charts import MonthlyPoint, monthly
from casework.indicators.publication import column_label
from casework.indicators.registry import Indicator, Wording
from casework.indicators.tables import TOTAL, Form, ProtectedTable
from casework.transaction import reader
from models.enums import SnapshotForm, SnapshotReason
from models.statistics import Snapshot, SnapshotCell


@dataclass(frozen=True, slots=True)
class Edition:
    """The head of one edition. ``made_at`` is microseconds UTC, ``through_on`` the last local date it covers.

    ``rows`` are month keys, ``columns`` category codes, several joined by "+".
    """

    snapshot_id: int
    indicator: str
    period: str
    number: int
    made_at: int
    through_on: date
    threshold: int
    form: SnapshotForm
    has_totals: bool
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    reason: SnapshotReason
    reason_words: str

    @property
    def is_withheld(self) -> bool:
        """Whether it says no more than that nothing may be said."""
        return self.form == SnapshotForm.WITHHELD


@dataclass(frozen=True, slots=True)
class Board:
    """One indicator of one year as a page shows it: its newest edition, and the one whose figures stand
    there.

    The two differ only when the newest is withheld. ``shown`` is None when no edition of the year has
    figures. ``columns`` are the table's columns with their words, the total first.
    """

    indicator: Indicator
    period: str
    newest: Edition | None
    shown: Edition | None
    table: ProtectedTable | None
    columns: tuple[tuple[str, Wording], ...]
    points: tuple[MonthlyPoint, ...]
    editions: tuple[Edition, ...]

    @property
    def months(self) -> list[tuple[str, date]]:
        """The table's rows and the first day of each."""
        return [(row, date.fromisoformat(f"{row}-01")) for row in self.shown.rows] if self.shown else []

    @property
    def is_newest(self) -> bool:
        """Whether no later edition of the year exists."""
        return self.newest == self.editions[-1] if self.editions else True


def editions(indicator: str, period: str | None = None) -> list[Edition]:
    """All editions of an indicator (of one period), oldest period and edition first."""
    wanted = select(Snapshot).where(Snapshot.indicator == indicator)
    if period is not None:
        wanted = wanted.where(Snapshot.period == period)
    return [_head(row) for row in reader().scalars(wanted.order_by(Snapshot.period, Snapshot.edition))]


def latest(indicator: str, period: str) -> Edition | None:
    """The newest edition of a period, withheld or not."""
    found = editions(indicator, period)
    return found[-1] if found else None


def last_shown(indicator: str, period: str) -> Edition | None:
    """The newest edition of a period that has figures."""
    return next((it for it in reversed(editions(indicator, period)) if not it.is_withheld), None)


def edition(indicator: str, period: str, number: int) -> Edition:
    """One edition by its number. Raises NotFound."""
    found = next((it for it in editions(indicator, period) if it.number == number), None)
    if found is None:
        raise NotFound
    return found


def published_table(edition: Edition) -> ProtectedTable:
    """The table of an edition, exactly as it was protected and published."""
    cells = {
        (row, column): value
        for row, column, value in reader().execute(
            select(SnapshotCell.row, SnapshotCell.column, SnapshotCell.value).where(
                SnapshotCell.snapshot_id == edition.snapshot_id
            )
        )
    }
    places = [(row, column) for row in (*edition.rows, TOTAL) for column in (*edition.columns, TOTAL)]
    return ProtectedTable(
        rows=edition.rows,
        columns=edition.columns,
        cells={place: cells[place] for place in places if place in cells},
        threshold=edition.threshold,
        form=Form(edition.form.value),
        is_closed=edition.has_totals,
    )


def years() -> list[str]:
    """The years of which anything was published, newest first."""
    return sorted(reader().scalars(select(Snapshot.period).distinct()), reverse=True)


def boards(period: str) -> list[Board]:
    """Every published indicator of a year, in the order of the series; one without an edition has none."""
    made = []
    for series in calendar.SERIES:
        found = editions(series.code, period)
        newest = found[-1] if found else None
        made.append(_board(series.code, period, newest, tuple(found)))
    return made


def board(indicator: str, period: str, number: int) -> Board:
    """One edition as a page shows it, among the others of its year. Raises NotFound."""
    wanted = edition(indicator, period, number)
    found = editions(indicator, period)
    return _board(indicator, period, wanted, tuple(found), is_alone=True)


def _board(
    code: str, period: str, newest: Edition | None, among: tuple[Edition, ...], is_alone: bool = False
) -> Board:
    shown = newest
    if newest is not None and newest.is_withheld:
        shown = None if is_alone else next((it for it in reversed(among) if not it.is_withheld), None)
    table = published_table(shown) if shown else None
    series = calendar.series_of(code)
    category_list = series.category_list if series else ""
    described = registry.indicator(code)
    columns = [(key, _words(key, category_list)) for key in (table.columns if table else ())]
    total = _words(TOTAL, category_list) if columns else described.unit
    return Board(
        indicator=described,
        period=period,
        newest=newest,
        shown=shown,
        table=table,
        columns=((TOTAL, total), *columns),
        points=tuple(monthly([table])) if table else (),
        editions=among,
    )


def _words(column: str, category_list: str) -> Wording:
    return Wording(column_label(column, category_list, "zh"), column_label(column, category_list, "en"))


def _head(row: Snapshot) -> Edition:
    return Edition(
        snapshot_id=row.id,
        indicator=row.indicator,
        period=row.period,
        number=row.edition,
        made_at=row.made_at,
        through_on=row.through_on,
        threshold=row.threshold,
        form=row.form,
        has_totals=row.has_totals,
        rows=tuple(row.rows.split()),
        columns=tuple(row.columns.split()),
        reason=row.reason,
        reason_words=row.reason_words or "",
    )
