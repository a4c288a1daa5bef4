"""What waits behind each item of the rail: how many, and whether one is late."""

from __future__ import annotations

from collections.abc import Mapping

from casework.access import may
from casework.actor import Actor
from casework.services import follow_up_lists


def counts(actor: Actor) -> Mapping[str, tuple[int, bool]]:
    """Counts by endpoint for this actor."""
    if not may(actor, "follow_up.list"):
        return {}
    late = follow_up_lists.late_count(actor)
    return {"today.index": (late, late > 0)}
