"""The two marks that appear inside a line of text: an icon, and the lock in place of a value."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from markupsafe import Markup

from casework.presentation.field_names import FIELD_NAMES
from casework.presentation.locale import say
from casework.sealed import Locked

SPRITE = Path(__file__).parents[1] / "static" / "icons.svg"


def icon_names() -> frozenset[str]:
    """The names in the sprite, without their prefix."""
    return frozenset(re.findall(r'<symbol id="i-([a-z]+)"', SPRITE.read_text(encoding="utf-8")))


def icon_writer(sprite_url: str) -> Callable[[str], Markup]:
    """A function that writes an icon; a word always stands beside it. An unknown name raises KeyError."""
    written = {
        name: Markup('<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>').format(
            sprite_url, name
        )
        for name in icon_names()
    }
    return written.__getitem__


def locked_field(value: Locked, lock: Markup) -> Markup:
    """The hatched mark of a field: fixed by its label, so that it doesn't tell how long the value is."""
    return Markup('<span class="locked">{}{}</span>').format(
        lock, say(FIELD_NAMES.get(value.label, value.label))
    )


def finalizer(lock: Markup) -> Callable[[object], object]:
    """What the template environment does to every value it is about to write."""

    def finalize(value: object) -> object:
        return locked_field(value, lock) if isinstance(value, Locked) else value

    return finalize
