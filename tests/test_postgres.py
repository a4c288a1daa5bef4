"""The PostgreSQL of the tests: real, shaped once, fresh for each who asks, and gone afterwards."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from tests import postgres
from tests.postgres import Postgres

pytestmark = pytest.mark.postgres


def shape(url: str) -> None:
    """Stands for a migration."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE calls (id bigint PRIMARY KEY)"))
    engine.dispose()


def count_after_adding_one(url: str) -> int:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO calls SELECT count(*) FROM calls"))
        counted = connection.execute(sa.text("SELECT count(*) FROM calls")).scalar_one()
    engine.dispose()
    return int(counted)


def test_each_database_is_a_fresh_copy_of_the_template(postgres_server: Postgres) -> None:
    template = postgres_server.template(shape, "calls")
    with postgres_server.fresh(template) as first, postgres_server.fresh(template) as second:
        assert count_after_adding_one(first) == 1
        assert count_after_adding_one(first) == 2
        assert count_after_adding_one(second) == 1


def test_the_template_is_shaped_once(postgres_server: Postgres) -> None:
    postgres_server.template(shape, "calls")

    def again(url: str) -> None:
        pytest.fail("shaped a second time")

    assert postgres_server.template(again, "calls") == "template_calls"


def test_a_database_is_dropped_while_somebody_is_connected(postgres_server: Postgres) -> None:
    with postgres_server.fresh() as url:
        engine = sa.create_engine(url)
        left_open = engine.connect()
    with pytest.raises(sa.exc.OperationalError):
        left_open.execute(sa.text("SELECT 1"))
    left_open.invalidate()
    engine.dispose()


def test_the_server_does_not_sync_and_cannot_be_reached_over_the_network(postgres_server: Postgres) -> None:
    with psycopg.connect(host=str(postgres_server.socket_folder), user="postgres") as connection:
        shown = {
            name: connection.execute(f"SHOW {name}").fetchone()[0]  # type: ignore[index]
            for name in ("fsync", "listen_addresses", "server_version")
        }
    assert shown["fsync"] == "off"
    assert shown["listen_addresses"] == ""
    assert int(shown["server_version"].split(".")[0]) >= 16


def test_a_durable_server_syncs_and_leaves_nothing_behind() -> None:
    folder = Path(f"{os.environ['CASEWORK_TESTS_RUN']}-durable")
    server = postgres.start(folder, durable=True)
    try:
        with psycopg.connect(host=str(server.socket_folder), user="postgres") as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
    finally:
        postgres.stop(folder)
    assert not folder.exists()
