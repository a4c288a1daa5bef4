"""What waits behind each item of the rail: how many, and whether one is late."""

from __future__ import annotations

from collections.abc import Mapping

from casework.actor import Actor


def counts(actor: Actor) -> Mapping[str, tuple[int, bool]]:
    """Counts by endpoint for this actor."""
    return {}
