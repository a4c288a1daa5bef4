"""Notes from one shift to the next."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from casework.access import current_actor, requires
from casework.errors import AlreadyDone
from casework.presentation.typed import row_id
from casework.services import handovers
from casework.services.handovers import Notes
from casework.views import editing
from casework.views.filling import filled
from forms.handovers import HandoverForm

blueprint = Blueprint("handovers", __name__, url_prefix="/handovers")


def _form(teams: list[tuple[int, str]], **given: Any) -> HandoverForm:
    form = filled(HandoverForm, **given)
    form.team_id.choices = teams
    return form


def _page(notes: Notes, form: HandoverForm, saved_at: int | None = None) -> Any:
    older = url_for("handovers.index", before=notes.next_before) if notes.next_before else None
    return render_template(
        "handovers/index.html",
        notes=notes,
        form=form,
        saved_at=saved_at,
        older_url=older,
        is_first_page="before" not in request.args,
    )


@blueprint.get("", endpoint="index")
@requires("handover.write")
def index() -> Any:
    """What was left, newest first, and the form for the next note."""
    actor = current_actor()
    notes = handovers.listing(actor, row_id(request.args.get("before")))
    resumed = handovers.typed_so_far(actor)
    typed = (resumed.fields if resumed else None) or {}
    chosen = row_id(next(iter(typed.get("team_id", ())), None))
    text = next(iter(typed.get("text", ())), "")
    form = _form(notes.teams, team_id=chosen, text=text)
    return _page(notes, form, resumed.line.saved_at if resumed and text else None)


@blueprint.post("")
@requires("handover.write")
def leave() -> Any:
    """Leaves a note."""
    actor = current_actor()
    form = _form(handovers.teams_of(actor))
    tried = editing.attempt(form, lambda: handovers.leave(actor, form.team_id.data, form.text.data))
    if tried.saved:
        return editing.done(url_for("handovers.index"), _("已留给下一班。"))
    return _page(handovers.listing(actor), form), 422


@blueprint.post("/<int:note_id>/take-over")
@requires("handover.write")
def take_over(note_id: int) -> Any:
    """Takes over."""
    try:
        handovers.take_over(current_actor(), note_id)
    except AlreadyDone:
        return editing.done(url_for("handovers.index"), _("别人已经接了，请看记录。"), "error")
    return editing.done(url_for("handovers.index"), _("已接班。"))
