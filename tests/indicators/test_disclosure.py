"""What leaves the office, attacked with an integer solver."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.indicators.disclosure import protect
from casework.indicators.tables import TOTAL, Form, ProtectedTable, Table
from tests.indicators.attacker import Attacker, finds
from tests.indicators.drill import SHAPES, drill, growing, in_its_shape
from tests.indicators.make_tables import county, grown, months, truth_of

COUNTIES = [
    (rows, columns, mean, seed)
    for rows, columns, mean in [(12, 0, 8), (12, 0, 3), (6, 4, 6), (12, 11, 5), (12, 8, 20)]
    for seed in range(3)
]


def yearly(*counts: int, is_closed: bool = True) -> Table:
    rows = months(len(counts))
    return Table(rows, (), {(row, TOTAL): count for row, count in zip(rows, counts, strict=True)}, is_closed)


def assert_nothing_is_found(table: Table, published: ProtectedTable) -> None:
    truth = truth_of(in_its_shape(table, published))
    assert finds([published], truth) == []
    assert finds([published], truth, knows_rules=True) == []


@pytest.mark.parametrize(("rows", "columns", "mean", "seed"), COUNTIES)
def test_an_attacker_who_knows_the_rules_finds_no_count_of_a_county(rows, columns, mean, seed):
    table = county(seed, rows, columns, mean)
    published = protect(table, 5)
    if published.form is not Form.WITHHELD:
        assert_nothing_is_found(table, published)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_an_attacker_finds_nothing_in_small_tables_of_any_kind(data):
    rows = months(data.draw(st.integers(1, 5)))
    columns = tuple("abcd"[: data.draw(st.integers(0, 4))])
    places = [(row, column) for row in rows for column in columns or (TOTAL,)]
    counts = {place: data.draw(st.one_of(st.integers(0, 7), st.integers(0, 40))) for place in places}
    k = data.draw(st.integers(3, 6))
    table = Table(rows, columns, counts, data.draw(st.booleans()))
    published = protect(table, k)
    if published.form is not Form.WITHHELD:
        assert_nothing_is_found(table, published)


def test_both_kinds_of_suppressed_cell_are_one_mark_and_every_other_figure_is_true():
    table = county(1, 12, 8, 20)
    published = protect(table, 5)
    shown = in_its_shape(table, published)
    for key, value in published.cells.items():
        exact = shown.value(*key)
        assert value in (None, exact)
        assert value is not None or exact > 0
        assert value is None or not 0 < exact < 5
    assert set(published.cells) == set(shown.published_keys())


def test_one_small_month_takes_one_other_month_along_and_leaves_the_total():
    published = protect(yearly(9, 12, 2, 20, 0, 8, 7), 5)
    assert published.suppressed == 2
    assert published.is_suppressed("2026-03")
    assert published.value(TOTAL) == 58
    assert published.value("2026-05") == 0


def test_a_table_without_small_counts_is_published_as_it_is():
    published = protect(yearly(9, 12, 0, 20), 5)
    assert (published.form, published.suppressed) == (Form.WHOLE, 0)


def test_suppression_stays_near_what_the_small_counts_force():
    small = hidden = 0
    for seed in range(6):
        table = county(seed, 12, 8, 20)
        published = protect(table, 5)
        shown = in_its_shape(table, published)
        small += sum(0 < shown.value(*key) < 5 for key in shown.published_keys())
        hidden += published.suppressed
    assert hidden <= 1.7 * small


def test_the_same_counts_are_always_protected_the_same():
    table = county(2, 12, 8, 20)
    backwards = Table(table.rows, table.columns, dict(reversed(list(table.counts.items()))))
    assert protect(table, 5) == protect(backwards, 5)


def test_a_table_of_one_small_count_is_withheld_and_says_so():
    published = protect(yearly(0, 3, 0), 5)
    assert published.form is Form.WITHHELD
    assert published.cells == {}
    assert published.value("2026-02") is None


def test_rare_categories_are_joined_when_the_table_cannot_be_protected_as_it_is():
    rows = months(2)
    counts = {
        (row, column): count for row in rows for column, count in (("a", 30), ("b", 20), ("c", 1), ("d", 9))
    }
    published = protect(Table(rows, ("a", "b", "c", "d"), counts), 5)
    assert published.form is Form.JOINED
    assert published.columns == ("a", "b", "c+d")
    assert published.value(TOTAL, "c+d") == 20


@pytest.mark.parametrize("k", [2, 1, 0, -1])
def test_a_threshold_below_three_is_refused(k):
    with pytest.raises(ValueError, match="threshold"):
        protect(yearly(9, 9), k)


@pytest.mark.parametrize(
    "counts",
    [{("2026-01", TOTAL): -1}, {("2026-09", TOTAL): 1}, {("2026-01", "a"): 1}, {("2026-01", TOTAL): 1.5}],
)
def test_a_table_refuses_what_is_no_count(counts):
    with pytest.raises(ValueError):
        Table(months(2), (), counts)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("rows", "columns", "mean"), [(6, 4, 8), (6, 0, 8), (6, 6, 20)])
@pytest.mark.parametrize("with_totals", [False, True])
def test_editions_that_grow_month_by_month_give_nothing_away_together(rows, columns, mean, seed, with_totals):
    table = county(seed, rows, columns, mean)
    editions, exact = growing(table, with_totals)
    assert finds(editions, truth_of(*exact)) == []


def test_the_naive_new_edition_is_what_the_attacker_breaks():
    """The attack is sharp: made without the earlier edition, the month between two totals is found."""
    table = yearly(9, 12, 20, 8, 3)
    before = grown(table, 4)
    editions = [protect(before, 5), protect(table, 5)]
    assert finds(editions, truth_of(before, table))
    together = [editions[0], protect(table, 5, editions[:1])]
    assert finds([edition for edition in together if edition.cells], truth_of(before, table)) == []


def test_what_was_suppressed_once_is_never_shown_later():
    first = yearly(9, 12, 2, 20)
    editions = [protect(first, 5)]
    later = protect(yearly(9, 12, 2, 20, 30, 3), 5, editions)
    assert later.cells
    for key, value in editions[0].cells.items():
        if value is None and key[0] != TOTAL:
            assert later.is_suppressed(*key)


@pytest.mark.parametrize("change", [1, -1, 4, -4])
def test_a_correction_never_shows_a_difference_below_the_threshold(change):
    columns = ("a", "b", "c")
    counts = {(row, column): 20 + 3 * i for row in months(4) for i, column in enumerate(columns)}
    before = Table(months(4), columns, counts)
    first = protect(before, 5)
    corrected = Table(months(4), columns, counts | {("2026-02", "b"): counts["2026-02", "b"] + change})
    second = protect(corrected, 5, [first])
    for key, value in second.cells.items():
        earlier = first.value(*key)
        assert value is None or earlier is None or not 0 < abs(value - earlier) < 5
    hidden_now = {key for key, value in second.cells.items() if value is None}
    spans = Attacker([second])
    for key in hidden_now:
        low, high = spans.span(0, key)
        before_it = first.value(*key)
        assert before_it is not None
        assert low <= before_it < high


def test_a_large_correction_is_shown():
    before = yearly(20, 30, 40)
    first = protect(before, 5)
    second = protect(yearly(20, 45, 40), 5, [first])
    assert second.value("2026-02") == 45
    assert second.value(TOTAL) == 105


def test_an_edition_over_months_that_overlap_an_earlier_one_is_withheld():
    first = protect(yearly(20, 30, 40), 5)
    rolling = Table(("2026-02", "2026-03", "2026-04"), (), {("2026-04", TOTAL): 20})
    assert protect(rolling, 5, [first]).form is Form.WITHHELD


def test_an_edition_of_another_year_is_no_earlier_edition():
    first = protect(yearly(20, 30, 40), 5)
    other = Table(months(3, 2027), (), {(row, TOTAL): 20 for row in months(3, 2027)})
    assert protect(other, 5, [first]).value(TOTAL) == 60


def test_the_attacker_breaks_a_table_with_primary_suppression_alone():
    table = county(1, 6, 4, 20)
    cells = {key: None if 0 < table.value(*key) < 5 else table.value(*key) for key in table.published_keys()}
    naive = ProtectedTable(table.rows, table.columns, cells, 5)
    assert finds([naive], truth_of(table))


@pytest.mark.drill
def test_the_drill_finds_nothing_in_three_counties():
    outcomes = drill(3, SHAPES[:4])
    assert [outcome.found for outcome in outcomes] == [()] * len(outcomes)
    assert sum(outcome.withheld for outcome in outcomes) <= 3


def test_trying_the_code_on_every_one_way_table_tells_no_more():
    """The reader with our own source: all tables of four months that are published alike."""
    k, places = 3, [(row, TOTAL) for row in months(4)]
    alike: dict[tuple[int | None, ...], list[tuple[int, ...]]] = {}
    for counts in product(range(9), repeat=4):
        table = Table(months(4), (), dict(zip(places, counts, strict=True)))
        if table.value(TOTAL, TOTAL) < 9:  # above that, not every table alike was tried
            alike.setdefault(tuple(protect(table, k).cells.values()), []).append(counts)
    del alike[()]
    for shown, tables in alike.items():
        for place in (index for index, value in enumerate(shown) if value is None):
            possible = {counts[place] for counts in tables}
            assert min(possible) >= k or (min(possible) == 1 and max(possible) >= k)
