"""What was stored under one revision is there, unchanged, after the next, and after the way back."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, MetaData, Table, inspect

from casework import migrating
from casework.instance import open_instance
from config import ROOT
from tests.make import settings_for
from tests.postgres import Postgres

# A reason in words goes with a correction alone, and no edition protects fewer than five.
SPECIAL: dict[str, dict[str, Any]] = {"snapshots": {"reason": "correction", "threshold": 5}}
REVISIONS = sorted(path.stem.split("_")[0] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))
STEPS = list(itertools.pairwise(REVISIONS))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        settings = settings_for(tmp_path / "instance")
        made = migrating.make_engine(settings, open_instance(settings))
        yield made
        made.dispose()
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    with server.fresh() as url:
        settings = settings_for(tmp_path / "instance", url)
        made = migrating.make_engine(settings, open_instance(settings))
        yield made
        made.dispose()


def _allowed(engine: Engine, table: Table) -> dict[str, Any]:
    """The first value that each checked column takes."""
    found: dict[str, Any] = {}
    for check in inspect(engine).get_check_constraints(table.name):
        words = str(check["sqltext"])
        column = re.match(r"\W*(\w+)", words)
        value = re.search(r"'([^']*)'", words)
        if column and value:
            found[column[1]] = value[1]
    return found | SPECIAL.get(table.name, {})


def _value(column: Any, allowed: dict[str, Any]) -> Any:
    if column.name in allowed:
        return allowed[column.name]
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, sa.Integer):
        return 1
    if isinstance(kind, sa.Date):
        return date(2026, 11, 24)
    return b"sealed" if isinstance(kind, sa.LargeBinary) else "word"


def _tables(engine: Engine) -> MetaData:
    found = MetaData()
    found.reflect(engine)
    return found


def _fill(engine: Engine) -> None:
    """One row in every table; every link leads to the row with the id 1."""
    tables = _tables(engine)
    with engine.connect() as connection:
        sqlite = engine.dialect.name == "sqlite"
        connection.exec_driver_sql(
            "PRAGMA query_only = OFF" if sqlite else "SET default_transaction_read_only = off"
        )
        connection.exec_driver_sql(
            "PRAGMA foreign_keys = OFF" if sqlite else "SET session_replication_role = replica"
        )
        for table in tables.sorted_tables:
            if table.name in ("alembic_version", "audit_head"):
                continue
            allowed = _allowed(engine, table)
            connection.execute(table.insert().values({it.name: _value(it, allowed) for it in table.columns}))
    engine.dispose()


def _rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    with engine.connect() as connection:
        return {
            name: [dict(row._mapping) for row in connection.execute(table.select())]
            for name, table in _tables(engine).tables.items()
            if name != "alembic_version"
        }


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_no_row_changes_on_the_way_up_or_back(engine: Engine, before: str, after: str) -> None:
    migrating.run(engine, before)
    _fill(engine)
    held = _rows(engine)
    migrating.run(engine, after)
    now = _rows(engine)
    for table, rows in held.items():
        kept = [{name: row[name] for name in rows[0]} for row in now[table]]
        assert kept == rows, table
    migrating.run(engine, before, down=True)
    assert _rows(engine) == held
