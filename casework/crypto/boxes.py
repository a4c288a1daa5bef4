"""Small secrets sealed under one 32-byte key for one purpose: bundles, keychains, drafts, TOTP secrets."""

from __future__ import annotations

import os

from casework.crypto.errors import SealBroken
from casework.crypto.suites import AES_256_GCM, NONCE_BYTES, Suite, open_or_break, suite_of


def seal(key: bytes, plain: bytes, purpose: bytes, suite: Suite = AES_256_GCM) -> bytes:
    """``plain`` under ``key``, bound to ``purpose``: suite, nonce, AEAD output."""
    nonce = os.urandom(NONCE_BYTES)
    return bytes([suite.code]) + nonce + suite.aead(key, b"box").encrypt(nonce, plain, purpose)


def open_sealed(key: bytes, sealed: bytes, purpose: bytes) -> bytes:
    """What ``seal`` sealed for this purpose, or SealBroken."""
    if len(sealed) <= NONCE_BYTES:
        raise SealBroken("too short")
    aead = suite_of(sealed[0]).aead(key, b"box")
    return open_or_break(aead, sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], purpose)
