"""Between the screen of the first interview, which is several forms, and what its service understands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from casework import codes
from casework.errors import Stale
from casework.presentation.controls import control_kind
from casework.presentation.locale import language, say
from casework.services import first_interview as interviews
from casework.services.case_facts import ContactCard
from casework.services.first_interview import Interview, NewInterview, PartRefused, Told
from casework.views.drafting import form_of
from casework.views.incident_forms import incident_facts, incident_form
from casework.views.person_forms import person_facts, person_form
from forms.base import BaseForm
from forms.first_interview import SECTIONS, AnswersForm, CardForm, InterviewIncidentForm, WishForm
from forms.people_in_case import ChildForm, PersonForm
from models.enums import PartyRole

BLANK_CHILDREN, MOST_CHILDREN = 2, 20
UNSAID = frozenset({"not_asked", "unknown", "unstated", ""})
# Chosen before anybody said anything.
GIVEN_ANYHOW = frozenset({"precision"})
Forms = dict[str, Any]


def _fields(role: PartyRole) -> tuple[str, ...]:
    return tuple("age" if name == "born_year" else name for name in interviews.ASKED[role])


def _person(kind: Any, role: PartyRole, prefix: str, typed: Any, party: Any) -> Any:
    given: dict[str, Any] = party.given() | {"sex": party.sex, "version": party.version} if party else {}
    if party and kind is ChildForm:
        given["party_id"] = party.party_id
    return person_form(kind, role, typed, _fields(role), prefix=prefix, **given)


def _incident(read: Interview, typed: Any) -> InterviewIncidentForm:
    line, other = read.incident, read.identity.other_party
    given: dict[str, Any] = line.given() | {"incident_id": line.incident_id} if line else {}
    if line is None and other is not None:
        given["relationship"] = other.words["relation"] or ""
    return incident_form(InterviewIncidentForm, typed, prefix="incident-", **given)


def _answers(read: Interview, typed: Any) -> AnswersForm:
    form = form_of(AnswersForm, typed, prefix="answers-", version=read.version, **read.answers)
    for name, listed in interviews.LISTED.items():
        field: Any = form[name]
        field.choices = codes.choices(listed, language())
    form.needs.choices = codes.choices("service", language())
    return form


def _slots(read: Interview, typed: MultiDict[str, str] | None) -> int:
    known = len(read.identity.of_role(PartyRole.CHILD))
    wanted = known + BLANK_CHILDREN
    if typed is not None:
        wanted = max(wanted, *(at + 1 for at in range(MOST_CHILDREN) if f"child{at}-name" in typed), 0)
    return max(known, min(wanted, MOST_CHILDREN))


def forms_of(read: Interview, typed: MultiDict[str, str] | None) -> Forms:
    """Every form of the screen by its part's name, with what was typed or what is stored."""
    identity = read.identity
    forms: Forms = {
        "answers": _answers(read, typed),
        "client": _person(PersonForm, PartyRole.CLIENT, "client-", typed, identity.client),
        "other": _person(PersonForm, PartyRole.OTHER_PARTY, "other-", typed, identity.other_party),
        "incident": _incident(read, typed),
        "wish": form_of(
            WishForm, typed, prefix="wish-", wish=read.account.wish, version=read.account.version
        ),
        "card": form_of(CardForm, typed, prefix="card-", version=read.card_version),
    }
    children = identity.of_role(PartyRole.CHILD)
    for at in range(_slots(read, typed)):
        party = children[at] if at < len(children) else None
        forms[f"child{at}"] = _person(ChildForm, PartyRole.CHILD, f"child{at}-", typed, party)
        if at:
            # Said once, above the first child.
            for field in forms[f"child{at}"]:
                field.description = ""
    return forms


def validate(forms: Forms) -> bool:
    """Whether the shape of every form is right; each is asked, so that all faults show at once."""
    return all([form.validate() for form in forms.values()])


def told(forms: Forms) -> NewInterview:
    """What the screen says."""
    answers, card = forms["answers"], forms["card"]
    words = {name: card[name].data or None for name in ("phone", "safe_hours", "alias", "never")}
    incident = forms["incident"]
    said: dict[str, Any] = {
        name: answers[name].data for name in (*interviews.LISTED, *interviews.WORDS) if answers[name].data
    }
    return NewInterview(
        answers=said | {"needs": tuple(answers.needs.data or ())},
        version=answers.version.data or 0,
        client=_told(forms["client"], person_facts(forms["client"])),
        other=_told(forms["other"], person_facts(forms["other"])),
        children=tuple(
            _told(form, person_facts(form), form.party_id.data or 0)
            for name, form in forms.items()
            if name.startswith("child")
        ),
        incident=_told(incident, incident_facts(incident), incident.incident_id.data or 0),
        wish=_told(forms["wish"], forms["wish"].wish.data or None),
        card=_told(card, ContactCard(code_word=card.watchword.data or None, **words)),
    )


def _told(form: Any, facts: Any, row_id: int = 0) -> Told:
    return Told(facts, form.version.data or 0, row_id)


@dataclass(frozen=True)
class Clash:
    """Both versions of the one part that somebody else saved first."""

    rows: list[tuple[str, str, str]]
    stale: Stale


def take(forms: Forms, refused: PartRefused) -> Clash | None:
    """Puts a part's faults beside its fields, or goes on from the other's version with what was typed here."""
    form, fault = forms[refused.part], refused.fault
    if not isinstance(fault, Stale):
        form.take_faults(fault.faults)
        return None
    form.version.process_data(fault.version)
    form.version.raw_data = None
    rows = []
    for name, yours in fault.yours.items():
        field = form._fields.get("watchword" if name == "code_word" else name)
        if field is not None:
            rows.append((say(field.label.text), shown(field, yours), shown(field, fault.theirs[name])))
    return Clash(rows, fault)


def shown(field: Any, words: str) -> str:
    """A value as people read it: codes by their labels."""
    if control_kind(field) not in ("list", "one_of", "some_of"):
        return words
    labels = {str(value): str(label) for value, label, *_rest in field.iter_choices()}
    return _("、").join(say(labels.get(code, code)) for code in words.split(",") if code)


def is_said(field: Any) -> bool:
    """Whether anything was answered here; 'not asked' is an answer that says that nothing was."""
    data = field.data
    if field.short_name in GIVEN_ANYHOW or data is None:
        return False
    return bool(data) if isinstance(data, list) else str(data) not in UNSAID


def sections_said(forms: Forms) -> dict[str, bool]:
    """By section whether anything of it was answered."""
    found = {
        section.key: any(is_said(forms[part][name]) for row in section.rows for part, name in row)
        for section in SECTIONS
    }
    kids: list[BaseForm] = [form for name, form in forms.items() if name.startswith("child")]
    found["children"] |= any(is_said(form["name"]) for form in kids)
    return found
