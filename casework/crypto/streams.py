"""Files sealed in chunks as they arrive, each under a random key of its own.

Sealed chunk: suite (1 byte), nonce (12), AEAD output. Associated data: label, format, suite, file id, index of the
chunk, whether it is the last. A chunk that was left out, moved, taken from another file or altered, and a file that
ends early or late, do not open: SealBroken, and no other outcome. Every write takes a fresh random nonce, so a chunk
may be sealed anew in its place.
"""

from __future__ import annotations

import os

from casework.crypto.encoding import packed
from casework.crypto.errors import SealBroken
from casework.crypto.fields import KEY_BYTES
from casework.crypto.suites import (
    AES_256_GCM,
    NONCE_BYTES,
    TAG_BYTES,
    Aead,
    Suite,
    open_or_break,
    suite_of,
)

FORMAT = 1
CHUNK_BYTES = 2 * 1024 * 1024
OVERHEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES
SEALED_CHUNK_BYTES = CHUNK_BYTES + OVERHEAD_BYTES


def chunks_of(length_bytes: int) -> int:
    """How many chunks hold a file of this length; an empty file has none."""
    return -(-length_bytes // CHUNK_BYTES)


def chunk_bytes(length_bytes: int, index: int) -> int:
    """The length of one chunk before sealing: full, but for the last; 0 beyond the end."""
    return max(0, min(CHUNK_BYTES, length_bytes - index * CHUNK_BYTES))


def sealed_bytes(length_bytes: int) -> int:
    """The length of the whole sealed file."""
    return length_bytes + chunks_of(length_bytes) * OVERHEAD_BYTES


class FileKey:
    """The key of one file; held for one request, never shown."""

    __slots__ = ("_aeads", "_secret", "file_id")

    def __init__(self, file_id: int, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise SealBroken("file key")
        self.file_id = file_id
        self._secret = secret
        self._aeads: dict[int, Aead] = {}

    def __repr__(self) -> str:
        return f"<FileKey {self.file_id}>"

    def _aead(self, suite: Suite) -> Aead:
        aead = self._aeads.get(suite.code)
        if aead is None:
            aead = self._aeads[suite.code] = suite.aead(self._secret, b"file")
        return aead

    def _seal(self, plain: bytes, suite: Suite, place: tuple[str | int, ...]) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        bound = packed("casework.file", FORMAT, suite.code, self.file_id, *place)
        return bytes([suite.code]) + nonce + self._aead(suite).encrypt(nonce, plain, bound)

    def _open(self, sealed: bytes, place: tuple[str | int, ...]) -> bytes:
        if len(sealed) < OVERHEAD_BYTES:
            raise SealBroken("too short")
        suite = suite_of(sealed[0])
        bound = packed("casework.file", FORMAT, suite.code, self.file_id, *place)
        body = 1 + NONCE_BYTES
        return open_or_break(self._aead(suite), sealed[1:body], sealed[body:], bound)

    def seal_chunk(self, index: int, plain: bytes, *, is_last: bool, suite: Suite = AES_256_GCM) -> bytes:
        """One chunk sealed for its place in this file. ValueError for one that is too long, or short and not last."""
        if not 0 < len(plain) <= CHUNK_BYTES or (len(plain) < CHUNK_BYTES and not is_last):
            raise ValueError("the length of a chunk")
        return self._seal(plain, suite, ("chunk", index, int(is_last)))

    def open_chunk(self, index: int, sealed: bytes, *, is_last: bool) -> bytes:
        """What was sealed in exactly this place of this file; else SealBroken."""
        return self._open(sealed, ("chunk", index, int(is_last)))

    def seal_picture(self, name: str, plain: bytes, suite: Suite = AES_256_GCM) -> bytes:
        """A small picture of the file, sealed as a whole under its name."""
        return self._seal(plain, suite, ("picture", name))

    def open_picture(self, name: str, sealed: bytes) -> bytes:
        """The picture of that name of this file; else SealBroken."""
        return self._open(sealed, ("picture", name))
