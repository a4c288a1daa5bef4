"""What is published, when, and what a reader of all of it can find out."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from casework import codes
from casework.clock import instant
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.extensions import db
from casework.indicators import rollup
from casework.indicators.tables import TOTAL, Form
from casework.services import published, settings, statistics
from casework.transaction import Work, reader, write
from models.audit import AuditEntry
from models.statistics import Snapshot, SnapshotCell
from tests.indicators.attacker import finds
from tests.indicators.make_tables import months, truth_of
from tests.make import Office
from tests.make_counts import record

CATEGORIES = tuple(entry.code for entry in codes.listing("call_category") if entry.flag("counted", True))
BUSY, SECOND, RARE = CATEGORIES[:3]
Calls = dict[tuple[str, str], int]


def at(day: str) -> int:
    return instant(datetime.fromisoformat(f"{day} 06:00"))


def publish(day: str) -> int:
    """The job's run on a morning, as a process of its own would see the records."""
    db.session.close()
    return statistics.publish_due(at(day))


def busy_months(count: int, **few: int) -> Calls:
    """Months with two busy categories, and `few` of others in each."""
    return {
        (month, category): n
        for month in months(count)
        for category, n in {BUSY: 40, SECOND: 12, **few}.items()
    }


def steady(count: int, each: int = 9) -> dict[str, int]:
    return dict.fromkeys(months(count), each)


def made_up(seed: int, count: int) -> tuple[Calls, dict[str, int]]:
    """A county's months with rare categories and small months among them."""
    chance = random.Random(seed)
    calls = {
        (month, category): int(chance.expovariate(1 / size))
        for month in months(count)
        for category, size in zip(CATEGORIES, (40, 20, 8, 6, 4, 2, 3, 9, 2, 1), strict=True)
    }
    return calls, {month: int(chance.expovariate(1 / 7)) for month in months(count)}


def test_only_months_that_are_over_are_published(any_office: Office) -> None:
    with any_office.at_work():
        record(any_office, busy_months(3), steady(3))
        assert publish("2026-03-31") == 2
        edition = published.latest("L10.5", "2026")
        assert edition is not None
        assert (edition.rows, edition.through_on) == (months(2), date(2026, 2, 28))
        table = published.published_table(edition)
        assert table.value("2026-02", BUSY) == 40
        assert table.value("2026-02", CATEGORIES[5]) == 0
        assert not table.is_closed


def test_publishing_twice_does_nothing_more(any_office: Office) -> None:
    with any_office.at_work():
        record(any_office, busy_months(2), steady(2))
        assert publish("2026-03-01") == 2
        assert publish("2026-03-01") == 0
        assert publish("2026-03-30") == 0
        assert reader().scalar(sa.select(sa.func.count(Snapshot.id))) == 2


def test_a_month_that_ends_brings_an_edition_and_two_months_one_without_categories(
    any_office: Office,
) -> None:
    with any_office.at_work():
        record(any_office, busy_months(12), steady(12))
        made = [publish(f"2026-{month:02d}-01") for month in range(2, 13)] + [publish("2027-01-01")]
        assert made == [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]
        assert [it.rows[-1] for it in published.editions("L6.1")] == list(months(12)[1::2])


def test_november_waits_where_december_would_be_left_alone(any_office: Office) -> None:
    with any_office.at_work():
        record(any_office, busy_months(12), steady(12))
        publish("2026-12-01")
        assert published.editions("L6.1")[-1].rows == months(10)
        publish("2027-01-01")
        assert published.editions("L6.1")[-1].rows == months(12)


def test_the_first_run_catches_up_on_earlier_years(any_office: Office) -> None:
    earlier = {(f"{year}-{month:02d}", BUSY): 20 for year in (2024, 2025) for month in range(1, 13)}
    with any_office.at_work():
        record(any_office, earlier | busy_months(4), steady(4))
        assert publish("2026-05-02") == 6
        assert published.years() == ["2026", "2025", "2024"]
        whole = published.latest("L10.5", "2025")
        assert whole is not None
        assert published.published_table(whole).value(TOTAL, BUSY) == 240


def test_nothing_recorded_means_nothing_published_but_a_date_is_known(any_office: Office) -> None:
    with any_office.at_work():
        assert publish("2026-11-24") == 0
        page = statistics.overview(None, date(2026, 11, 24))
        assert page.years == ()
        assert page.next_on == {"L10.5": date(2026, 12, 1), "L6.1": date(2027, 1, 1)}
        with pytest.raises(NotFound):
            statistics.overview("2026", date(2026, 11, 24))


def test_a_small_cell_is_stored_without_its_value_and_with_company(any_office: Office) -> None:
    with any_office.at_work():
        record(any_office, busy_months(2, **{RARE: 3}), {"2026-01": 12, "2026-02": 4})
        publish("2026-03-01")
        cells = reader().execute(sa.select(SnapshotCell.value, SnapshotCell.is_suppressed)).all()
        assert all((value is None) == hidden for value, hidden in cells)
        assert all(value is None or value == 0 or value >= 5 for value, _ in cells)
        edition = published.latest("L6.1", "2026")
        assert edition is not None
        table = published.published_table(edition)
        assert table.cells == {("2026-01", TOTAL): None, ("2026-02", TOTAL): None, (TOTAL, TOTAL): 16}


def test_an_edition_reads_back_exactly_as_it_was_protected(any_office: Office) -> None:
    with any_office.at_work():
        record(any_office, *made_up(3, 6))
        db.session.close()
        wanted = list(statistics._due(date(2026, 7, 1)))
        ready = [statistics._made(series, due).table for series, due in wanted]
        publish("2026-07-01")
        for (series, _), table in zip(wanted, ready, strict=True):
            edition = published.latest(series.code, "2026")
            assert edition is not None
            assert published.published_table(edition) == table
            assert list(published.published_table(edition).cells) == list(table.cells)


def test_a_table_that_cannot_be_protected_is_an_edition_that_says_so(any_office: Office) -> None:
    with any_office.at_work():
        record(any_office, {("2026-01", BUSY): 2})
        assert publish("2026-02-01") == 1
        edition = published.latest("L10.5", "2026")
        assert edition is not None
        assert edition.is_withheld
        assert published.published_table(edition).form is Form.WITHHELD
        assert reader().scalar(sa.select(sa.func.count()).select_from(SnapshotCell)) == 0


def test_one_quiet_month_does_not_silence_the_year(any_office: Office) -> None:
    with any_office.at_work():
        record(any_office, {("2026-01", BUSY): 3} | {(it, BUSY): 30 for it in months(4)[1:]})
        for day in ("2026-02-01", "2026-03-01", "2026-04-01"):
            publish(day)
        assert [it.is_withheld for it in published.editions("L10.5")] == [True, False, False]


@pytest.mark.parametrize("seed", range(4))
def test_all_editions_together_give_nothing_away(office: Office, seed: int) -> None:
    with office.at_work():
        record(office, *made_up(seed, 12))
        days = [f"2026-{month:02d}-01" for month in range(2, 13)] + ["2027-01-01"]
        assert sum(publish(day) for day in days) >= 12
        count = {"L10.5": rollup.hotline_calls, "L6.1": rollup.domestic_violence_cases}
        for code, counted in count.items():
            editions = [it for it in published.editions(code) if not it.is_withheld]
            tables = [published.published_table(it) for it in editions]
            exact = [counted(reader(), it.rows, is_closed=it.has_totals) for it in editions]
            exact = [
                table.joined(shown.columns) if table.columns else table
                for table, shown in zip(exact, tables, strict=True)
            ]
            assert tables
            assert finds(tables, truth_of(*exact)) == []
            assert finds(tables[-1:], truth_of(exact[-1]), knows_rules=True) == []


@pytest.mark.parametrize("table", ["snapshots", "snapshot_cells"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_an_edition(any_office: Office, table: str, change: str) -> None:
    setting = {"snapshots": "threshold = 9", "snapshot_cells": "value = 1"}[table]
    with any_office.at_work():
        record(any_office, busy_months(2))
        publish("2026-03-01")
        with pytest.raises(DBAPIError, match="append-only"), write(None) as work:
            work.connection.execute(sa.text(change.format(table, setting)))


def test_a_publish_that_is_cut_off_leaves_nothing(
    any_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The process ends here."""

    written = statistics._write

    def first_only(work: Work, entry: statistics._Next) -> None:
        written(work, entry)
        raise Killed

    with any_office.at_work():
        record(any_office, busy_months(2), steady(2))
        monkeypatch.setattr(statistics, "_write", first_only)
        with pytest.raises(Killed):
            publish("2026-03-01")
        monkeypatch.undo()
        db.session.close()
        assert published.years() == []
        assert reader().scalar(sa.select(sa.func.count()).select_from(SnapshotCell)) == 0
        assert publish("2026-03-01") == 2


def test_each_edition_has_its_entry_in_the_trail(any_office: Office) -> None:
    with any_office.at_work():
        record(any_office, busy_months(2), steady(2))
        publish("2026-03-01")
        entries = (
            reader().scalars(sa.select(AuditEntry).where(AuditEntry.action == "statistics.publish")).all()
        )
        known = set(reader().scalars(sa.select(Snapshot.id)))
        assert {it.subject_id for it in entries} == known
        assert [it.account_id for it in entries] == [None, None]


def test_a_correction_is_a_new_edition_with_its_reason(any_office: Office) -> None:
    with any_office.at_work():
        record(any_office, busy_months(2))
        publish("2026-03-01")
        record(any_office, {("2026-02", BUSY): 30})
        db.session.close()
        edition = statistics.correct("L10.5", "2026", reason="二月补录热线登记簿")
        assert (edition.number, edition.reason_words) == (2, "二月补录热线登记簿")
        assert published.published_table(edition).value("2026-02", BUSY) == 70
        first = published.edition("L10.5", "2026", 1)
        assert published.published_table(first).value("2026-02", BUSY) == 40


def test_a_correction_by_a_few_people_hides_what_it_changes(any_office: Office) -> None:
    with any_office.at_work():
        record(any_office, busy_months(2))
        publish("2026-03-01")
        record(any_office, {("2026-02", BUSY): 2})
        db.session.close()
        edition = statistics.correct("L10.5", "2026", reason="补录")
        assert published.published_table(edition).is_suppressed("2026-02", BUSY)


def test_a_correction_needs_a_reason_an_edition_and_a_difference(any_office: Office) -> None:
    with any_office.at_work():
        record(any_office, busy_months(2))
        publish("2026-03-01")
        db.session.close()
        for code, reason, fault in (
            ("L10.5", " ", Invalid),
            ("L6.2", "补录", NotFound),
            ("L10.5", "补录", AlreadyDone),
        ):
            with pytest.raises(fault):
                statistics.correct(code, "2026", reason=reason)


def test_an_edition_prepared_beside_an_older_one_is_dropped(any_office: Office) -> None:
    with any_office.at_work():
        record(any_office, busy_months(2))
        db.session.close()
        late = [statistics._made(series, due) for series, due in statistics._due(date(2026, 3, 1))]
        publish("2026-03-01")
        assert statistics._store(late) == 0


@pytest.mark.parametrize(("stored", "wanted"), [(None, 5), ("10", 10), ("1", 3)])
def test_the_threshold_is_the_office_s_own_but_never_below_three(
    any_office: Office, stored: str | None, wanted: int
) -> None:
    with any_office.at_work():
        if stored is not None:
            with write(None) as work:
                settings.put(work, statistics.THRESHOLD, stored)
        assert statistics.threshold() == wanted


def test_the_public_file_holds_every_edition_and_no_hidden_figure(any_office: Office, tmp_path: Path) -> None:
    small: Mapping[str, int] = {"2026-01": 3, "2026-02": 7_919, "2026-03": 9, "2026-04": 11}
    with any_office.at_work():
        record(any_office, busy_months(4, **{RARE: 2}), dict(small))
        publish("2026-03-01")
        publish("2026-05-01")
        assert statistics.write_file(tmp_path / "public.db") == 4
    with sqlite3.connect(tmp_path / "public.db") as public:
        dump = "\n".join(public.iterdump())
        hidden = public.execute("SELECT count(*) FROM cells WHERE value IS NULL").fetchone()[0]
    public.close()
    assert hidden > 0
    assert "7919" not in dump
    assert (7_919).to_bytes(2, "big") not in (tmp_path / "public.db").read_bytes()
