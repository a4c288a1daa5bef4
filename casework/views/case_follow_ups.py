"""The planned contacts of one case: planned, tried, cancelled."""

from __future__ import annotations

import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from casework import codes
from casework.access import current_actor, requires
from casework.clock import ZONE, instant, local, now_us, today
from casework.errors import AlreadyDone
from casework.presentation.locale import language
from casework.services import follow_up_lists, follow_ups
from casework.services.follow_ups import Planned, Tried
from casework.views import editing
from casework.views.filling import filled
from forms.follow_ups import PlanForm, RecordForm
from models.enums import FollowUpState

blueprint = Blueprint("follow_ups", __name__)


@blueprint.get("/<number>/follow-ups", endpoint="index")
@requires("follow_up.list")
def index(number: str) -> Any:
    """The contacts of the case, open ones first, each with its tries."""
    read = follow_up_lists.of_case(current_actor(), number)
    return render_template("cases/follow_ups.html", head=read.head, read=read, part="follow_ups")


def _plan_form(**given: Any) -> PlanForm:
    form = filled(PlanForm, **given)
    offered = codes.flagged("follow_up_kind", "subject", "case")
    form.kind.choices = [it for it in codes.choices("follow_up_kind", language()) if it[0] in offered]
    return form


@blueprint.route("/<number>/follow-ups/new", methods=["GET", "POST"])
@requires("follow_up.plan")
def plan(number: str) -> Any:
    """Plans a contact."""
    actor, back = current_actor(), url_for("cases.follow_ups.index", number=number)
    form = _plan_form(due_on=today() + datetime.timedelta(days=7))
    tried = editing.attempt(
        form,
        lambda: follow_ups.plan(
            actor,
            number,
            Planned(
                kind=form.kind.data or "",
                due_on=form.due_on.data or today(),
                due_time=form.due_time.data,
                purpose=form.purpose.data or None,
                urgent=form.urgent.data,
            ),
        ),
    )
    if tried.saved:
        return editing.done(back, _("已安排。到日子会出现在今日里。"))
    read = follow_up_lists.of_case(actor, number)
    return editing.page(read.head, form, tried, title=_("安排回访"), back=back, part="follow_ups")


def _record_form(**given: Any) -> RecordForm:
    form = filled(RecordForm, **given)
    form.result.choices = codes.choices("follow_up_result", language())
    return form


def _tried(form: RecordForm) -> Tried:
    on, at = form.tried_on.data or today(), form.tried_time.data or datetime.time()
    return Tried(
        result=form.result.data or "",
        note=form.note.data or None,
        tried_at=instant(datetime.datetime.combine(on, at, ZONE)),
        next_on=form.next_on.data,
    )


@blueprint.route("/<number>/follow-ups/<int:follow_up_id>", methods=["GET", "POST"])
@requires("follow_up.record")
def record(number: str, follow_up_id: int) -> Any:
    """Records a try; the safe-contact card is opened first."""
    actor, back = current_actor(), url_for("cases.follow_ups.index", number=number)
    form = _record_form()
    tried = editing.attempt(
        form,
        lambda: follow_ups.record(actor, number, follow_up_id, _tried(form), form.version.data or 0),
    )
    if tried.saved:
        return _recorded(number, back, tried.given, form.result.data)
    read, line = follow_up_lists.get_for(actor, number, follow_up_id)
    if request.method == "GET":
        now = local(now_us())
        form = _record_form(tried_on=now.date(), tried_time=now.time(), version=line.version)
    page = render_template(
        "cases/follow_up.html", head=read.head, read=read, line=line, form=form, back=back, part="follow_ups"
    )
    return page, 422 if request.method == "POST" else 200


def _recorded(number: str, back: str, state: FollowUpState, result: str | None) -> Any:
    if result == "new_incident":
        target = url_for("cases.parts.new_incident", number=number)
        return editing.done(target, _("已记下结果。请接着记这次暴力事件。"))
    if state == FollowUpState.DONE:
        return editing.done(back, _("已记下结果，这次回访办完了。"))
    return editing.done(back, _("已记下这次尝试，改到下次再联系。"))


@blueprint.post("/<number>/follow-ups/<int:follow_up_id>/cancel")
@requires("follow_up.plan")
def cancel(number: str, follow_up_id: int) -> Any:
    """Takes a planned contact out of the list."""
    back = url_for("cases.follow_ups.index", number=number)
    try:
        follow_ups.cancel(current_actor(), number, follow_up_id)
    except AlreadyDone:
        return editing.done(back, _("别人已经办过了，请先看最新的记录。"), "error")
    return editing.done(back, _("已取消。"))
