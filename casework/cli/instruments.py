"""``flask instruments``: the office's own instruments of danger assessment."""

from __future__ import annotations

from typing import TextIO

import click
from flask.cli import AppGroup

from casework.errors import AlreadyDone, NotFound
from casework.law.danger_scale import InstrumentFault, shipped
from casework.services import instruments

group = AppGroup("instruments", help="Instruments of danger assessment that the office holds itself.")


@group.command("add")
@click.argument("file", type=click.File(encoding="utf-8"))
def add(file: TextIO) -> None:
    """Enter an instrument from FILE (TOML, the form of casework/law/federation_2018.toml)."""
    try:
        made = instruments.add(file.read())
    except UnicodeDecodeError:
        raise click.ClickException("The file is not UTF-8 text.") from None
    except InstrumentFault as fault:
        for sentence in fault.sentences:
            click.echo(sentence)
        raise click.ClickException("nothing was entered") from None
    except AlreadyDone:
        raise click.ClickException("This code and edition were entered before; give a new edition.") from None
    click.echo(f"{made.code} {made.edition}: {len(made.questions)} questions, from now on offered")


@group.command("list")
def listing() -> None:
    """List what comes with the program and what was entered."""
    for instrument in shipped().values():
        click.echo(f"{instrument.code} {instrument.edition}  {instrument.en}  comes with the program")
    for line in instruments.entered():
        state = "retired" if line.retired_at else "offered"
        click.echo(f"{line.instrument.code} {line.instrument.edition}  {line.instrument.en}  {state}")


@group.command("retire")
@click.argument("code")
@click.argument("edition")
def retire(code: str, edition: str) -> None:
    """Offer an edition no longer. Assessments made with it stay readable."""
    try:
        instruments.retire(code, edition)
    except NotFound:
        raise click.ClickException("No such code and edition was entered.") from None
    except AlreadyDone:
        raise click.ClickException("It was retired before.") from None
    click.echo(f"{code} {edition}: retired")
