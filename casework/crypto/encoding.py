"""Length-prefixed and canonical encodings, so that two different things never read the same."""

from __future__ import annotations

import base64
import json
from typing import Any


def packed(*parts: str | int | bytes) -> bytes:
    """The parts joined, each behind its length in four bytes (integers as eight bytes, big endian)."""
    out = bytearray()
    for part in parts:
        if isinstance(part, int):
            raw = part.to_bytes(8, "big", signed=True)
        elif isinstance(part, str):
            raw = part.encode()
        else:
            raw = bytes(part)
        out += len(raw).to_bytes(4, "big") + raw
    return bytes(out)


def canonical(record: dict[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces: the bytes that are signed or sealed."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def text(raw: bytes) -> str:
    """Bytes as URL-safe base64."""
    return base64.urlsafe_b64encode(raw).decode()


def raw(encoded: str) -> bytes:
    """The bytes behind ``text``."""
    return base64.urlsafe_b64decode(encoded)
