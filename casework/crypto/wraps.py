"""Compartment keys wrapped under a team's symmetric key, and things sealed to one public key (HPKE, RFC 9180)."""

from __future__ import annotations

import os
import struct
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from casework.crypto.encoding import packed
from casework.crypto.errors import SealBroken
from casework.crypto.suites import AES_256_GCM, NONCE_BYTES, Aead, Suite, open_or_break, suite_of

_BOX = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
# What ``packed`` makes of "wrap" and four integers, for a page that opens a hundred of them.
_WRAP = struct.Struct(">I4sIqIqIqIq")


class WrapPlace(NamedTuple):
    """What a wrapped compartment key belongs to; part of the associated data of its wrap."""

    compartment_id: int
    key_id: int
    version: int
    team_key_id: int

    def bound(self, label: str) -> bytes:
        """The bytes that bind a wrap to this place."""
        return packed(label, *self)

    def bound_wrap(self) -> bytes:
        """The same as ``bound("wrap")``."""
        return _WRAP.pack(4, b"wrap", 8, self[0], 8, self[1], 8, self[2], 8, self[3])


class WrappingKey:
    """A team's symmetric key for one compartment kind; wraps and opens compartment keys."""

    __slots__ = ("_aeads", "_secret")

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._aeads: dict[int, Aead] = {}

    def __repr__(self) -> str:
        return "<WrappingKey>"

    def _aead(self, suite: Suite) -> Aead:
        aead = self._aeads.get(suite.code)
        if aead is None:
            aead = self._aeads[suite.code] = suite.aead(self._secret, b"wrap")
        return aead

    def wrap(self, secret: bytes, place: WrapPlace, suite: Suite = AES_256_GCM) -> bytes:
        """A compartment key sealed for the team: suite, nonce, AEAD output."""
        nonce = os.urandom(NONCE_BYTES)
        return bytes([suite.code]) + nonce + self._aead(suite).encrypt(nonce, secret, place.bound_wrap())

    def unwrap(self, sealed: bytes, place: WrapPlace) -> bytes:
        """The compartment key, or SealBroken."""
        if not sealed:
            raise SealBroken("empty")
        aead = self._aeads.get(sealed[0]) or self._aead(suite_of(sealed[0]))
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        return open_or_break(aead, nonce, body, place.bound_wrap())


def new_box_pair() -> tuple[bytes, bytes]:
    """A fresh X25519 pair as raw bytes: private, public."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def box_public(private: bytes) -> bytes:
    """The public half of a raw X25519 private key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal_to(public: bytes, plain: bytes, purpose: bytes) -> bytes:
    """``plain`` sealed to a raw X25519 public key for one purpose."""
    return bytes(_BOX.encrypt(plain, X25519PublicKey.from_public_bytes(public), purpose))


def open_box(private: bytes, sealed: bytes, purpose: bytes) -> bytes:
    """What was sealed to this private key for this purpose, or SealBroken."""
    try:
        return bytes(_BOX.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), purpose))
    except (InvalidTag, ValueError) as failure:
        raise SealBroken("box does not open") from failure
