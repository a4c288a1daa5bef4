"""Additive tables as a network: a cell is an edge, an equation "parts = total" a node that keeps its balance.

The unknown part of a published table is a circulation in that network, so what an attacker can find out about
a cell (its least and its greatest whole number) is a flow, exact and without a solver. Knows nothing of
tables or indicators.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

Node = Hashable
UNBOUNDED = 1 << 60


@dataclass(frozen=True, slots=True)
class Edge:
    """One cell: raising it by one sends one unit from `tail` to `head`. `floor` is its least value."""

    tail: Node
    head: Node
    value: int
    floor: int = 1


@dataclass(slots=True)
class Network:
    """The cells of all tables that are read together."""

    edges: Sequence[Edge]
    _at_node: dict[Node, list[int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for index, edge in enumerate(self.edges):
            self._at_node.setdefault(edge.tail, []).append(index)
            self._at_node.setdefault(edge.head, []).append(index)

    def at(self, node: Node) -> Sequence[int]:
        """The cells that take part in one equation."""
        return self._at_node[node]

    def other_end(self, index: int, node: Node) -> Node:
        """The second equation of a cell."""
        edge = self.edges[index]
        return edge.head if edge.tail == node else edge.tail

    def values(self) -> list[int]:
        """The true values, as a fresh list that flows may change."""
        return [edge.value for edge in self.edges]

    def floors(self) -> list[int]:
        """The least value of each cell, as a fresh list."""
        return [edge.floor for edge in self.edges]

    def shift(
        self, values: list[int], floors: Sequence[int], hidden: Collection[int], index: int, amount: int
    ) -> int:
        """Raise a hidden cell by `amount` (lower it when negative) as far as the other hidden cells allow.

        Changes `values` to a table that agrees with everything shown. Returns how far it got, never negative.
        """
        edge = self.edges[index]
        raising = amount > 0
        start, goal = (edge.head, edge.tail) if raising else (edge.tail, edge.head)
        left = abs(amount) if raising else min(-amount, values[index] - floors[index])
        moved = 0
        while moved < left:
            path = self._path(values, floors, hidden, index, start, goal)
            if path is None:
                break
            step = min(
                [left - moved] + [values[cell] - floors[cell] for cell, forward in path if not forward]
            )
            for cell, forward in path:
                values[cell] += step if forward else -step
            moved += step
        values[index] += moved if raising else -moved
        return moved

    def _path(
        self,
        values: Sequence[int],
        floors: Sequence[int],
        hidden: Collection[int],
        without: int,
        start: Node,
        goal: Node,
    ) -> list[tuple[int, bool]] | None:
        came: dict[Node, tuple[int, bool, Node] | None] = {start: None}
        queue = deque([start])
        while queue and goal not in came:
            node = queue.popleft()
            for cell in self._at_node[node]:
                if cell == without or cell not in hidden:
                    continue
                forward = self.edges[cell].tail == node
                if not forward and values[cell] <= floors[cell]:
                    continue
                target = self.other_end(cell, node)
                if target not in came:
                    came[target] = (cell, forward, node)
                    queue.append(target)
        if goal not in came:
            return None
        path = []
        node = goal
        while (arrival := came[node]) is not None:
            cell, forward, node = arrival
            path.append((cell, forward))
        return path

    def blocks(self, hidden: Iterable[int]) -> list[set[int]]:
        """The hidden cells grouped so that two share a group just when one circle of equations holds both.

        A group of one is a cell that its equation gives away, or one that is in none. Deterministic: groups
        come in order of their first cell.
        """
        return sorted(_Blocks(self, set(hidden)).groups, key=min)


class _Blocks:
    """Tarjan's biconnected components over cells, two cells between the same equations being a circle."""

    def __init__(self, network: Network, hidden: set[int]) -> None:
        self.network, self.hidden = network, hidden
        self.groups: list[set[int]] = []
        self._depth: dict[Node, int] = {}
        self._low: dict[Node, int] = {}
        self._stack: list[int] = []
        self._seen: set[int] = set()
        for cell in sorted(hidden):
            node = network.edges[cell].tail
            if node not in self._depth:
                self._visit(node, 0)

    def _visit(self, node: Node, depth: int) -> None:
        self._depth[node] = self._low[node] = depth
        for cell in self.network.at(node):
            if cell not in self.hidden or cell in self._seen:
                continue
            self._seen.add(cell)
            target = self.network.other_end(cell, node)
            if target == node:
                self.groups.append({cell})
                continue
            self._stack.append(cell)
            if target in self._depth:
                self._low[node] = min(self._low[node], self._depth[target])
                continue
            self._visit(target, depth + 1)
            self._low[node] = min(self._low[node], self._low[target])
            if self._low[target] >= depth:
                cut = self._stack.index(cell)
                self.groups.append(set(self._stack[cut:]))
                del self._stack[cut:]
