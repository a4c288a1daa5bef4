"""Language, for anyone; the other preferences are on the account's page."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request, session
from werkzeug.wrappers import Response

from casework.access import public
from casework.services import own_account
from casework.views.forwarding import own_path

blueprint = Blueprint("preferences", __name__)


@blueprint.post("/language")
@public
def language() -> Response:
    """Changes the language of this browser, and of the account when somebody is signed in."""
    wanted = "en" if request.form.get("language") == "en" else "zh"
    session["language"] = wanted
    actor = g.get("actor")
    if actor is not None:
        own_account.set_preferences(
            actor, language=wanted, text_size=actor.text_size, keys_off=actor.keys_off
        )
    return redirect(own_path(request.form.get("next")), 303)
