"""The one write door, and the read-only session beside it.

Every change in the product, from whichever process, goes through :func:`write`: the lock file, ``BEGIN IMMEDIATE``,
the change, its entries in the trail, ``COMMIT``, unlock. Readers hold connections that refuse to write. The driver
is in autocommit, so that nothing begins a transaction unseen.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection, Delete, Engine, Update, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from casework import trail
from casework.actor import Actor
from casework.clock import now_us
from casework.errors import Busy, StorageFull
from casework.extensions import db
from casework.instance import Instance
from config import Settings

LOCK_SECONDS = 5.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.0005, 0.02

SQLITE_AT_CONNECT = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA secure_delete = ON",
    "PRAGMA query_only = ON",
)


POSTGRES_AT_CONNECT = (
    "SET default_transaction_read_only = on",
    # Whoever holds a row for longer makes the others give up, as the lock file does.
    "SET lock_timeout = '5s'",
)


class WriteLock:
    """An exclusive lock among all processes of an instance: a file of its own, one descriptor a process.

    The database file is never locked here: closing such a descriptor would drop SQLite's own locks.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._threads = threading.Lock()
        self._descriptor: int | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Holds the lock, or raises Busy after five seconds."""
        deadline = time.monotonic() + LOCK_SECONDS
        if not self._threads.acquire(timeout=LOCK_SECONDS):
            raise Busy
        try:
            self._lock(deadline)
            try:
                yield
            finally:
                assert self._descriptor is not None
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def _lock(self, deadline: float) -> None:
        if self._descriptor is None:
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            self._descriptor = os.open(self.path, flags, 0o600)
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise Busy from None
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


class NoLock:
    """PostgreSQL needs no lock file: the head row of the trail orders writers at their last statements."""

    @contextmanager
    def held(self) -> Iterator[None]:
        """Does nothing."""
        yield


def make_lock(settings: Settings, instance: Instance) -> WriteLock | NoLock:
    """The write lock of an instance's database."""
    return NoLock() if settings.database_url else WriteLock(instance.lock_path)


def prepare_engine(engine: Engine) -> None:
    """Sets up each new connection of an engine: read-only unless the write door opens it."""
    if engine.dialect.name == "sqlite":
        statements: tuple[str, ...] = SQLITE_AT_CONNECT
    else:
        statements = POSTGRES_AT_CONNECT

    @event.listens_for(engine, "connect")
    def _at_connect(connection: Any, record: Any) -> None:
        # SQLAlchemy sets its isolation level after this event; a statement here must not open a transaction.
        if engine.dialect.name == "sqlite":
            connection.isolation_level = None
        else:
            connection.autocommit = True
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()


class Work:
    """One write transaction: its ORM session, and the entries that will be recorded with it."""

    def __init__(self, session: Session, connection: Connection, actor: Actor | None) -> None:
        self.session = session
        self.connection = connection
        self.actor = actor
        self.at = now_us()
        self.entries: list[trail.Entry] = []

    def changed(self, statement: Update | Delete) -> int:
        """Executes an UPDATE or DELETE within the transaction; gives the number of rows it touched."""
        self.session.flush()
        return int(self.connection.execute(statement).rowcount)

    def record(
        self,
        action: str,
        *,
        subject_kind: str | None = None,
        subject_id: int | None = None,
        ids: Iterable[int] = (),
        fields: Iterable[str] = (),
        row: Any = None,
        account_id: int | None = None,
    ) -> None:
        """One entry of the trail with this transaction; ``row`` adds a digest of what it sealed."""
        if row is not None:
            self.session.flush()
        self.entries.append(
            trail.Entry(
                action=action,
                at=self.at,
                account_id=self.actor.account_id if self.actor else account_id,
                session_id=self.actor.session_id if self.actor else None,
                subject_kind=subject_kind,
                subject_id=subject_id,
                ids=tuple(ids),
                fields=tuple(fields),
                record=trail.recorded(row) if row is not None else None,
            )
        )


def _begin(connection: Connection, durable: bool) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = OFF")
        connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
        if not durable:
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


def _roll_back(connection: Connection) -> None:
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.rollback()


def _close_door(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")


def _translated(failure: DBAPIError) -> Exception:
    words = str(failure.orig).lower()
    if "disk is full" in words or "no space left" in words or "disk full" in words:
        return StorageFull()
    if any(sign in words for sign in ("database is locked", "busy", "lock timeout", "deadlock detected")):
        return Busy()
    return failure


@contextmanager
def write_with(
    engine: Engine, lock: WriteLock | NoLock, actor: Actor | None, durable: bool = True
) -> Iterator[Work]:
    """The write door on an engine; :func:`write` is the same for the application at hand."""
    try:
        with lock.held(), engine.connect() as connection:
            session = Session(bind=connection, expire_on_commit=False)
            work = Work(session, connection, actor)
            try:
                # Within the block: a connection that could not begin must not go back to the readers writable.
                _begin(connection, durable)
                yield work
                session.flush()
                trail.append(connection, work.entries)
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise
            finally:
                session.close()
                _close_door(connection)
    except OperationalError as failure:
        raise _translated(failure) from failure
    except StaleDataError as failure:
        # Another transaction changed the row between this one's reading and writing it.
        raise Busy from failure


_hurrying = False


@contextmanager
def hurrying() -> Iterator[None]:
    """Commits of this process that do not wait for the disk, for a loader whose database counts only once it is
    finished. The first commit after it keeps them all.
    """
    global _hurrying
    before, _hurrying = _hurrying, True
    try:
        yield
    finally:
        _hurrying = before


@contextmanager
def write(actor: Actor | None, *, durable: bool = True) -> Iterator[Work]:
    """One change: committed with its entries at the end of the block, or not at all.

    Raises Busy when the database is not free within five seconds, StorageFull when the disk is full.
    ``durable=False`` is for entries of views alone: a power cut may lose the last second of them.
    """
    waits = durable and not _hurrying
    with write_with(db.engine, current_app.extensions["casework"].lock, actor, waits) as work:
        yield work


def reader() -> Session:
    """The request's read-only session; its connections refuse to write."""
    return db.session()


def record_views(actor: Actor) -> None:
    """Writes what the actor was shown to the trail; called before the bytes leave."""
    if not actor.views and not actor.pending:
        return
    with write(actor, durable=False) as work:
        for due in actor.pending:
            due(work)
        for view in actor.views:
            work.record(
                view.action,
                subject_kind=view.subject_kind,
                subject_id=view.subject_id,
                ids=view.ids,
                fields=view.fields,
            )
    actor.views.clear()
    actor.pending.clear()
