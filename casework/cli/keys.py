"""``flask keys``: the keys as stored, against the signed roster."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from casework.services import key_check

group = AppGroup("keys", help="The signed roster and the keys that it vouches for.")


@group.command("verify")
@click.option("--fingerprint", help="The office root's fingerprint as printed on the kit.")
def verify(fingerprint: str | None) -> None:
    """Check roster, team keys, copies and wraps; list what is refused. Opens nothing."""
    found = key_check.check(fingerprint)
    if found.fingerprint:
        given = "as given" if fingerprint else "compare it with the printed kit"
        click.echo(f"office root {found.fingerprint} ({given})")
    for name, count in found.counts.items():
        click.echo(f"{count} {name}")
    for sentence in found.waiting:
        click.echo(sentence)
    for fault in found.faults:
        click.echo(fault)
    if found.faults:
        raise click.ClickException(f"{len(found.faults)} faults")
    click.echo("everything is as the roster says")
