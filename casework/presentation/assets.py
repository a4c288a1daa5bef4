"""Addresses of our own files with a mark of their content: no browser pairs a new page with an old style."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"


def asset_writer(static_url: str) -> Callable[[str], str]:
    """A function from a file's name to its address. A missing file raises KeyError."""
    addresses = {}
    for path in STATIC.iterdir():
        mark = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        addresses[path.name] = f"{static_url}/{path.name}?v={mark}"
    return addresses.__getitem__
