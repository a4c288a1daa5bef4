"""The safety plan, and below it the case plan."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from casework import codes
from casework.access import current_actor, requires
from casework.clock import today
from casework.errors import NotFound
from casework.presentation.locale import language
from casework.services import case_plans, safety_plans
from casework.services.safety_plans import PlanFacts, SafetyPlanRead
from casework.views import drafting, editing, long_forms
from casework.views.filling import filled
from forms.safety_plan import PLAN_REASONS, CopyForm, SafetyPlanForm

blueprint = Blueprint("safety_plans", __name__)


def _groups() -> list[tuple[str, list[tuple[str, str]]]]:
    return codes.grouped_choices(safety_plans.STEPS, language())


def _form(typed: Any, given: dict[str, Any]) -> SafetyPlanForm:
    form = long_forms.made(SafetyPlanForm, typed, given)
    for entry in codes.listing(safety_plans.STEPS):
        if entry.parent:
            form[entry.code].label.text = entry.label(language())
            form[entry.code].description = entry.flag("hint_zh" if language() == "zh" else "hint_en")
    return form


@blueprint.get("/<number>/plan", endpoint="index")
@requires("case.read")
def index(number: str) -> Any:
    """What she agreed to do and have ready, earlier versions, and the lines of the case plan."""
    actor = current_actor()
    read = safety_plans.of_case(actor, number)
    plan = case_plans.lines_of(actor, read.head)
    return render_template(
        "plans/index.html", head=read.head, read=read, plan=plan, groups=_groups(), part="plan"
    )


def _facts(form: SafetyPlanForm) -> PlanFacts:
    words = {name: form[name].data or "" for name in safety_plans.steps()}
    return PlanFacts(words, form.agreed_on.data, form.review_on.data)


@blueprint.route("/<number>/plan/edit", methods=["GET", "POST"])
@requires("case.work")
def edit(number: str) -> Any:
    """Writes the plan."""
    actor = current_actor()
    read = safety_plans.of_case(actor, number)
    if drafting.is_discarding():
        return drafting.discarded(safety_plans.FORM, read.head.case_id)
    draft = drafting.of(safety_plans.FORM, read.head.case_id)
    given = read.given() if read.exists else {"agreed_on": today()}
    form = _form(draft.typed, given)
    tried = editing.attempt(
        form, lambda: safety_plans.save(actor, number, _facts(form), form.version.data or 0)
    )
    back = url_for("cases.safety_plans.index", number=number)
    if tried.saved:
        return editing.done(back, _("安全计划已保存。"))
    long_forms.explain(form, PLAN_REASONS)
    return _edit_page(read, form, tried, draft, back)


def _edit_page(
    read: SafetyPlanRead, form: SafetyPlanForm, tried: editing.Attempt, draft: drafting.Drafting, back: str
) -> Any:
    return long_forms.page(
        "plans/safety_edit.html",
        read.head,
        form,
        tried,
        draft,
        locked=read.is_locked,
        groups=_groups(),
        title=_("安全计划"),
        back=back,
        part="plan",
    )


@blueprint.route("/<number>/plan/copy", methods=["GET", "POST"])
@requires("case.work")
def copy(number: str) -> Any:
    """Asks before anything is printed for her; then the neutral copy, on which nothing typed stands."""
    actor = current_actor()
    form = filled(CopyForm)
    word = "paper_zh" if language() == "zh" else "paper_en"
    lines = {name: codes.get(safety_plans.STEPS, name).flag(word) for name in safety_plans.paper_steps()}
    form.chosen.choices = list(lines.items())
    tried = editing.attempt(
        form,
        lambda: safety_plans.copy_for_her(
            actor,
            number,
            wanted=form.wanted.data == "yes",
            warned=form.warned.data,
            chosen=form.chosen.data or [],
        ),
    )
    if tried.saved:
        return render_template("plans/copy.html", lines=[lines[name] for name in tried.given])
    long_forms.explain(form, PLAN_REASONS)
    read = safety_plans.of_case(actor, number)
    if not read.exists or read.head.is_granted:
        raise NotFound
    shown = render_template("plans/copy_asked.html", head=read.head, form=form, part="plan")
    return shown, 422 if request.method == "POST" else 200
