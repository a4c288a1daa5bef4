"""Finds a Chromium on this machine. `python -m tests.browser_path` says which, or how to get one."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

HOW_TO_GET_IT = (
    "install it with: sudo apt-get install -y chromium fonts-noto-cjk (or name one with CASEWORK_CHROMIUM)"
)

_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_IN_PLAYWRIGHT = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
    "chromium_headless_shell-*/chrome-*/*headless*shell",
)


def find_chromium() -> Path | None:
    """The browser to test with: the one that CASEWORK_CHROMIUM names, else on PATH, else Playwright's own.

    A CASEWORK_CHROMIUM that names nothing gives None: another browser in its place would surprise.
    """
    if named := os.environ.get("CASEWORK_CHROMIUM"):
        return Path(named) if os.access(named, os.X_OK) else None
    for command in _COMMANDS:
        if found := shutil.which(command):
            return Path(found)
    return _in_playwright_cache()


def _in_playwright_cache() -> Path | None:
    default = "~/Library/Caches/ms-playwright" if sys.platform == "darwin" else "~/.cache/ms-playwright"
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or default).expanduser()
    for pattern in _IN_PLAYWRIGHT:
        for found in sorted(cache.glob(pattern), reverse=True):
            if os.access(found, os.X_OK):
                return found
    return None


def main() -> int:
    """Prints the browser's path and returns 0, or prints how to get one and returns 1."""
    if found := find_chromium():
        print(found)
        return 0
    print(f"No Chromium found; {HOW_TO_GET_IT}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
