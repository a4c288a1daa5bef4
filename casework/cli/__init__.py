"""Commands, one module a group."""

from __future__ import annotations

from flask import Flask

from casework.cli import audit, demo, evidence, instruments, keys, office, scheduler, statistics
from casework.cli import db as db_commands


def register(app: Flask) -> None:
    """Adds every command group."""
    app.cli.add_command(audit.group)
    app.cli.add_command(evidence.group)
    app.cli.add_command(keys.group)
    app.cli.add_command(db_commands.group)
    app.cli.add_command(scheduler.group)
    app.cli.add_command(statistics.group)
    app.cli.add_command(demo.group)
    app.cli.add_command(instruments.group)
    app.cli.add_command(office.group)
