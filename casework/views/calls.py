"""The 12338 desk: taking a call, the list of calls, one call, and the case that comes of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from casework import codes
from casework.access import current_actor, may, requires
from casework.actor import Actor
from casework.clock import ZONE, now_us
from casework.errors import AlreadyDone, Invalid
from casework.jurisdictions import load
from casework.presentation.locale import language
from casework.presentation.typed import row_id
from casework.services import call_register, calls, drafts, look_up
from casework.services.call_facts import SAFETY_QUESTIONS
from casework.services.call_register import Filters
from casework.services.calls import FORM
from casework.services.drafts import DraftLine, Resumed
from casework.views import call_forms
from casework.views.filling import is_sent
from forms.calls import CALL_REASONS, CallFilters, CallForm

blueprint = Blueprint("calls", __name__)


def _screen(actor: Actor, form: CallForm, *, status: int = 200, **facts: Any) -> Any:
    call_id = call_forms.call_id_of(actor, form)
    held = [line for line in drafts.listing(actor, FORM) if line.subject_id != call_id]
    shown = {"match": None, "match_fault": None, "resumed": None, "unreadable": None} | facts
    return render_template(
        "calls/take.html",
        form=form,
        call_id=call_id,
        held=held,
        now=now_us(),
        zone=ZONE.key,
        questions=SAFETY_QUESTIONS,
        text_number=load().emergency_text_number,
        **shown,
    ), status


def _wanted(held: list[DraftLine]) -> int | None:
    """The draft that the address names; the one last saved where it names none."""
    named = request.args.get("draft", "")
    if named == "new" or not held:
        return None
    return next((line.subject_id for line in held if str(line.subject_id) == named), held[0].subject_id)


@blueprint.route("/calls/new", methods=["GET", "POST"], endpoint="take")
@requires("call.take")
def take() -> Any:
    """The call screen: what was left unsaved goes on, else a call starts now. Posted, it saves the call."""
    actor = current_actor()
    if request.method == "POST":
        return _save(actor)
    wanted = _wanted(drafts.listing(actor, FORM))
    resumed: Resumed | None = drafts.resume(actor, FORM, wanted) if wanted is not None else None
    if resumed is None:
        return _screen(actor, call_forms.fresh(actor))
    if resumed.fields is None:
        return _screen(actor, call_forms.fresh(actor), unreadable=resumed.line)
    return _screen(actor, call_forms.again(actor, resumed), resumed=resumed.line)


def _save(actor: Actor) -> Any:
    """Saves the call, with its case where one is opened; every fault leaves the words where they are."""
    form = call_forms.call_form(call_forms.typed_now())
    call_id = call_forms.call_id_of(actor, form)
    if not is_sent(form):
        return _screen(actor, form, status=422)
    try:
        saved = calls.record(actor, call_forms.new_call(form, call_id), call_forms.acceptance_asked(form))
    except Invalid as refused:
        form.take_faults(refused.faults)
        return _screen(actor, form, status=422)
    except AlreadyDone:
        flash(_("这通来电已经保存过，没有重复登记"), "done")
        return redirect(url_for("calls.show", number=call_register.number_of(actor, call_id)), 303)
    if saved.case_number:
        flash(_("来电已保存，个案已交给小组"), "done")
    else:
        flash(_("来电已保存"), "done")
    return redirect(url_for("calls.show", number=saved.number), 303)


@blueprint.post("/calls/new/number", endpoint="look_up")
@requires("number.look_up")
def look_up_number() -> Any:
    """What the desk knows of the number typed; the draft is saved first. Part of a page for the script."""
    actor = current_actor()
    typed = MultiDict(request.form)
    form = call_forms.call_form(typed)
    call_id = call_forms.call_id_of(actor, form)
    drafts.save(actor, FORM, call_id, call_forms.as_draft(typed))
    match, fault = None, None
    try:
        match = look_up.look_up(actor, call_id=call_id, typed=form.phone.data or "")
    except Invalid as refused:
        fault = CALL_REASONS.get(refused.faults["phone"], refused.faults["phone"])
    if request.headers.get("X-Part") == "match":
        return render_template("calls/_match.html", match=match, match_fault=fault)
    return _screen(actor, form, match=match, match_fault=fault)


@blueprint.post("/calls/new/discard", endpoint="discard")
@requires("call.take")
def discard() -> Any:
    """Throws an unsaved call away on its author's word."""
    named = request.form.get("draft", "")
    drafts.discard(current_actor(), FORM, row_id(named) or 0)
    flash(_("草稿已丢弃"), "done")
    return redirect(url_for("calls.take"), 303)


@blueprint.get("/calls", endpoint="index")
@requires("call.list")
def index() -> Any:
    """The desk's calls, newest first."""
    form = CallFilters(request.args)
    form.category.choices = [("", _("全部")), *codes.choices("call_category", language())]
    form.result.choices = [("", _("全部")), *codes.choices("call_result", language())]
    form.validate()
    chosen = Filters(form.category.data or None, form.result.data or None, form.since.data, form.until.data)
    page = call_register.listing(current_actor(), chosen, request.args.get("after"))
    kept = {name: value for name, value in request.args.items() if name in form and value}
    return render_template(
        "calls/index.html",
        form=form,
        page=page,
        kept=kept,
        is_narrowed=bool(kept),
        is_later=bool(request.args.get("after")),
    )


@blueprint.get("/calls/<number>", endpoint="show")
@requires("call.read")
def show(number: str) -> Any:
    """One call; its contact card is shut."""
    return _call_page(number, with_card=False)


@blueprint.post("/calls/<number>/contact", endpoint="open_contact")
@requires("call.read")
def open_contact(number: str) -> Any:
    """The same page with the contact card opened, which is recorded."""
    return _call_page(number, with_card=True)


def _call_page(number: str, *, with_card: bool) -> Any:
    actor = current_actor()
    return render_template(
        "calls/show.html",
        call=call_register.get_for(actor, number, with_card=with_card),
        questions=[(name, codes.title(name, language())) for name in SAFETY_QUESTIONS],
        may_accept=may(actor, "call.accept"),
        may_take=may(actor, "call.take"),
        towns=dict(load().division_choices(language())),
    )


@blueprint.route("/calls/<number>/accept", methods=["GET", "POST"], endpoint="accept")
@requires("call.accept")
def accept(number: str) -> Any:
    """Turns a recorded call into a case for a team."""
    actor = current_actor()
    call = call_register.get_for(actor, number)
    form = call_forms.accept_form(MultiDict(request.form) if request.method == "POST" else None)
    faulty = request.method == "POST"
    if is_sent(form):
        try:
            calls.accept(actor, number, call_forms.acceptance(form), form.issues.data or ())
        except Invalid as refused:
            form.take_faults(refused.faults)
        except AlreadyDone:
            flash(_("这通来电已经转为个案"), "done")
            return redirect(url_for("calls.show", number=number), 303)
        else:
            flash(_("个案已交给小组"), "done")
            return redirect(url_for("calls.show", number=number), 303)
    return render_template("calls/accept.html", call=call, form=form), 422 if faulty else 200
