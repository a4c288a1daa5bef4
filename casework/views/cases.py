"""The list of cases, a case's first page, handing out and beginning."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from casework.access import current_actor, may, requires
from casework.jurisdictions import load
from casework.presentation.locale import language
from casework.presentation.typed import row_id
from casework.services import assignments, case_lists, case_steps, related
from casework.services.case_lists import Filters
from casework.views import (
    access_grants,
    case_follow_ups,
    case_moves,
    case_notes,
    case_parts,
    case_people,
    case_plans,
    consents,
    danger,
    duties,
    editing,
    evidence,
    first_interview,
    merging,
    papers,
    rights,
    safety_plans,
    services_given,
    timeline,
)
from casework.views.filling import filled
from forms.case_moves import StepForm
from forms.cases import STATES, AssignForm, CaseFilterForm
from models.enums import CaseState

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
for _part in (
    case_parts,
    case_people,
    first_interview,
    danger,
    duties,
    safety_plans,
    case_plans,
    services_given,
    case_follow_ups,
    case_notes,
    consents,
    evidence,
    papers,
    timeline,
    rights,
    access_grants,
    case_moves,
    merging,
):
    blueprint.register_blueprint(_part.blueprint)
NOBODY = "nobody"


def _filters(form: CaseFilterForm) -> Filters:
    """What was asked for, less what makes no sense: an address typed by hand narrows nothing instead of
    failing.
    """
    state, assignee = form.state.data or "", form.assignee.data or ""
    return Filters(
        state=CaseState(state) if state in set(CaseState) else None,
        town=form.town.data or None,
        assignee=row_id(assignee),
        unassigned=assignee == NOBODY,
    )


def _filter_form() -> CaseFilterForm:
    form = CaseFilterForm(request.args)
    actor = current_actor()
    form.state.choices = [("", _("全部状态")), *STATES]
    form.town.choices = [("", _("全部镇街")), *load().division_choices(language())]
    people = [(str(key), name) for key, name in case_lists.colleagues(actor)]
    form.assignee.choices = [("", _("所有人")), (NOBODY, _("还没有承办")), *people]
    return form


@blueprint.get("", endpoint="index")
@requires("case.list")
def index() -> Any:
    """The cases that she may see, newest first."""
    form = _filter_form()
    filters = _filters(form)
    after = request.args.get("after", "")
    listed = case_lists.listing(current_actor(), filters, row_id(after))
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in form.data and value
    }
    return render_template(
        "cases/index.html",
        form=form,
        page=listed,
        towns=dict(load().division_choices(language())),
        is_narrowed=bool(filters.bound()),
        first_url=url_for("cases.index", **kept) if after else None,
        next_url=url_for("cases.index", **kept, after=listed.next_after) if listed.next_after else None,
    )


@blueprint.get("/<number>")
@requires("case.read")
def show(number: str) -> Any:
    """How the case stands: what happened, what comes next."""
    actor = current_actor()
    front = case_steps.front(actor, number)
    return render_template(
        "cases/show.html",
        head=front.head,
        front=front,
        overview=front.overview,
        beside=related.lines_of(actor, front.head),
        part="progress",
        may_assign=may(actor, "case.assign") and front.leads,
        may_ask=may(actor, "case.put_before") and front.is_of_team,
    )


@blueprint.route("/<number>/assign", methods=["GET", "POST"])
@requires("case.assign")
def assign(number: str) -> Any:
    """The lead hands the case to an admitted member."""
    actor = current_actor()
    head, people = assignments.candidates(actor, number)
    form = AssignForm(
        request.form if request.method == "POST" else None, assignee=head.assignee_id, version=head.version
    )
    form.assignee.choices = people
    tried = editing.attempt(
        form, lambda: assignments.assign(actor, number, form.assignee.data, form.version.data or 0)
    )
    back = url_for("cases.show", number=number)
    if tried.saved:
        return editing.done(back, _("已分派，承办人会在今日看到。"))
    return editing.page(head, form, tried, title=_("分派"), back=back, part="progress")


@blueprint.post("/<number>/start")
@requires("case.work")
def start(number: str) -> Any:
    """The assignee begins service."""
    actor, sent = current_actor(), filled(StepForm).version.data
    return case_moves.pressed(
        number, lambda: assignments.start(actor, number, sent or None), _("已开始服务。")
    )
