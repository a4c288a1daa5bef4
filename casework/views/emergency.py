"""Emergency access and the emergency card: asked, answered, opened and reviewed, from a phone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from casework import codes
from casework.access import current_actor, may, requires
from casework.errors import AlreadyDone, Invalid
from casework.presentation.locale import language
from casework.services import access_reviews, break_glass, duty_persons, emergency_cards
from casework.views import editing
from casework.views.filling import filled, is_sent
from forms.access_grants import PART_NAMES
from forms.emergency import AskForm, CardForm, DutyForm, GiveForm, RefuseForm, ReviewForm
from models.enums import CompartmentKind

blueprint = Blueprint("emergency", __name__, url_prefix="/emergency")


@blueprint.get("")
@requires("access.ask")
def index() -> Any:
    """What waits for her, what became of her own requests, and where to go from here."""
    actor = current_actor()
    return render_template(
        "emergency/index.html",
        waiting=break_glass.waiting(actor),
        answers=break_glass.answers(actor),
        on_duty=emergency_cards.duty_team_of(actor) is not None,
        reviews=access_reviews.waiting(actor) if may(actor, "access.review") else [],
        led=duty_persons.teams_to_name_in(actor),
    )


@blueprint.route("/ask", methods=["GET", "POST"])
@requires("access.ask")
def ask() -> Any:
    """Asks for a case of another team; the answer is the same for every number."""
    form = filled(AskForm)
    if is_sent(form):
        try:
            break_glass.ask(current_actor(), form.number.data or "", form.reason.data or "")
        except Invalid as fault:
            form.take(fault.faults)
        else:
            sentence = _("已送出。案号没有写错的话，那个小组的值班人马上会看到。")
            return editing.done(url_for("emergency.index"), sentence)
    return render_template("emergency/ask.html", form=form), 422 if form.errors else 200


@blueprint.route("/requests/<int:request_id>", methods=["GET", "POST"])
@requires("access.answer")
def answer(request_id: int) -> Any:
    """A duty person says yes: which parts, how long."""
    actor, form = current_actor(), filled(GiveForm)
    back = url_for("emergency.index")
    try:
        if is_sent(form):
            parts = [CompartmentKind(item) for item in form.parts.data or ()]
            break_glass.give(actor, request_id, parts, int(form.hours.data))
            return editing.done(back, _("已同意，对方现在能看了。到时自动收回。"))
        line = break_glass.request_for(actor, request_id)
    except Invalid as fault:
        form.take(fault.faults)
        line = break_glass.request_for(actor, request_id)
    except AlreadyDone:
        return editing.done(back, _("这一项已经答复过了。"), "error")
    return _answer_page(line, form, _refuse_form(form=False))


def _refuse_form(*, form: bool = True) -> RefuseForm:
    made = filled(RefuseForm) if form else RefuseForm()
    made.answer.choices = codes.choices("access_answer", language())
    return made


def _answer_page(line: break_glass.RequestLine, give: GiveForm, refuse: RefuseForm) -> Any:
    status = 422 if give.errors or refuse.errors else 200
    return render_template("emergency/answer.html", line=line, form=give, refuse_form=refuse), status


@blueprint.post("/requests/<int:request_id>/refuse")
@requires("access.answer")
def refuse(request_id: int) -> Any:
    """A duty person says no, and why."""
    actor, form = current_actor(), _refuse_form()
    try:
        if is_sent(form):
            break_glass.refuse(actor, request_id, form.answer.data)
            return editing.done(url_for("emergency.index"), _("已答复不同意，对方会看到理由。"))
        line = break_glass.request_for(actor, request_id)
    except AlreadyDone:
        return editing.done(url_for("emergency.index"), _("这一项已经答复过了。"), "error")
    return _answer_page(line, GiveForm(), form)


@blueprint.route("/card", methods=["GET", "POST"])
@requires("emergency.card")
def card() -> Any:
    """The emergency card on the duty phone; every opening is a POST of its own."""
    actor, form = current_actor(), filled(CardForm)
    found = None
    if emergency_cards.duty_team_of(actor) is None:
        return render_template("emergency/no_duty.html")
    if is_sent(form):
        try:
            found = emergency_cards.open_card(actor, form.typed.data or "", form.reason.data or "")
        except Invalid as fault:
            form.take(fault.faults)
    if found is not None and found.card is not None:
        return render_template("emergency/opened.html", card=found.card)
    numbers = found.numbers if found else ()
    return render_template("emergency/card.html", form=form, numbers=numbers), 422 if form.errors else 200


@blueprint.get("/reviews")
@requires("access.review")
def reviews() -> Any:
    """What was opened in an emergency and waits for its review, late ones first."""
    return render_template("emergency/reviews.html", lines=access_reviews.waiting(current_actor()))


@blueprint.route("/reviews/<kind>/<int:row_id>", methods=["GET", "POST"])
@requires("access.review")
def review(kind: str, row_id: int) -> Any:
    """One of them: why, by whom, and the review's words."""
    actor, form = current_actor(), filled(ReviewForm)
    try:
        if is_sent(form):
            access_reviews.review(actor, kind, row_id, form.words.data or None)
            return editing.done(url_for("emergency.reviews"), _("已复核。"))
    except AlreadyDone:
        return editing.done(url_for("emergency.reviews"), _("别人已经复核过了。"), "error")
    line = access_reviews.line_for(actor, kind, row_id)
    return render_template("emergency/review.html", line=line, form=form), 422 if form.errors else 200


@blueprint.route("/duty/<int:team_id>", methods=["GET", "POST"])
@requires("team.members")
def duty(team_id: int) -> Any:
    """A lead names who answers emergencies of her team."""
    actor, form = current_actor(), filled(DutyForm)
    team = duty_persons.of_team(actor, team_id)
    form.people.choices = [(str(person.account_id), person.display_name) for person in team.members]
    if is_sent(form):
        try:
            duty_persons.name(actor, team_id, [int(item) for item in form.people.data or ()])
        except Invalid as fault:
            form.take(fault.faults)
        else:
            flash(_("已保存。"), "done")
            return redirect(url_for("emergency.index"), 303)
    elif not form.errors:
        form.people.data = [str(person.account_id) for person in team.members if person.is_named]
    return render_template("emergency/duty.html", form=form, team=team), 422 if form.errors else 200


@blueprint.context_processor
def _names() -> dict[str, Any]:
    return {"part_names": PART_NAMES}
