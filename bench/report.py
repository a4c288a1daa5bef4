"""The table of a run: what was measured, what it came to, what is aimed at, and below what a gate fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.pages import Memory, Page
from bench.services import Act

MIB = 1024 * 1024


@dataclass(frozen=True)
class Line:
    """One ratio. ``aim`` is what is wished for, ``gate`` what a run must not miss: well away from the aim."""

    name: str
    value: float
    aim: float | None = None
    gate: float | None = None
    at_most: bool = False
    unit: str = ""
    note: str = ""

    def _meets(self, limit: float | None) -> bool:
        if limit is None:
            return True
        return self.value <= limit if self.at_most else self.value >= limit

    @property
    def is_reached(self) -> bool:
        """Whether the aim is met."""
        return self._meets(self.aim)

    @property
    def passes(self) -> bool:
        """Whether the gate is met."""
        return self._meets(self.gate)

    def written(self) -> str:
        """As a row of the table."""
        sign = "≤" if self.at_most else "≥"
        aim = "" if self.aim is None else f"{sign} {self.aim:g}{'' if self.is_reached else '  missed'}"
        return f"| {self.name} | {self.value:.2f}{self.unit} | {aim} | {self.note} |"


def of_pages(pages: Mapping[str, Page], memory: Memory) -> list[Line]:
    """What the case list came to."""
    constants, small, large = pages["constants"], pages["small"], pages["large"]
    untrailed = pages["untrailed"]
    noise = max(page.noise for page in pages.values())
    return [
        Line(
            "case list, pages a second, against constants",
            small.per_second / constants.per_second,
            0.25,
            0.15,
            note=f"rounds differ by {noise:.0%}",
        ),
        Line(
            "the same in processor time of the workers",
            constants.cpu_us / small.cpu_us,
            0.25,
            0.18,
            note=f"{small.cpu_us / 1000:.1f} ms a page, constants {constants.cpu_us / 1000:.1f} ms",
        ),
        Line(
            "case list, large against small, processor time",
            large.cpu_us / small.cpu_us,
            1.15,
            1.5,
            at_most=True,
        ),
        Line("the trail's part of a page", 1 - untrailed.cpu_us / small.cpu_us, note="processor time"),
        *(_tail(f"case list ({name})", pages[name]) for name in ("constants", "small", "large")),
        _memory(memory),
    ]


def _tail(name: str, measured: Page | Act) -> Line:
    middle, slow = _percentiles(measured)
    note = f"p50 {middle / 1000:.2f} ms, p99 {slow / 1000:.2f} ms"
    return Line(f"{name}, p99 / p50", slow / middle, 4, at_most=True, note=note)


def _percentiles(measured: Page | Act) -> tuple[float, float]:
    if isinstance(measured, Page):
        return measured.latency_us(0.5), measured.latency_us(0.99)
    return measured.percentile_us(0.5), measured.percentile_us(0.99)


def _memory(memory: Memory) -> Line:
    if memory.pss is None or memory.uss is None:
        return Line(
            "memory of a worker", memory.rss / MIB, unit=" MiB", note="resident, shared pages in full"
        )
    return Line(
        "memory of a worker", memory.pss / MIB, unit=" MiB", note=f"PSS; USS {memory.uss / MIB:.0f} MiB"
    )


def of_services(saving: Mapping[str, Act], finding: Mapping[str, Act], start_seconds: float) -> list[Line]:
    """What calls, look-ups and the start came to. Ratios of medians: a stalled disk falls on all alike."""

    def ratio(acts: Mapping[str, Act], one: str, other: str) -> float:
        return acts[one].percentile_us(0.5) / acts[other].percentile_us(0.5)

    find, fetch = finding["find"], finding["fetch"]
    note = f"processor time, {find.cpu_us / 1000:.2f} and {fetch.cpu_us / 1000:.2f} ms"

    return [
        Line(
            "finding by phone against fetching by key",
            find.cpu_us / fetch.cpu_us,
            1.3,
            2.5,
            at_most=True,
            note=note,
        ),
        Line("the desk's look-up against a fetch recorded durably", ratio(finding, "look up", "recorded")),
        Line("saved calls against bare rows of the same bytes", ratio(saving, "bare", "call"), 0.55, 0.03),
        Line("saved calls against the same rows bare", ratio(saving, "rows", "call"), gate=0.05),
        Line("processor time of a saved call", saving["call"].cpu_us / 1000, unit=" ms"),
        _tail("saving a call", saving["call"]),
        _tail("the bare insert", saving["bare"]),
        _tail("the desk's look-up", finding["look up"]),
        _tail("fetching a case", finding["fetch"]),
        Line("second start", start_seconds, 3, 10, at_most=True, unit=" s"),
    ]


def of_case_pages(opening: Mapping[str, Act]) -> list[Line]:
    """What a full case costs against an empty one."""
    return [
        Line(
            name,
            opening[f"full{part}"].cpu_us / opening[f"empty{part}"].cpu_us,
            2,
            3,
            at_most=True,
            note=f"processor time, {opening[f'full{part}'].cpu_us / 1000:.1f} ms a page",
        )
        for name, part in (
            ("a case of 200 entries and 50 files, opened, against an empty one", " file"),
            ("its timeline against an empty one's", "/timeline"),
        )
    ]


def table(lines: list[Line]) -> str:
    """All of it, in Markdown."""
    head = ["| | came to | aim | |", "|---|---|---|---|"]
    return "\n".join([*head, *(line.written() for line in lines)])
