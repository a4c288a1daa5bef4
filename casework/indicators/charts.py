"""What a chart may draw: the published cells of a table, in order, with a gap where a cell is suppressed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casework.indicators.tables import TOTAL, ProtectedTable


@dataclass(frozen=True, slots=True)
class MonthlyPoint:
    """One month: `label` its number, `group` its year, `value` None where nothing may be drawn."""

    label: str
    value: int | None
    group: str
    is_suppressed: bool


def monthly(tables: Iterable[ProtectedTable], column: str = TOTAL) -> list[MonthlyPoint]:
    """The months of published tables from left to right; the newest edition of a month wins.

    Only values stand in a point that anyone may read in the table beside it, so axis and line give nothing
    away.
    """
    newest: dict[str, MonthlyPoint] = {}
    for table in tables:
        for row in table.rows if table.cells else ():
            year, month = row.split("-")
            newest[row] = MonthlyPoint(
                label=str(int(month)),
                value=table.value(row, column),
                group=year,
                is_suppressed=table.is_suppressed(row, column),
            )
    return [newest[row] for row in sorted(newest)]
