"""The consent ledger."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from casework import codes
from casework.access import current_actor, requires
from casework.clock import today
from casework.errors import AlreadyDone, KeyMissing
from casework.presentation.locale import language
from casework.services import consent_ledger, consents, duties
from casework.services.consents import ConsentFacts
from casework.views import drafting, editing, long_forms
from forms.consents import CONSENT_REASONS, ConsentForm, GroundForm

blueprint = Blueprint("consents", __name__)


@blueprint.get("/<number>/consents", endpoint="index")
@requires("case.read")
def index(number: str) -> Any:
    """Every consent and ground of the case."""
    ledger = consent_ledger.of_case(current_actor(), number)
    return render_template(
        "consents/index.html",
        head=ledger.head,
        ledger=ledger,
        owed=duties.of_case(current_actor(), number),
        laws=_laws(),
        part="consents",
    )


def _laws() -> dict[str, str]:
    word = "law_zh" if language() == "zh" else "law_en"
    return {entry.code: str(entry.flag(word)) for entry in codes.listing(consents.GROUNDS)}


def _consent_form(typed: Any, given: dict[str, Any]) -> ConsentForm:
    form = long_forms.made(ConsentForm, typed, given)
    form.scope.choices = [("", _("未选")), *codes.choices(consents.SCOPES, language())]
    form.recipient.choices = [("", _("未选")), *codes.choices(consents.RECIPIENTS, language())]
    form.given_by.choices = codes.choices(consents.GIVERS, language())
    return form


@blueprint.route("/<number>/consents/new", methods=["GET", "POST"])
@requires("case.work")
def new(number: str) -> Any:
    """Writes down what she agreed to."""
    actor = current_actor()
    ledger = consent_ledger.of_case(actor, number)
    if drafting.is_discarding():
        return drafting.discarded(consents.FORM, ledger.head.case_id)
    draft = drafting.of(consents.FORM, ledger.head.case_id)
    form = _consent_form(draft.typed, {"given_on": today(), "scope": request.args.get("scope", "")})
    tried = editing.attempt(
        form,
        lambda: consents.record(
            actor,
            number,
            ConsentFacts(
                scope=form.scope.data or "",
                recipient=form.recipient.data or None,
                given_by=form.given_by.data or "",
                guardian_is_other_party=form.guardian_is_other_party.data or "unknown",
                asked_alone=form.asked_alone.data,
                given_on=form.given_on.data,
                ends_on=form.ends_on.data,
                note=form.note.data or None,
            ),
        ),
    )
    return _answer(ledger, form, tried, draft, "consents/new.html", _("登记同意"))


def _answer(
    ledger: consent_ledger.Ledger, form: Any, tried: Any, draft: Any, template: str, title: str
) -> Any:
    back = url_for("cases.consents.index", number=ledger.head.number)
    if tried.saved:
        return editing.done(back, _("已登记。"))
    long_forms.explain(form, CONSENT_REASONS)
    return long_forms.page(
        template,
        ledger.head,
        form,
        tried,
        draft,
        locked=ledger.is_locked,
        ledger=ledger,
        title=title,
        back=back,
        part="consents",
    )


@blueprint.route("/<number>/consents/ground", methods=["GET", "POST"])
@requires("case.work")
def ground(number: str) -> Any:
    """Writes down the ground on which the law acts without her."""
    actor = current_actor()
    ledger = consent_ledger.of_case(actor, number)
    typed = request.form if request.method == "POST" else None
    form = long_forms.made(GroundForm, typed, {"given_on": today(), "scope": request.args.get("scope", "")})
    laws = _laws()
    reached = {scope for entry in codes.listing(consents.GROUNDS) for scope in entry.flag("scopes")}
    scopes = [pair for pair in codes.choices(consents.SCOPES, language()) if pair[0] in reached]
    form.scope.choices = [("", _("未选")), *scopes]
    form.recipient.choices = [("", _("未选")), *codes.choices(consents.RECIPIENTS, language())]
    form.ground.choices = [
        (code, _("%(ground)s（%(law)s）", ground=word, law=laws[code]))
        for code, word in codes.choices(consents.GROUNDS, language())
    ]
    tried = editing.attempt(
        form,
        lambda: consents.record_ground(
            actor,
            number,
            ConsentFacts(
                scope=form.scope.data or "",
                recipient=form.recipient.data or None,
                ground=form.ground.data or None,
                given_on=form.given_on.data,
                ends_on=form.ends_on.data,
                note=form.note.data or None,
            ),
        ),
    )
    return _answer(ledger, form, tried, None, "consents/ground.html", _("登记法定依据"))


@blueprint.route("/<number>/consents/<int:consent_id>/withdraw", methods=["GET", "POST"])
@requires("case.work")
def withdraw(number: str, consent_id: int) -> Any:
    """Says what stops, then records that she took it back."""
    actor = current_actor()
    back = url_for("cases.consents.index", number=number)
    if request.method == "POST":
        try:
            consents.withdraw(actor, number, consent_id)
        except AlreadyDone:
            return editing.done(back, _("已经撤回过。"), "error")
        return editing.done(back, _("已记下撤回，从现在起停止。"))
    ledger, line = consent_ledger.line_for(actor, number, consent_id)
    if ledger.head.is_granted:
        raise KeyMissing
    return render_template(
        "consents/withdraw.html", head=ledger.head, line=line, laws=_laws(), back=back, part="consents"
    )
