"""``flask scheduler``: run it alone, or see who runs it."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from casework.clock import local
from casework.services import scheduling

group = AppGroup("scheduler", help="Background jobs.")


@group.command("run")
def run() -> None:
    """Run the scheduler in this process until it is told to stop."""
    from casework.jobs.run import main

    raise SystemExit(main())


@group.command("status")
def status() -> None:
    """Print who holds the lease and the last run of each job."""
    held = scheduling.lease_holder()
    click.echo(f"lease: {held[0]} until {local(held[1]):%Y-%m-%d %H:%M:%S}" if held else "lease: nobody")
    for line in scheduling.last_runs():
        click.echo(
            f"{line.job}: {local(line.started_at):%Y-%m-%d %H:%M:%S} {line.outcome} {line.count}"
            f"{' ' + line.failure if line.failure else ''}"
        )
