"""Between the form of a person and what the services understand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from casework import codes
from casework.jurisdictions import load
from casework.presentation.locale import language
from casework.services.people import ASKED, RELATIONS, PersonFacts
from casework.views.drafting import form_of
from forms.people_in_case import PersonForm
from models.enums import PartyRole

F = TypeVar("F", bound=PersonForm)


def fields_of(role: PartyRole) -> tuple[str, ...]:
    """The fields of the form for a person of this part in a case."""
    asked = tuple("age" if name == "born_year" else name for name in ASKED[role])
    return (*asked, "sex", "special_protection") if "age" in asked else asked


def person_form(
    kind: type[F],
    role: PartyRole,
    typed: MultiDict[str, str] | None,
    fields: Iterable[str] = (),
    **given: Any,
) -> F:
    """The form with what was typed, or with the given values; its lists filled in, what is not asked left out."""
    form = form_of(kind, typed, **given)
    form.keep(fields or fields_of(role))
    nothing = ("", _("未选"))
    towns = [nothing, *load().division_choices(language())]
    offered: dict[str, list[tuple[str, str]]] = {
        "relation": [nothing, *codes.choices(RELATIONS.get(role, "kin_relation"), language())],
        "guardian": [nothing, *codes.choices("guardian", language())],
        "sex": codes.choices("sex", language()),
        "special_protection": codes.choices("special_protection", language()),
        "address_town": towns,
        "home_town": towns,
    }
    for name, choices in offered.items():
        if name in form:
            field: Any = form[name]
            field.choices = choices
    return form


def person_facts(form: PersonForm) -> PersonFacts:
    """What the form says of a person; what is not in it is not known."""
    known = {
        name: form[name].data
        for name in PersonFacts.__dataclass_fields__
        if name in form and form[name].data not in (None, "", [])
    }
    if "special_protection" in known:
        known["special_protection"] = tuple(known["special_protection"])
    return PersonFacts(**known)
