"""Triggers that refuse to change what is append-only; made anew after every batch, since a batch drops them."""

from __future__ import annotations

from sqlalchemy import Connection, text

# Table -> what is refused.
REFUSED: dict[str, tuple[str, ...]] = {
    "audit_entries": ("UPDATE", "DELETE"),
    "roster": ("UPDATE", "DELETE"),
    "case_events": ("UPDATE", "DELETE"),
    "custody_events": ("UPDATE", "DELETE"),
    "papers": ("UPDATE", "DELETE"),
    "paper_files": ("UPDATE", "DELETE"),
    "snapshots": ("UPDATE", "DELETE"),
    "snapshot_cells": ("UPDATE", "DELETE"),
    "audit_head": ("DELETE",),
}


def trigger_names() -> list[str]:
    """Every trigger that a migrated database has."""
    return [f"{table}_refuses_{verb.lower()}" for table, verbs in REFUSED.items() for verb in verbs]


def _existing(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
    else:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    return {row[0] for row in connection.execute(text(query))}


def make_triggers(connection: Connection) -> None:
    """Makes every trigger of ``REFUSED`` on the tables that exist."""
    present = _existing(connection)
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
        )
    for table, verbs in REFUSED.items():
        if table not in present:
            continue
        for verb in verbs:
            name = f"{table}_refuses_{verb.lower()}"
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
                connection.exec_driver_sql(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
                )
            else:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                connection.exec_driver_sql(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
                )
