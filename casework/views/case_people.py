"""The people of a case: each added, completed, taken out as a mistake and put back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from casework.access import current_actor, requires
from casework.errors import AlreadyDone, MoveRefused, NotFound
from casework.services import identities, people
from casework.services.identities import Identity, PartyRead
from casework.views import drafting, editing
from casework.views.person_forms import person_facts, person_form
from forms.people_in_case import PersonForm
from models.enums import PartyRole

blueprint = Blueprint("people", __name__)

# Who may be added, by the word of the address.
ROLES = {
    "other-party": PartyRole.OTHER_PARTY,
    "child": PartyRole.CHILD,
    "relative": PartyRole.RELATIVE,
    "reporter": PartyRole.REPORTER,
    "body-staff": PartyRole.BODY_STAFF,
}


def _titles() -> dict[PartyRole, str]:
    return {
        PartyRole.CLIENT: _("修改基本信息"),
        PartyRole.OTHER_PARTY: _("对方"),
        PartyRole.CHILD: _("孩子"),
        PartyRole.RELATIVE: _("亲属"),
        PartyRole.REPORTER: _("反映人"),
        PartyRole.BODY_STAFF: _("其他单位人员"),
    }


def _back(number: str) -> str:
    return url_for("cases.parts.identity", number=number)


def _page(read: Identity, role: PartyRole, form: PersonForm, tried: editing.Attempt, **more: Any) -> Any:
    return editing.page(
        read.head,
        form,
        tried,
        title=_titles()[role],
        back=_back(read.head.number),
        part="identity",
        locked=read.is_locked,
        **more,
    )


def _saved_sentence(saved: people.Saved) -> str:
    words = {"birth_date": _("出生日期"), "sex": _("性别")}
    if not saved.filled:
        return _("已保存。")
    return _("已保存，并由证件号填入：%(names)s。", names=_("、").join(words[name] for name in saved.filled))


@blueprint.route("/<number>/people/new/<role>", methods=["GET", "POST"])
@requires("case.work")
def new(number: str, role: str) -> Any:
    """Adds a person."""
    if role not in ROLES:
        raise NotFound
    actor, kind = current_actor(), ROLES[role]
    form = person_form(PersonForm, kind, request.form if request.method == "POST" else None)
    tried = editing.attempt(form, lambda: people.add(actor, number, kind, person_facts(form)))
    if tried.saved:
        return editing.done(_back(number), _saved_sentence(tried.given))
    return _page(identities.of_case(actor, number), kind, form, tried)


@blueprint.route("/<number>/people/<int:party_id>", methods=["GET", "POST"])
@requires("case.work")
def edit(number: str, party_id: int) -> Any:
    """Completes what is said of a person."""
    read = identities.of_case(current_actor(), number)
    return _edit(read, read.person(party_id))


def edit_client(number: str) -> Any:
    """The same for the client."""
    read = identities.of_case(current_actor(), number)
    return _edit(read, read.client)


def edit_other_party(number: str) -> Any:
    """The same for the first other party, who may not have been written down yet."""
    actor = current_actor()
    read = identities.of_case(actor, number)
    if read.other_party is not None and request.method == "GET":
        return _edit(read, read.other_party)
    if drafting.is_discarding() and read.other_party is not None:
        return drafting.discarded(people.FORM, read.other_party.party_id)
    form = person_form(PersonForm, PartyRole.OTHER_PARTY, request.form if request.method == "POST" else None)
    tried = editing.attempt(
        form,
        lambda: identities.change_other_party(
            actor, number, version=form.version.data or 0, facts=person_facts(form)
        ),
    )
    if tried.saved:
        return editing.done(_back(number), _saved_sentence(tried.given))
    return _page(read, PartyRole.OTHER_PARTY, form, tried)


def _edit(read: Identity, party: PartyRead) -> Any:
    actor, number = current_actor(), read.head.number
    if drafting.is_discarding():
        return drafting.discarded(people.FORM, party.party_id)
    draft = drafting.of(people.FORM, party.party_id)
    given = {} if draft.typed or party.is_locked else party.given()
    form = person_form(PersonForm, party.role, draft.typed, version=party.version, sex=party.sex, **given)
    tried = editing.attempt(
        form,
        lambda: people.change(actor, number, party.party_id, person_facts(form), form.version.data or 0),
    )
    if tried.saved:
        return editing.done(_back(number), _saved_sentence(tried.given))
    return _page(read, party.role, form, tried, **draft.facts())


@blueprint.post("/<number>/people/<int:party_id>/take-out")
@requires("case.work")
def take_out(number: str, party_id: int) -> Any:
    """Takes out who was added by mistake."""
    return _moved(number, lambda: people.take_out(current_actor(), number, party_id), _("已移出，可以放回。"))


@blueprint.post("/<number>/people/<int:party_id>/put-back")
@requires("case.work")
def put_back(number: str, party_id: int) -> Any:
    """Puts back who was taken out."""
    return _moved(number, lambda: people.put_back(current_actor(), number, party_id), _("已放回。"))


def _moved(number: str, act: Any, sentence: str) -> Any:
    try:
        act()
    except AlreadyDone:
        return editing.done(_back(number), _("别人已经办过了，请先看最新的记录。"), "error")
    except MoveRefused:
        return editing.done(_back(number), _("这个个案现在的状态不能这样办。"), "error")
    return editing.done(_back(number), sentence)
