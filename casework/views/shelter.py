"""The shelter's first screen."""

from __future__ import annotations

from flask import Blueprint, render_template

from casework.access import requires

blueprint = Blueprint("shelter", __name__)


@blueprint.get("/shelter", endpoint="board")
@requires("shelter.board")
def board() -> str:
    """Who sleeps where tonight; empty until a house is registered."""
    return render_template("shelter/board.html")
