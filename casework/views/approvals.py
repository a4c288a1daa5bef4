"""What waits for a decision; approval files (呈批件) before their leader and in their case."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from casework import codes
from casework.access import current_actor, requires
from casework.errors import AlreadyDone, KeyMissing
from casework.presentation.locale import language
from casework.services import approval_files, case_steps, check_ins, small_office, waiting
from casework.views import editing
from casework.views.case_moves import asked_of, leader_choices, move_page, resumed, told
from casework.views.filling import filled, is_sent
from forms.approvals import AskForm, OpinionForm, SmallOfficeForm
from models.enums import CaseState, Role

blueprint = Blueprint("approvals", __name__)
CLOSING = "closing"


@blueprint.get("/approvals", endpoint="index")
@requires("approval.list")
def index() -> str:
    """The first screen of an approving leader; a lead's list of what her team waits for."""
    actor = current_actor()
    return render_template(
        "approvals/index.html",
        is_leader=actor.has_role(Role.APPROVING_LEADER),
        before=waiting.for_leader(actor),
        decided=waiting.decided_by(actor),
        closings=waiting.closings_for(actor),
        teams=waiting.for_lead(actor),
        wishes=check_ins.wishes(actor),
        is_small=small_office.is_on(),
    )


@blueprint.route("/approvals/<int:approval_id>", methods=["GET", "POST"], endpoint="decide")
@requires("approval.list")
def decide(approval_id: int) -> Any:
    """What is asked, the parts that are opened to her, and her decision, made once."""
    actor, form = current_actor(), filled(OpinionForm)
    try:
        tried = editing.attempt(
            form,
            told(
                lambda: approval_files.decide(
                    actor,
                    approval_id,
                    approves=form.decision.data == "approve",
                    opinion=form.opinion.data or None,
                )
            ),
        )
    except KeyMissing:
        return editing.done(
            url_for("approvals.index"), _("查阅时间已过，不能再批。请让送审人重新呈批。"), "error"
        )
    if tried.saved:
        return editing.done(url_for("approvals.index"), _("已批，查阅权限同时收回。"))
    read = approval_files.before_her(actor, approval_id)
    page = render_template("approvals/decide.html", read=read, line=read.line, form=form)
    return page, 422 if request.method == "POST" else 200


@blueprint.get("/approvals/<int:approval_id>/print", endpoint="print_hers")
@requires("approval.list")
def print_hers(approval_id: int) -> str:
    """The leader's own copy for the office."""
    read = approval_files.before_her(current_actor(), approval_id)
    return render_template("approvals/paper.html", line=read.line)


@blueprint.route("/cases/<number>/approvals/new", methods=["GET", "POST"], endpoint="ask")
@requires("case.put_before")
def ask(number: str) -> Any:
    """Puts a case before an approving leader."""
    actor = current_actor()
    head = case_steps.head_of(actor, number)
    form = resumed(actor, AskForm, "approval", head.case_id)
    kinds = codes.choices("approval_kind", language())
    form.kind.choices = [("", _("请选择"))] + [
        it for it in kinds if it[0] != CLOSING or head.state == CaseState.CLOSING_REVIEW
    ]
    leader_choices(actor, head, form)
    tried = editing.attempt(
        form,
        told(
            lambda: approval_files.ask(
                actor, number, asked_of(form, form.kind.data or "", form.asks.data or "")
            )
        ),
    )
    if tried.saved:
        return editing.done(url_for("cases.show", number=number), _("已呈批，审批领导会在待批里看到。"))
    return move_page(head, form, tried, "approvals/ask.html", title=_("呈批"))


@blueprint.get("/cases/<number>/approvals/<int:approval_id>", endpoint="show")
@requires("case.put_before")
def show(number: str, approval_id: int) -> str:
    """One approval file in its case."""
    head, line = approval_files.one_of_case(current_actor(), number, approval_id)
    return render_template("approvals/show.html", head=head, line=line, part="progress")


@blueprint.get("/cases/<number>/approvals/<int:approval_id>/print", endpoint="print_file")
@requires("case.print")
def print_file(number: str, approval_id: int) -> str:
    """The same on paper, for the office."""
    _head, line = approval_files.one_of_case(current_actor(), number, approval_id)
    return render_template("approvals/paper.html", line=line)


@blueprint.post("/cases/<number>/approvals/<int:approval_id>/withdraw", endpoint="withdraw")
@requires("case.put_before")
def withdraw(number: str, approval_id: int) -> Any:
    """Takes back what waits before the leader."""
    back = url_for("cases.show", number=number)
    try:
        approval_files.withdraw(current_actor(), number, approval_id)
    except AlreadyDone:
        return editing.done(back, _("审批领导已经批了，请看意见。"), "error")
    return editing.done(back, _("已撤回，审批领导不能再看。"))


@blueprint.route("/approvals/small-office", methods=["GET", "POST"], endpoint="small_office")
@requires("security.decide")
def switch_small_office() -> Any:
    """Whether the approving leader decides on each closing; set by the security officer."""
    form = filled(SmallOfficeForm, on=small_office.is_on())
    if is_sent(form):
        small_office.switch(current_actor(), bool(form.on.data))
        said = _("已打开：结案由审批领导审批。") if form.on.data else _("已关掉：结案由组长审核。")
        return editing.done(url_for("approvals.small_office"), said)
    return render_template("approvals/small_office.html", form=form, is_on=small_office.is_on())
