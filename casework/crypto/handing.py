"""Compartment keys handed on to a team by somebody outside it: what she signs, and the proof that a key follows one."""

from __future__ import annotations

import hashlib

from casework.crypto.encoding import packed
from casework.crypto.fields import VOUCHER_BYTES, FieldKey
from casework.crypto.wraps import WrapPlace


def handed_message(place: WrapPlace, owner_id: int, key_sealed: bytes) -> bytes:
    """What is signed when a key is handed on: its place, the owner of the compartment, the sealed bytes."""
    return packed(place.bound("handed"), owner_id, hashlib.sha256(key_sealed).digest())


def field_key(place: WrapPlace, secret: bytes) -> FieldKey:
    """The key of a place."""
    return FieldKey(
        key_id=place.key_id, compartment_id=place.compartment_id, version=place.version, secret=secret
    )


def proof(older: FieldKey, newer: FieldKey) -> bytes:
    """That ``newer`` was made to follow ``older``, which version is named."""
    return older.version.to_bytes(4, "big") + older.succession(newer)


def split(proofs: bytes) -> list[bytes]:
    """The proofs that came with a key, one by one."""
    size = 4 + VOUCHER_BYTES
    return [proofs[start : start + size] for start in range(0, len(proofs), size)]
