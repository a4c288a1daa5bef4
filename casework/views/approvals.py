"""What waits for a decision."""

from __future__ import annotations

from flask import Blueprint, render_template

from casework.access import current_actor, requires
from casework.services import waiting
from models.enums import Role

blueprint = Blueprint("approvals", __name__)


@blueprint.get("/approvals", endpoint="index")
@requires("approval.list")
def index() -> str:
    """The first screen of an approving leader; a lead's list of what her team waits for."""
    actor = current_actor()
    return render_template(
        "approvals/index.html",
        is_leader=actor.has_role(Role.APPROVING_LEADER),
        before=waiting.for_leader(actor),
        teams=waiting.for_lead(actor),
    )
