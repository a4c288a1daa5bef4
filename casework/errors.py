"""What can go wrong in the domain; an error carries facts, the sentence belongs to the template."""

from __future__ import annotations

from dataclasses import dataclass, field


class DomainError(Exception):
    """The base of everything that a view may answer with a sentence."""


class NotFound(DomainError):
    """Absent, or not this person's to see: the same answer."""


class NotSignedIn(DomainError):
    """Nobody is signed in, or her session has ended."""


class SessionLocked(DomainError):
    """The session is locked: the password opens it again."""


class PasswordNeeded(DomainError):
    """This act asks for the password again, and it was missing or wrong."""


class Busy(DomainError):
    """The database did not become free within five seconds; nothing was written."""


class StorageFull(DomainError):
    """The disk has no room; nothing was written."""


class LinkSpent(DomainError):
    """A one-time link that was used, has ended or never existed: the same answer."""


class WrongKit(DomainError):
    """The two shares do not open the recovery key."""


class CodeMismatch(DomainError):
    """The admission code typed is not the one on the member's screen."""


class KeyUntrusted(DomainError):
    """A public key, member or grant does not verify back to the office root; nothing is sealed to it."""


class KeyMissing(DomainError):
    """The person holds no key for what she would write or open."""


class AlreadyDone(DomainError):
    """The act was done before, by this person or another."""


@dataclass
class Invalid(DomainError):
    """A value that the service refuses, by field and reason code."""

    faults: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return ", ".join(f"{name}: {reason}" for name, reason in self.faults.items())


@dataclass
class MoveRefused(DomainError):
    """A state move that the table of moves does not allow, or a rule forbids."""

    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass
class Stale(DomainError):
    """Somebody else saved first: both versions, field by field, and the version to save against."""

    yours: dict[str, str]
    theirs: dict[str, str]
    their_name: str
    their_at: int
    version: int

    def __str__(self) -> str:
        return "stale"
