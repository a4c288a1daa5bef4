"""The supervisor's pages: published editions, and nothing else."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from casework.access import requires
from casework.clock import today
from casework.services import published, statistics

blueprint = Blueprint("statistics", __name__)


@blueprint.get("/statistics")
@requires("statistics.read")
def overview() -> str:
    """The published figures of a year."""
    return render_template(
        "statistics/overview.html", page=statistics.overview(request.args.get("year"), today())
    )


@blueprint.get("/statistics/<indicator>/<period>/<int:number>")
@requires("statistics.read")
def edition(indicator: str, period: str, number: int) -> str:
    """One edition, as it was published."""
    return render_template("statistics/edition.html", board=published.board(indicator, period, number))
