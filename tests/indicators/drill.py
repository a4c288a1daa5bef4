"""The attack at full size: many made-up counties, their closed years and their years in the making."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.indicators.disclosure import protect
from casework.indicators.tables import Form, ProtectedTable, Table
from tests.indicators.attacker import finds
from tests.indicators.make_tables import county, grown, truth_of

SHAPES = ((12, 0, 8.0), (12, 0, 3.0), (12, 11, 5.0), (12, 11, 20.0), (24, 11, 10.0))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one shape of county came to. `found` are the attacker's sentences and must be none."""

    rows: int
    columns: int
    mean: float
    small: int
    suppressed: int
    joined: int
    withheld: int
    found: tuple[str, ...]


def drill(n: int, shapes: Sequence[tuple[int, int, float]] = SHAPES) -> list[Outcome]:
    """Attack `n` counties of each shape, as one closed year and as editions growing month by month."""
    return [_attack(rows, columns, mean, n) for rows, columns, mean in shapes]


def _attack(rows: int, columns: int, mean: float, n: int) -> Outcome:
    small = suppressed = 0
    forms: list[Form] = []
    found: list[str] = []
    for seed in range(n):
        table = county(seed, rows, columns, mean)
        published = protect(table, 5)
        forms.append(published.form)
        if published.cells:
            exact = in_its_shape(table, published)
            small += sum(0 < exact.value(*key) < 5 for key in exact.published_keys())
            suppressed += published.suppressed
            for knows_rules in (False, True):
                found += finds([published], truth_of(exact), knows_rules)
        editions, exact_editions = growing(table, with_totals=not columns)
        found += finds(editions, truth_of(*exact_editions))
    joined, withheld = forms.count(Form.JOINED), forms.count(Form.WITHHELD)
    return Outcome(rows, columns, mean, small, suppressed, joined, withheld, tuple(found))


def in_its_shape(table: Table, published: ProtectedTable) -> Table:
    """The exact counts in the columns that were published."""
    return table.joined(published.columns) if table.columns else table


def growing(table: Table, with_totals: bool) -> tuple[list[ProtectedTable], list[Table]]:
    """What is published of a table month after month, and the exact counts behind each edition."""
    editions: list[ProtectedTable] = []
    exact: list[Table] = []
    for count in range(1, len(table.rows) + 1):
        part = grown(table, count, is_closed=with_totals or count == len(table.rows))
        edition = protect(part, 5, editions)
        if edition.cells:
            editions.append(edition)
            exact.append(in_its_shape(part, edition))
    return editions, exact
