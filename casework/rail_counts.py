"""What waits behind each item of the rail: how many, and whether one is late."""

from __future__ import annotations

from collections.abc import Mapping

from casework.access import may
from casework.actor import Actor
from casework.services import follow_up_lists, handovers


def counts(actor: Actor) -> Mapping[str, tuple[int, bool]]:
    """Counts by endpoint for this actor."""
    found: dict[str, tuple[int, bool]] = {}
    if may(actor, "handover.write"):
        found["handovers.index"] = (handovers.waiting(actor), False)
    if may(actor, "follow_up.list"):
        late = follow_up_lists.late_count(actor)
        found["today.index"] = (late, late > 0)
    return found


def may_search(actor: Actor) -> bool:
    """Whether the find box is hers to use."""
    return may(actor, "case.search")
