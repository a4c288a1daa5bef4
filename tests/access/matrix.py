"""The matrix of routes and roles, as one line each: the golden file's diff is the review.

``python -m tests.access.matrix`` writes it anew.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from casework import access
from casework.policy import EVERYBODY, roles_allowed
from models.enums import Role

GOLDEN = Path(__file__).parents[1] / "goldens" / "routes.txt"
NOT_OURS = {"HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Route:
    """One method of one address: who may."""

    endpoint: str
    method: str
    rule: str
    permission: str
    roles: frozenset[Role]

    @property
    def is_public(self) -> bool:
        """Whether anybody may, signed in or not."""
        return self.permission == access.PUBLIC

    @property
    def line(self) -> str:
        """Its line in the golden file."""
        if self.is_public:
            who = "anybody"
        elif self.roles == EVERYBODY:
            who = "everybody"
        else:
            who = " ".join(sorted(self.roles))
        return f"{self.method:4} {self.rule:62} {self.endpoint:28} {self.permission:18} {who}"


def routes(app: Flask) -> list[Route]:
    """Every route of the application, by address and method."""
    found = []
    for rule in app.url_map.iter_rules():
        permission = access.permission_of(app, rule.endpoint) or "?"
        for method in sorted((rule.methods or set()) - NOT_OURS):
            roles = frozenset(Role) if permission == access.PUBLIC else roles_allowed(permission)
            found.append(Route(rule.endpoint, method, rule.rule, permission, roles))
    return sorted(found, key=lambda route: (route.rule, route.method))


def text(app: Flask) -> str:
    """The golden file as it should be."""
    return "".join(f"{route.line}\n" for route in routes(app))


def main() -> None:
    """Writes the golden file."""
    from tests.make import empty_office

    with tempfile.TemporaryDirectory() as folder:
        office = empty_office(Path(folder) / "instance")
        GOLDEN.write_text(text(office.app), encoding="utf-8")
        office.close()


if __name__ == "__main__":
    main()
