"""Signatures (Ed25519, RFC 8032) over canonical statements, and the codes that people read to each other."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from casework.crypto.encoding import packed

# About 20 ms; public values alone go in, so that an answer may be kept.
ADMISSION_ROUNDS = 50_000


def new_signing_pair() -> tuple[bytes, bytes]:
    """A fresh Ed25519 pair as raw bytes: private, public."""
    private = Ed25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def signing_public(private: bytes) -> bytes:
    """The public half of a raw Ed25519 private key."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sign(private: bytes, label: str, message: bytes) -> bytes:
    """A 64-byte signature over a labelled message."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(packed(label, message))


def is_signed_by(public: bytes, signature: bytes, label: str, message: bytes) -> bool:
    """Whether the signature over the labelled message is this key's."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, packed(label, message))
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(root_public: bytes) -> str:
    """The office root as printed on the kit: 40 hexadecimal digits in groups of four."""
    digits = hashlib.sha256(packed("root", root_public)).hexdigest()[:40].upper()
    return " ".join(digits[i : i + 4] for i in range(0, 40, 4))


@lru_cache(maxsize=64)
def admission_code(account_id: int, box_public: bytes, signing_public_key: bytes, root_public: bytes) -> str:
    """The code on a member's own screen that her lead types: 16 digits over her keys and the root she trusts.

    Made slow on purpose: whoever plants keys of his own must try some 10^16 of them until one shows her code.
    """
    seed = packed("admission", account_id, box_public, signing_public_key, root_public)
    slow = hashlib.pbkdf2_hmac("sha256", seed, b"casework/admission", ADMISSION_ROUNDS, 8)
    digits = f"{int.from_bytes(slow, 'big') % 10**16:016d}"
    return " ".join(digits[i : i + 4] for i in range(0, 16, 4))


def digits_of(typed: str) -> str:
    """The digits in what somebody typed, full-width ones of a Chinese keyboard among them."""
    return "".join(char for char in unicodedata.normalize("NFKC", typed) if char in "0123456789")


def is_same_code(right: str, typed: str) -> bool:
    """Whether the typed digits are those of a code, in constant time."""
    return hmac.compare_digest(digits_of(right).encode(), digits_of(typed).encode())
