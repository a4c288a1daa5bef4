"""The administrator: who has an account, inviting, asking roles, disabling. She sees no password and no key."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from casework.access import current_actor, requires
from casework.errors import AlreadyDone, Invalid
from casework.presentation.roles import ROLE_NAMES
from casework.presentation.typed import row_id
from casework.services import accounts
from casework.views.filling import filled, is_sent
from casework.views.linking import invitation_address
from forms.base import BaseForm
from forms.people import InviteForm, RoleForm
from models.enums import Role

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/accounts")
@requires("account.manage")
def index() -> str:
    """Every account with its roles."""
    return render_template(
        "accounts/index.html", lines=accounts.listing(), is_small=accounts.is_small_office()
    )


def _offer(form: RoleForm) -> None:
    form.role.choices = {"": _("请选择"), **ROLE_NAMES}
    teams = {str(team_id): name for team_id, name, _kind in accounts.teams()}
    form.team_id.choices = {"": _("不属于小组"), **teams}


def _team(form: RoleForm) -> int | None:
    return row_id(str(form.team_id.data or ""))


@blueprint.route("/accounts/invite", methods=["GET", "POST"])
@requires("account.manage")
def invite() -> Any:
    """A new account; the answer is its link, once."""
    form = filled(InviteForm)
    _offer(form)
    if is_sent(form):
        try:
            account_id, token = accounts.invite(
                current_actor(),
                username=form.username.data or "",
                display_name=form.display_name.data or "",
                role=Role(form.role.data),
                team_id=_team(form),
            )
        except Invalid as fault:
            form.take_faults(fault.faults)
        else:
            return render_template(
                "accounts/link.html",
                line=accounts.line_of(account_id),
                address=invitation_address(token),
                back=url_for("accounts.index"),
            )
    return render_template("accounts/invite.html", form=form), 422 if form.errors else 200


@blueprint.route("/accounts/<int:account_id>/role", methods=["GET", "POST"])
@requires("account.manage")
def ask_role(account_id: int) -> Any:
    """One more role for somebody, which then waits for the security officer."""
    line = accounts.line_of(account_id)
    form = filled(RoleForm)
    _offer(form)
    if is_sent(form):
        try:
            accounts.ask_role(current_actor(), account_id, Role(form.role.data), _team(form))
        except Invalid as fault:
            form.take_faults(fault.faults)
        else:
            flash(_("已交安全保密员批准"), "done")
            return redirect(url_for("accounts.index"), 303)
    page = render_template("accounts/role.html", form=form, line=line)
    return page, 422 if form.errors else 200


@blueprint.route("/accounts/<int:account_id>/disable", methods=["GET", "POST"])
@requires("account.manage")
def disable(account_id: int) -> Any:
    """What disabling does; it can't be undone."""
    line = accounts.line_of(account_id)
    form = filled(BaseForm)
    if is_sent(form):
        try:
            accounts.disable(current_actor(), account_id)
        except AlreadyDone:
            flash(_("这个账号已停用，或是您自己的"), "error")
        else:
            flash(_("已停用。她写的都在；她所在的小组会自动换新钥匙。"), "done")
        return redirect(url_for("accounts.index"), 303)
    return render_template("accounts/disable.html", form=form, line=line)
