"""``flask audit``: verify the trail, keep an anchor."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from casework.runtime import runtime
from casework.services import audit
from casework.trail import Broken

group = AppGroup("audit", help="The trail of what was read and changed.")

WHY = {
    "missing": "is missing",
    "reordered": "does not follow the one before it",
    "altered": "was altered",
    "head": "is not where the head says that the trail ends",
    "anchor": "contradicts an anchor",
    "anchor_file": "is the last that a damaged or missing anchor file vouches for",
}


def _fail(broken: Broken) -> None:
    raise click.ClickException(f"entry {broken.sequence} {WHY[broken.why]}")


@group.command("verify")
@click.option("--records", is_flag=True, help="Also compare each row with the digest of its newest entry.")
@click.option(
    "--anchors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy of anchors.log that was kept elsewhere.",
)
def verify(records: bool, anchors: Path | None) -> None:
    """Name the first broken link of the trail, if there is one."""
    through, _ = audit.head()
    for broken in (audit.verify(), audit.check_anchors(), audit.check_anchors(anchors) if anchors else None):
        if broken is not None:
            _fail(broken)
    click.echo(f"entries 1 to {through}: whole, and as the anchors say")
    if not records:
        return
    faults = audit.verify_records()
    for fault in faults:
        click.echo(f"{fault.table} {fault.row_id}: {fault.why} since entry {fault.sequence}")
    if faults:
        raise click.ClickException(f"{len(faults)} rows are not what their newest entry says")
    click.echo("every recorded row is what its newest entry says")


@group.command("anchor")
def anchor() -> None:
    """Write the head of the trail to the anchor file now."""
    kept = audit.write_anchor(runtime().instance)
    click.echo(f"{kept.at} {kept.sequence} {kept.hash.hex()}")
