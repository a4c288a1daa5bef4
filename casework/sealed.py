"""What a reader gets in place of a value that she holds no key for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Locked:
    """A sealed value that stays shut for this viewer; templates render it as a lock."""

    label: str = ""

    def __bool__(self) -> bool:
        return False
