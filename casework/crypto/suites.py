"""Cipher suites, each fixing AEAD, key derivation and MAC; every ciphertext names its suite.

AES-256-GCM with SHA-256 is the default. SM4-GCM (GB/T 32907, RFC 8998) with SM3 (GB/T 32905) serves fields for
which national algorithms are wanted; X25519, Ed25519 and Argon2id stay the same. No certification is claimed.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC

from casework.crypto.errors import SealBroken

NONCE_BYTES = 12
TAG_BYTES = 16


class Aead(Protocol):
    """An authenticated cipher under one key."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...


class _Sm4Gcm:
    """SM4 in Galois/counter mode with the interface of AESGCM."""

    def __init__(self, key: bytes) -> None:
        self._cipher = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        encryptor = Cipher(self._cipher, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        if len(data) < TAG_BYTES:
            raise InvalidTag
        decryptor = Cipher(self._cipher, modes.GCM(nonce, data[-TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(associated_data)
        return decryptor.update(data[:-TAG_BYTES]) + decryptor.finalize()


def _mac_sha256(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _mac_sm3(key: bytes, message: bytes) -> bytes:
    mac = HMAC(key, hashes.SM3())
    mac.update(message)
    return mac.finalize()


@dataclass(frozen=True)
class Suite:
    """One fixed combination of algorithms; ``code`` is the first byte of each ciphertext."""

    code: int
    name: str
    mac: Callable[[bytes, bytes], bytes]
    make_aead: Callable[[bytes], Aead]
    key_bytes: int

    def derive(self, secret: bytes, label: bytes) -> bytes:
        """A 32-byte key from a 32-byte secret (HKDF-Expand, one block, RFC 5869), the suite in its label."""
        return self.mac(secret, b"casework/%b/%b\x01" % (label, self.name.encode()))

    def aead(self, secret: bytes, label: bytes) -> Aead:
        """The suite's cipher under the key derived from ``secret`` for one purpose."""
        return self.make_aead(self.derive(secret, label)[: self.key_bytes])


AES_256_GCM = Suite(1, "AES-256-GCM", _mac_sha256, AESGCM, 32)
SM4_GCM = Suite(2, "SM4-GCM", _mac_sm3, _Sm4Gcm, 16)
SUITES = {suite.code: suite for suite in (AES_256_GCM, SM4_GCM)}


def suite_of(code: int) -> Suite:
    """The suite that a ciphertext names; SealBroken when there is none of that number."""
    try:
        return SUITES[code]
    except KeyError:
        raise SealBroken("unknown suite") from None


def open_or_break(aead: Aead, nonce: bytes, sealed: bytes, associated_data: bytes) -> bytes:
    """The plaintext, or SealBroken; no other outcome."""
    try:
        return aead.decrypt(nonce, sealed, associated_data)
    except (InvalidTag, ValueError) as failure:
        raise SealBroken("does not open") from failure
