"""The numbers that people see: a counter by kind and local year, moved in the transaction that uses it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite

from casework.clock import local_date
from casework.transaction import Work
from models.jobs import Counter


def _counting(insert: Any) -> Any:
    # One statement, so that the first two of a new year can't both find no row.
    statement = insert(Counter).values(kind=bindparam("of"), year=bindparam("in_year"), value=1)
    return statement.on_conflict_do_update(
        index_elements=[Counter.kind, Counter.year], set_={"value": Counter.value + 1}
    ).returning(Counter.value)


_NEXT = {"sqlite": _counting(sqlite.insert), "postgresql": _counting(postgresql.insert)}


def next_number(work: Work, kind: str) -> str:
    """The next number of its kind ("call", "case") in the local year of the transaction: 2026-0417.

    Four digits at least. A transaction that is rolled back gives its number back; no two ever get the same.
    """
    year = local_date(work.at).year
    statement = _NEXT[work.connection.dialect.name]
    value = work.connection.execute(statement, {"of": kind, "in_year": year}).scalar_one()
    return f"{year}-{value:04}"
