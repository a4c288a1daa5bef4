"""How the interpreter is set for a process that answers requests."""

from __future__ import annotations

import gc
import sys

SWITCH_INTERVAL_SECONDS = 0.001
# Objects of one request die by reference count; at the default of 700 the collector ran several times a
# page over everything imported, which was most of the slowest percent (p99 of 50 ms against 20).
COLLECTOR_THRESHOLDS = (20_000, 25, 50)


def settle() -> None:
    """Takes what start-up made out of the collector's sight and lets waiting threads in sooner.

    Called once, after the application is built: what is made later must stay collectable.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
