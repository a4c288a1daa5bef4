"""How long a second start takes, from the command to the first answer."""

from __future__ import annotations

import statistics
import time

from bench.loader import Built
from bench.serving import serving

STARTS = 3


def seconds(copy: Built) -> float:
    """The median of three starts of server and scheduler on an instance that has been started before."""
    taken = []
    for _ in range(STARTS + 1):
        began = time.perf_counter()
        with serving(copy.folder):
            taken.append(time.perf_counter() - began)
    return statistics.median(taken[1:])
