"""Caseload, case meeting, handing over a colleague's load."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from casework.access import current_actor, requires
from casework.errors import Invalid, Stale
from casework.presentation.typed import row_id
from casework.services import case_meetings, check_ins, reassignments, workload
from casework.services.reassignments import Load, Wanted
from casework.views import editing
from casework.views.case_moves import what_happened
from casework.views.filling import filled
from forms.workload import ReceiversForm, StuckForm

blueprint = Blueprint("workload", __name__, url_prefix="/workload")


@blueprint.get("", endpoint="index")
@requires("team.load")
def index() -> str:
    """Who carries how much, team by team."""
    actor = current_actor()
    return render_template(
        "workload/index.html", teams=workload.caseload(actor), wishes=check_ins.wishes(actor)
    )


def _after() -> tuple[int, int] | None:
    rank, case_id = row_id(request.args.get("rank")), row_id(request.args.get("after"))
    return (rank, case_id) if rank is not None and case_id is not None else None


@blueprint.route("/meeting", methods=["GET", "POST"], endpoint="meeting")
@requires("team.load")
def meeting() -> Any:
    """The list for the weekly case meeting; a post sets when a case counts as standing still."""
    actor, form = current_actor(), filled(StuckForm, days=case_meetings.stuck_days())
    tried = editing.attempt(form, lambda: case_meetings.set_stuck_days(actor, form.days.data or 0))
    if tried.saved:
        return editing.done(url_for("workload.meeting"), _("已保存。"))
    listed = case_meetings.for_lead(actor, _after())
    page = render_template(
        "workload/meeting.html",
        form=form,
        meeting=listed,
        is_later=_after() is not None,
        next_url=url_for("workload.meeting", rank=listed.next_after[0], after=listed.next_after[1])
        if listed.next_after
        else None,
    )
    return page, 422 if request.method == "POST" else 200


def _receivers_form(load: Load) -> ReceiversForm:
    form = filled(ReceiversForm)
    form.receivers.choices = [
        (key, _("%(name)s（现有 %(count)s 个）", name=name, count=count))
        for key, name, count in load.receivers
    ]
    return form


@blueprint.route("/teams/<int:team_id>/people/<int:account_id>", methods=["GET", "POST"], endpoint="preview")
@requires("case.assign")
def preview(team_id: int, account_id: int) -> Any:
    """A colleague's load and who is to take it; a post shows the preview, and changes nothing."""
    load = reassignments.load_of(current_actor(), team_id, account_id)
    form = _receivers_form(load)
    lines = None
    if request.method == "POST" and form.validate():
        try:
            lines = reassignments.preview(load, form.receivers.data or [])
        except Invalid as fault:
            form.take_faults(fault.faults)
    page = render_template("workload/hand_over.html", load=load, form=form, lines=lines, happened=None)
    return page, 422 if request.method == "POST" and lines is None else 200


def _wanted() -> list[Wanted]:
    """The preview's lines as sent: case, version and receiver by place; an empty receiver leaves a case."""
    sent = zip(
        request.form.getlist("case"),
        request.form.getlist("version"),
        request.form.getlist("receiver"),
        strict=False,
    )
    lines = [(row_id(case), row_id(version), row_id(receiver)) for case, version, receiver in sent]
    return [
        Wanted(case, version, receiver)
        for case, version, receiver in lines
        if case is not None and version is not None and receiver is not None
    ]


@blueprint.post("/teams/<int:team_id>/people/<int:account_id>/hand-over", endpoint="hand_over")
@requires("case.assign")
def hand_over(team_id: int, account_id: int) -> Any:
    """Hands the load over as previewed, all of it or nothing."""
    actor, happened = current_actor(), None
    try:
        given = reassignments.hand_over(actor, team_id, account_id, _wanted())
    except Stale as stale:
        happened, status = f"{stale.theirs['number']}{_('：')}{what_happened(stale)}", 409
    except Invalid:
        happened, status = _("有的个案不能交给所选的人，或没有选人。请重新预览。"), 422
    else:
        count = sum(given.values())
        said = ngettext("已移交 %(num)s 个个案。", "已移交 %(num)s 个个案。", count)
        return editing.done(url_for("workload.index"), said)
    load = reassignments.load_of(actor, team_id, account_id)
    page = render_template(
        "workload/hand_over.html", load=load, form=_receivers_form(load), lines=None, happened=happened
    )
    return page, status
