"""The services that she received."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from casework import codes
from casework.access import current_actor, requires
from casework.clock import today
from casework.errors import AlreadyDone, KeyMissing
from casework.presentation.locale import language
from casework.services import services_given
from casework.services.services_given import MEDIATION, ServiceFacts
from casework.views import drafting, editing, long_forms
from forms.services_given import SERVICE_REASONS, ServiceFilterForm, ServiceForm

blueprint = Blueprint("services_given", __name__)


@blueprint.get("/<number>/services", endpoint="index")
@requires("case.read")
def index(number: str) -> Any:
    """The services of the case, newest first."""
    form = ServiceFilterForm(request.args)
    form.service.choices = [("", _("全部")), *codes.choices("service", language(), include_retired=True)]
    wanted, after = form.service.data or None, request.args.get("after")
    read = services_given.of_case(current_actor(), number, wanted, after)
    kept = {"service": wanted} if wanted else {}
    return render_template(
        "services/index.html",
        head=read.head,
        read=read,
        form=form,
        kept=kept,
        is_later=bool(after),
        part="services",
    )


def _form(typed: Any, given: dict[str, Any]) -> ServiceForm:
    form = long_forms.made(ServiceForm, typed, given)
    form.service.choices = [("", _("未选")), *codes.choices("service", language())]
    form.result.choices = [("", _("未选")), *codes.choices("service_result", language())]
    form.mediation_result.choices = [("", _("未选")), *codes.choices("mediation_result", language())]
    return form


def _facts(form: ServiceForm) -> ServiceFacts:
    service = form.service.data or ""
    result = form.mediation_result.data if service == MEDIATION else form.result.data
    return ServiceFacts(service, form.given_on.data, result or None, form.note.data or None)


@blueprint.route("/<number>/services/new", methods=["GET", "POST"])
@requires("case.work")
def new(number: str) -> Any:
    """Records a service; mediation only where nothing bars it."""
    actor = current_actor()
    read = services_given.of_case(actor, number)
    if drafting.is_discarding():
        return drafting.discarded(services_given.FORM, read.head.case_id)
    draft = drafting.of(services_given.FORM, read.head.case_id)
    form = _form(draft.typed, {"given_on": today(), "service": request.args.get("service", "")})
    tried = editing.attempt(form, lambda: services_given.record(actor, number, _facts(form)))
    back = url_for("cases.services_given.index", number=number)
    if tried.saved:
        return editing.done(back, _("已登记这项服务。"))
    long_forms.explain(form, SERVICE_REASONS)
    return long_forms.page(
        "services/new.html",
        read.head,
        form,
        tried,
        draft,
        locked=read.is_locked,
        refusals=read.mediation_refusals,
        title=_("登记服务"),
        back=back,
        part="services",
    )


@blueprint.route("/<number>/services/<int:service_id>/void", methods=["GET", "POST"])
@requires("case.work")
def void(number: str, service_id: int) -> Any:
    """Asks, then marks a service as recorded by mistake."""
    actor = current_actor()
    back = url_for("cases.services_given.index", number=number)
    if request.method == "POST":
        try:
            services_given.void(actor, number, service_id)
        except AlreadyDone:
            return editing.done(back, _("这一条已经作废。"), "error")
        return editing.done(back, _("已作废。原来写的还能看到，不再计入。"))
    head, line = services_given.line_for(actor, number, service_id)
    if head.is_granted:
        raise KeyMissing
    return render_template("services/void.html", head=head, line=line, back=back, part="services")
