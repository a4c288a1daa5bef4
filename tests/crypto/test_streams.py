"""A file in sealed chunks: whole or not at all."""

from __future__ import annotations

import pytest

from casework.crypto import streams
from casework.crypto.errors import SealBroken
from casework.crypto.fields import new_secret
from casework.crypto.streams import CHUNK_BYTES, FileKey
from casework.crypto.suites import AES_256_GCM, SM4_GCM, Suite

FULL = bytes(CHUNK_BYTES)


@pytest.fixture
def key() -> FileKey:
    return FileKey(7, new_secret())


@pytest.mark.parametrize("suite", [AES_256_GCM, SM4_GCM], ids=lambda suite: suite.name)
def test_what_was_sealed_opens_in_its_place(key: FileKey, suite: Suite) -> None:
    sealed = key.seal_chunk(3, b"his letter", is_last=True, suite=suite)
    assert key.open_chunk(3, sealed, is_last=True) == b"his letter"
    assert len(sealed) == len(b"his letter") + streams.OVERHEAD_BYTES


def test_the_same_chunk_never_looks_the_same_twice(key: FileKey) -> None:
    assert key.seal_chunk(0, b"x", is_last=True) != key.seal_chunk(0, b"x", is_last=True)


@pytest.mark.parametrize(("index", "is_last"), [(1, True), (0, False)])
def test_a_chunk_opens_nowhere_else(key: FileKey, index: int, is_last: bool) -> None:
    sealed = key.seal_chunk(0, b"x", is_last=True)
    with pytest.raises(SealBroken):
        key.open_chunk(index, sealed, is_last=is_last)


def test_a_file_cut_at_the_border_of_a_chunk_is_noticed(key: FileKey) -> None:
    first = key.seal_chunk(0, FULL, is_last=False)
    with pytest.raises(SealBroken):
        key.open_chunk(0, first, is_last=True)


def test_a_chunk_of_another_file_does_not_open() -> None:
    secret = new_secret()
    sealed = FileKey(1, secret).seal_chunk(0, b"x", is_last=True)
    for other in (FileKey(2, secret), FileKey(1, new_secret())):
        with pytest.raises(SealBroken):
            other.open_chunk(0, sealed, is_last=True)


def test_any_flipped_byte_and_any_shortening_is_noticed(key: FileKey) -> None:
    sealed = key.seal_chunk(0, b"words of hers", is_last=True)
    for at in range(len(sealed)):
        altered = bytearray(sealed)
        altered[at] ^= 1
        with pytest.raises(SealBroken):
            key.open_chunk(0, bytes(altered), is_last=True)
        with pytest.raises(SealBroken):
            key.open_chunk(0, sealed[:at], is_last=True)


def test_a_picture_is_no_chunk_and_no_other_picture(key: FileKey) -> None:
    sealed = key.seal_picture("thumbnail", b"x")
    assert key.open_picture("thumbnail", sealed) == b"x"
    with pytest.raises(SealBroken):
        key.open_picture("preview", sealed)
    with pytest.raises(SealBroken):
        key.open_chunk(0, sealed, is_last=True)


@pytest.mark.parametrize(("plain", "is_last"), [(b"", True), (b"short", False), (FULL + b"x", True)])
def test_a_chunk_of_a_wrong_length_is_never_sealed(key: FileKey, plain: bytes, is_last: bool) -> None:
    with pytest.raises(ValueError, match="length"):
        key.seal_chunk(0, plain, is_last=is_last)


@pytest.mark.parametrize(
    ("length", "chunks", "last"),
    [(1, 1, 1), (CHUNK_BYTES, 1, CHUNK_BYTES), (CHUNK_BYTES + 1, 2, 1), (200 * 1024**2, 100, CHUNK_BYTES)],
)
def test_lengths(length: int, chunks: int, last: int) -> None:
    assert streams.chunks_of(length) == chunks
    assert streams.chunk_bytes(length, chunks - 1) == last
    assert streams.chunk_bytes(length, chunks) == 0
    assert streams.sealed_bytes(length) == length + chunks * streams.OVERHEAD_BYTES


def test_a_key_says_nothing_of_itself(key: FileKey) -> None:
    assert repr(key) == "<FileKey 7>"
