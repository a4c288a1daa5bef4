"""The drills: what each does, how much of it in full and in a slice, and the most that it may take."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MINUTE = 60


@dataclass(frozen=True)
class Result:
    """What a drill came to: one line of figures, and the faults, of which there must be none."""

    figures: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drill:
    """One drill. ``run`` takes how many, 0 where a slice leaves it out; times are in seconds, on two cores."""

    name: str
    run: Callable[[int], Result]
    full: int
    slice: int
    full_seconds: int
    slice_seconds: int


def kills(n: int) -> Result:
    """Writers killed on SQLite."""
    from tests.faults.test_killed import drill

    done = drill(n)
    return Result(
        f"{done.kills} kills, {done.acknowledged} acknowledged writes found again", tuple(done.lost)
    )


def kills_on_postgres(n: int) -> Result:
    """Writers, and the server with every fifth, killed on a PostgreSQL that syncs to the disk."""
    from tests.faults.test_killed import drill_postgres

    done = drill_postgres(n)
    return Result(
        f"{done.kills} kills, {done.acknowledged} acknowledged writes found again", tuple(done.lost)
    )


def bad_inputs(n: int) -> Result:
    """Whatever nobody expects, sent to every form as every role."""
    from tests.faults.test_bad_input import drill

    done = drill(n)
    statuses = ", ".join(f"{status}: {count}" for status, count in sorted(done.statuses.items()))
    return Result(f"{done.inputs} inputs to {done.forms} forms ({statuses})", tuple(done.wrong))


def calls_at_once(n: int) -> Result:
    """Calls recorded by four processes of four threads each."""
    from tests.faults.test_two_people import drill

    numbers, faults = drill(n)
    return Result(f"{numbers} calls by 16 threads in 4 processes, numbered without a gap", tuple(faults))


def disclosure(n: int) -> Result:
    """Counties' tables as published, attacked with all that a reader may know."""
    from tests.indicators.drill import drill

    done = drill(n)
    found = tuple(sentence for outcome in done for sentence in outcome.found)
    small, hidden = sum(it.small for it in done), sum(it.suppressed for it in done)
    return Result(f"{n} counties of {len(done)} shapes, {small} small cells, {hidden} suppressed", found)


def uploads(n: int) -> Result:
    """A file of so many mebibytes through the real server, up and down again."""
    from tests.drill.uploads import MEGABYTE, drill

    done = drill(n)
    return Result(f"{n} MB, a process grew by {done.above_base / MEGABYTE:.0f} MB", tuple(done.faults))


def part_canaries(n: int) -> Result:
    """A word in every field of every part, looked for everywhere it must not be; ``n`` databases of the two."""
    kinds = "sqlite or postgres" if n > 1 else "sqlite"
    where = str(Path(__file__).parents[1] / "faults" / "test_part_canaries.py")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-m", "long", "-k", kinds, where],
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout.strip().splitlines()[-1:]
    return Result(f"{n} databases", () if done.returncode == 0 else tuple(said))


DRILLS: tuple[Drill, ...] = (
    Drill("killed writers, SQLite", kills, 200, 15, 30 * MINUTE, 2 * MINUTE),
    Drill("killed writers, PostgreSQL", kills_on_postgres, 100, 8, 20 * MINUTE, 2 * MINUTE),
    Drill("bad inputs", bad_inputs, 10_000, 600, 40 * MINUTE, 3 * MINUTE),
    Drill("calls at once", calls_at_once, 3_200, 160, 10 * MINUTE, MINUTE),
    Drill("evidence of 200 MB", uploads, 200, 40, 5 * MINUTE, MINUTE),
    Drill("canaries in every part", part_canaries, 2, 0, 20 * MINUTE, 0),
    Drill("disclosure", disclosure, 40, 2, 60 * MINUTE, 2 * MINUTE),
)
