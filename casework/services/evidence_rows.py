"""A row of evidence opened: its words, its findings, its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.crypto import encoding, streams
from casework.crypto.streams import FileKey
from casework.errors import KeyMissing
from casework.sealed import Locked
from casework.services import sealed_words
from casework.services.vault import Vault

WORDS, FINDINGS, FILE_KEY = "attachments.words", "attachments.findings", "attachments.file_key"
# What is said of a file and may be corrected later; its name is as it came.
SAID = ("kind", "description", "origin", "made")


@dataclass(frozen=True, repr=False)
class Said:
    """What is said of a file: kind of evidence (``evidence_kind``), what it shows, whence it came, when it was made."""

    kind: str
    description: str | None = None
    origin: str | None = None
    made: str | None = None

    def words(self) -> dict[str, str]:
        """As it is sealed."""
        return {name: getattr(self, name) or "" for name in SAID}


def words_of(vault: Vault, row: Any) -> dict[str, Any] | Locked:
    """Name, kind, description, origin, when made, and the reason where the file was set aside."""
    return sealed_words.opened(vault.text(WORDS, row.id, row.compartment_id, row.words_sealed))


def findings_of(vault: Vault, row: Any) -> dict[str, Any] | Locked:
    """Length in bytes; once it was received also its number in the case, type, SHA-256, whether a place lies inside."""
    return sealed_words.opened(vault.text(FINDINGS, row.id, row.compartment_id, row.findings_sealed))


def key_of(vault: Vault, row: Any) -> FileKey:
    """The key of the file; KeyMissing behind a lock."""
    text = vault.text(FILE_KEY, row.id, row.compartment_id, row.file_key_sealed)
    if not isinstance(text, str):
        raise KeyMissing
    return FileKey(row.id, encoding.raw(text))


def length_of(vault: Vault, row: Any) -> int:
    """The length in bytes that was announced; KeyMissing behind a lock."""
    findings = findings_of(vault, row)
    if isinstance(findings, Locked):
        raise KeyMissing
    return int(findings["length"])


def parts_of(length_bytes: int) -> int:
    """In how many parts a file of this length arrives."""
    return streams.chunks_of(length_bytes)
