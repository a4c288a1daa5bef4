"""A one-time link: its owner sets her own password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from casework.access import public
from casework.errors import Invalid
from casework.presentation.locale import language
from casework.services import accounts
from casework.views.filling import filled, is_sent
from forms.accounts import InvitationForm

blueprint = Blueprint("invitations", __name__)


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
@public
def accept(token: str) -> Any:
    """The rules, the password twice; then to sign-in with what comes next."""
    invited = accounts.invited_by(token)
    form = filled(InvitationForm)
    if is_sent(form):
        try:
            accounts.accept_invitation(token, form.password.data or "", language=language())
        except Invalid as fault:
            form.take_faults(fault.faults)
        else:
            flash(_("密码设好了。登录后打开“我的账号”，上面写着您接下来要做什么。"), "done")
            return redirect(url_for("sessions.sign_in"), 303)
    page = render_template("accounts/invitation.html", form=form, invited=invited, token=token)
    return page, 422 if form.errors else 200
