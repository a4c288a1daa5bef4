"""A table of counts before and after disclosure control: months down, categories across, with its margins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

TOTAL = "total"
JOINT = "+"
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Exact counts of one indicator for one period. Never leaves the office: `disclosure.protect` does that.

    `rows` are month keys ("2026-03") in order, `columns` category codes; a one-way table has no columns and
    keeps its counts under (row, TOTAL). What `counts` does not name is zero. While `is_closed` is false, the
    totals over rows are not published at all: year-to-date totals of two editions would give away the month
    between them. Raises ValueError on a negative count, a name twice, a name not in the table, or one called
    "total".
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Mapping[Key, int]
    is_closed: bool = True

    def __post_init__(self) -> None:
        for names in (self.rows, self.columns):
            if len(set(names)) != len(names) or TOTAL in names:
                raise ValueError("rows and columns need names of their own")
        places = set(self.inner_keys())
        for key, count in self.counts.items():
            if key not in places:
                raise ValueError(f"no cell {key} in this table")
            if count < 0 or count != int(count):
                raise ValueError(f"{key} is not a whole number from zero up")

    def inner_keys(self) -> Iterator[Key]:
        """The cells that are counted, margins aside."""
        for row in self.rows:
            for column in self.columns or (TOTAL,):
                yield row, column

    def published_keys(self) -> Iterator[Key]:
        """Every cell that is published, shown or marked: row by row, the totals over rows last."""
        for row in self.rows + ((TOTAL,) if self.is_closed else ()):
            for column in (*self.columns, TOTAL):
                yield row, column

    def value(self, row: str, column: str, among: Sequence[str] | None = None) -> int:
        """The count of a cell or margin; `among` limits a total over rows to those rows."""
        rows = (among if among is not None else self.rows) if row == TOTAL else (row,)
        columns = (column,) if column != TOTAL or not self.columns else self.columns
        return sum(self.counts.get((r, c), 0) for r in rows for c in columns)

    def joined(self, groups: Sequence[str]) -> Table:
        """The same counts in fewer columns. `groups` names the new ones, each its old codes joined by "+".

        No group at all makes the table one-way. Raises KeyError for a column that no group names.
        """
        held = {code: group for group in groups for code in group.split(JOINT)}
        group_of = {column: held[column.split(JOINT)[0]] for column in self.columns} if groups else {}
        sums: dict[Key, int] = {}
        for (row, column), count in self.counts.items():
            key = (row, group_of[column] if groups else TOTAL)
            sums[key] = sums.get(key, 0) + count
        return Table(self.rows, tuple(groups), sums, self.is_closed)

    def without_totals(self) -> Table:
        """The same counts with the totals over rows left out."""
        return replace(self, is_closed=False)

    def coarser(self) -> Table | None:
        """The next table to try when this one fails: its two rarest columns as one; None at the end."""
        if not self.columns:
            return None
        used = sorted((c for c in self.columns if self.value(TOTAL, c)), key=lambda c: self.value(TOTAL, c))
        if len(used) < 3:
            return self.joined(())
        rarest = [column for column in self.columns if column in used[:2]]
        return self.joined([c for c in self.columns if c not in rarest] + [JOINT.join(rarest)])


class Form(StrEnum):
    """How much of a table could be published."""

    WHOLE = "whole"
    JOINED = "joined"
    WITHOUT_TOTALS = "without_totals"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """What may be published of a table, and nothing else: no exact value stands behind a mark.

    `cells` maps (row, column) to the count, or to None for a suppressed cell, whichever kind it is. A
    withheld table has no cells; the columns of a joined one may be several codes with "+" between.
    `is_closed` as in `Table`; `threshold` is the k it was protected with.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Key, int | None]
    threshold: int
    form: Form = Form.WHOLE
    is_closed: bool = True

    def value(self, row: str, column: str = TOTAL) -> int | None:
        """The published count; None where it is suppressed, not published yet, or withheld with its table."""
        return self.cells.get((row, column))

    def is_suppressed(self, row: str, column: str = TOTAL) -> bool:
        """Whether the cell bears the mark. A cell that this table does not publish bears none."""
        return (row, column) in self.cells and self.cells[row, column] is None

    @property
    def suppressed(self) -> int:
        """How many cells bear the mark."""
        return sum(value is None for value in self.cells.values())
