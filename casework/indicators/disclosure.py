"""Disclosure control: from exact counts to a table that points at nobody, earlier editions in hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from casework.indicators.cell_network import Edge, Network, Node
from casework.indicators.suppression import Need, Task, cover
from casework.indicators.tables import TOTAL, Form, Key, ProtectedTable, Table

LEAST_THRESHOLD = 3
Span = frozenset[str]
Place = tuple[Span, Key]

INNER_COST, MARGIN_COST, GRAND_COST = 1_000, 4_000, 20_000
_WORLD: Node = "world"


def protect(table: Table, k: int, published: Sequence[ProtectedTable] = ()) -> ProtectedTable:
    """What may leave of `table` so that no count from 1 to k-1 can be narrowed down, also beside `published`.

    `published` are all earlier editions of the table that anyone may have seen, oldest first. Zeros are
    shown. A cell suppressed once stays so; a difference of 1 to k-1 from a figure published before is hidden
    like a small count. A table that can't be protected has its rarest columns joined until it can, and is
    withheld when that fails too; a later edition keeps the columns of the first and leaves out the totals
    over rows instead. Deterministic. Raises ValueError for k below 3. Source: the indicator catalogue,
    disclosure control.
    """
    if k < LEAST_THRESHOLD:
        raise ValueError(f"a threshold below {LEAST_THRESHOLD} protects nobody")
    earlier = [edition for edition in published if edition.cells and set(edition.rows) & set(table.rows)]
    for attempt in _attempts(table, earlier):
        hidden = _Problem(attempt, k, earlier).solve()
        if hidden is not None:
            cells = {key: None if key in hidden else attempt.value(*key) for key in attempt.published_keys()}
            return ProtectedTable(
                attempt.rows, attempt.columns, cells, k, _form(table, attempt), attempt.is_closed
            )
    return ProtectedTable(table.rows, table.columns, {}, k, Form.WITHHELD, table.is_closed)


def _attempts(table: Table, earlier: Sequence[ProtectedTable]) -> Iterator[Table]:
    """The table and its coarser shapes, the one that says most first."""
    attempt = table if not earlier else _in_columns_of(earlier[-1], table)
    while attempt is not None:
        yield attempt
        if earlier and attempt.is_closed:
            yield attempt.without_totals()
        # a reader lays editions side by side, so a later one keeps the columns of the first
        attempt = None if earlier else attempt.coarser()


def _form(table: Table, attempt: Table) -> Form:
    if attempt.columns != table.columns:
        return Form.JOINED
    return Form.WHOLE if attempt.is_closed == table.is_closed else Form.WITHOUT_TOTALS


def _in_columns_of(edition: ProtectedTable, table: Table) -> Table | None:
    if edition.columns == table.columns:
        return table
    try:
        return table.joined(edition.columns)
    except KeyError:
        return None


class _Problem:
    """One new edition beside the earlier ones, as two questions for the search.

    The first is about differences: what the new edition must not show because an older one shows a figure
    near it. The second is about the counts, for a reader who takes every figure that any edition shows as
    known.
    """

    def __init__(self, table: Table, k: int, earlier: Sequence[ProtectedTable]) -> None:
        self.table, self.k, self.earlier = table, k, earlier
        self.root: Span = frozenset(table.rows)
        self.spans = self._spans()
        self.has_totals = table.is_closed or any(
            edition.is_closed and frozenset(edition.rows) == self.root for edition in earlier
        )
        self.places = self._places()

    def _spans(self) -> list[Span]:
        closed = {frozenset(edition.rows) for edition in self.earlier if edition.is_closed}
        return sorted({self.root, *closed}, key=lambda span: (len(span), sorted(span)))

    def _is_nested(self) -> bool:
        rows = [frozenset(edition.rows) for edition in self.earlier]
        pairs = [(a, b) for a in self.spans for b in self.spans]
        return all(span <= self.root for span in rows) and all(
            a <= b or b <= a or not a & b for a, b in pairs
        )

    def _places(self) -> list[Place]:
        inner = [
            (self.root, (row, column)) for row in self.table.rows for column in (*self.table.columns, TOTAL)
        ]
        spans = [span for span in self.spans if span != self.root or self.has_totals]
        return inner + [(span, (TOTAL, column)) for span in spans for column in (*self.table.columns, TOTAL)]

    def value(self, place: Place) -> int:
        """The true count at a place of the joint system."""
        span, (row, column) = place
        return self.table.value(row, column, among=sorted(span))

    def seen(self, place: Place) -> list[int | None]:
        """What earlier editions say of a place: a figure, or None for the mark."""
        span, key = place
        return [
            edition.cells[key]
            for edition in self.earlier
            if key in edition.cells and (key[0] != TOTAL or frozenset(edition.rows) == span)
        ]

    def network(self) -> Network:
        """The cells and equations of all editions together."""
        return Network([self._edge(place) for place in self.places])

    def _edge(self, place: Place) -> Edge:
        span, (row, column) = place
        inside: Node
        if row == TOTAL:
            inside = self._sum_of(span, column)
            outside = _WORLD if span == self.root else self._sum_of(self._around(span), column)
        else:
            inside = (row, TOTAL) if self.table.columns else _WORLD
            outside = self._sum_of(self._around(frozenset([row]), or_itself=True), column)
        tail, head = (outside, inside) if column == TOTAL else (inside, outside)
        return Edge(tail, head, self.value(place))

    def _sum_of(self, span: Span, column: str) -> Node:
        """The equation "months of a span = its total"; where no edition has the total there is none."""
        return _WORLD if span == self.root and not self.has_totals else (span, column)

    def _around(self, span: Span, or_itself: bool = False) -> Span:
        return next(other for other in self.spans if span < other or (or_itself and span == other))

    def solve(self) -> frozenset[Key] | None:
        """The cells of the new edition to suppress, or None when no choice is safe."""
        if not self._is_nested():
            return None
        moved = self._moved()
        differences = cover(moved) if moved.needs else frozenset()
        counts = self._cover_in_pairs(self._small())
        if differences is None or counts is None:
            return None
        chosen = (self.places[index] for index in differences | counts)
        return frozenset(key for span, key in chosen if span == self.root)

    def _cover_in_pairs(self, task: Task) -> frozenset[int] | None:
        """In a one-way table, neighbours are hidden two by two (the last three together), or not at all.

        Which months pair is plain from the zeros, so even a reader who tries this code on every table he can
        think of learns no more of a pair than that one of it is small. For the same reason the total stays:
        marks alone would say that all of it is small.
        """
        total = self.table.value(TOTAL, TOTAL)
        if not self.table.columns and 0 < total < self.k:
            return None
        hidden = cover(task)
        while hidden is not None and not self.table.columns:
            torn = {i for group in self._pairs() if set(group) & hidden for i in group} - hidden
            if not torn:
                break
            task = replace(task, forced=task.forced | torn)
            hidden = cover(task)
        return hidden

    def _pairs(self) -> list[list[int]]:
        fresh = [
            index
            for index, place in enumerate(self.places)
            if place[1][0] != TOTAL and self.value(place) and not self.seen(place)
        ]
        groups = [fresh[start : start + 2] for start in range(0, len(fresh), 2)]
        if len(groups) > 1 and len(groups[-1]) == 1:
            groups[-2:] = [groups[-2] + groups[-1]]
        return groups

    def _positions(self) -> list[tuple[int, int]]:
        rows, columns = (*self.table.rows, TOTAL), (*self.table.columns, TOTAL)
        return [(rows.index(row), columns.index(column)) for _, (row, column) in self.places]

    def _cost(self, place: Place) -> int:
        row, column = place[1]
        if row == TOTAL and column == TOTAL:
            return GRAND_COST
        is_margin = row == TOTAL or (column == TOTAL and self.table.columns)
        return MARGIN_COST if is_margin else INNER_COST

    def _is_new(self, place: Place) -> bool:
        return place[0] == self.root or place[1][0] != TOTAL

    def _small(self) -> Task:
        needs, costs, forced = {}, {}, set()
        for index, place in enumerate(self.places):
            value, said = self.value(place), self.seen(place)
            if value == 0 or any(figure is not None for figure in said):
                continue
            if value < self.k:
                needs[index] = Need(1, self.k, self.k)
            elif said:
                forced.add(index)
            elif self._is_new(place) and (self.table.columns or place[1][0] != TOTAL):
                costs[index] = self._cost(place)
        return Task(self.network(), needs, frozenset(forced), costs, self._positions())

    def _moved(self) -> Task:
        needs, costs = {}, {}
        for index, place in enumerate(self.places):
            value = self.value(place)
            figures = [figure for figure in self.seen(place) if figure is not None]
            if not figures or value == 0 or not self._is_new(place):
                continue
            near = [figure for figure in figures if 0 < abs(value - figure) < self.k]
            if near:
                ups = [figure + self.k for figure in near if figure < value]
                downs = [max(1, figure - self.k) for figure in near if figure > value]
                low = min(downs + [max(1, figure) for figure in near])
                needs[index] = Need(low, max(ups + near))
            else:
                costs[index] = self._cost(place)
        return Task(self.network(), needs, frozenset(), costs, self._positions())
