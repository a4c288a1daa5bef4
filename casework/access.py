"""Deny before routing: each view names one permission (or says PUBLIC aloud), or the application refuses to start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, g, request

from casework.actor import Actor
from casework.errors import NotFound, NotSignedIn, SessionLocked
from casework.policy import EVERYBODY, POLICY, roles_allowed

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
# Endpoints of packages that only send static files.
STATIC_ENDPOINTS = frozenset({"static", "bootstrap.static"})


class PermissionUndeclared(RuntimeError):
    """A view without a permission, or with one that the policy lacks: the application does not start."""


def requires(permission: str, *, while_locked: bool = False) -> Callable[[View], View]:
    """Names the one permission of a view. ``while_locked`` lets it answer while the session is locked."""
    if permission not in POLICY:
        raise PermissionUndeclared(permission)

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        view.while_locked = while_locked  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Says aloud that anybody may call this view."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    view.while_locked = True  # type: ignore[attr-defined]
    return view


def permission_of(app: Flask, endpoint: str) -> str | None:
    """The permission that an endpoint declares."""
    if endpoint in STATIC_ENDPOINTS:
        return PUBLIC
    return getattr(app.view_functions[endpoint], "permission", None)


def is_public(app: Flask, endpoint: str | None) -> bool:
    """Whether anybody may call this endpoint."""
    return endpoint is not None and permission_of(app, endpoint) == PUBLIC


def check_declared(app: Flask) -> None:
    """Refuses an application in which any rule leads to a view without a permission."""
    for rule in app.url_map.iter_rules():
        if permission_of(app, rule.endpoint) is None:
            raise PermissionUndeclared(rule.endpoint)


def current_actor() -> Actor:
    """The signed-in person of this request; NotSignedIn when there is none."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise NotSignedIn
    return actor


def may(actor: Actor | None, permission: str) -> bool:
    """Whether the actor's roles allow it; what is everybody's is hers before any role is approved."""
    if actor is None:
        return False
    allowed = roles_allowed(permission)
    return allowed == EVERYBODY or not actor.role_set.isdisjoint(allowed)


def check_request(app: Flask) -> None:
    """Before each request: refuses what the policy does not allow. Refusals of signed-in people are recorded."""
    if request.endpoint is None or not request.path.isprintable():
        # Unknown addresses and known ones that are not allowed must answer alike.
        current_actor()
        raise NotFound
    permission = permission_of(app, request.endpoint)
    if permission == PUBLIC:
        return
    actor = current_actor()
    if permission is None or not may(actor, permission):
        g.refused_permission = permission
        raise NotFound
    if actor.keychain is None and not getattr(app.view_functions[request.endpoint], "while_locked", False):
        raise SessionLocked
