"""Who may look at a case, and the cases that somebody may look at for a time."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from casework.access import current_actor, requires
from casework.services import case_access
from casework.views import editing
from forms.access_grants import PART_NAMES

blueprint = Blueprint("access", __name__)


@blueprint.get("/<number>/access")
@requires("case.read")
def index(number: str) -> Any:
    """Who may look now, who asked, who has looked."""
    found = case_access.of_case(current_actor(), number)
    return render_template(
        "access/index.html", head=found.head, found=found, part="access", part_names=PART_NAMES
    )


@blueprint.post("/<number>/access/grants/<int:grant_id>/end")
@requires("access.answer")
def end(number: str, grant_id: int) -> Any:
    """Ends a grant at once."""
    case_access.end_grant(current_actor(), number, grant_id)
    return editing.done(url_for("cases.access.index", number=number), _("已收回，她现在打不开了。"))


@blueprint.get("/granted")
@requires("case.read")
def granted() -> Any:
    """The cases that she may look at for a time."""
    return render_template("access/granted.html", granted=case_access.granted_to(current_actor()))
