"""Someone who holds every edition ever published, knows the rules, and owns an integer solver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

import highspy

from casework.indicators.tables import TOTAL, Key, ProtectedTable

CEILING = 10_000


@dataclass
class Attacker:
    """Asks for the least and greatest whole number of a cell in any table that agrees with `editions`.

    A month that two editions cover is taken as unchanged. With `knows_rules` he also uses that every circle
    of equations with hidden cells in it holds one below the threshold; `editions` is then a single one.
    """

    editions: Sequence[ProtectedTable]
    knows_rules: bool = False
    solver: highspy.Highs = field(init=False)

    def __post_init__(self) -> None:
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.inner: dict[Key, highspy.highs_var] = {}
        for edition in self.editions:
            for row, column in product(edition.rows, edition.columns or (TOTAL,)):
                if (row, column) not in self.inner:
                    self.inner[row, column] = self.solver.addIntegral(lb=0, ub=CEILING)
        self.names = dict.fromkeys(
            (number, key) for number, edition in enumerate(self.editions) for key in edition.cells
        )
        for number, key in self.names:
            shown = self.editions[number].cells[key]
            cell = self.cell(number, key)
            self.solver.addConstr(cell >= 1 if shown is None else cell == shown)
        if self.knows_rules:
            self._one_small_in_each_circle()

    def cell(self, number: int, key: Key):
        """A cell or margin of one edition as an expression over the cells that are counted."""
        edition, (row, column) = self.editions[number], key
        rows = edition.rows if row == TOTAL else (row,)
        columns = (edition.columns or (TOTAL,)) if column == TOTAL else (column,)
        return highspy.Highs.qsum(self.inner[place] for place in product(rows, columns))

    def span(self, number: int, key: Key) -> tuple[int, int]:
        """The least and the greatest possible whole number."""
        cell = self.cell(number, key)
        ends = []
        for ask in (self.solver.minimize, self.solver.maximize):
            ask(cell)
            assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
            ends.append(round(self.solver.getInfo().objective_function_value))
        return ends[0], ends[1]

    def hidden(self) -> list[tuple[int, Key]]:
        """All marked cells of all editions; a month that several of them mark is asked for once."""
        found: dict[tuple[tuple[str, ...], str], tuple[int, Key]] = {}
        for number, (row, column) in self.names:
            if self.editions[number].cells[row, column] is None:
                rows = self.editions[number].rows if row == TOTAL else (row,)
                found.setdefault((rows, column), (number, (row, column)))
        return list(found.values())

    def _one_small_in_each_circle(self) -> None:
        (edition,) = self.editions
        for circle in circles(edition):
            flags = []
            for key in circle:
                flag = self.solver.addBinary()
                self.solver.addConstr(self.cell(0, key) + CEILING * flag <= edition.threshold - 1 + CEILING)
                flags.append(flag)
            self.solver.addConstr(highspy.Highs.qsum(flags) >= 1)


def circles(edition: ProtectedTable) -> list[set[Key]]:
    """Marked cells grouped by circle: two part where taking one equation away parts them."""
    hidden = [key for key, value in edition.cells.items() if value is None]
    nodes = [("row", row) for row in (*edition.rows, TOTAL)] + [
        ("column", c) for c in (*edition.columns, TOTAL)
    ]

    def ends(key: Key) -> set[tuple[str, str]]:
        if not edition.is_closed:
            return {("row", key[0]), ("column", TOTAL)} if edition.columns else set()
        return (
            {("row", key[0]), ("column", key[1])} if edition.columns else {("row", TOTAL), ("column", TOTAL)}
        )

    groups = [set(hidden)] if hidden else []
    for without in nodes:
        parted = []
        for group in groups:
            left = set(group)
            while left:
                reached = {left.pop()}
                edge = set(reached)
                while edge:
                    touching = set().union(*(ends(key) for key in edge)) - {without}
                    edge = {key for key in left if ends(key) & touching}
                    left -= edge
                    reached |= edge
                parted.append(reached)
        groups = parted
    return groups


def finds(
    editions: Sequence[ProtectedTable], truth: dict[tuple[int, Key], int], knows_rules: bool = False
) -> list[str]:
    """What he learns that he should not, one sentence each: the measure of a publication."""
    attacker = Attacker(editions, knows_rules)
    learnt = []
    for number, key in attacker.hidden():
        low, high = attacker.span(number, key)
        k = editions[number].threshold
        assert low <= truth[number, key] <= high, "the attacker's system must hold the truth"
        if low == high:
            learnt.append(f"edition {number}: {key} is exactly {low}")
        elif truth[number, key] < k and (low > 1 or high < k):
            learnt.append(f"edition {number}: {key} lies between {low} and {high}")
    return learnt
