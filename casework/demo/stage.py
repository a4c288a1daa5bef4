"""The stage: what is to happen waits in a heap by its moment, and the clock of this process goes along with it."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from casework.actor import Actor
from casework.clock import pretending
from casework.extensions import db
from casework.transaction import record_views

Scene = Callable[[], None]


@dataclass(repr=False)
class Stage:
    """Scenes by their moment (microseconds UTC), up to ``until``; what would come later is left to the reader."""

    until: int
    now: int = 0
    _waiting: list[tuple[int, int, Scene]] = field(default_factory=list)
    _order: itertools.count[int] = field(default_factory=itertools.count)

    def at(self, moment: int, scene: Scene) -> None:
        """Puts a scene on the list, never before the present one."""
        moment = max(moment, self.now)
        if moment <= self.until:
            heapq.heappush(self._waiting, (moment, next(self._order), scene))

    def play(self) -> None:
        """Plays every scene in its order, each with the clock at its moment."""
        while self._waiting:
            self.now, _, scene = heapq.heappop(self._waiting)
            with pretending(self.now):
                scene()
            db.session.remove()


def seen(actor: Actor) -> None:
    """Writes what the services showed to this person to the trail, as the end of a request does."""
    record_views(actor)
