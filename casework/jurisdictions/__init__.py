"""Jurisdiction packs: what one county answers differently from another, read from a TOML file and checked as
a whole.

A pack is read once and frozen. A fault in it stops the start with one sentence for each thing that is wrong.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from casework.jurisdictions.pack import Division, Jurisdiction, JurisdictionFault, LineHours, Named, Note
from casework.jurisdictions.reading import jurisdiction_from

__all__ = [
    "DEFAULT",
    "Division",
    "Jurisdiction",
    "JurisdictionFault",
    "LineHours",
    "Named",
    "Note",
    "load",
    "read",
]

FOLDER = Path(__file__).parent
DEFAULT = "kaiping"


@cache
def load(name: str = DEFAULT) -> Jurisdiction:
    """The pack of that name, read once. Raises JurisdictionFault with a sentence for each thing that is
    wrong.
    """
    return read(FOLDER / f"{name}.toml")


def read(path: Path) -> Jurisdiction:
    """The pack in a file. Raises JurisdictionFault with a sentence for each thing that is wrong."""
    try:
        content = path.read_text(encoding="utf-8")
    except OSError:
        raise JurisdictionFault([f"There is no jurisdiction pack {path.name}."]) from None
    return jurisdiction_from(path.stem, content)
