"""The file that leaves holds what was published and nothing that was hidden."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlite_utils

from casework import codes
from casework.indicators.disclosure import protect
from casework.indicators.publication import PublicSnapshot, write_public_file
from casework.indicators.tables import TOTAL, Form, Table
from tests.indicators.make_tables import months

CATEGORIES = tuple(entry.code for entry in codes.listing("call_category"))[:4]


def calls() -> Table:
    """Big round figures, two small ones, and beside them covers whose exact values are easy to look for."""
    counts = {(row, column): 1_000 for row in months(4) for column in CATEGORIES}
    counts |= {("2026-01", CATEGORIES[0]): 3, ("2026-01", CATEGORIES[1]): 2}
    return Table(months(4), CATEGORIES, counts)


def snapshot(table: Table, **changes: Any) -> PublicSnapshot:
    first = PublicSnapshot("L10.5", "2026", 1, date(2026, 5, 2), protect(table, 5), "", "call_category")
    return replace(first, **changes)


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "public.db"
    cases = Table(months(3), (), {("2026-01", TOTAL): 3, ("2026-02", TOTAL): 7_919, ("2026-03", TOTAL): 50})
    write_public_file(path, [snapshot(calls()), snapshot(cases, indicator_code="L6.1", category_list="")])
    opened = sqlite_utils.Database(path)
    yield opened
    opened.close()


def test_a_suppressed_cell_has_no_value_and_the_mark(database):
    hidden = list(database["cells"].rows_where("value is null"))
    shown = list(database["cells"].rows_where("value is not null"))
    assert hidden
    assert {row["mark"] for row in hidden} == {"*"}
    assert {row["mark"] for row in shown} == {""}
    assert all(row["value"] == 0 or row["value"] >= 5 for row in shown)


def test_no_exact_hidden_value_is_anywhere_in_the_file(database, tmp_path):
    content = (tmp_path / "public.db").read_bytes()
    with sqlite3.connect(tmp_path / "public.db") as plain:
        dump = "\n".join(plain.iterdump())
    plain.close()
    assert "7919" not in dump
    assert b"7919" not in content
    assert (7_919).to_bytes(2, "big") not in content


def test_the_file_explains_itself_in_both_languages(database):
    assert {row["code"] for row in database["indicators"].rows} == {"L10.5", "L6.1"}
    assert database["notes"].get("mark")["en"].startswith("A figure marked *")
    assert "L6.1 domestic" in {row["subject"] for row in database["notes"].rows}
    labels = {(row["category_zh"], row["category_en"]) for row in database["cells"].rows}
    assert ("求助", "Asks for help") in labels
    assert ("合计", "Total") in labels


def test_a_withheld_table_is_in_the_file_without_a_cell(tmp_path):
    table = Table(months(1), (), {("2026-01", TOTAL): 3})
    entry = snapshot(table, indicator_code="L6.1", category_list="")
    assert entry.table.form is Form.WITHHELD
    write_public_file(tmp_path / "public.db", [entry])
    opened = sqlite_utils.Database(tmp_path / "public.db")
    assert next(iter(opened["snapshots"].rows))["form"] == "withheld"
    assert opened["cells"].count == 0
    assert opened.table("notes").get("withheld")["zh"]
    opened.close()


def test_joined_categories_bear_the_words_of_each(tmp_path):
    a, b, c, d = CATEGORIES
    by_column = {a: 30, b: 20, c: 1, d: 9}
    table = Table(months(2), CATEGORIES, {(row, col): n for row in months(2) for col, n in by_column.items()})
    write_public_file(tmp_path / "public.db", [snapshot(table)])
    opened = sqlite_utils.Database(tmp_path / "public.db")
    words = " ".join(row["category_en"] for row in opened["cells"].rows)
    both = f"{codes.label('call_category', c, 'en')}, {codes.label('call_category', d, 'en')}"
    assert both in words
    opened.close()


def test_a_second_writing_replaces_the_first_and_leaves_nothing_beside_it(tmp_path):
    for _ in range(2):
        write_public_file(tmp_path / "public.db", [snapshot(calls())])
    assert [path.name for path in tmp_path.iterdir()] == ["public.db"]
