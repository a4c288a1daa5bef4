"""What the running application was started with, reachable by services without a request."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import current_app

from casework.crypto.passwords import CHEAP_FOR_TESTS, STRONG, Cost
from casework.instance import Instance
from casework.transaction import NoLock, WriteLock
from config import Settings


@dataclass(frozen=True, repr=False)
class Runtime:
    """Settings, the opened instance, the write lock and the boot secret of this process."""

    settings: Settings
    instance: Instance
    lock: WriteLock | NoLock
    boot_secret: bytes = field(repr=False)

    @property
    def server_secret(self) -> bytes:
        """The instance's server secret."""
        return self.instance.server_secret

    @property
    def password_cost(self) -> Cost:
        """Argon2id parameters for new passwords; cheap ones only in a test instance."""
        if self.settings.argon2_cheap and self.settings.kind == "test":
            return CHEAP_FOR_TESTS
        return STRONG


def runtime() -> Runtime:
    """The runtime of the application at hand."""
    held: Runtime = current_app.extensions["casework"]
    return held
