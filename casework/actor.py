"""Who acts in a request: account, roles, keychain; and what she was shown, to be recorded before the bytes leave."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from casework.crypto.keychain import Keychain
from models.enums import Role


@dataclass(frozen=True)
class RoleHeld:
    """One approved role, in a team where it has one."""

    role: Role
    team_id: int | None = None


@dataclass(frozen=True)
class View:
    """One thing shown: what, of which subject, with which row ids."""

    action: str
    subject_kind: str | None = None
    subject_id: int | None = None
    ids: tuple[int, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(repr=False)
class Actor:
    """A signed-in person in one request. ``keychain`` is None while her session is locked."""

    account_id: int
    username: str
    display_name: str
    roles: tuple[RoleHeld, ...]
    session_id: int
    keychain: Keychain | None = None
    language: str = "zh"
    text_size: str = "standard"
    keys_off: bool = False
    has_totp: bool = False
    signed_in_at: int = 0
    password_checked_at: int = 0
    today: datetime.date | None = None
    views: list[View] = field(default_factory=list)
    # Small writes that reading made due (re-wrapping a handed-on key); done with the entries of what was shown.
    pending: list[Callable[[Any], None]] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<Actor {self.account_id}>"

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """The account id as text, for Flask-Login."""
        return str(self.account_id)

    @property
    def role_set(self) -> frozenset[Role]:
        """Her roles without their teams."""
        return frozenset(held.role for held in self.roles)

    def has_role(self, *wanted: Role) -> bool:
        """Whether she holds any of these roles."""
        return not self.role_set.isdisjoint(wanted)

    def team_ids(self, *wanted: Role) -> list[int]:
        """The teams in which she holds any of these roles (any team role when none is named)."""
        return sorted(
            {
                held.team_id
                for held in self.roles
                if held.team_id is not None and (not wanted or held.role in wanted)
            }
        )

    def shown(
        self,
        action: str,
        *,
        subject_kind: str | None = None,
        subject_id: int | None = None,
        ids: Iterable[int] = (),
        fields: Iterable[str] = (),
    ) -> None:
        """Notes that a page shows these rows; written to the trail before the page leaves."""
        self.views.append(View(action, subject_kind, subject_id, tuple(ids), tuple(fields)))
