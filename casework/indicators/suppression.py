"""Which further cells must be hidden so that the small ones stay unknown: a search with a proof or no answer.

What is proven, against someone who knows the rules: zeros are shown, so a hidden cell is one or more; a cell
is hidden because it is small, or to cover a small one in the same circle of equations, so each such circle
holds a small cell. For every small cell he still finds a table in which it is 1 and one in which it is `k` or
more, and no hidden cell is known exactly. He is not assumed to re-run this very search over all tables he can
think of; to give such a man little, cells are chosen by their place, and by their size only as far as the
proof needs it. One-way tables hold against him as well, see `disclosure`.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from casework.indicators.cell_network import UNBOUNDED, Network, Node


@dataclass(frozen=True, slots=True)
class Need:
    """The whole numbers that must stay possible for a cell, both ends included.

    With `small` set, at `high` another cell of the same circle must be able to lie below it: else the cell
    itself would be the only reason why anything is hidden there.
    """

    low: int
    high: int
    small: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """What must be covered, what is hidden whatever the search finds, and the cost of hiding other cells."""

    network: Network
    needs: Mapping[int, Need]
    forced: frozenset[int]
    costs: Mapping[int, int]
    positions: Sequence[tuple[int, int]]

    def price(self, cell: int, for_cell: int) -> int:
        """What hiding `cell` for the sake of another costs: fixed pairs of neighbours cover each other first.

        A pair is the same whichever of the two is small, so the choice tells nothing of which one is.
        """
        if cell not in self.costs:
            return UNBOUNDED
        return self.costs[cell] + sum(map(_distance, self.positions[cell], self.positions[for_cell]))


def cover(task: Task) -> frozenset[int] | None:
    """The cells to hide, those with needs and the forced ones among them; None when no choice is safe.

    Deterministic. The answer has passed `exposed`; few cells are hidden, the fewest are not promised.
    """
    hidden = set(task.forced) | set(task.needs)
    while (weak := next(iter(exposed(task, hidden)), None)) is not None:
        more = _widen(task, hidden, weak)
        if not more:
            return None
        hidden |= more
    return frozenset(_thin(task, hidden))


def _distance(one: int, other: int) -> int:
    if one == other:
        return 0
    return 1 if one // 2 == other // 2 else min(2 + abs(one - other), 40)


def exposed(task: Task, hidden: set[int]) -> list[int]:
    """The hidden cells whose need is not met, or whose value could be computed. Empty is the proof."""
    block_of = {cell: block for block in task.network.blocks(hidden) for cell in block}
    ordered = sorted(task.needs, key=lambda cell: (task.network.edges[cell].value, cell))
    weak = [cell for cell in ordered if not _meets(task, hidden, cell, block_of[cell])]
    for cell in sorted(hidden - set(task.needs)):
        if not _is_movable(task.network, hidden, cell):
            weak.append(cell)
    return weak


def _is_movable(network: Network, hidden: set[int], cell: int) -> bool:
    floors = network.floors()
    return any(network.shift(network.values(), floors, hidden, cell, step) for step in (1, -1))


def _meets(task: Task, hidden: set[int], cell: int, block: set[int]) -> bool:
    network, need = task.network, task.needs[cell]
    value, floors = network.edges[cell].value, network.floors()
    fall = value - need.low
    if fall > 0 and network.shift(network.values(), floors, hidden, cell, -fall) < fall:
        return False
    raised = network.values()
    rise = need.high - value
    if rise > 0 and network.shift(raised, floors, hidden, cell, rise) < rise:
        return False
    if need.small is None:
        return True
    floors[cell] = max(floors[cell], need.high)
    others = sorted(block - {cell}, key=lambda i: (raised[i], i))
    return any(_can_be_small(network, raised, floors, hidden, other, need.small) for other in others)


def _can_be_small(
    network: Network, values: Sequence[int], floors: Sequence[int], hidden: set[int], cell: int, small: int
) -> bool:
    excess = values[cell] - (small - 1)
    return excess <= 0 or network.shift(list(values), floors, hidden, cell, -excess) == excess


def _widen(task: Task, hidden: set[int], cell: int) -> set[int]:
    """The cheapest further cells that bring `cell` nearer to its need; empty when there are none."""
    network, edge = task.network, task.network.edges[cell]
    need = task.needs.get(cell)
    if need is None:
        for up, down in ((1, 0), (0, 1)):
            if more := _circle(task, hidden, cell, network.values(), up, down, False):
                return more
        return set()
    up, down = max(0, need.high - edge.value), max(0, edge.value - need.low)
    if more := _circle(task, hidden, cell, network.values(), up, down, need.small is not None):
        return more
    for amount in (up, -down):
        values = network.values()
        left = abs(amount) - network.shift(values, network.floors(), hidden, cell, amount)
        for step in dict.fromkeys((left, 1)) if left > 0 else ():
            rise, fall = (step, 0) if amount > 0 else (0, step)
            if more := _circle(task, hidden, cell, values, rise, fall, False):
                return more
    return set()


def _circle(
    task: Task, hidden: set[int], cell: int, values: Sequence[int], up: int, down: int, must_fall: bool
) -> set[int]:
    """The cells to add for the cheapest circle through `cell` that lets it rise by `up` and fall by `down`.

    With `must_fall`, the circle holds a cell that falls when this one rises. Dijkstra over (equation, has
    fallen).
    """
    network, edge = task.network, task.network.edges[cell]
    start, goal = (edge.head, False), (edge.tail, must_fall)
    best: dict[tuple[Node, bool], int] = {start: 0}
    came: dict[tuple[Node, bool], tuple[int, tuple[Node, bool]]] = {}
    order = count()
    queue = [(0, next(order), start)]
    while queue:
        cost, _, state = heapq.heappop(queue)
        if state == goal:
            break
        if cost > best[state]:
            continue
        node, fallen = state
        for other in network.at(node):
            price = 0 if other in hidden else task.price(other, cell)
            if other == cell or price >= UNBOUNDED:
                continue
            rises = network.edges[other].tail == node
            if values[other] - network.edges[other].floor < (down if rises else up):
                continue
            target = (network.other_end(other, node), fallen or (must_fall and not rises))
            if cost + price < best.get(target, UNBOUNDED):
                best[target] = cost + price
                came[target] = (other, state)
                heapq.heappush(queue, (cost + price, next(order), target))
    if goal not in best:
        return set()
    found = set()
    state = goal
    while state != start:
        other, state = came[state]
        found.add(other)
    return found - hidden


def _thin(task: Task, hidden: set[int]) -> set[int]:
    """Show again what later circles made needless, the dearest first."""
    needed = set(task.forced) | set(task.needs)
    for cell in sorted(hidden - needed, key=lambda i: (-task.costs[i], i)):
        if cell not in hidden:
            continue
        fewer = _without_idle_blocks(task.network, hidden - {cell}, needed)
        if not exposed(task, fewer):
            hidden = fewer
    return hidden


def _without_idle_blocks(network: Network, hidden: set[int], needed: set[int]) -> set[int]:
    """Drop cells that cover nothing: those in no circle, and circles in which nothing needs cover."""
    idle: set[int] = set()
    for block in network.blocks(hidden):
        if len(block) == 1 or not block & needed:
            idle |= block - needed
    return _without_idle_blocks(network, hidden - idle, needed) if idle else hidden
