"""What must be done and told in a case, and whether the village may know."""

from __future__ import annotations

import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from casework import codes
from casework.access import current_actor, requires
from casework.clock import ZONE, instant, local, now_us
from casework.errors import NotFound
from casework.presentation.locale import language
from casework.services import duties, village_trusts
from casework.views import editing
from casework.views.filling import filled
from forms.duties import DropForm, DutyForm, VillageForm

blueprint = Blueprint("duties", __name__)
PART = "consents"


@blueprint.get("/<number>/duties")
@requires("case.read")
def index(number: str) -> Any:
    """Everything owed in the case, open until it is recorded."""
    read = duties.of_case(current_actor(), number)
    return render_template(
        "duties/index.html", head=read.head, read=read, groups=duties.GROUPS, part=PART, language=language()
    )


def _when(form: DutyForm) -> int:
    on, at = form.done_on.data, form.done_time.data
    return instant(datetime.datetime.combine(on or datetime.date.max, at or datetime.time(), ZONE))


@blueprint.route("/<number>/duties/<int:duty_id>", methods=["GET", "POST"])
@requires("case.work")
def record(number: str, duty_id: int) -> Any:
    """Records a duty as done, with time and person."""
    actor, back = current_actor(), url_for("cases.duties.index", number=number)
    form = filled(DutyForm)
    tried = editing.attempt(
        form,
        lambda: duties.record_done(
            actor,
            number,
            duty_id,
            when=_when(form),
            person=form.person.data or None,
            receipt=form.receipt.data or None,
            note=form.note.data or None,
            version=form.version.data or 0,
        ),
    )
    if tried.saved:
        return editing.done(back, _("已记下，时间和人都在案卷里。"))
    read, line = duties.get_for(actor, number, duty_id)
    if request.method == "GET":
        now = local(now_us())
        form = filled(DutyForm, done_on=now.date(), done_time=now.time(), version=line.version)
    if not line.asks_receipt:
        del form.receipt
    title = codes.label("duty", line.kind, language())
    return editing.page(read.head, form, tried, title=title, back=back, part=PART, locked=read.is_read_only)


@blueprint.route("/<number>/duties/<int:duty_id>/drop", methods=["GET", "POST"])
@requires("case.work")
def drop(number: str, duty_id: int) -> Any:
    """Puts a duty aside with the reason."""
    actor, back = current_actor(), url_for("cases.duties.index", number=number)
    form = filled(DropForm)
    tried = editing.attempt(
        form,
        lambda: duties.drop(
            actor, number, duty_id, reason=form.reason.data or None, version=form.version.data or 0
        ),
    )
    if tried.saved:
        return editing.done(back, _("已记下不用办的理由。"))
    read, line = duties.get_for(actor, number, duty_id)
    if not line.may_drop:
        raise NotFound
    if request.method == "GET":
        form = filled(DropForm, version=line.version)
    title = _("不用办：%(duty)s", duty=codes.label("duty", line.kind, language()))
    return editing.page(read.head, form, tried, title=title, back=back, part=PART, locked=read.is_read_only)


@blueprint.route("/<number>/duties/village", methods=["GET", "POST"])
@requires("case.work")
def village(number: str) -> Any:
    """Whether she trusts people of her village to know, and who must not."""
    actor, back = current_actor(), url_for("cases.duties.index", number=number)
    form = _village_form()
    tried = editing.attempt(
        form,
        lambda: village_trusts.change(
            actor,
            number,
            answer=form.answer.data or "",
            must_not_know=form.must_not_know.data or None,
            version=form.version.data or 0,
        ),
    )
    if tried.saved:
        return editing.done(back, _("已保存。"))
    read = duties.of_case(actor, number)
    trust = read.trust
    if request.method == "GET" and not read.is_read_only:
        form = _village_form(answer=trust.answer, must_not_know=trust.must_not_know, version=trust.version)
    return editing.page(
        read.head, form, tried, title=_("村（社区）知情"), back=back, part=PART, locked=read.is_read_only
    )


def _village_form(**given: Any) -> VillageForm:
    form = filled(VillageForm, **given)
    form.answer.choices = codes.choices("trust_answer", language())
    return form
