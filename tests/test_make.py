"""What the office of the tests promises to the tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from casework.extensions import db
from casework.transaction import reader
from tests.make import copied


def test_a_reader_that_outlives_its_session_fails_the_test_that_held_it(
    office_template: Path, tmp_path: Path
) -> None:
    office = copied(office_template, tmp_path / "instance")
    with office.at_work():
        held = reader()
        db.session.remove()
        held.execute(text("SELECT 1"))
    with pytest.raises(AssertionError, match="1 connection"):
        office.close()
    held.invalidate()
    office.close()
