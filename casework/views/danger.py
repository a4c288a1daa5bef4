"""The danger assessment: the newest one, the form, earlier ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from casework import codes
from casework.access import current_actor, requires
from casework.errors import KeyMissing, NotFound
from casework.jurisdictions import load
from casework.law.danger_scale import Instrument, changes
from casework.presentation.locale import form_messages, language
from casework.services import assessments, drafts
from casework.services.assessments import AssessmentLine, Assessments, NewAssessment
from casework.services.danger_levels import Standing
from casework.views import editing
from forms.danger import DangerForm, before, danger_form, question

blueprint = Blueprint("danger", __name__)
# Pressed, not typed.
NOT_KEPT = frozenset({"csrf_token", "show"})


@blueprint.get("/<number>/danger")
@requires("case.read")
def index(number: str) -> Any:
    """How dangerous it stands, by the newest assessment, and the earlier ones."""
    read = assessments.of_case(current_actor(), number)
    return _read_page(read, read.newest)


@blueprint.get("/<number>/danger/<int:assessment_id>")
@requires("case.read")
def show(number: str, assessment_id: int) -> Any:
    """One assessment as it was made."""
    return _read_page(*assessments.get_for(current_actor(), number, assessment_id))


def _read_page(read: Assessments, line: AssessmentLine | None) -> Any:
    earlier = read.before(line) if line else None
    return render_template(
        "danger/index.html",
        head=read.head,
        part="danger",
        read=read,
        line=line,
        before=earlier,
        changed=line.changes_since(earlier) if line and earlier else [],
        language=language(),
    )


def _form(instrument: Instrument, typed: MultiDict[str, str] | None, **given: Any) -> DangerForm:
    kind = danger_form((item.key, item.label(language())) for item in instrument.questions)
    form = kind(
        typed,
        meta={"get_translations": lambda _form: form_messages},
        **{"instrument": instrument.name, **given},
    )
    form.offer(codes.choices("own_life", language()), codes.choices("children_safe", language()))
    return form


def _new_assessment(form: DangerForm) -> NewAssessment:
    return NewAssessment(
        instrument=form.instrument.data or "",
        answers=form.answers(),
        own_life=form.own_life.data or "",
        children_safe=form.children_safe.data or "",
        level=form.level.data or None,
        raise_to=form.raise_to.data or None,
        reason=form.reason.data or None,
        told=form.told.data or None,
        after=form.version.data or 0,
    )


def _screen(read: Assessments, form: DangerForm, tried: editing.Attempt, saved_at: int | None) -> Any:
    instrument = _instrument(read, form.instrument.data)
    last = next((line for line in read.lines if line.instrument == instrument and not line.is_locked), None)
    level = form.level.data or None
    answers = form.answers()
    page = render_template(
        "danger/form.html",
        head=read.head,
        read=read,
        form=form,
        instrument=instrument,
        instruments=assessments.offered(read),
        result=assessments.result_of(instrument, answers, level),
        last=last,
        changed=changes(instrument, last.answers, answers) if last else [],
        question=question,
        before=before,
        stale=tried.stale,
        saved_at=saved_at,
        text_number=load().emergency_text_number,
        language=language(),
    )
    return page, 409 if tried.stale else 422 if _is_saving() else 200


def _is_saving() -> bool:
    return request.method == "POST" and "show" not in request.form


def _instrument(read: Assessments, name: str | None) -> Instrument:
    """The instrument of that name among those that fit; the first of them where none is named."""
    fitting = assessments.offered(read)
    if not name:
        return fitting[0]
    found = next((it for it in fitting if it.name == name), None)
    if found is None:
        raise NotFound
    return found


@blueprint.route("/<number>/danger/new", methods=["GET", "POST"])
@requires("case.assess")
def new(number: str) -> Any:
    """The form; with "show" it gives the result so far and keeps a draft, else it saves."""
    actor = current_actor()
    if request.headers.get("X-Part") == "result":
        return _result_alone(assessments.instrument_for(actor, number, request.form.get("instrument", "")))
    read = assessments.of_case(actor, number)
    if read.is_read_only:
        raise KeyMissing
    if request.method == "GET":
        return _first_visit(read)
    form = _form(_instrument(read, request.form.get("instrument")), request.form)
    if not _is_saving():
        kept = _kept(request.form.to_dict(flat=False))
        at = drafts.save(actor, assessments.FORM, read.head.case_id, kept)
        return _screen(read, form, editing.Attempt(), at)
    tried = editing.attempt(form, lambda: assessments.record(actor, number, _new_assessment(form)))
    if tried.saved:
        return editing.done(url_for("cases.danger.index", number=number), _saved_sentence(tried.given))
    return _screen(assessments.of_case(actor, number) if tried.stale else read, form, tried, None)


def _result_alone(instrument: Instrument) -> Any:
    """The result beside the questions, for the script: from what the form holds, nothing of the file is read."""
    form = _form(instrument, request.form)
    answers = form.answers()
    last = {key: request.form.get(before(key), "") for key in form.ITEMS}
    return render_template(
        "danger/_result.html",
        instrument=instrument,
        result=assessments.result_of(instrument, answers, form.level.data or None),
        last=any(last.values()),
        changed=changes(instrument, last, answers),
        question=question,
    )


def _first_visit(read: Assessments) -> Any:
    """What she had typed goes on, unless the address asks for another instrument."""
    wanted = request.args.get("instrument")
    resumed = drafts.resume(current_actor(), assessments.FORM, read.head.case_id)
    fields = resumed.fields if resumed else None
    named = (fields or {}).get("instrument", [""])[0]
    fitting = {it.name for it in assessments.offered(read)}
    if resumed and fields and named in fitting and wanted in (None, named):
        form = _form(_instrument(read, named), MultiDict(dict(fields)))
        return _screen(read, form, editing.Attempt(), resumed.line.saved_at)
    newest = read.newest.assessment_id if read.newest else 0
    form = _form(_instrument(read, wanted), None, version=newest)
    return _screen(read, form, editing.Attempt(), None)


def _kept(typed: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: values for name, values in typed.items() if name not in NOT_KEPT}


def _saved_sentence(standing: Standing) -> str:
    if standing.is_high_lethal:
        return _("已保存：高危致命。当日要办的事列在应办事项里。")
    if standing.raised_to is None and standing.level_low != standing.level_high:
        return _("已保存。还有题没问到，按可能的最高等级安排回访。")
    return _("已保存，并按等级安排了回访。")
