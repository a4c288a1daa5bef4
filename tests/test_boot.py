"""The boot secret: one for all workers, never one made up in its place."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from casework import boot


@pytest.fixture(autouse=True)
def as_in_a_new_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(boot, "_held", None)
    yield


def test_a_worker_has_the_secret_that_its_server_was_handed() -> None:
    secret = boot.new_secret()
    boot.receive(io.BytesIO(secret))
    assert boot.boot_secret() == secret


def test_a_process_on_its_own_makes_one_and_keeps_it() -> None:
    assert len(boot.boot_secret()) == 32
    assert boot.boot_secret() == boot.boot_secret()


def test_each_start_has_another_secret() -> None:
    assert boot.new_secret() != boot.new_secret()


@pytest.mark.parametrize("received", [b"", b"\x01" * 31])
def test_a_pipe_that_ends_early_is_refused(received: bytes) -> None:
    with pytest.raises(boot.BootSecretMissing):
        boot.receive(io.BytesIO(received))
