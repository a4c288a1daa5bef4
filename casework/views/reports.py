"""What a member department owes for the plan."""

from __future__ import annotations

from flask import Blueprint, render_template

from casework.access import requires
from casework.indicators import registry
from casework.presentation.locale import language

blueprint = Blueprint("reports", __name__)


@blueprint.get("/reports", endpoint="index")
@requires("report.list")
def index() -> str:
    """The indicators that departments return, with their definitions."""
    owed = [entry for entry in registry.indicators() if entry.kind in ("D", "M")]
    return render_template("reports/index.html", owed=owed, spoken=language())
