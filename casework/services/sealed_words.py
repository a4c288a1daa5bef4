"""Several words in one sealed field: a mapping as JSON, opened as a mapping or as the lock that it stays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from casework.sealed import Locked


def packed(words: Mapping[str, Any]) -> str:
    """The mapping as text, ready to be sealed; keys in order, nothing escaped that a person can read."""
    return json.dumps(dict(words), ensure_ascii=False, sort_keys=True)


def opened(text: str | Locked | None) -> dict[str, Any] | Locked:
    """The mapping again; empty for an absent one, Locked where the field stayed shut."""
    if isinstance(text, Locked):
        return text
    return json.loads(text) if text else {}
