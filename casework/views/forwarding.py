"""Where to go after a form: only to a path of this site."""

from __future__ import annotations


def own_path(target: str | None, otherwise: str = "/") -> str:
    """The path asked for when it is one of ours, else the other."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")):
        return target.splitlines()[0]
    return otherwise
