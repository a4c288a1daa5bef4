"""The boot secret: made anew at each start, shared by all workers, kept in memory alone.

Session keychains are sealed under a cookie's secret and this one, so a stolen database and a stolen
browser profile together open nothing once the server has stopped, and a restart asks for passwords.

How it travels: `casework.serve` makes it and writes it into the pipe that is the standard input of
`casework.server`. That process reads it before it starts anything and forks the workers, which find it
in their memory. It is in no file, no environment, no command line and no database.
"""

from __future__ import annotations

import secrets
from typing import BinaryIO

SECRET_BYTES = 32

_held: bytes | None = None


class BootSecretMissing(Exception):
    """The parent ended before it handed the boot secret over; nothing may be served without it."""


def new_secret() -> bytes:
    """Returns 32 random bytes from the operating system."""
    return secrets.token_bytes(SECRET_BYTES)


def receive(stream: BinaryIO) -> None:
    """Takes the secret from the parent's pipe into this process; processes forked from it share it.

    Raises BootSecretMissing when the pipe ends early: a random one in its place would let each worker
    refuse the sessions of the other.
    """
    global _held
    received = stream.read(SECRET_BYTES)
    if len(received) != SECRET_BYTES:
        raise BootSecretMissing("The server was started without its boot secret.")
    _held = received


def boot_secret() -> bytes:
    """Returns the boot secret of this server, the same 32 bytes in each of its workers.

    Without a parent that handed one over (tests, one command, `flask run`) it is random and belongs to
    this process alone.
    """
    global _held
    if _held is None:
        _held = new_secret()
    return _held
