"""Where to go after a form: only to a path of this site."""

from __future__ import annotations

import re

# Browsers drop tabs and line ends from an address and read a backslash as a slash: none of them may stand in it.
_OWN = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f\x7f]*")


def own_path(target: str | None, otherwise: str = "/") -> str:
    """The path asked for when it is one of ours, else the other."""
    return target if target and _OWN.fullmatch(target) else otherwise
