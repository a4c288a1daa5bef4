"""Between the form of an incident and what the services understand."""

from __future__ import annotations

from typing import Any, TypeVar

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from casework import codes
from casework.jurisdictions import load
from casework.presentation.locale import language
from casework.services.case_facts import IncidentDetails, IncidentFacts
from casework.views.drafting import form_of
from forms.incidents import LISTS, IncidentForm

F = TypeVar("F", bound=IncidentForm)
SEVERAL = ("injuries", "her_actions")
DETAILS = tuple(IncidentDetails.__dataclass_fields__)


def incident_form(kind: type[F], typed: MultiDict[str, str] | None, **given: Any) -> F:
    """The form with what was typed, or with the given values, its lists filled in."""
    form = form_of(kind, typed, **given)
    offered = {name: codes.choices(listed, language()) for name, listed in LISTS.items()}
    offered["relationship"] = [("", _("未选")), *codes.choices("relationship", language())]
    offered["place_town"] = [("", _("未选")), *load().division_choices(language())]
    form.offer(offered)
    return form


def incident_facts(form: IncidentForm) -> IncidentFacts:
    """What the form says of an incident."""
    details: dict[str, Any] = {name: form[name].data or None for name in DETAILS}
    unsaid = IncidentDetails()
    for name, value in details.items():
        if value is None:
            details[name] = getattr(unsaid, name)
        elif name in SEVERAL:
            details[name] = tuple(value)
    return IncidentFacts(
        occurred_on=form.occurred_on.data,
        precision=form.precision.data or "",
        relationship=form.relationship.data or "",
        living_together=form.living_together.data or "",
        violence_types=form.violence_types.data or (),
        narrative=form.narrative.data or None,
        details=IncidentDetails(**details),
    )
