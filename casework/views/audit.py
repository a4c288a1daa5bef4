"""The auditor's page: the trail with filters, and its verification."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from casework.access import current_actor, requires
from casework.presentation import trail_words
from casework.presentation.typed import row_id
from casework.services import audit, audit_listing
from casework.services.audit_listing import Filters
from forms.audit import TrailFilterForm

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


def _filter_form() -> TrailFilterForm:
    form = TrailFilterForm(request.args)
    people = [(str(key), name) for key, name in audit_listing.people()]
    form.account.choices = [("", _("所有人")), *people]
    form.action.choices = [("", _("所有动作")), *trail_words.action_choices()]
    form.validate()
    return form


def _filters(form: TrailFilterForm) -> Filters:
    return Filters(
        account_id=row_id(form.account.data),
        action=trail_words.action_of(form.action.data or ""),
        number=form.number.data or None,
        from_on=form.from_on.data,
        to_on=form.to_on.data,
    )


@blueprint.get("", endpoint="index")
@requires("audit.read")
def index() -> Any:
    """The newest entries that the filters let through."""
    form = _filter_form()
    page = audit_listing.listing(current_actor(), _filters(form), row_id(request.args.get("before")))
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in form.data and value
    }
    return render_template(
        "audit/index.html",
        form=form,
        page=page,
        words=trail_words,
        is_narrowed=bool(kept),
        first_url=url_for("audit.index", **kept) if request.args.get("before") else None,
        next_url=url_for("audit.index", **kept, before=page.next_before) if page.next_before else None,
    )


@blueprint.post("/verify")
@requires("audit.read")
def verify() -> Any:
    """Checks the whole chain and its anchors; the answer is one sentence."""
    verdict = audit.verify_for(current_actor())
    if verdict.broken is None:
        flash(
            _("核验通过：第 1 条到第 %(last)s 条首尾相接，与留存的锚点一致。", last=verdict.through), "done"
        )
    else:
        flash(
            _(
                "核验没有通过：第 %(number)s 条，%(why)s。请不要再动服务器，马上联系安全保密员，与留在别处的锚点核对。",
                number=verdict.broken.sequence,
                why=trail_words.fault_word(verdict.broken.why),
            ),
            "danger",
        )
    return redirect(url_for("audit.index"), 303)
