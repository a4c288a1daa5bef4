"""The server secret lost, or another one in its place: nothing starts, and nothing is made anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework import migrating
from casework.instance import SECRET_FILE, open_instance
from config import ConfigurationError
from tests.make import Office


def test_another_secret_starts_nothing(any_office: Office) -> None:
    migrating.upgrade(any_office.settings)
    path = any_office.settings.instance_path / SECRET_FILE
    right = path.read_bytes()
    path.write_bytes(bytes(32))
    with pytest.raises(ConfigurationError, match="is not the one of this database"):
        migrating.upgrade(any_office.settings)
    assert path.read_bytes() == bytes(32)
    path.write_bytes(right)
    migrating.upgrade(any_office.settings)


def test_a_lost_secret_is_not_made_anew(any_office: Office) -> None:
    path = any_office.settings.instance_path / SECRET_FILE
    path.unlink()
    with pytest.raises(ConfigurationError, match="is missing, and the instance is in use"):
        open_instance(any_office.settings)
    assert not path.exists()


def test_a_live_instance_is_no_test_instance(office: Office) -> None:
    with pytest.raises(ConfigurationError, match="can't be started as 'live'"):
        open_instance(replace(office.settings, kind="live", argon2_cheap=False))
