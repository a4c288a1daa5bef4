"""The anonymised publication: one SQLite file for Datasette, made of protected tables and of nothing else."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlite_utils

from casework import codes
from casework.indicators.registry import indicator
from casework.indicators.tables import JOINT, TOTAL, ProtectedTable

MARK = "*"
_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class PublicSnapshot:
    """One edition of one indicator's table as it was published.

    `period` as it is shown ("2026"), `edition` from 1 up, `reason` why there is a later one, `category_list`
    the code list that names the columns. `made_on` is a local date.
    """

    indicator_code: str
    period: str
    edition: int
    made_on: date
    table: ProtectedTable
    reason: str = ""
    category_list: str = ""


def write_public_file(path: Path, snapshots: Sequence[PublicSnapshot]) -> None:
    """Write `path` anew with the tables indicators, snapshots, cells and notes; appears whole or not at all.

    A suppressed cell has no value and the mark; what was exact never reaches this module. Raises OSError.
    """
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        database = sqlite_utils.Database(partial)
        _create(database)
        database.table("indicators").insert_all(_indicator_rows(snapshots))
        for number, snapshot in enumerate(snapshots, start=1):
            database.table("snapshots").insert(_snapshot_row(number, snapshot))
            database.table("cells").insert_all(_cell_rows(number, snapshot))
        database.table("notes").insert_all(_note_rows(snapshots))
        database.vacuum()
        database.close()
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _create(database: sqlite_utils.Database) -> None:
    named = {
        "code": str,
        "zh": str,
        "en": str,
        "clause_zh": str,
        "clause_en": str,
        "unit_zh": str,
        "unit_en": str,
    }
    database.table("indicators").create(named | {"definition_zh": str, "definition_en": str}, pk="code")
    database.table("snapshots").create(
        {
            "id": int,
            "indicator": str,
            "period": str,
            "edition": int,
            "made_on": str,
            "threshold": int,
            "form": str,
            "reason": str,
        },
        pk="id",
        foreign_keys=[("indicator", "indicators", "code")],
    )
    database.table("cells").create(
        {
            "snapshot": int,
            "month": str,
            "category": str,
            "category_zh": str,
            "category_en": str,
            "value": int,
            "mark": str,
        },
        pk=("snapshot", "month", "category"),
        foreign_keys=[("snapshot", "snapshots", "id")],
    )
    database.table("notes").create({"subject": str, "zh": str, "en": str}, pk="subject")


def _indicator_rows(snapshots: Sequence[PublicSnapshot]) -> Iterator[dict[str, Any]]:
    for code in dict.fromkeys(snapshot.indicator_code for snapshot in snapshots):
        entry = indicator(code)
        row = {"code": code}
        for name, wording in (("", entry.name), ("clause_", entry.clause), ("unit_", entry.unit)):
            row |= {f"{name}zh": wording.zh, f"{name}en": wording.en}
        yield row | {"definition_zh": entry.definition.zh, "definition_en": entry.definition.en}


def _snapshot_row(number: int, snapshot: PublicSnapshot) -> dict[str, Any]:
    return {
        "id": number,
        "indicator": snapshot.indicator_code,
        "period": snapshot.period,
        "edition": snapshot.edition,
        "made_on": snapshot.made_on.isoformat(),
        "threshold": snapshot.table.threshold,
        "form": snapshot.table.form.value,
        "reason": snapshot.reason,
    }


def _cell_rows(number: int, snapshot: PublicSnapshot) -> Iterator[dict[str, Any]]:
    for (month, category), value in snapshot.table.cells.items():
        yield {
            "snapshot": number,
            "month": month,
            "category": category,
            "category_zh": column_label(category, snapshot.category_list, "zh"),
            "category_en": column_label(category, snapshot.category_list, "en"),
            "value": value,
            "mark": MARK if value is None else "",
        }


def column_label(column: str, category_list: str, language: str) -> str:
    """The words for a column, several codes joined included; "total" has a word of its own."""
    is_chinese = language.startswith("zh")
    if column == TOTAL:
        return str(_WORDS["total"]["zh" if is_chinese else "en"])
    labels = [codes.label(category_list, code, language) for code in column.split(JOINT)]
    return ("、" if is_chinese else ", ").join(labels)


def _note_rows(snapshots: Sequence[PublicSnapshot]) -> Iterator[dict[str, Any]]:
    forms = [snapshot.table.form.value for snapshot in snapshots]
    for subject, words in _WORDS["notes"].items():
        if subject in ("mark", "zero", *forms):
            yield {"subject": subject, **words}
    for code in dict.fromkeys(snapshot.indicator_code for snapshot in snapshots):
        for name, wording in indicator(code).readings.items():
            yield {"subject": f"{code} {name}", "zh": wording.zh, "en": wording.en}
