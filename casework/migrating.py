"""Brings a database to the current revision: SQLite by itself, under the write lock, after a copy."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, inspect, text

from casework.instance import SECRET_FILE, Instance, open_instance
from casework.transaction import NoLock, WriteLock, prepare_engine
from config import ROOT, ConfigurationError, Settings

SECRET_CHECK_SETTING = "instance.check"  # noqa: S105 - the name of a setting


def engine_url(settings: Settings, instance: Instance) -> str:
    """The SQLAlchemy address of the instance's database."""
    if settings.database_url:
        return settings.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    return f"sqlite:///{instance.database_path}"


def engine_options(settings: Settings) -> dict[str, Any]:
    """Driver in autocommit; statements in a failure never show their values."""
    options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "hide_parameters": True}
    if settings.database_url:
        options |= {"pool_size": 4, "max_overflow": 4, "pool_pre_ping": True}
    return options


def make_engine(settings: Settings, instance: Instance) -> Engine:
    """An engine of its own for migrations, jobs of the command line and tests."""
    engine = create_engine(engine_url(settings, instance), **engine_options(settings))
    prepare_engine(engine)
    return engine


def current_revision(engine: Engine) -> str | None:
    """The revision of a database; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def newest_revision() -> str:
    """The newest revision in the tree, read from the file names (importing Alembic costs a start-up)."""
    names = sorted(path.stem for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    return names[-1].split("_")[0]


def _alembic(connection: Any) -> Any:
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(ROOT / "migrations"))
    configuration.attributes["connection"] = connection
    return configuration


def run(engine: Engine, target: str = "head", *, down: bool = False) -> None:
    """Runs the revisions up (or down) to ``target`` in one transaction; a failing one leaves no trace."""
    from alembic import command

    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = OFF")
        try:
            (command.downgrade if down else command.upgrade)(_alembic(connection), target)
        finally:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA query_only = ON")


def _copy_first(instance: Instance, revision: str) -> Path:
    """A consistent copy beside the database before it is changed."""
    target = instance.path / f"before-{revision}.db"
    target.unlink(missing_ok=True)
    source = sqlite3.connect(f"file:{instance.database_path}?mode=ro", uri=True)
    copy = sqlite3.connect(target)
    try:
        source.backup(copy)
        # Session rows never enter a copy.
        copy.execute("DELETE FROM sessions")
        copy.commit()
    finally:
        copy.close()
        source.close()
    target.chmod(0o600)
    return target


def _refuse_another_secret(engine: Engine, instance: Instance) -> None:
    """Passes the secret that the office was set up with: under another nobody could sign in, and new passwords would
    be sealed under it.
    """
    with engine.connect() as connection:
        stored = connection.execute(
            text("SELECT value FROM settings WHERE name = :name"), {"name": SECRET_CHECK_SETTING}
        ).scalar()
    if stored and stored != instance.secret_check:
        raise ConfigurationError(
            [
                f"The server secret {instance.path / SECRET_FILE} is not the one of this database. "
                "Put the right file back, or restore with the kit. Nothing was started or replaced."
            ]
        )


def upgrade(settings: Settings, *, by_command: bool = False) -> None:
    """Migrates where needed; PostgreSQL only by command. ConfigurationError says what hinders, another secret too."""
    instance = open_instance(settings)
    engine = make_engine(settings, instance)
    try:
        revision = current_revision(engine)
        if revision == newest_revision():
            _refuse_another_secret(engine, instance)
            return
        if settings.database_url:
            if not by_command:
                raise ConfigurationError(["The database needs migrating. Run: flask db upgrade"])
            with NoLock().held():
                run(engine)
            return
        with WriteLock(instance.lock_path).held():
            if revision is not None:
                _copy_first(instance, revision)
            run(engine)
            instance.database_path.chmod(0o600)
    finally:
        engine.dispose()
