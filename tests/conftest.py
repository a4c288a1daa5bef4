"""What every test can ask for."""

from __future__ import annotations

pytest_plugins = ["tests.gates", "tests.postgres", "tests.make", "tests.browser.served"]
