"""Runs the revisions on the connection handed over by ``casework.migrating``: driver in autocommit, explicit BEGIN."""

from __future__ import annotations

from alembic import context

from migrations.triggers import make_triggers
from models.base import Base

connection = context.config.attributes["connection"]
is_sqlite = connection.dialect.name == "sqlite"

context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=False,
    transactional_ddl=True,
    transaction_per_migration=False,
)
if is_sqlite:
    # A batch copies tables; with foreign keys on, dropping the old one would cascade.
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
try:
    # The driver is in autocommit: BEGIN, COMMIT and ROLLBACK are ours, around every revision at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_sqlite else "BEGIN READ WRITE")
    context.run_migrations()
    make_triggers(connection)
    connection.exec_driver_sql("COMMIT")
except BaseException:
    connection.connection.driver_connection.rollback()
    raise
finally:
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
