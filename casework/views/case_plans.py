"""The lines of the case plan."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from casework import codes
from casework.access import current_actor, requires
from casework.presentation.locale import language
from casework.services import case_plans
from casework.services.case_plans import ItemFacts
from casework.services.cases import CaseHead
from casework.views import drafting, editing, long_forms
from forms.case_plan import PlanItemForm

blueprint = Blueprint("case_plans", __name__)


def _form(typed: Any, given: dict[str, Any]) -> PlanItemForm:
    form = long_forms.made(PlanItemForm, typed, given)
    form.service.choices = [("", _("未选")), *codes.choices("service", language())]
    form.state.choices = codes.choices("plan_item_state", language())
    return form


def _facts(form: PlanItemForm) -> ItemFacts:
    return ItemFacts(
        need=form.need.data or None,
        goal=form.goal.data or None,
        who=form.who.data or None,
        service=form.service.data or "",
        due_on=form.due_on.data,
        state=form.state.data or "",
        settled_on=form.settled_on.data,
    )


def _page(
    head: CaseHead, form: PlanItemForm, tried: editing.Attempt, draft: drafting.Drafting, title: str
) -> Any:
    return long_forms.page(
        "plans/edit.html",
        head,
        form,
        tried,
        draft,
        locked=not case_plans.is_writable(current_actor(), head),
        title=title,
        back=url_for("cases.safety_plans.index", number=head.number, _anchor="case-plan"),
        part="plan",
    )


@blueprint.route("/<number>/plan/items/new", methods=["GET", "POST"])
@requires("case.work")
def new(number: str) -> Any:
    """Adds a line."""
    actor = current_actor()
    head = case_plans.head_for(actor, number)
    if drafting.is_discarding():
        return drafting.discarded(case_plans.FORM, head.case_id)
    draft = drafting.of(case_plans.FORM, head.case_id)
    form = _form(draft.typed, {})
    tried = editing.attempt(form, lambda: case_plans.add(actor, number, _facts(form)))
    if tried.saved:
        return editing.done(url_for("cases.safety_plans.index", number=number), _("已加入服务计划。"))
    return _page(head, form, tried, draft, _("添加计划事项"))


@blueprint.route("/<number>/plan/items/<int:item_id>", methods=["GET", "POST"])
@requires("case.work")
def edit(number: str, item_id: int) -> Any:
    """Changes a line, or how far it has come."""
    actor = current_actor()
    head, line = case_plans.item_for(actor, number, item_id)
    if drafting.is_discarding():
        return drafting.discarded(case_plans.FORM, item_id)
    draft = drafting.of(case_plans.FORM, item_id)
    form = _form(draft.typed, line.given())
    tried = editing.attempt(
        form,
        lambda: case_plans.change(actor, number, item_id, _facts(form), form.version.data or 0),
    )
    if tried.saved:
        return editing.done(url_for("cases.safety_plans.index", number=number), _("已保存。"))
    return _page(head, form, tried, draft, _("修改计划事项"))
