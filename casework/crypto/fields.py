"""Field values sealed under a compartment key and bound to their place.

Ciphertext: suite (1 byte), key id (8), nonce (12), AEAD output. Associated data: label, format, suite, the field's
tag from the registry, row id, compartment id and key version, each length-prefixed. Values are padded to a
multiple of 64 bytes (ISO/IEC 7816-4), so that the length of a name does not show. Absent is ``None`` outside;
empty text is sealed like any other.
"""

from __future__ import annotations

import os
import struct

from casework.crypto.encoding import packed
from casework.crypto.errors import SealBroken
from casework.crypto.suites import AES_256_GCM, NONCE_BYTES, Aead, Suite, open_or_break, suite_of

FORMAT = 1
PAD_BYTES = 64
KEY_BYTES, VOUCHER_BYTES = 32, 16
_HEADER = 1 + 8
_BODY = _HEADER + NONCE_BYTES
_PLACE = struct.Struct(">H14sHBHBHIHQHQHI")
_LABEL = b"casework.field"


def new_secret() -> bytes:
    """32 random bytes: a compartment, team, draft or index key."""
    return os.urandom(KEY_BYTES)


def _place(suite: Suite, tag: int, row_id: int, compartment_id: int, version: int) -> bytes:
    return _PLACE.pack(14, _LABEL, 1, FORMAT, 1, suite.code, 4, tag, 8, row_id, 8, compartment_id, 4, version)


def padded(plain: bytes) -> bytes:
    """``plain`` with 0x80 and zeros up to the next multiple of 64 bytes."""
    return plain + b"\x80" + bytes(-(len(plain) + 1) % PAD_BYTES)


def unpadded(block: bytes) -> bytes:
    """What was padded; SealBroken when the padding is not ours."""
    body = block.rstrip(b"\x00")
    if not body.endswith(b"\x80"):
        raise SealBroken("padding")
    return body[:-1]


def key_id_of(sealed: bytes) -> int:
    """The id of the key that a ciphertext names; compared with the row's compartment, never followed by itself."""
    if len(sealed) < _BODY:
        raise SealBroken("too short")
    return int.from_bytes(sealed[1:_HEADER], "big")


class FieldKey:
    """One version of a compartment's key, opened for one request; never stored, never shown."""

    __slots__ = ("_aeads", "_named", "_secret", "compartment_id", "key_id", "version")

    def __init__(self, *, key_id: int, compartment_id: int, version: int, secret: bytes) -> None:
        self.key_id = key_id
        self._named = key_id.to_bytes(8, "big")
        self.compartment_id = compartment_id
        self.version = version
        self._secret = secret
        self._aeads: dict[int, Aead] = {}

    def __repr__(self) -> str:
        return f"<FieldKey {self.key_id}>"

    def _aead(self, suite: Suite) -> Aead:
        aead = self._aeads.get(suite.code)
        if aead is None:
            aead = self._aeads[suite.code] = suite.aead(self._secret, b"field")
        return aead

    def seal(self, plain: bytes, *, tag: int, row_id: int, suite: Suite = AES_256_GCM) -> bytes:
        """``plain`` sealed for one field of one row."""
        nonce = os.urandom(NONCE_BYTES)
        place = _place(suite, tag, row_id, self.compartment_id, self.version)
        header = bytes([suite.code]) + self._named
        return header + nonce + self._aead(suite).encrypt(nonce, padded(plain), place)

    def open(self, sealed: bytes, *, tag: int, row_id: int) -> bytes:
        """What was sealed in exactly this place under exactly this key version; else SealBroken."""
        if len(sealed) < _BODY or sealed[1:_HEADER] != self._named:
            raise SealBroken("another key")
        suite = suite_of(sealed[0])
        aead = self._aeads.get(suite.code) or self._aead(suite)
        place = _place(suite, tag, row_id, self.compartment_id, self.version)
        return unpadded(open_or_break(aead, sealed[_HEADER:_BODY], sealed[_BODY:], place))

    def voucher(self, recipient_id: int, owner_id: int) -> bytes:
        """16 bytes that only a holder of this key can make: the proof that its wrap for a recipient was meant.

        A new key version is wrapped for vouched recipients alone, so that a row written into the database by
        somebody without the key makes nobody a recipient. ``owner_id`` is the case or call whose compartment it is:
        nobody gives it to another.
        """
        named = packed("voucher", self.compartment_id, self.key_id, self.version, recipient_id, owner_id)
        return AES_256_GCM.mac(AES_256_GCM.derive(self._secret, b"voucher"), named)[:VOUCHER_BYTES]

    def succession(self, newer: FieldKey) -> bytes:
        """16 bytes that only a holder of this key can make: the proof that ``newer`` was made to follow it."""
        named = packed("succession", newer.compartment_id, newer.key_id, newer.version, newer._secret)
        return AES_256_GCM.mac(AES_256_GCM.derive(self._secret, b"succession"), named)[:VOUCHER_BYTES]

    def secret_for_wrapping(self) -> bytes:
        """The raw key, for wraps alone."""
        return self._secret
