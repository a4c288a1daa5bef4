"""`python -m bench`: builds what is missing, measures, prints the table and writes it to bench/results.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench import case_page, loader, pages, report, services, starting
from bench.report import Line
from config import ROOT

SMALL, LARGE, QUICK = 10_000, 1_000_000, 100_000
RESULTS = ROOT / "bench" / "results.md"


def _built(cases: int) -> loader.Built:
    built = loader.build(cases)
    size = built.database.stat().st_size / 1e6
    print(f"{cases:,} cases: {size:,.0f} MB, {_how_long(built.seconds)}", flush=True)
    return built


def _how_long(seconds: float) -> str:
    return f"built in {seconds:.0f} s" if seconds > 1 else "from the cache"


def measured(large_cases: int) -> list[Line]:
    """Everything, from one run."""
    small, large = _built(SMALL), _built(large_cases)
    with tempfile.TemporaryDirectory(prefix="casework-bench-", dir=loader.cache_folder()) as folder:
        scratch = Path(folder)
        copy = loader.copied(small, scratch / "instance")
        seen, memory = pages.measure(copy, large)
        saving = services.saving(copy, scratch)
        finding = services.finding(large)
        opened = report.of_case_pages(case_page.opening(copy))
        rest = report.of_services(saving, finding, starting.seconds(copy))
        return report.of_pages(seen, memory) + opened + rest


def main() -> int:
    """Measures; with ``--gate`` its exit code says whether each ratio stayed above its gate."""
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("--quick", action="store_true", help=f"{QUICK:,} cases in place of {LARGE:,}")
    asked.add_argument(
        "--gate", action="store_true", help="fail below the gates, which stand far below the aims"
    )
    options = asked.parse_args()
    cases = QUICK if options.quick else LARGE
    lines = measured(cases)
    written = report.table(lines)
    print(f"\n{written}")
    RESULTS.write_text(f"# The last run, {SMALL:,} and {cases:,} cases\n\n{written}\n")
    failed = [line.name for line in lines if not line.passes]
    if options.gate and failed:
        print("Below the gate: " + "; ".join(failed), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
