"""A worker's own check-in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from casework import codes
from casework.access import current_actor, requires
from casework.presentation.locale import language
from casework.presentation.typed import row_id
from casework.services import check_ins
from casework.views import editing
from casework.views.case_moves import resumed, told
from forms.check_ins import CheckInForm

blueprint = Blueprint("check_ins", __name__, url_prefix="/check-in")


@blueprint.route("", methods=["GET", "POST"], endpoint="index")
@requires("own.check_in")
def index() -> Any:
    """Her own check-ins, and a new one; nobody else's, whoever she is."""
    actor = current_actor()
    form = resumed(actor, CheckInForm, "check_in", 0)
    for name in check_ins.QUESTIONS:
        answers: Any = form[name]
        answers.choices = codes.choices("strain", language())
    tried = editing.attempt(
        form,
        told(
            lambda: check_ins.write_down(
                actor,
                answers={name: form[name].data or "" for name in check_ins.QUESTIONS},
                words=form.words.data or None,
                wants_talk=bool(form.wants_talk.data),
            )
        ),
    )
    if tried.saved:
        lead_knows = form.wants_talk.data and check_ins.leads_of(actor)
        said = _("已记下，并告诉组长您想谈谈。") if lead_knows else _("已记下，只有您自己能看。")
        return editing.done(url_for("check_ins.index"), said)
    lines, more = check_ins.own(actor, row_id(request.args.get("before")))
    page = render_template(
        "check_ins/index.html",
        form=form,
        lines=lines,
        questions=check_ins.QUESTIONS,
        leads=[name for _key, name in check_ins.leads_of(actor)],
        next_url=url_for("check_ins.index", before=more) if more else None,
    )
    return page, 422 if request.method == "POST" else 200


@blueprint.post("/<int:check_in_id>/talked", endpoint="talked")
@requires("team.load")
def talked(check_in_id: int) -> Any:
    """A lead has talked with somebody who wanted to."""
    check_ins.talked(current_actor(), check_in_id)
    return editing.done(url_for("workload.index"), _("已记下谈过。"))
