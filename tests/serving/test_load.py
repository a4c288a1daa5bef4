"""What the server imports before it forks its workers."""

from __future__ import annotations

import subprocess
import sys

from config import ROOT

_LOOK = """
import os, threading
import casework.factory
names = [f"/proc/self/fd/{number}" for number in range(3, 64)]
opened = [os.readlink(name) for name in names if os.path.lexists(name)]
print(threading.active_count(), opened)
"""


def test_importing_the_application_starts_no_thread_and_opens_no_file() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _LOOK], cwd=ROOT, capture_output=True, text=True, check=True, close_fds=True
    )
    assert ended.stdout == "1 []\n"
