"""What happens around each request: who is it, may she, record what she was shown before the bytes leave."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, redirect, request, url_for
from flask_login import LoginManager

from casework import access, headers
from casework.actor import Actor
from casework.errors import NotSignedIn
from casework.extensions import csrf
from casework.runtime import runtime
from casework.services import members, sessions
from casework.transaction import record_views

# Kept apart from sealed pages: files of the look, which anybody may have.
_STATIC = access.STATIC_ENDPOINTS
# What somebody may do before she has the one-time code that the settings require.
WITHOUT_TOTP = frozenset({"account.totp", "sessions.sign_out", "sessions.lock"})

# Locking harms nobody and must not fail for want of a token, least of all the quick exit.
WITHOUT_TOKEN = frozenset({"sessions.leave", "sessions.lock"})


def _load() -> Actor | None:
    text = request.cookies.get(headers.session_cookie(), "")
    if not text:
        return None
    try:
        return sessions.resume(text, runtime().boot_secret)
    except NotSignedIn:
        return None


def _must_set_up_totp(app: Flask) -> bool:
    """Where everybody must have a one-time code, nothing else answers before she has set one up."""
    actor: Actor | None = g.get("actor")
    if runtime().settings.totp != "required" or actor is None or actor.has_totp or actor.keychain is None:
        return False
    return request.endpoint not in WITHOUT_TOTP and not access.is_public(app, request.endpoint)


def register(app: Flask, login: LoginManager) -> None:
    """Installs the steps, in their order; Flask-Login only asks who our own cookie found."""
    login.request_loader(lambda _request: g.get("actor"))
    _before(app)

    @app.after_request
    def record(response: Response) -> Response:
        # A failure here replaces the page: nothing is shown that is not recorded. A page that refuses a form or
        # sets two versions side by side shows as much as any other.
        actor = g.get("actor")
        if actor is not None and (response.status_code < 400 or actor.views):
            record_views(actor)
        return response


def _before(app: Flask) -> None:
    """Who is it, may she, is the form ours, is a code due, are keys due."""

    @app.before_request
    def identify() -> None:
        g.actor = None if request.endpoint in _STATIC else _load()

    @app.before_request
    def check() -> None:
        access.check_request(app)

    @app.before_request
    def check_token() -> None:
        # After the policy: who may not is told the same whether or not she holds a token.
        if request.endpoint not in WITHOUT_TOKEN:
            csrf.protect()

    @app.before_request
    def ask_for_totp() -> Any:
        return redirect(url_for("account.totp"), 303) if _must_set_up_totp(app) else None

    @app.before_request
    def rotate_where_due() -> None:
        if g.actor is not None and request.endpoint not in _STATIC:
            members.rotate_where_due(g.actor)
