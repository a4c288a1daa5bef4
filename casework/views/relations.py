"""Whom a member of staff is related to: declared by herself, taken out by her lead alone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from casework import codes
from casework.access import current_actor, requires
from casework.presentation.locale import language
from casework.services import staff_relations
from casework.views import editing
from casework.views.filling import filled
from forms.relations import RelationForm

blueprint = Blueprint("relations", __name__, url_prefix="/relations")


@blueprint.route("", methods=["GET", "POST"], endpoint="index")
@requires("own.relations")
def index() -> Any:
    """What she declared, and one declaration more."""
    actor = current_actor()
    form = filled(RelationForm)
    form.relation.choices = [("", _("未选")), *codes.choices(staff_relations.LIST, language())]
    tried = editing.attempt(
        form,
        lambda: staff_relations.declare(
            actor,
            relation=form.relation.data or "",
            phone=form.phone.data or None,
            number=form.identity_number.data or None,
        ),
    )
    if tried.saved:
        return editing.done(url_for("relations.index"), _("已申报。号码没有留下，只留下用来比对的记号。"))
    page = render_template(
        "relations/index.html",
        form=form,
        own=staff_relations.own(actor),
        people=staff_relations.of_her_people(actor),
    )
    return page, 422 if request.method == "POST" else 200


@blueprint.post("/<int:relation_id>/take-out", endpoint="take_out")
@requires("team.members")
def take_out(relation_id: int) -> Any:
    """A lead takes out what one of her people mistyped."""
    staff_relations.take_out(current_actor(), relation_id)
    return editing.done(url_for("relations.index"), _("已取消这一条申报。已经回避的个案照旧回避。"))
