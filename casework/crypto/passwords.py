"""Password-derived keys: Argon2id (RFC 9106) joined with the server secret, so that neither alone opens anything."""

from __future__ import annotations

import os
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SALT_BYTES = 16


@dataclass(frozen=True)
class Cost:
    """Argon2id parameters: memory in KiB, passes, lanes."""

    memory_kib: int
    passes: int
    lanes: int

    def encoded(self) -> str:
        """The form stored beside the salt."""
        return f"{self.memory_kib},{self.passes},{self.lanes}"

    @classmethod
    def decoded(cls, stored: str) -> Cost:
        """The parameters that ``encoded`` wrote."""
        memory, passes, lanes = (int(part) for part in stored.split(","))
        return cls(memory, passes, lanes)


STRONG = Cost(memory_kib=65_536, passes=3, lanes=1)
CHEAP_FOR_TESTS = Cost(memory_kib=64, passes=1, lanes=1)


def new_salt() -> bytes:
    """16 random bytes."""
    return os.urandom(SALT_BYTES)


def stretch(password: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes from a password; about a tenth of a second with STRONG. Never inside a write transaction."""
    kdf = Argon2id(
        salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
    return kdf.derive(password.encode())


def join(*secrets: bytes, purpose: str) -> bytes:
    """HKDF-SHA256 over several secrets, each needed, for one purpose; 32 bytes."""
    material = b"".join(len(secret).to_bytes(4, "big") + secret for secret in secrets)
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(material)
