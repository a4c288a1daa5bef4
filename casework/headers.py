"""Headers and cookies that every answer carries."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request

from casework.runtime import runtime
from config import Settings

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex, nofollow",
}


def is_secure(settings: Settings) -> bool:
    """Whether cookies are Secure: always, but for plain http on the loopback address."""
    return settings.over_tls or not settings.on_loopback


def cookie_settings(settings: Settings) -> dict[str, Any]:
    """Flask's own signed cookie: the form token, the language, and a sentence for the next page that names nobody."""
    secure = is_secure(settings)
    return {
        "SESSION_COOKIE_NAME": "__Host-form" if secure else "casework-form",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_PATH": "/",
    }


def session_cookie() -> str:
    """The name of the cookie that carries a signed-in session."""
    return "__Host-session" if is_secure(runtime().settings) else "casework-session"


def device_cookie() -> str:
    """The name of the cookie by which a browser is known."""
    return "__Host-device" if is_secure(runtime().settings) else "casework-device"


def set_cookie(response: Response, name: str, value: str, *, seconds: int | None) -> None:
    """Sets one of our cookies: HttpOnly, SameSite=Strict, Secure outside the loopback address."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        secure=is_secure(runtime().settings),
        samesite="Strict",
        path="/",
    )


def public_address() -> str:
    """The address under which people reach the server, as set; empty where none is."""
    return runtime().settings.public_url


def source_address() -> str:
    """Where a request comes from: the peer, or what a declared proxy says of it."""
    if runtime().settings.trusted_proxy:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        if forwarded:
            return forwarded
    return request.remote_addr or "unknown"


def register(app: Flask, settings: Settings) -> None:
    """Adds the headers to every answer; nothing that a signed-in person sees is kept by a browser or proxy."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if request.endpoint not in ("static", "bootstrap.static"):
            response.headers["Cache-Control"] = "no-store"
        if is_secure(settings):
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        response.headers.pop("Server", None)
        if response.status_code == 304:
            close_unsent(response)
        return response


def close_unsent(response: Response) -> None:
    """Closes the file behind an answer that sends none: Werkzeug opens it before it compares the tags."""
    close = getattr(response.response, "close", None)
    if close is not None:
        close()
