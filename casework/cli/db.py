"""``flask db``: the database's revision."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from casework import migrating
from casework.extensions import db
from casework.runtime import runtime

group = AppGroup("db", help="The database's revision.")


@group.command("upgrade")
def upgrade() -> None:
    """Bring the database to the current revision."""
    migrating.upgrade(runtime().settings, by_command=True)
    click.echo(f"revision {migrating.newest_revision()}")


@group.command("current")
def current() -> None:
    """Print the database's revision and the newest one."""
    click.echo(f"revision {migrating.current_revision(db.engine)} of {migrating.newest_revision()}")
