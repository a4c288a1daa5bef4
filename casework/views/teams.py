"""A lead's members: who waits with a code, who holds the team's keys, who leaves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.access import current_actor, requires
from casework.errors import AlreadyDone, CodeMismatch
from casework.services import members
from casework.views.confirming import is_confirmed
from casework.views.filling import filled
from forms.accounts import AdmissionForm, ConfirmedForm

blueprint = Blueprint("teams", __name__)


@blueprint.get("/teams/members", endpoint="members")
@requires("team.members")
def own_team() -> Response:
    """The first of her teams in which somebody waits, else the first."""
    led = sorted(members.teams_led(current_actor()), key=lambda team: not team.waiting)
    return redirect(url_for("teams.people", team_id=led[0].team_id), 303)


@blueprint.get("/teams/<int:team_id>/members")
@requires("team.members")
def people(team_id: int) -> str:
    """Those who wait first, then those who hold the keys."""
    actor = current_actor()
    lines = members.of_team(actor, team_id)
    return render_template(
        "teams/members.html",
        teams=members.teams_led(actor),
        team_id=team_id,
        waiting=[line for line in lines if not line.is_admitted],
        admitted=[line for line in lines if line.is_admitted],
    )


@blueprint.route("/teams/<int:team_id>/members/<int:account_id>/admit", methods=["GET", "POST"])
@requires("team.members")
def admit(team_id: int, account_id: int) -> Any:
    """The code from the member's own screen, and the lead's password."""
    actor = current_actor()
    line = members.waiting_line(actor, team_id, account_id)
    roles = members.roles_waiting(actor, team_id, account_id)
    form = filled(AdmissionForm, roles=",".join(roles))
    if is_confirmed(form):
        try:
            named = (form.roles.data or "").split(",")
            members.admit(actor, team_id, account_id, form.typed_code.data or "", named)
        except CodeMismatch:
            form.take_faults({"typed_code": "mismatch"})
        except AlreadyDone:
            return redirect(url_for("teams.people", team_id=team_id), 303)
        else:
            flash(_("已准入。她现在能打开本组的档案，已经打开的页面刷新一次即可。"), "done")
            return redirect(url_for("teams.people", team_id=team_id), 303)
    page = render_template("teams/admit.html", form=form, line=line, roles=roles, team_id=team_id)
    return page, 422 if form.errors else 200


@blueprint.route("/teams/<int:team_id>/members/<int:account_id>/remove", methods=["GET", "POST"])
@requires("team.members")
def remove(team_id: int, account_id: int) -> Any:
    """What removal does, and the lead's password."""
    actor = current_actor()
    line = members.line_of(actor, team_id, account_id)
    form = filled(ConfirmedForm)
    if is_confirmed(form):
        members.remove(actor, team_id, account_id)
        flash(_("已移出本组，本组已换新钥匙。"), "done")
        return redirect(url_for("teams.people", team_id=team_id), 303)
    page = render_template("teams/remove.html", form=form, line=line, team_id=team_id)
    return page, 422 if form.errors else 200
