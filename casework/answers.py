"""The table that turns errors into answers: a status, a page, never a traceback."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from casework import log_setup
from casework.crypto.errors import SealBroken
from casework.errors import (
    Busy,
    DomainError,
    KeyMissing,
    KeyUntrusted,
    LinkSpent,
    NotFound,
    NotSignedIn,
    PasswordNeeded,
    SessionLocked,
    StorageFull,
)
from casework.services.sign_in import TooSoon
from casework.transaction import write
from forms.sessions import UnlockForm

# Error -> status and template of ``templates/errors``.
TABLE: dict[type[Exception], tuple[int, str]] = {
    NotFound: (404, "not_found"),
    LinkSpent: (404, "gone_link"),
    Busy: (503, "busy"),
    StorageFull: (507, "full_disk"),
    RequestEntityTooLarge: (413, "too_large"),
    KeyMissing: (403, "no_key"),
    KeyUntrusted: (409, "untrusted"),
    SealBroken: (409, "untrusted"),
}
# Nothing was wrong with what was typed: it comes back whole, to be sent again.
KEEPS_WORDS = (Busy, StorageFull)
# Names whose values never come back in an answer.
NEVER_ECHOED = frozenset({"csrf_token", "current", "again", "code", "share_one", "share_other"})


def _wants_json() -> bool:
    return request.is_json or request.accept_mimetypes.best == "application/json"


def _answer(status: int, template: str, **facts: Any) -> Any:
    # These pages hold nothing sealed: what a view had opened before it failed was not shown.
    if g.get("actor") is not None:
        g.actor.views.clear()
    if _wants_json():
        return jsonify(error=template), status
    return render_template(f"errors/{template}.html", **facts), status


def _record_refusal(action: str) -> None:
    """A refusal of a signed-in person, in a transaction of its own."""
    actor = g.get("actor")
    if actor is None:
        return
    try:
        with write(actor) as work:
            work.record(action, fields=(request.endpoint or "unknown", g.get("refused_permission") or "row"))
    except DomainError:
        log_setup.failure("refusal not recorded")


def _listed(error: Exception) -> Any:
    status, template = next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
    if isinstance(error, NotFound):
        _record_refusal("refused")
    elif isinstance(error, KeyUntrusted | SealBroken):
        log_setup.failure(type(error).__name__)
        _record_refusal("untrusted")
    kept = {"posted": posted_values(), "action": request.path} if isinstance(error, KEEPS_WORDS) else {}
    return _answer(status, template, **kept)


def _to_sign_in(_error: NotSignedIn) -> Any:
    if _wants_json():
        return jsonify(error="signed_out"), 401
    return redirect(url_for("sessions.sign_in"), 303)


def _to_unlock(_error: SessionLocked) -> Any:
    if _wants_json():
        return jsonify(error="locked"), 423
    if request.method == "POST":
        # What was typed comes back in the same page: the lock must lose no word.
        return unlock_page(423)
    return redirect(url_for("sessions.unlock", next=request.full_path.rstrip("?")), 303)


def posted_values() -> list[tuple[str, str]]:
    """What the form held, less passwords and the token; only for posts from our own pages."""
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return []
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in NEVER_ECHOED and "password" not in name and not name.endswith("_again")
    ]


KEPT = "kept-"


def kept_values() -> list[tuple[str, str]]:
    """What an unlock page carried along from the form before it."""
    return [
        (name[len(KEPT) :], value) for name, value in request.form.items(multi=True) if name.startswith(KEPT)
    ]


def unlock_page(status: int, **facts: Any) -> Any:
    """The page that asks for the password again; what was posted stays in it and is sent on after that."""
    held: dict[str, Any] = {
        "form": UnlockForm(),
        "posted": posted_values(),
        "resend": request.path if request.method == "POST" else "",
        "next": "/",
    }
    return render_template("sessions/unlock.html", **(held | facts)), status


def carry_on(next_path: str, resend: str) -> Any:
    """After the password: back to the page, or one press to send what was typed before the lock."""
    if resend:
        return _answer(200, "opened_again", posted=kept_values(), action=resend)
    return redirect(next_path, 303)


def _ask_password(_error: PasswordNeeded) -> Any:
    return unlock_page(403)


def _stale_form(_error: CSRFError) -> Any:
    if _wants_json():
        return jsonify(error="stale_form"), 400
    return _answer(400, "stale_form", posted=posted_values(), action=request.path)


def _too_soon(error: TooSoon) -> Any:
    return _answer(429, "too_many", wait_seconds=error.seconds)


def _http(error: HTTPException) -> Any:
    if error.code == 404 or error.code == 405:
        return _listed(NotFound())
    cause = getattr(error, "original_exception", None)
    if isinstance(cause, Exception) and isinstance(cause, tuple(TABLE)):
        # Something failed after the view: the page is withheld, the sentence is the cause's.
        return _listed(cause)
    if cause is not None:
        log_setup.failure(type(cause).__name__, cause)
    return _answer(error.code or 500, "unexpected")


def _unexpected(error: Exception) -> Any:
    log_setup.failure(type(error).__name__, error)
    try:
        return _answer(500, "unexpected")
    except Exception as second:  # noqa: BLE001 - the last page must not fail
        log_setup.failure(type(second).__name__, second)
        return Response("500", 500, content_type="text/plain; charset=utf-8")


def register(app: Flask) -> None:
    """Installs the table."""
    for kind in TABLE:
        app.register_error_handler(kind, _listed)
    app.register_error_handler(NotSignedIn, _to_sign_in)
    app.register_error_handler(SessionLocked, _to_unlock)
    app.register_error_handler(PasswordNeeded, _ask_password)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(TooSoon, _too_soon)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)
