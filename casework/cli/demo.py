"""``flask demo``: a made-up county in an instance of its own."""

from __future__ import annotations

import sys
import time

import click
from flask.cli import AppGroup

from casework import listening, migrating
from casework.demo import folder
from casework.extensions import db
from casework.runtime import runtime
from casework.services import setup

group = AppGroup("demo", help="A made-up county, to look at and to try things in.")

KINDS = ("demo", "test")


@group.command("load")
@click.option(
    "--size", default=600, show_default=True, type=click.IntRange(0, 50_000), help="How many cases."
)
@click.option("--seed", default=12338, show_default=True, help="Another seed makes another county.")
def load(size: int, seed: int) -> None:
    """Fill an empty demo instance with two years of a made-up county."""
    settings = runtime().settings
    if settings.kind not in KINDS:
        raise click.ClickException(
            f"This is a {settings.kind} instance; made-up cases go into a demo instance only. "
            "Set CASEWORK_KIND=demo and a CASEWORK_INSTANCE of its own."
        )
    path = settings.instance_path
    if folder.is_finished(path):
        click.echo(f"The demonstration is there already; its accounts are in {path / folder.ACCOUNTS_FILE}.")
        return
    try:
        with listening.only_server(path):
            _fill(size, seed)
    except listening.CannotListen as fault:
        raise click.ClickException(f"{fault} Stop it first.") from None


def _fill(size: int, seed: int) -> None:
    settings = runtime().settings
    path = settings.instance_path
    if folder.is_unfinished(path):
        click.echo("An earlier loading was cut off. What it made is removed, and loading starts again.")
        folder.clear_unfinished(path)
    migrating.upgrade(settings, by_command=True)
    if not setup.is_needed():
        raise click.ClickException(
            f"The instance in {path} holds accounts that no loader made. Nothing was changed; "
            "choose another CASEWORK_INSTANCE."
        )
    db.session.remove()
    # A server that starts has no use for the story.
    from casework.demo.load import load as tell

    folder.mark_unfinished(path)
    began = time.monotonic()
    accounts = tell(size, seed, _progress)
    # Whatever waits beside the database goes into it before it is called finished.
    db.session.remove()
    db.engine.dispose()
    folder.finish(path, accounts)
    click.echo(f"Loaded in {time.monotonic() - began:.0f} seconds. Everybody's account:")
    for one in accounts:
        click.echo(f"  {one['role']:<21} {one['username']:<12} {one['password']}")
    click.echo(f"The same list is in {path / folder.ACCOUNTS_FILE}.")


def _progress(step: str, done: int, total: int) -> None:
    # One line that grows where somebody watches, a line a step in a file.
    end = "\r" if sys.stdout.isatty() and done < total else "\n"
    click.echo(f"{step}: {done:,} of {total:,}{end}", nl=False)
