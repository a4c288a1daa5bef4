"""How the system runs."""

from __future__ import annotations

from flask import Blueprint, render_template

from casework.access import requires
from casework.services import operations

blueprint = Blueprint("operations", __name__)


@blueprint.get("/operations", endpoint="index")
@requires("operations.read")
def index() -> str:
    """The administrator's page."""
    return render_template("operations/index.html", condition=operations.condition())
