"""The folder of an instance: born live, demo or test, with a server secret that is never replaced."""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from config import ConfigurationError, Settings

SECRET_FILE = "server.secret"  # noqa: S105 - the name of a file
KIND_FILE = "kind"
DATABASE_FILE = "casework.db"


@dataclass(frozen=True, repr=False)
class Instance:
    """An opened instance: its folder, kind and server secret (32 bytes, in a 0600 file outside every backup)."""

    path: Path
    kind: str
    server_secret: bytes

    @property
    def database_path(self) -> Path:
        """The embedded database."""
        return self.path / DATABASE_FILE

    @property
    def lock_path(self) -> Path:
        """The write lock: a file of its own, never the database."""
        return self.path / f"{DATABASE_FILE}.writelock"

    @property
    def anchor_path(self) -> Path:
        """Where the head of the trail is written each hour."""
        return self.path / "anchors.log"

    @property
    def secret_check(self) -> str:
        """What set-up keeps in the database, so that another secret put in place of the right one is noticed."""
        return self.derived("check").hex()

    def derived(self, purpose: str) -> bytes:
        """32 bytes from the server secret for one purpose."""
        return hmac.digest(self.server_secret, b"casework/" + purpose.encode(), "sha256")


def _write_once(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read_secret(path: Path) -> bytes:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        content = path.read_bytes()
    except OSError as failure:
        raise ConfigurationError(
            [f"The server secret {path} can't be read ({failure.strerror}). Nothing was started or replaced."]
        ) from failure
    if mode & 0o077:
        raise ConfigurationError([f"The server secret {path} can be read by others. Run: chmod 600 {path}"])
    if len(content) != 32:
        raise ConfigurationError(
            [f"The server secret {path} is damaged. Put back the right file; nothing was replaced."]
        )
    return content


def open_instance(settings: Settings) -> Instance:
    """Opens the instance, or makes a new one in an empty folder; ConfigurationError with a sentence otherwise.

    A database without its server secret is never given a new one: that would lock everybody out for good.
    """
    path = settings.instance_path
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret_path, kind_path = path / SECRET_FILE, path / KIND_FILE
    if not secret_path.exists():
        # Where PostgreSQL holds the database, the kind alone says that the instance was in use.
        if (path / DATABASE_FILE).exists() or kind_path.exists():
            raise ConfigurationError(
                [
                    f"The server secret {secret_path} is missing, and the instance is in use. "
                    "Put the file back, or restore with the kit. Nothing was started or replaced."
                ]
            )
        _write_once(secret_path, secrets.token_bytes(32))
        _write_once(kind_path, settings.kind.encode())
    secret = _read_secret(secret_path)
    kind = kind_path.read_text().strip() if kind_path.exists() else ""
    if kind != settings.kind:
        raise ConfigurationError(
            [
                f"The instance in {path} was made as '{kind or 'unknown'}' and can't be started as "
                f"'{settings.kind}'. Set CASEWORK_KIND={kind} or choose another CASEWORK_INSTANCE."
            ]
        )
    return Instance(path, kind, secret)
