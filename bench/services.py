"""Saving a call against a bare durable insert of the same bytes, and finding a number against fetching by key."""

from __future__ import annotations

import os
import re
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select

from bench import made_up
from bench.loader import Built, facts_of
from casework import tuning
from casework.actor import Actor
from casework.clock import now_us
from casework.extensions import db
from casework.factory import create_app
from casework.services import blind_indexes, calls, cases, drafts, look_up
from casework.services.call_facts import NewCall
from casework.services.settings import put
from casework.services.vault import Vault
from casework.transaction import SQLITE_AT_CONNECT, WriteLock, reader, write
from models.base import new_id
from models.cases import Case
from models.keys import BlindIndex
from tests import make

ROUNDS, SECONDS = 3, 2.0
PHONE = "13812345678"
# What must be new in each row: keys of their tables.
FRESH = ("id", "sequence", "key_id", "target_id", "number")
# Tables in which saving a call leaves rows.
TOUCHED = ("calls", "compartments", "wraps", "matters", "blind_indexes", "audit_entries")
_SEEN_FROM = (
    "SELECT number, id, contact_compartment_id, phone_sealed FROM cases "
    "WHERE id >= ? AND team_id = ? AND id NOT IN (SELECT case_id FROM conflicts) ORDER BY id LIMIT 1"
)
_number_of = (
    select(Case.number)
    .join(BlindIndex, BlindIndex.target_id == Case.id)
    .where(
        BlindIndex.purpose == "phone",
        BlindIndex.digest == bindparam("digest"),
        BlindIndex.target == "cases.phone",
    )
)

Rows = list[tuple[str, list[tuple[Any, ...]]]]


@dataclass
class Act:
    """Something done again and again: how long each time took, and its processor time; seconds, round by round."""

    name: str
    once: Callable[[], None]
    rounds: list[list[float]] = field(default_factory=list)
    cpu: list[list[float]] = field(default_factory=list)

    @property
    def cpu_us(self) -> float:
        """The median of its processor time, the median round, microseconds: what a busy machine leaves alone."""
        return statistics.median(statistics.median(times) for times in self.cpu) * 1e6

    def percentile_us(self, share: float) -> float:
        """A percentile of its duration, the median round, microseconds."""
        each = [sorted(times)[min(len(times) - 1, int(len(times) * share))] for times in self.rounds]
        return statistics.median(each) * 1e6

    @property
    def noise(self) -> float:
        """The spread of the rounds' medians as a share of the median."""
        middles = [statistics.median(times) for times in self.rounds]
        return (max(middles) - min(middles)) / statistics.median(middles)


def interleaved(acts: list[Act]) -> dict[str, Act]:
    """Each act in turn for two seconds, three times over."""
    for act in acts:
        for _ in range(20):
            act.once()
    for _ in range(ROUNDS):
        for act in acts:
            times: list[float] = []
            cpu: list[float] = []
            deadline = time.perf_counter() + SECONDS
            while (began := time.perf_counter()) < deadline:
                used = time.thread_time()
                act.once()
                cpu.append(time.thread_time() - used)
                times.append(time.perf_counter() - began)
            act.rounds.append(times)
            act.cpu.append(cpu)
    return {act.name: act for act in acts}


@contextmanager
def office_of(folder: Path) -> Iterator[make.Office]:
    """The office that lies in this folder, tuned as a worker is, within its application context."""
    settings = make.settings_for(folder)
    office = make.Office(create_app(settings), settings, facts_of(folder))
    tuning.settle()
    with office.at_work():
        yield office
    office.close()


def _request(act: Callable[[], Any]) -> Callable[[], None]:
    """As a request does it: its read session ends with it."""

    def once() -> None:
        act()
        db.session.remove()

    return once


def _new_call(actor: Actor) -> NewCall:
    return NewCall(
        call_id=calls.begin(actor).call_id,
        started_at=now_us(),
        category="asks_for_help",
        result="information_given",
        issues=("domestic_violence",),
        phone=PHONE,
        caller_name="陈某英",
        safe_hours=made_up.HOURS[1],
        alias=made_up.ALIASES[0],
        never=made_up.NEVER,
        said=made_up.SAID,
        wish=made_up.WISH,
    )


def saving(copy: Built, scratch: Path) -> dict[str, Act]:
    """Saving a call through the service; the same bytes as one bare row; the same rows in tables like the product's."""
    with office_of(copy.folder) as office, _bare(scratch / "bare.db") as bare, _bare(copy.database) as same:
        operator = office.actor("operator")
        before = _newest(copy.database)
        calls.record(operator, _new_call(operator))
        db.session.remove()
        rows = _added(copy.database, before)
        content = os.urandom(sum(_size_bytes(value) for _, found in rows for row in found for value in row))
        bare.execute("CREATE TABLE bytes (id INTEGER PRIMARY KEY, content BLOB NOT NULL)")
        lock_of_bare, lock_of_same = _lock(scratch / "bare.db"), _lock(copy.database)
        again = _rows_again(same, rows)

        def insert() -> None:
            with lock_of_bare.held():
                bare.execute("BEGIN IMMEDIATE")
                bare.execute("INSERT INTO bytes (content) VALUES (?)", (content,))
                bare.execute("COMMIT")

        def insert_rows() -> None:
            with lock_of_same.held():
                again()

        save = _request(lambda: calls.record(operator, _new_call(operator)))
        return interleaved([Act("call", save), Act("bare", insert), Act("rows", insert_rows)])


@contextmanager
def _bare(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection set as the product's are."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in SQLITE_AT_CONNECT:
            if "query_only" not in pragma:
                connection.execute(pragma)
        yield connection


def _lock(database: Path) -> WriteLock:
    return WriteLock(Path(f"{database}.writelock"))


def _size_bytes(value: Any) -> int:
    if value is None:
        return 0
    return 8 if isinstance(value, int) else len(value.encode() if isinstance(value, str) else value)


def _newest(database: Path) -> dict[str, int]:
    with closing(sqlite3.connect(database)) as connection:
        return {
            table: connection.execute(f'SELECT coalesce(max(rowid), 0) FROM "{table}"').fetchone()[0]
            for table in TOUCHED
        }


def _added(database: Path, before: dict[str, int]) -> Rows:
    """The rows by table that are newer than ``before``."""
    with closing(sqlite3.connect(database)) as connection:
        return [
            (
                table,
                connection.execute(f'SELECT * FROM "{table}" WHERE rowid > ?', (before[table],)).fetchall(),
            )
            for table in TOUCHED
        ]


def _rows_again(connection: sqlite3.Connection, rows: Rows) -> Callable[[], None]:
    """Inserts the same rows, under new ids, into tables with the same columns and indexes, in one transaction."""
    statements: list[str] = []
    fresh_at: list[list[int]] = []
    for table, found in rows:
        assert found, f"saving a call left nothing in {table}"
        _make_like(connection, table)
        columns = [name for _, name, *_ in connection.execute(f'PRAGMA table_info("{table}")')]
        statements.append(f'INSERT INTO "bench_{table}" VALUES ({", ".join("?" * len(columns))})')
        fresh_at.append([columns.index(name) for name in FRESH if name in columns])
    connection.execute("PRAGMA foreign_keys = OFF")

    def again() -> None:
        connection.execute("BEGIN IMMEDIATE")
        for (_, found), statement, places in zip(rows, statements, fresh_at, strict=True):
            for row in found:
                values = list(row)
                for place in places:
                    values[place] = new_id() if isinstance(values[place], int) else str(new_id())
                connection.execute(statement, values)
        connection.execute("COMMIT")

    return again


def _make_like(connection: sqlite3.Connection, table: str) -> None:
    found = connection.execute(
        "SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL AND type != 'trigger'",
        (table,),
    ).fetchall()
    for kind, sql in sorted(found, reverse=True):
        named = re.sub(rf'\b(TABLE|ON) "?{table}"?', rf"\1 bench_{table}", sql, count=1)
        connection.execute(named.replace("INDEX ", "INDEX bench_", 1) if kind == "index" else named)


def finding(built: Built) -> dict[str, Act]:
    """Finding a case by phone and reading its head, against fetching it by its number.

    The desk's look-up commits its entry durably before it answers, so it stands beside a fetch that does the same.
    """
    with office_of(built.folder) as office:
        operator, caseworker = office.actor("operator"), office.actor("caseworker")
        call_id = calls.begin(operator).call_id
        drafts.save(operator, calls.FORM, call_id, {"phone": [PHONE]})
        with write(operator) as work:
            put(work, look_up.PER_HOUR_SETTING, str(10**9))
        known = _known(caseworker, built.database)
        turns = {name: cycle(known) for name in ("find", "fetch", "look up", "recorded")}

        def find() -> None:
            digests = blind_indexes.digests(caseworker, "phone", f"+86{next(turns['find'])[1]}")
            number = reader().connection().scalar(_number_of, {"digest": max(digests.items())[1]})
            cases.get_for(caseworker, number or "")

        def fetch() -> None:
            cases.get_for(caseworker, next(turns["fetch"])[0])

        def look() -> None:
            typed = next(turns["look up"])[1]
            assert look_up.look_up(operator, call_id=call_id, typed=typed).calls_in_all

        def fetch_recorded() -> None:
            head = cases.get_for(caseworker, next(turns["recorded"])[0])
            with write(caseworker) as work:
                work.record("case.read", subject_kind="case", subject_id=head.case_id)

        acts = {"find": find, "fetch": fetch, "look up": look, "recorded": fetch_recorded}
        done = interleaved([Act(name, _request(act)) for name, act in acts.items()])
        drafts.discard(operator, calls.FORM, call_id)
        return done


def _known(caseworker: Actor, database: Path) -> list[tuple[str, str]]:
    """(number, phone) of cases from all over the table that the caseworker may see."""
    vault = Vault(caseworker, reader())
    found = []
    with closing(sqlite3.connect(database)) as connection:
        first, newest = connection.execute("SELECT min(id), max(id) FROM cases").fetchone()
        for start in range(first, newest, (newest - first) // 200):
            row = connection.execute(_SEEN_FROM, (start, caseworker.team_ids()[0])).fetchone()
            if row is not None:
                words = vault.text("cases.phone", *row[1:])
                assert isinstance(words, str)
                found.append((row[0], words))
    db.session.remove()
    assert len(found) > 100
    return found
