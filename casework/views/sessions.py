"""Signing in and out, locking, leaving in a hurry."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for

from casework import answers
from casework.access import current_actor, public, requires
from casework.errors import PasswordNeeded
from casework.headers import device_cookie, session_cookie, set_cookie, source_address
from casework.presentation.devices import device_name
from casework.services import sessions, sign_in
from casework.services.setup import is_needed
from casework.services.sign_in import SignInRefused
from casework.views.filling import filled, is_sent
from casework.views.forwarding import own_path
from forms.sessions import SignInForm, UnlockForm

blueprint = Blueprint("sessions", __name__)
YEAR_SECONDS = 366 * 24 * 3600


@blueprint.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@public
def sign_in_page() -> Any:
    """Account, password and code in one step, so that a failure says nothing about which was wrong."""
    form = filled(SignInForm)
    if not is_sent(form):
        return render_template("sessions/sign_in.html", form=form, setup_needed=is_needed())
    try:
        signed = sign_in.sign_in(
            username=form.username.data or "",
            password=form.password.data or "",
            code=form.code.data or "",
            source=source_address(),
            device_secret=request.cookies.get(device_cookie(), ""),
            device=device_name(request.user_agent.string),
        )
    except SignInRefused:
        form.refuse()
        return render_template("sessions/sign_in.html", form=form, setup_needed=False), 401
    target = url_for("account.totp") if signed.needs_totp else "/"
    response = make_response(redirect(target, 303))
    set_cookie(response, session_cookie(), signed.cookie.encoded(), seconds=None)
    set_cookie(response, device_cookie(), signed.device_secret, seconds=YEAR_SECONDS)
    return response


@blueprint.post("/sign-out")
@requires("own.account", while_locked=True)
def sign_out() -> Any:
    """Ends the session."""
    sessions.end(current_actor())
    response = make_response(redirect(url_for("sessions.sign_in"), 303))
    response.delete_cookie(session_cookie(), path="/")
    return response


@blueprint.post("/lock")
@requires("own.account", while_locked=True)
def lock() -> Any:
    """Drops the keys; the password opens the same page again."""
    sessions.lock(current_actor())
    return redirect(url_for("sessions.unlock", next=own_path(request.form.get("next"))), 303)


@blueprint.get("/unlock")
@requires("own.account", while_locked=True)
def unlock() -> Any:
    """Asks for the password of a locked session."""
    if current_actor().keychain is not None:
        return redirect(own_path(request.args.get("next")), 303)
    return answers.unlock_page(200, next=own_path(request.args.get("next")))


@blueprint.post("/unlock")
@requires("own.account", while_locked=True)
def open_again() -> Any:
    """Opens a locked session, or confirms the password for an act that asks for it; goes on where she was."""
    actor = current_actor()
    form = filled(UnlockForm)
    resend = own_path(request.form.get("resend"), "")
    try:
        if actor.keychain is None:
            sign_in.unlock(actor, request.cookies.get(session_cookie(), ""), form.password.data or "")
        else:
            sign_in.confirm_password(actor, form.password.data or "")
    except PasswordNeeded:
        form.refuse()
        onward = own_path(request.form.get("next"))
        kept = answers.kept_values()
        return answers.unlock_page(401, form=form, next=onward, posted=kept, resend=resend)
    return answers.carry_on(own_path(request.form.get("next")), resend)


@blueprint.post("/leave")
@public
def leave() -> Any:
    """Quick exit: locks, and lands on a page that says nothing about this product."""
    if g.get("actor") is not None and g.actor.keychain is not None:
        sessions.lock(g.actor)
    return redirect(url_for("sessions.elsewhere"), 303)


@blueprint.get("/notes")
@public
def elsewhere() -> Any:
    """A neutral page."""
    return render_template("sessions/elsewhere.html")
