"""Made-up counties for disclosure control: many rare categories, a few busy ones, empty months."""

from __future__ import annotations

import random

from casework.indicators.tables import TOTAL, Key, Table


def months(count: int, year: int = 2026) -> tuple[str, ...]:
    """The first `count` months from January of `year`."""
    return tuple(f"{year + i // 12}-{i % 12 + 1:02d}" for i in range(count))


def county(seed: int, rows: int, columns: int, mean: float, is_closed: bool = True) -> Table:
    """A table whose columns differ in size by a hundred times."""
    chance = random.Random(seed)
    names = tuple(f"c{i}" for i in range(columns))
    weights = {name: 2 * chance.random() ** 2 for name in names or (TOTAL,)}
    counts: dict[Key, int] = {
        (row, name): int(chance.expovariate(1 / (mean * weight + 0.01)))
        for row in months(rows)
        for name, weight in weights.items()
    }
    return Table(months(rows), names, counts, is_closed)


def truth_of(*tables: Table) -> dict[tuple[int, Key], int]:
    """The exact values of every cell of several editions, as the attacker's tests want them."""
    return {
        (number, key): table.value(*key)
        for number, table in enumerate(tables)
        for key in table.published_keys()
    }


def grown(table: Table, count: int, is_closed: bool = True) -> Table:
    """The edition of a table that knows its first `count` months."""
    rows = table.rows[:count]
    counts = {key: value for key, value in table.counts.items() if key[0] in rows}
    return Table(rows, table.columns, counts, is_closed)
