"""The security officer admits an approving leader's keys, by the code on the leader's own screen."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from casework.access import current_actor, requires
from casework.errors import AlreadyDone, CodeMismatch
from casework.services import approvals, leader_keys
from casework.views.confirming import is_confirmed
from casework.views.filling import filled
from forms.emergency import LeaderForm

blueprint = Blueprint("leader_keys", __name__, url_prefix="/security/leaders")


@blueprint.get("")
@requires("security.decide")
def index() -> Any:
    """Every approving leader, and whose keys wait."""
    actor = current_actor()
    return render_template(
        "access/leaders.html", lines=leader_keys.listing(actor), may_sign=approvals.may_sign(actor)
    )


@blueprint.route("/<int:account_id>", methods=["GET", "POST"])
@requires("security.decide")
def admit(account_id: int) -> Any:
    """The code from the leader's own screen, and the officer's password."""
    actor, form = current_actor(), filled(LeaderForm)
    line, back = leader_keys.line_of(actor, account_id), url_for("leader_keys.index")
    if is_confirmed(form):
        try:
            leader_keys.admit(actor, account_id, form.typed_code.data or "")
        except CodeMismatch:
            form.take_faults({"typed_code": "mismatch"})
        except AlreadyDone:
            return redirect(back, 303)
        else:
            flash(_("已准入。现在可以把个案送她审批了。"), "done")
            return redirect(back, 303)
    return render_template("access/leader.html", form=form, line=line), 422 if form.errors else 200
