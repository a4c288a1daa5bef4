"""Where the marks of a chart stand. The template only writes them.

A suppressed value is None and gets no mark; the line breaks there, so that no height of a hidden cell can be
read off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 246
LEFT, RIGHT, TOP, BOTTOM = 44, 590, 18, 200


@dataclass(frozen=True, slots=True)
class Point:
    """One period: its short label, its value (None when suppressed), and the year that heads it."""

    label: str
    value: float | None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point that is drawn."""

    x: float
    y: float
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Shape:
    """Everything a chart's template writes, in units of its view box."""

    ticks: Sequence[tuple[float, str]]
    labels: Sequence[tuple[float, str]]
    groups: Sequence[tuple[float, str]]
    lines: Sequence[str]
    marks: Sequence[Mark]
    hidden: int
    step: float
    target_y: float | None


def _scale(highest: float) -> tuple[float, float]:
    """The top of the axis and the distance of its lines: at most five lines, on round figures."""
    unit = 1.0
    while True:
        for factor in (1, 2, 5):
            if highest <= 4 * unit * factor:
                return 4 * unit * factor, unit * factor
        unit *= 10


def plot(points: Iterable[Point], target: float | None = None) -> Shape:
    """Lay out points from left to right over an axis that starts at zero."""
    series = list(points)
    known = [point.value for point in series if point.value is not None]
    top, tick = _scale(max([*known, target or 0, 1]))
    step = (RIGHT - LEFT) / max(len(series), 1)

    def height(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / top, 1)

    def place(index: int) -> float:
        return round(LEFT + step * (index + 0.5), 1)

    lines: list[list[str]] = [[]]
    marks = []
    for index, point in enumerate(series):
        if point.value is None:
            lines.append([])
            continue
        mark = Mark(place(index), height(point.value), point.label, point.value)
        marks.append(mark)
        lines[-1].append(f"{mark.x},{mark.y}")
    starts = [
        i for i, point in enumerate(series) if point.group and (i == 0 or series[i - 1].group != point.group)
    ]
    every = 1 + len(series) // 19
    return Shape(
        ticks=[(height(tick * n), f"{tick * n:,g}") for n in range(round(top / tick) + 1)],
        labels=[(place(i), point.label) for i, point in enumerate(series) if i % every == 0],
        groups=[(round(LEFT + step * i + 4, 1), series[i].group) for i in starts],
        lines=[" ".join(line) for line in lines if len(line) > 1],
        marks=marks,
        hidden=len(series) - len(known),
        step=round(step, 1),
        target_y=None if target is None else height(target),
    )
