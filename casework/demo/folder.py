"""The folder of a demonstration: begun with a mark, finished by its list of accounts, which is written last."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from casework.instance import DATABASE_FILE

ACCOUNTS_FILE = "accounts.json"
UNFINISHED_FILE = "demo.unfinished"
# All that holds what a loader wrote; the server secret and the kind of the folder stay.
DATABASE_FILES = (DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm")


def is_finished(folder: Path) -> bool:
    """Whether a demonstration stands here complete."""
    return (folder / ACCOUNTS_FILE).exists()


def is_unfinished(folder: Path) -> bool:
    """Whether a loader was cut off here."""
    return (folder / UNFINISHED_FILE).exists() and not is_finished(folder)


def clear_unfinished(folder: Path) -> None:
    """Removes the database that a loader left unfinished, and nothing else."""
    for name in DATABASE_FILES:
        (folder / name).unlink(missing_ok=True)


def mark_unfinished(folder: Path) -> None:
    """Says that what is here from now on was made by a loader."""
    _write(folder / UNFINISHED_FILE, "made by flask demo load, not finished\n")


def finish(folder: Path, accounts: Sequence[dict[str, str]]) -> None:
    """Writes the list of accounts, whole or not at all, readable by its owner alone."""
    text = json.dumps(list(accounts), ensure_ascii=False, indent=2)
    partial = folder / f".{ACCOUNTS_FILE}.partial"
    _write(partial, text + "\n")
    os.replace(partial, folder / ACCOUNTS_FILE)
    (folder / UNFINISHED_FILE).unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
