"""``flask statistics``: publish, correct, export, check."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from casework import codes
from casework.clock import now_us
from casework.errors import AlreadyDone, DomainError
from casework.indicators import registry
from casework.services import statistics

group = AppGroup("statistics", help="Published counts.")


@group.command("publish")
def publish() -> None:
    """Publish every edition that is due; run twice it does nothing more."""
    click.echo(f"{statistics.publish_due(now_us())} editions published")


@group.command("correct")
@click.argument("indicator")
@click.argument("period")
@click.option("--reason", required=True, help="Published with the edition: name nobody.")
def correct(indicator: str, period: str, reason: str) -> None:
    """Count the months last published anew, as a further edition."""
    try:
        edition = statistics.correct(indicator, period, reason=reason)
    except AlreadyDone:
        raise click.ClickException("nothing that is published would change") from None
    except DomainError:
        raise click.ClickException("no such edition, or no reason given") from None
    click.echo(f"{edition.indicator} {edition.period} edition {edition.number}")


@group.command("export")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write."
)
def export(out: Path) -> None:
    """Write all editions to an SQLite file that may be given to others."""
    try:
        written = statistics.write_file(out)
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror}") from error
    click.echo(f"{written} editions written to {out}")


@group.command("check")
def check() -> None:
    """Check the indicator catalogue and the code lists."""
    sentences = [*registry.check(), *codes.check()]
    for sentence in sentences:
        click.echo(sentence, err=True)
    if sentences:
        raise SystemExit(1)
    click.echo("catalogue and code lists are in order")
