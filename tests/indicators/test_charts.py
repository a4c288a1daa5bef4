"""A chart draws published cells and nothing else."""

from __future__ import annotations

from casework.indicators.charts import monthly
from casework.indicators.disclosure import protect
from casework.indicators.tables import TOTAL, ProtectedTable, Table
from casework.presentation.charts import Point, Shape, plot
from tests.indicators.make_tables import county, months


def drawn(published: ProtectedTable) -> Shape:
    return plot(Point(point.label, point.value, point.group) for point in monthly([published]))


def yearly(**counts: int) -> Table:
    rows = months(12)
    return Table(rows, (), {(row, TOTAL): counts.get(f"m{i}", 10) for i, row in enumerate(rows, start=1)})


def test_a_suppressed_month_has_no_point_and_breaks_the_line():
    published = protect(yearly(m6=3), 5)
    points = monthly([published])
    gaps = [point.label for point in points if point.value is None]
    assert "6" in gaps
    assert len(gaps) == 2
    assert all(point.is_suppressed == (point.value is None) for point in points)
    shape = drawn(published)
    assert shape.hidden == 2
    assert len(shape.marks) == 10


def test_nothing_of_a_chart_moves_with_a_hidden_value():
    """Two counties that publish the same figures draw the same chart, whatever hides behind the marks."""
    one = protect(yearly(m5=3, m6=40), 5)
    other = protect(yearly(m5=2, m6=41), 5)
    assert one.cells == other.cells
    assert drawn(one) == drawn(other)


def test_a_hidden_peak_does_not_stretch_the_axis():
    table = Table(months(3), (), {("2026-01", TOTAL): 3, ("2026-02", TOTAL): 900, ("2026-03", TOTAL): 0})
    published = protect(table, 5)
    assert published.is_suppressed("2026-02")
    heights = [label for _, label in drawn(published).ticks]
    assert "800" not in heights
    assert "1,000" not in heights


def test_the_newest_edition_of_a_month_is_drawn_and_years_follow_each_other():
    before = Table(months(2, 2025), (), {("2025-01", TOTAL): 7, ("2025-02", TOTAL): 30})
    corrected = Table(months(2, 2025), (), {("2025-01", TOTAL): 17, ("2025-02", TOTAL): 30})
    first = protect(before, 5)
    second = protect(corrected, 5, [first])
    this_year = protect(Table(months(1), (), {("2026-01", TOTAL): 9}), 5)
    points = monthly([first, second, this_year])
    assert [(point.group, point.label, point.value) for point in points] == [
        ("2025", "1", 17),
        ("2025", "2", 30),
        ("2026", "1", 9),
    ]


def test_one_category_is_drawn_from_its_own_column():
    published = protect(county(4, 12, 4, 40), 5)
    column = published.columns[0]
    values = [point.value for point in monthly([published], column)]
    assert values == [published.value(row, column) for row in published.rows]
