"""A file through the real server: constant memory, nothing in the clear. `make drill` sends 200 MB."""

from __future__ import annotations

from tests.drill.uploads import MEGABYTE, drill


def test_a_file_passes_through_the_server_without_filling_it() -> None:
    done = drill(32)
    assert done.faults == []
    # Many times less than the file: its length does not lie in memory.
    assert done.above_base < 30 * MEGABYTE
