"""Between the call screen's form and what the services understand."""

from __future__ import annotations

import datetime
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from casework import codes
from casework.actor import Actor
from casework.clock import MINUTE, ZONE, instant, now_us
from casework.errors import NotFound
from casework.jurisdictions import load
from casework.presentation.locale import language
from casework.presentation.typed import row_id
from casework.services import calls
from casework.services.call_facts import CASE_OPENED, SAFETY_QUESTIONS, Acceptance, NewCall
from casework.services.case_facts import IncidentFacts
from casework.services.drafts import Resumed
from forms.calls import AcceptancePart, AcceptForm, CallForm

CHOOSE = ("", "—")
# Past what a calendar can say.
LATEST_US = instant(datetime.datetime(9998, 12, 31, tzinfo=ZONE))
# Not typed by anybody: the token, and which button was pressed.
NOT_TYPED = frozenset({"csrf_token", "brief"})
# A draft that rested longer than this is a call that ended when it was last saved.
STILL_TALKING = 30 * MINUTE
# Adding to a case needs the case to be found first: not offered before that screen exists.
NOT_OFFERED = frozenset({"added_to_case"})


def results_offered() -> list[tuple[str, str]]:
    """The results of a call that this screen can bring about."""
    offered = codes.choices("call_result", language())
    return [(code, label) for code, label in offered if code not in NOT_OFFERED]


def _case_choices() -> dict[str, list[tuple[str, str]]]:
    listed = {
        "client_sex": "sex",
        "living_together": "living_together",
        "violence_types": "violence_type",
        "precision": "precision",
        "source": "report_source",
    }
    offered = {name: codes.choices(where, language()) for name, where in listed.items()}
    offered["precision"] = [pair for pair in offered["precision"] if pair[0] != "period"]
    offered["relationship"] = [CHOOSE, *codes.choices("relationship", language())]
    offered["case_town"] = [CHOOSE, *load().division_choices(language())]
    offered["team_id"] = [CHOOSE, *((str(team_id), name) for team_id, name in calls.case_teams())]
    return offered


def call_form(typed: MultiDict[str, str] | None) -> CallForm:
    """The screen's form with what was typed, its lists filled in."""
    form = CallForm(typed)
    offered = _case_choices()
    for name in SAFETY_QUESTIONS:
        offered[name] = codes.choices(name, language())
    offered["category"] = codes.choices("call_category", language())
    offered["result"] = results_offered()
    offered["town"] = load().division_choices(language())
    form.offer(offered, codes.grouped_choices("rights_category", language()))
    if _instant(form.started_at.data) is None:
        # A start that can't be read is now.
        form.started_at.data = str(now_us())
    return form


def accept_form(typed: MultiDict[str, str] | None) -> AcceptForm:
    """The same part alone, for a call that was recorded before."""
    form = AcceptForm(typed)
    form.offer_case(_case_choices())
    form.issues.choices = dict(codes.grouped_choices("rights_category", language()))
    return form


def fresh(actor: Actor) -> CallForm:
    """The form of a call that starts now."""
    begun = calls.begin(actor)
    return call_form(MultiDict({"mark": begun.mark, "started_at": str(begun.started_at)}))


def again(actor: Actor, resumed: Resumed) -> CallForm:
    """The form of a draft, its clock still running unless it rested for long."""
    form = call_form(MultiDict(dict(resumed.fields or {})))
    form.mark.data = calls.mark_of(actor, resumed.line.subject_id)
    if now_us() - resumed.line.saved_at > STILL_TALKING:
        form.ended_at.data = str(resumed.line.saved_at)
    return form


def typed_now() -> MultiDict[str, str]:
    """What was posted; a quick button fills in category and result."""
    typed = MultiDict(request.form)
    brief = typed.get("brief")
    if brief:
        typed["category"], typed["result"] = brief, "none"
    return typed


def as_draft(typed: MultiDict[str, str]) -> dict[str, list[str]]:
    """What of it belongs into a draft."""
    return {name: values for name, values in typed.to_dict(flat=False).items() if name not in NOT_TYPED}


def call_id_of(actor: Actor, form: CallForm) -> int:
    """The id to be of the call in this form; where the mark is not ours, a fresh one, put into the form."""
    try:
        return calls.begun(actor, form.mark.data or "")
    except NotFound:
        begun = calls.begin(actor)
        form.mark.data = begun.mark
        return begun.call_id


def _instant(text: str | None) -> int | None:
    at = row_id(text)
    return at if at is not None and at < LATEST_US else None


def new_call(form: CallForm, call_id: int) -> NewCall:
    """The call as the service takes it; a start that can't be read is now."""
    given: dict[str, Any] = {
        name: form[name].data or None
        for name in ("phone", "caller_name", "town", "safe_hours", "alias", "never", "said", "wish")
    }
    return NewCall(
        call_id=call_id,
        started_at=_instant(form.started_at.data) or now_us(),
        ended_at=_instant(form.ended_at.data),
        category=form.category.data,
        result=form.result.data,
        issues=tuple(form.issues.data or ()),
        code_word=form.watchword.data or None,
        safety={name: form[name].data for name in SAFETY_QUESTIONS},
        emergency=form.emergency,
        **given,
    )


def acceptance(form: Any) -> Acceptance:
    """The part that makes a case of it; an incident only where relationship or violence were said."""
    part: AcceptancePart = form
    incident = None
    if part.relationship.data or part.violence_types.data:
        is_unknown = part.precision.data == "unknown"
        incident = IncidentFacts(
            occurred_on=None if is_unknown else part.occurred_on.data,
            precision=part.precision.data,
            relationship=part.relationship.data,
            living_together=part.living_together.data,
            violence_types=tuple(part.violence_types.data or ()),
        )
    return Acceptance(
        team_id=row_id(part.team_id.data) or 0,
        town=part.case_town.data,
        source=part.source.data,
        client_sex=part.client_sex.data,
        desk_keeps_card=part.desk_keeps_card.data,
        incident=incident,
    )


def acceptance_asked(form: CallForm) -> Acceptance | None:
    """The acceptance where the result is a new case, else None."""
    return acceptance(form) if form.result.data == CASE_OPENED else None
