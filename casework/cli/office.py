"""``flask office``: settings of the office that are set by word of its head."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from casework.services import small_office

group = AppGroup("office", help="Settings of the office.")


@group.command("small")
@click.argument("mode", type=click.Choice(["on", "off", "show"]), default="show")
def small(mode: str) -> None:
    """Small-office mode: the approving leader decides on each closing."""
    if mode != "show":
        small_office.switch(None, mode == "on")
    click.echo(f"small-office mode is {'on' if small_office.is_on() else 'off'}")
