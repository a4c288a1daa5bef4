"""Exact look-ups over sealed values: a keyed digest per purpose, useless without the index key and server secret."""

from __future__ import annotations

import hmac

from casework.crypto.passwords import join

PURPOSES = ("phone", "identity_number", "staff_conflict")


def digest(index_key: bytes, server_secret: bytes, purpose: str, normalised: str) -> bytes:
    """The 32-byte digest under which a normalised value is found; ValueError for an unknown purpose."""
    if purpose not in PURPOSES:
        raise ValueError(purpose)
    key = join(index_key, server_secret, purpose=f"casework/blind-index/{purpose}")
    return hmac.digest(key, normalised.encode(), "sha256")


def rewrapped(newer_index_key: bytes, server_secret: bytes, purpose: str, older_digest: bytes) -> bytes:
    """The digest of the next key version from the older digest alone: rotation needs no plaintext."""
    key = join(newer_index_key, server_secret, purpose=f"casework/blind-index/{purpose}")
    return hmac.digest(key, older_digest, "sha256")
