"""Publication: exact counts become immutable, protected editions. Holds no key to any case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from casework import jurisdictions
from casework.clock import local_date
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.indicators import editions as calendar
from casework.indicators.disclosure import LEAST_THRESHOLD
from casework.indicators.editions import Due, Series
from casework.indicators.months import last_day
from casework.indicators.publication import PublicSnapshot, write_public_file
from casework.indicators.tables import ProtectedTable
from casework.services import published, settings
from casework.services.published import Board, Edition
from casework.transaction import Work, reader, write
from models.calls import Call
from models.cases import Case
from models.enums import SnapshotForm, SnapshotReason
from models.statistics import Snapshot, SnapshotCell

THRESHOLD = "statistics.threshold"


@dataclass(frozen=True)
class _Next:
    """An edition that is ready to be stored."""

    indicator: str
    period: str
    number: int
    table: ProtectedTable
    reason: SnapshotReason
    words: str | None = None


def publish_due(at_us: int) -> int:
    """Publishes every edition that is due at an instant and gives how many; run twice it does nothing more.

    L10.5 by month and category, L6.1 by month, one table a calendar year, only months that are over; the
    first run catches up on earlier years. All or nothing, with an entry in the trail for each edition.
    """
    ready = [_made(series, wanted) for series, wanted in _due(local_date(at_us))]
    return _store(ready) if ready else 0


def correct(indicator: str, period: str, *, reason: str) -> Edition:
    """A new edition of the months last published, counted anew; both editions stay. ``reason`` is published.

    Raises NotFound when nothing was published, Invalid without a reason, AlreadyDone when a reader would see
    no difference.
    """
    if not reason.strip():
        raise Invalid({"reason": "required"})
    series, last = calendar.series_of(indicator), published.latest(indicator, period)
    if series is None or last is None:
        raise NotFound
    rows = published.published_table(last).rows
    wanted = Due(period, rows, rows[-1].endswith("-12"))
    ready = _made(series, wanted, SnapshotReason.CORRECTION, reason.strip())
    shown = published.last_shown(indicator, period)
    if shown is not None and published.published_table(shown).cells == ready.table.cells:
        raise AlreadyDone
    if not _store([ready]):
        raise AlreadyDone
    return published.edition(indicator, period, ready.number)


def write_file(path: Path) -> int:
    """Writes every edition ever published to a SQLite file for others; gives how many. Raises OSError."""
    snapshots = [_public(series, edition) for series, edition in _all_editions()]
    write_public_file(path, snapshots)
    return len(snapshots)


def threshold() -> int:
    """The count below which a cell is suppressed: the office's, else the jurisdiction's; at least 3."""
    default = str(jurisdictions.load().disclosure_threshold)
    return max(LEAST_THRESHOLD, int(settings.value_of(THRESHOLD, default)))


@dataclass(frozen=True)
class Overview:
    """The supervisor's first screen: a year's boards, the years to choose from, when each table comes next."""

    year: str
    years: tuple[str, ...]
    boards: tuple[Board, ...]
    next_on: Mapping[str, date]

    @property
    def threshold(self) -> int | None:
        """The threshold of the year's newest edition; None when there is none."""
        made = [board.newest for board in self.boards if board.newest]
        return max(made, key=lambda it: it.made_at).threshold if made else None


def overview(year: str | None, today: date) -> Overview:
    """What is published of a year, by default of the newest; ``today`` is a local date. Raises NotFound.

    Reads editions alone, never a record: what it says can't be compared with what it said an hour ago.
    """
    years = published.years()
    if year is not None and year not in years:
        raise NotFound
    chosen = year or (years[0] if years else str(today.year))
    return Overview(
        year=chosen,
        years=tuple(years),
        boards=tuple(published.boards(chosen)),
        next_on={series.code: _next_on(series, today) for series in calendar.SERIES},
    )


def _next_on(series: Series, today: date) -> date:
    months = _months_published(series)
    first = min((min(rows) for rows in months.values()), default=None)
    since = date.fromisoformat(f"{first}-01") if first else today
    return calendar.next_on(series, today, since, months)


def _due(today: date) -> Iterator[tuple[Series, Due]]:
    since = _since()
    if since is None:
        return
    for series in calendar.SERIES:
        for wanted in calendar.due(series, today, since, _months_published(series)):
            yield series, wanted


def _since() -> date | None:
    """The first day that any table reaches back to; one published earlier stays in it."""
    first = [
        reader().scalar(
            select(func.min(Call.started_on)).where(Call.is_test.is_(False), Call.in_error.is_(False))
        ),
        reader().scalar(
            select(func.min(Case.accepted_on)).where(Case.is_test.is_(False), Case.in_error.is_(False))
        ),
    ]
    first += [
        date.fromisoformat(f"{min(months)}-01")
        for series in calendar.SERIES
        for months in _months_published(series).values()
    ]
    known = [day for day in first if day is not None]
    return min(known) if known else None


def _months_published(series: Series) -> dict[str, set[str]]:
    months: dict[str, set[str]] = {}
    for edition in published.editions(series.code):
        months.setdefault(edition.period, set()).update(edition.rows)
    return months


def _made(
    series: Series,
    wanted: Due,
    reason: SnapshotReason = SnapshotReason.MONTHS_OVER,
    words: str | None = None,
) -> _Next:
    earlier = published.editions(series.code, wanted.period)
    tables = [published.published_table(edition) for edition in earlier]
    table = calendar.protected(series, reader(), wanted, threshold(), tables)
    if not earlier:
        reason = SnapshotReason.FIRST
    return _Next(series.code, wanted.period, len(earlier) + 1, table, reason, words)


def _store(ready: list[_Next]) -> int:
    stored = 0
    with write(None) as work:
        for entry in ready:
            newest = work.session.scalar(
                select(func.max(Snapshot.edition)).where(
                    Snapshot.indicator == entry.indicator, Snapshot.period == entry.period
                )
            )
            # Another process was quicker, and this edition was not protected beside what it published.
            if (newest or 0) != entry.number - 1:
                continue
            _write(work, entry)
            stored += 1
    return stored


def _write(work: Work, entry: _Next) -> None:
    table = entry.table
    snapshot = Snapshot(
        indicator=entry.indicator,
        period=entry.period,
        edition=entry.number,
        made_at=work.at,
        through_on=last_day(table.rows[-1]),
        threshold=table.threshold,
        form=SnapshotForm(table.form.value),
        has_totals=table.is_closed,
        rows=" ".join(table.rows),
        columns=" ".join(table.columns),
        reason=entry.reason,
        reason_words=entry.words,
    )
    work.session.add(snapshot)
    work.session.flush()
    work.session.add_all(
        SnapshotCell(
            snapshot_id=snapshot.id, row=row, column=column, value=value, is_suppressed=value is None
        )
        for (row, column), value in table.cells.items()
    )
    work.record("statistics.publish", subject_kind="snapshot", subject_id=snapshot.id)


def _all_editions() -> Iterator[tuple[Series, Edition]]:
    for series in calendar.SERIES:
        for edition in published.editions(series.code):
            yield series, edition


def _public(series: Series, edition: Edition) -> PublicSnapshot:
    return PublicSnapshot(
        indicator_code=edition.indicator,
        period=edition.period,
        edition=edition.number,
        made_on=local_date(edition.made_at),
        table=published.published_table(edition),
        reason=edition.reason_words,
        category_list=series.category_list,
    )
