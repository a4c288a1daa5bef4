"""One's own account: keys, password, one-time code, devices, how one likes to read."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.access import current_actor, requires
from casework.errors import Invalid, PasswordNeeded
from casework.presentation.navigation import first_endpoint
from casework.services import announcements, own_account, own_keys, sessions
from casework.views.filling import filled, is_sent
from forms.accounts import PasswordForm, PreferencesForm, TotpForm

blueprint = Blueprint("account", __name__)


@blueprint.app_context_processor
def tell() -> dict[str, Any]:
    """What stands above the first screen: what everybody is told once, and that her keys are not admitted yet."""
    return {"announcements": _announcements, "lacks_keys": _lacks_keys}


def _is_first_screen() -> bool:
    actor = g.get("actor")
    if actor is None or actor.keychain is None:
        return False
    return request.endpoint == first_endpoint(current_app, actor.role_set)


def _announcements() -> list[announcements.Announcement]:
    return announcements.unread(current_actor()) if _is_first_screen() else []


def _lacks_keys() -> bool:
    return (
        _is_first_screen() and request.endpoint != "account.index" and own_keys.are_missing(current_actor())
    )


@blueprint.get("/account")
@requires("own.account")
def index() -> str:
    """Everything about the reader herself on one page."""
    actor = current_actor()
    form = PreferencesForm(language=actor.language, text_size=actor.text_size, keys=not actor.keys_off)
    return render_template(
        "account/index.html",
        keys=own_keys.of(actor),
        open_sessions=sessions.own(actor),
        form=form,
        totp_required=own_account.is_totp_required(),
    )


@blueprint.post("/account/preferences")
@requires("own.account")
def preferences() -> Response:
    """Language, text size, single-letter keys."""
    form = filled(PreferencesForm)
    if is_sent(form):
        own_account.set_preferences(
            current_actor(),
            language=form.language.data,
            text_size=form.text_size.data,
            keys_off=not form.keys.data,
        )
        session["language"] = form.language.data
        flash(_("已存好"), "done")
    return redirect(url_for("account.index"), 303)


@blueprint.route("/account/password", methods=["GET", "POST"])
@requires("own.account")
def password() -> Any:
    """A new password for the same keys."""
    form = filled(PasswordForm)
    if is_sent(form):
        try:
            own_account.change_password(current_actor(), form.current.data or "", form.password.data or "")
        except Invalid as fault:
            form.take_faults(fault.faults)
        except PasswordNeeded:
            form.take_faults({"current": "wrong"})
        else:
            flash(_("密码已改。钥匙不变，您在别处的登录都已退出。"), "done")
            return redirect(url_for("account.index"), 303)
    return render_template("account/password.html", form=form), 422 if form.errors else 200


@blueprint.route("/account/totp", methods=["GET", "POST"])
@requires("own.account")
def totp() -> Any:
    """A one-time code: a fresh secret as picture and text, proved by its first code."""
    actor = current_actor()
    form = filled(TotpForm)
    if is_sent(form):
        try:
            own_account.set_up_totp(
                actor, form.password.data or "", form.secret.data or "", form.code.data or ""
            )
        except Invalid as fault:
            form.take_faults(fault.faults)
        except PasswordNeeded:
            form.take_faults({"password": "wrong"})
        else:
            flash(_("动态码已启用。下次登录要用它。"), "done")
            return redirect(url_for("account.index"), 303)
    secret = own_account.proposed_secret(form.secret.data)
    form.secret.data = secret
    picture = segno.make(own_account.totp_address(actor, secret), error="m")
    page = render_template(
        "account/totp.html",
        form=form,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        picture=picture.svg_data_uri(scale=4, border=2),
        is_required=own_account.is_totp_required() and not actor.has_totp,
    )
    return page, 422 if form.errors else 200


@blueprint.post("/account/sessions/<int:session_id>/end")
@requires("own.account")
def end_session(session_id: int) -> Response:
    """Signs out one of her own browsers, wherever it is."""
    sessions.end(current_actor(), session_id)
    flash(_("那一处已退出"), "done")
    return redirect(url_for("account.index"), 303)


@blueprint.post("/account/announcements/<int:notice_id>/read")
@requires("own.notices")
def read_announcement(notice_id: int) -> Response:
    """She has read what everybody is told."""
    announcements.mark_read(current_actor(), notice_id)
    return redirect("/", 303)
