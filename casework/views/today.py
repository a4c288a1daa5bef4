"""Today: what is late, urgent, due, and ahead; and what was raised for her."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from casework.access import current_actor, may, requires
from casework.clock import now_us
from casework.presentation.typed import row_id
from casework.services import check_ins, follow_up_lists, notices, today

blueprint = Blueprint("today", __name__, url_prefix="/today")


@blueprint.get("")
@requires("today.read")
def index() -> Any:
    """The first screen of a caseworker and of a lead."""
    actor = current_actor()
    return render_template(
        "today/index.html",
        today=today.of(actor),
        is_team=follow_up_lists.leads_a_team(actor),
        now=now_us(),
        has_cases=may(actor, "case.list"),
        wishes=check_ins.wishes(actor),
    )


@blueprint.post("/notices")
@requires("own.notices")
def read_notices() -> Any:
    """Marks notices as read."""
    wanted = (row_id(value) for value in request.form.getlist("notice"))
    notices.mark_read(current_actor(), [it for it in wanted if it is not None])
    return redirect(url_for("today.index"), 303)
