"""The security officer: roles that wait, roles in force, resets, new teams, recovery with the kit."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.access import current_actor, requires
from casework.errors import AlreadyDone, CodeMismatch, Invalid, WrongKit
from casework.services import accounts, approvals, recovery
from casework.views.confirming import is_confirmed
from casework.views.filling import filled
from casework.views.linking import invitation_address
from forms.accounts import ConfirmedForm
from forms.security import KINDS, RecoveryForm, TeamForm
from models.enums import TeamKind

blueprint = Blueprint("security", __name__)


@blueprint.get("/security")
@requires("security.decide")
def index() -> str:
    """What waits for a decision first, then everybody with her roles."""
    actor = current_actor()
    return render_template(
        "security/index.html",
        waiting=approvals.waiting(),
        people=approvals.review(),
        teams=[(name, KINDS[TeamKind(kind)]) for _id, name, kind in accounts.teams()],
        may_sign=approvals.may_sign(actor),
        to_recover=recovery.candidates(actor),
    )


@blueprint.post("/security/roles/<int:role_id>/approve")
@requires("security.decide")
def approve(role_id: int) -> Response:
    """The role counts from now on."""
    return _decided(approvals.approve, role_id, _("已批准。小组里的角色还要组长当面准入。"))


@blueprint.post("/security/roles/<int:role_id>/decline")
@requires("security.decide")
def decline(role_id: int) -> Response:
    """The role does not come about."""
    return _decided(approvals.decline, role_id, _("没有批准"))


def _decided(decide: Any, role_id: int, sentence: str) -> Response:
    try:
        decide(current_actor(), role_id)
    except Invalid:
        flash(_("不能批自己的，请另一位安全保密员办理"), "error")
    except AlreadyDone:
        flash(_("这一项已经办过了"))
    else:
        flash(sentence, "done")
    return redirect(url_for("security.index"), 303)


@blueprint.route("/security/roles/<int:role_id>/end", methods=["GET", "POST"])
@requires("security.decide")
def end_role(role_id: int) -> Any:
    """What ending a role does, and the officer's password."""
    held = approvals.held(role_id)
    form = filled(ConfirmedForm)
    if is_confirmed(form):
        return _decided(approvals.end_role, role_id, _("角色已结束，她在各处的登录都已退出。"))
    page = render_template("security/end_role.html", form=form, held=held)
    return page, 422 if form.errors else 200


@blueprint.route("/security/accounts/<int:account_id>/reset", methods=["GET", "POST"])
@requires("security.decide")
def reset(account_id: int) -> Any:
    """What a reset does, the officer's password, then the link, once."""
    line = accounts.line_of(account_id)
    form = filled(ConfirmedForm)
    if is_confirmed(form):
        try:
            token = approvals.reset_password(current_actor(), account_id)
        except Invalid as fault:
            form.take_faults(fault.faults)
        else:
            address = invitation_address(token)
            return render_template(
                "accounts/link.html", line=line, address=address, back=url_for("security.index")
            )
    page = render_template("security/reset.html", form=form, line=line)
    return page, 422 if form.errors else 200


@blueprint.route("/security/teams/new", methods=["GET", "POST"])
@requires("security.decide")
def open_team() -> Any:
    """A new team with its first lead, who reads her code."""
    form = filled(TeamForm)
    form.lead.choices = {"": _("请选择"), **accounts.choices(with_keys=True)}
    if is_confirmed(form):
        try:
            approvals.open_team(
                current_actor(),
                name=form.name.data or "",
                kind=TeamKind(form.kind.data),
                lead_account_id=int(form.lead.data),
                typed_code=form.typed_code.data or "",
            )
        except Invalid as fault:
            form.take_faults({"lead" if name != "name" else name: why for name, why in fault.faults.items()})
        except CodeMismatch:
            form.take_faults({"typed_code": "mismatch"})
        else:
            flash(_("小组已开设。组长下一次打开页面时，本组的钥匙就做好了。"), "done")
            return redirect(url_for("security.index"), 303)
    return render_template("security/team.html", form=form), 422 if form.errors else 200


def _whom(candidate: recovery.Candidate) -> str:
    places = _("、").join(place or _("安全保密员") for place in candidate.places)
    return f"{candidate.display_name} {places}"


@blueprint.route("/security/recovery", methods=["GET", "POST"])
@requires("security.decide")
def recover() -> Any:
    """Two shares of the kit sign somebody's keys; the answer is the new kit, once."""
    actor = current_actor()
    found = recovery.candidates(actor)
    form = filled(RecoveryForm)
    form.whom.choices = {str(it.account_id): _whom(it) for it in found}
    if is_confirmed(form):
        try:
            kit = recovery.readmit(
                actor,
                form.share_one.data or "",
                form.share_other.data or "",
                account_id=int(form.whom.data),
                typed_code=form.typed_code.data or "",
            )
        except Invalid as fault:
            form.take_faults(fault.faults)
        except WrongKit:
            form.take_faults({"kit": "kit"})
        except CodeMismatch:
            form.take_faults({"typed_code": "mismatch"})
        else:
            return render_template(
                "setup/kit.html", kit=kit, next_url=url_for("security.index"), renewed=True
            )
    page = render_template("security/recovery.html", form=form, found=found)
    return page, 422 if form.errors else 200
