"""Runs the drills, each in a process of its own that ends when its time is up, and writes what they came to.

    python -m tests.drill [--slice] [NAME ...]

Ends with 1 when a drill found a fault or ran out of time.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass

from config import ROOT
from tests.drill.registry import DRILLS, Drill

TABLE = ROOT / "bench" / "drill.md"
# What all of a slice may take on two cores.
SLICE_SECONDS = 8 * 60
SHOWN_FAULTS = 20


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    name: str
    outcome: str
    figures: str
    seconds: float


def run_here(name: str, count: int) -> None:
    """One drill in this process; its result as the last line on standard output."""
    drill = next(it for it in DRILLS if it.name == name)
    print(json.dumps(asdict(drill.run(count))), flush=True)


def run(drill: Drill, count: int, seconds: float) -> tuple[Line, list[str]]:
    """One drill in a process group of its own, ended when its time is up."""
    began = time.monotonic()
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tests.drill",
        "--here",
        drill.name,
        "--count",
        str(count),
    ]
    # Failures that the drills provoke are logged as in service; only the last line is the result.
    child = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        said, complaints = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        spent = time.monotonic() - began
        return Line(drill.name, "out of time", f"not done within {seconds:.0f} s", spent), []
    spent = time.monotonic() - began
    if child.returncode:
        return Line(drill.name, "broke", f"ended with {child.returncode}", spent), complaints.splitlines()[
            -30:
        ]
    result = json.loads(said.splitlines()[-1])
    faults = list(result["faults"])
    return Line(drill.name, f"{len(faults)} faults" if faults else "held", result["figures"], spent), faults


def table(lines: list[Line], is_slice: bool) -> str:
    """The table as it is kept."""
    rows = [f"| {it.name} | {it.outcome} | {it.figures} | {it.seconds:.0f} s |" for it in lines]
    kind = "a slice" if is_slice else "in full"
    head = [
        "# Drill",
        "",
        f"Run {kind} on {datetime.date.today().isoformat()}, {os.cpu_count()} cores. Written by `make drill`.",
        "",
        "| drill | outcome | figures | time |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def main() -> int:
    """Runs what was asked for."""
    asked = argparse.ArgumentParser(prog="python -m tests.drill")
    asked.add_argument("names", nargs="*", help="some drills by name; all when none is named")
    asked.add_argument("--slice", action="store_true", help="a part of each, within eight minutes")
    asked.add_argument("--here", help=argparse.SUPPRESS)
    asked.add_argument("--count", type=int, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.here:
        run_here(given.here, given.count)
        return 0
    chosen = [it for it in DRILLS if not given.names or it.name in given.names]
    chosen = [it for it in chosen if it.slice or not given.slice]
    lines, until = [], time.monotonic() + SLICE_SECONDS
    for drill in chosen:
        count, seconds = (
            (drill.slice, drill.slice_seconds) if given.slice else (drill.full, drill.full_seconds)
        )
        left = until - time.monotonic() if given.slice else float(seconds)
        line, faults = run(drill, count, max(1.0, min(seconds, left)))
        print(f"{line.outcome:12} {line.name}: {line.figures}, {line.seconds:.0f} s", flush=True)
        for fault in faults[:SHOWN_FAULTS]:
            print(f"    {fault[:500]}")
        lines.append(line)
    if not given.slice and not given.names:
        TABLE.parent.mkdir(exist_ok=True)
        TABLE.write_text(table(lines, given.slice))
    return 0 if all(line.outcome == "held" for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
