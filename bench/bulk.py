"""Rows in bulk into a SQLite file: indexes off, nothing synced, then everything as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from models.base import Base


class Bulk:
    """Collects rows by table and inserts them in large batches."""

    BATCH_ROWS = 20_000

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "foreign_keys = OFF",
            "locking_mode = EXCLUSIVE",
            "temp_store = MEMORY",
            "cache_size = -400000",
        ):
            self._connection.execute(f"PRAGMA {pragma}")
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self._statements: dict[str, str] = {}
        self._indexes: list[str] = []

    def open(self, columns: dict[str, tuple[str, ...]]) -> None:
        """Names the columns that will be filled and takes the tables' indexes off."""
        for table, names in columns.items():
            _refuse_gaps(table, names)
            quoted = ", ".join(f'"{name}"' for name in names)
            self._statements[table] = (
                f'INSERT INTO "{table}" ({quoted}) VALUES ({", ".join("?" * len(names))})'
            )
            self._rows[table] = []
            found = self._connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
                (table,),
            ).fetchall()
            for name, sql in found:
                self._connection.execute(f'DROP INDEX "{name}"')
                self._indexes.append(sql)
        self._connection.execute("BEGIN")

    def add(self, table: str, row: tuple[Any, ...]) -> None:
        """Takes one row, in the order of the columns named."""
        rows = self._rows[table]
        rows.append(row)
        if len(rows) >= self.BATCH_ROWS:
            self._flush(table)

    def _flush(self, table: str) -> None:
        self._connection.executemany(self._statements[table], self._rows[table])
        self._rows[table].clear()

    def run(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Another statement in the same transaction."""
        self._connection.executemany(statement, rows)

    def close(self) -> None:
        """Writes what is left, makes the indexes again and leaves the file as the product expects it."""
        for table in self._rows:
            self._flush(table)
        self._connection.execute("COMMIT")
        for sql in self._indexes:
            self._connection.execute(sql)
        self._connection.execute("PRAGMA locking_mode = NORMAL")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.close()


def _refuse_gaps(table: str, names: tuple[str, ...]) -> None:
    """A column that the models want and the loader forgets must be noticed before an hour of loading."""
    stored = Base.metadata.tables[table].columns
    missing = [column.name for column in stored if not column.nullable and column.name not in names]
    assert not missing, f"{table}: the loader fills no {', '.join(missing)}"
    unknown = set(names) - set(stored.keys())
    assert not unknown, f"{table}: no such columns {unknown}"


def broken_references(path: Path) -> list[tuple[Any, ...]]:
    """The rows that name another that is not there; must be none."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA foreign_key_check").fetchall()
