"""The revisions lead to the models' schema on both databases, up and down; a failing one leaves no trace."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from casework import migrating
from casework.instance import open_instance
from casework.transaction import prepare_engine
from config import ROOT, Settings
from migrations.triggers import REFUSED, trigger_names
from models.base import Base
from tests.make import settings_for
from tests.postgres import Postgres

VERSIONS = ROOT / "migrations" / "versions"
# What a revision may name: it is frozen, live code is not.
MAY_IMPORT = {"__future__", "alembic", "sqlalchemy", "json", "datetime"}
BROKEN = '''"""Goes wrong halfway."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("half_made", sa.Column("id", sa.Integer(), primary_key=True))
    with op.batch_alter_table("case_events") as batch:
        batch.add_column(sa.Column("half_made", sa.String()))
    op.execute("UPDATE audit_head SET sequence = 77")
    op.execute("SELECT nothing FROM nowhere")


def downgrade() -> None:
    raise NotImplementedError
'''
WORKING = BROKEN.replace("half_made", "batched").replace(
    '    op.execute("UPDATE audit_head SET sequence = 77")\n    op.execute("SELECT nothing FROM nowhere")\n',
    "",
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield settings_for(tmp_path / "instance")
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    with server.fresh() as url:
        yield settings_for(tmp_path / "instance", url)


@pytest.fixture
def engine(place: Settings) -> Iterator[Engine]:
    """An engine of that database, set up as the product's own."""
    made = migrating.make_engine(place, open_instance(place))
    yield made
    made.dispose()


def schema(engine: Engine) -> dict[str, Any]:
    """Everything that a revision could leave behind."""
    found = inspect(engine)
    tables = {name: [str(it["name"]) for it in found.get_columns(name)] for name in found.get_table_names()}
    return {"tables": tables, "triggers": triggers(engine)}


def triggers(engine: Engine) -> list[str]:
    """The names of the triggers that are there."""
    if engine.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with engine.connect() as connection:
        return sorted(connection.execute(text(query)).scalars())


def head_sequence(engine: Engine) -> int:
    """The sequence in the head of the trail."""
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT sequence FROM audit_head")).scalar_one())


def with_revision(source: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more revision after the newest, in a copy of the tree."""
    shutil.copytree(ROOT / "migrations", folder / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    text_of = source.replace("{before}", migrating.newest_revision())
    (folder / "migrations" / "versions" / "9999_next.py").write_text(text_of)
    monkeypatch.setattr(migrating, "ROOT", folder)


def test_the_migrated_schema_is_the_models(place: Settings, engine: Engine) -> None:
    migrating.upgrade(place, by_command=True)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    made = inspect(engine)
    for table in Base.metadata.sorted_tables:
        wanted = {str(it.name) for it in table.constraints if type(it).__name__ == "CheckConstraint"}
        assert {str(it["name"]) for it in made.get_check_constraints(table.name)} == wanted, table.name


def test_up_and_down_and_up_again(place: Settings, engine: Engine) -> None:
    migrating.upgrade(place, by_command=True)
    full = schema(engine)
    migrating.run(engine, "base", down=True)
    assert set(schema(engine)["tables"]) <= {"alembic_version"}
    assert triggers(engine) == [] and migrating.current_revision(engine) is None
    migrating.upgrade(place, by_command=True)
    assert schema(engine) == full


def test_what_is_append_only_is_refused_by_the_database(place: Settings, engine: Engine) -> None:
    migrating.upgrade(place, by_command=True)
    assert triggers(engine) == sorted(trigger_names())
    raw = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    try:
        with raw.connect() as connection, pytest.raises(Exception, match="append-only"):
            connection.execute(text("DELETE FROM audit_head"))
    finally:
        raw.dispose()


def test_triggers_are_there_again_after_a_batch(
    place: Settings, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrating.upgrade(place, by_command=True)
    with_revision(WORKING, tmp_path, monkeypatch)
    migrating.upgrade(place, by_command=True)
    assert migrating.current_revision(engine) == "9999"
    assert "batched" in schema(engine)["tables"]["case_events"]
    assert triggers(engine) == sorted(trigger_names())
    assert "case_events" in REFUSED


def test_a_failing_revision_leaves_no_trace(
    place: Settings, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrating.upgrade(place, by_command=True)
    before, sequence = schema(engine), head_sequence(engine)
    with_revision(BROKEN, tmp_path, monkeypatch)
    with pytest.raises(Exception, match="nowhere"):
        migrating.upgrade(place, by_command=True)
    assert schema(engine) == before and head_sequence(engine) == sequence
    assert migrating.current_revision(engine) != "9999"


def test_a_copy_lies_beside_an_embedded_database_before_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = settings_for(tmp_path / "instance")
    migrating.upgrade(place)
    revision = migrating.newest_revision()
    with_revision(WORKING, tmp_path, monkeypatch)
    migrating.upgrade(place)
    copy = place.instance_path / f"before-{revision}.db"
    assert copy.stat().st_mode & 0o777 == 0o600
    kept = create_engine(f"sqlite:///{copy}")
    prepare_engine(kept)
    try:
        assert migrating.current_revision(kept) == revision
        assert "batched" not in inspect(kept).get_table_names()
    finally:
        kept.dispose()


@pytest.mark.postgres
def test_postgres_is_migrated_by_command_only(postgres_server: Postgres, tmp_path: Path) -> None:
    from config import ConfigurationError

    with postgres_server.fresh() as url, pytest.raises(ConfigurationError, match="flask db upgrade"):
        migrating.upgrade(settings_for(tmp_path / "instance", url))


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("[0-9]*.py")), ids=lambda path: path.stem)
def test_a_revision_names_no_live_code(path: Path) -> None:
    tree = ast.parse(path.read_text())
    named = {
        (alias.name if isinstance(node, ast.Import) else node.module or "").split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert named <= MAY_IMPORT
