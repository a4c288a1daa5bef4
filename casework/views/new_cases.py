"""A new case: first a search for who may have one already, then the short form."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from casework import codes
from casework.access import current_actor, requires
from casework.clock import today
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.jurisdictions import load
from casework.presentation.locale import form_messages, language
from casework.presentation.typed import row_id
from casework.services import case_opening, likely_matches
from casework.services.case_facts import ContactCard
from casework.services.case_opening import FIRST_SCOPES, FORM, NewCase
from casework.services.likely_matches import Given, Likely
from casework.views.filling import filled, is_sent
from forms.case_search import SEARCH_REASONS
from forms.new_case import NewCaseForm, StartForm

blueprint = Blueprint("new_cases", __name__, url_prefix="/cases/new")
CARD = ("phone", "safe_hours", "alias", "code_word", "never")


@blueprint.route("", methods=["GET", "POST"], endpoint="start")
@requires("case.create")
def start() -> Any:
    """Asks for a number or a name before anything else."""
    actor = current_actor()
    form = filled(StartForm)
    form.town.choices = [("", _("未选")), *load().division_choices(language())]
    if is_sent(form):
        try:
            draft_id = case_opening.begin(actor, _given(form))
        except Invalid as fault:
            form.take_faults(fault.faults)
        else:
            return redirect(url_for("new_cases.fill", draft_id=draft_id), 303)
    page = render_template("new_case/start.html", form=form, held=case_opening.held(actor))
    return page, 422 if request.method == "POST" else 200


def _given(form: Any) -> Given:
    age = form.age.data
    return Given(
        phone=form.phone.data or None,
        identity_number=form.identity_number.data or None,
        name=form.name.data or None,
        town=form.town.data or None,
        age=age if isinstance(age, int) else row_id(age),
    )


def _form(typed: MultiDict[str, str]) -> NewCaseForm:
    form = NewCaseForm(typed, meta={"get_translations": lambda _form: form_messages})
    teams = [(str(team_id), name) for team_id, name in case_opening.teams(current_actor())]
    form.team_id.choices = teams if len(teams) == 1 else [("", _("未选")), *teams]
    form.town.choices = [("", _("未选")), *load().division_choices(language())]
    form.source.choices = codes.choices("report_source", language())
    form.issues.choices = dict(codes.grouped_choices("rights_category", language()))
    form.client_sex.choices = codes.choices("sex", language())
    scopes = dict(codes.choices("consent_scope", language()))
    form.consents.choices = [(scope, scopes[scope]) for scope in FIRST_SCOPES]
    return form


@blueprint.route("/<int:draft_id>", methods=["GET", "POST"], endpoint="fill")
@requires("case.create")
def fill(draft_id: int) -> Any:
    """Who may be the same, and the short form; posted, it opens the case."""
    actor = current_actor()
    if request.method == "GET":
        resumed = case_opening.resume(actor, draft_id)
        typed = {"received_on": [today().isoformat()], **(resumed.fields or {})}
        return _screen(draft_id, _form(MultiDict(typed)), 200)
    form = _form(MultiDict(request.form))
    if not form.validate():
        return _screen(draft_id, form, 422)
    try:
        opened = case_opening.open_case(actor, draft_id, _new_case(form))
    except Invalid as fault:
        form.take_faults(fault.faults)
        return _screen(draft_id, form, 422)
    except AlreadyDone:
        flash(_("这个个案已经新建过了，没有重复登记。"), "done")
        return redirect(url_for("cases.index"), 303)
    if not opened.is_hers:
        flash(_("个案已新建并交给组长。里面有您申报过的号码，您不能再看它。"), "done")
        return redirect(url_for("cases.index"), 303)
    flash(_("已新建个案。"), "done")
    return redirect(url_for("cases.show", number=opened.number), 303)


def _new_case(form: NewCaseForm) -> NewCase:
    return NewCase(
        team_id=row_id(form.team_id.data) or 0,
        town=form.town.data or "",
        source=form.source.data or "",
        received_on=form.received_on.data or today(),
        issues=tuple(form.issues.data or ()),
        name=form.name.data or None,
        sex=form.client_sex.data or "unstated",
        identity_number=form.identity_number.data or None,
        contact=ContactCard(**{name: form[name].data or None for name in CARD}),
        said=form.said.data or None,
        wish=form.wish.data or None,
        consents=tuple(form.consents.data or ()),
        same_as=row_id(form.same_as.data),
    )


def _screen(draft_id: int, form: NewCaseForm, status: int) -> Any:
    likely: list[Likely] = []
    refused = None
    try:
        likely = likely_matches.find(current_actor(), _given(form), draft_id)
    except Invalid as fault:
        # What was typed since may be half a number: the form says so when it is sent.
        reason = next(iter(fault.faults.values()))
        refused = SEARCH_REASONS.get(reason) if reason == "search_too_many" else None
    page = render_template(
        "new_case/fill.html",
        form=form,
        draft_id=draft_id,
        likely=likely,
        refused=refused,
        draft_form=FORM,
    )
    return page, status


@blueprint.post("/discard", endpoint="discard")
@requires("case.create")
def discard() -> Any:
    """Throws an unopened case away on its author's word."""
    draft_id = row_id(request.form.get("draft", ""))
    if draft_id is None:
        raise NotFound
    case_opening.discard(current_actor(), draft_id)
    flash(_("草稿已丢弃"), "done")
    return redirect(url_for("new_cases.start"), 303)
