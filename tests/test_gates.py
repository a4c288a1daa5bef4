"""What a run may leave out, and how it says so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT
from tests.browser_path import find_chromium

_SUITE = """
import pytest

def test_of_a_rule(): pass

@pytest.mark.browser
def test_of_a_screen(): pass
"""


def run(folder: Path, *options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Runs a suite of two tests, one of which wants a browser, on a machine that has none."""
    (folder / "test_suite.py").write_text(_SUITE)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = browser: needs Chromium\n")
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("CASEWORK_", "PYTEST_"))
    }
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "tests.gates",
            "-p",
            "no:cacheprovider",
            *options,
            folder,
        ],
        cwd=ROOT,
        env=inherited | {"CASEWORK_CHROMIUM": "/nowhere/chromium"} | environ,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("options", [("-p", "no:xdist"), ("-n", "1")])
def test_without_a_browser_one_line_says_what_was_not_run_and_how_to_get_it(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    ended = run(tmp_path, *options)
    assert ended.returncode == 0
    (line,) = [line for line in ended.stdout.splitlines() if line.startswith("Not run:")]
    assert "browser tests (1)" in line
    assert "apt-get install -y chromium fonts-noto-cjk" in line


@pytest.mark.parametrize("options", [("-p", "no:xdist"), ("-n", "1")])
def test_a_strict_run_fails_on_what_was_skipped(tmp_path: Path, options: tuple[str, ...]) -> None:
    ended = run(tmp_path, *options, CASEWORK_TESTS_STRICT="1")
    assert ended.returncode == 1
    assert "1 passed, 1 skipped" in ended.stdout


def test_a_strict_run_passes_when_nothing_was_skipped(tmp_path: Path) -> None:
    ended = run(tmp_path, "-p", "no:xdist", CASEWORK_TESTS_STRICT="1", CASEWORK_CHROMIUM=sys.executable)
    assert ended.returncode == 0


def test_the_browser_that_the_setting_names_is_taken_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEWORK_CHROMIUM", sys.executable)
    assert find_chromium() == Path(sys.executable)
    monkeypatch.setenv("CASEWORK_CHROMIUM", "/nowhere/chromium")
    assert find_chromium() is None


def test_the_browser_is_found_on_the_path_and_then_in_playwrights_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CASEWORK_CHROMIUM", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chromium() is None
    cached = tmp_path / "cache" / "chromium-1200" / "chrome-linux" / "chrome"
    cached.parent.mkdir(parents=True)
    cached.touch(mode=0o755)
    assert find_chromium() == cached
    (tmp_path / "chromium").touch(mode=0o755)
    assert find_chromium() == tmp_path / "chromium"
