"""What may be left out of a run, and how loudly: a pytest plugin.

Without Chromium the tests marked `browser` are skipped and one line says how many and how to get it.
With CASEWORK_TESTS_STRICT=1 any skipped test fails the run.
"""

from __future__ import annotations

import os

import pytest

from tests.browser_path import HOW_TO_GET_IT, find_chromium

_NO_BROWSER = "no Chromium"


def pytest_configure(config: pytest.Config) -> None:
    # In an xdist run the controller alone sees the reports of all workers.
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Skips(strict=os.environ.get("CASEWORK_TESTS_STRICT") == "1"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    needing = [item for item in items if item.get_closest_marker("browser")]
    if needing and find_chromium() is None:
        for item in needing:
            item.add_marker(pytest.mark.skip(reason=_NO_BROWSER))


class _Skips:
    """Counts what was skipped and tells it at the end."""

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict
        self._skipped: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self._skipped[report.nodeid] = _reason(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._skipped[report.nodeid] = _reason(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._strict and self._skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        without_browser = sum(_NO_BROWSER in reason for reason in self._skipped.values())
        if without_browser:
            terminalreporter.write_line(
                f"Not run: browser tests ({without_browser}), as no Chromium was found; {HOW_TO_GET_IT}"
            )
        if self._strict and self._skipped:
            terminalreporter.write_line(
                f"CASEWORK_TESTS_STRICT: {len(self._skipped)} tests were skipped, so this run fails.",
                red=True,
            )


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
