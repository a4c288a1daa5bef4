"""The way in: each role's first screen, and the health of the server."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, url_for
from werkzeug.wrappers import Response

from casework.access import current_actor, public, requires
from casework.presentation.navigation import first_endpoint

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@requires("own.account")
def index() -> Response:
    """Sends each role to its first screen."""
    return redirect(url_for(first_endpoint(current_app, current_actor().role_set)), 303)


@blueprint.get("/healthz")
@public
def healthz() -> tuple[str, int, dict[str, str]]:
    """Says that the server answers; nothing else."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
