"""The parts of a case: identity, account, contact card. Each is an address and an entry of the trail of its
own.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from casework import codes
from casework.access import current_actor, requires
from casework.jurisdictions import load
from casework.presentation.locale import language
from casework.services import contact_cards, follow_up_lists, identities, narratives
from casework.services.case_facts import ContactCard, IncidentFacts
from casework.services.identities import ClientFacts
from casework.views import editing
from casework.views.filling import filled
from forms.cases import AccountForm, ClientForm, ContactForm, IncidentForm, OtherPartyForm

blueprint = Blueprint("parts", __name__)


@blueprint.get("/<number>/identity")
@requires("case.read")
def identity(number: str) -> Any:
    """Who she is, and who the other party is said to be."""
    read = identities.of_case(current_actor(), number)
    towns = dict(load().division_choices(language()))
    return render_template("cases/identity.html", head=read.head, read=read, towns=towns, part="identity")


def _client_form(**given: Any) -> ClientForm:
    form = filled(ClientForm, **given)
    form.sex.choices = codes.choices("sex", language())
    form.address_town.choices = [("", _("未选")), *load().division_choices(language())]
    return form


def _client_facts(form: ClientForm) -> ClientFacts:
    given = {name: form[name].data or None for name in ("name", "identity_number", "birth_date", "phone")}
    rest = {name: form[name].data or None for name in ("address_town", "address_rest")}
    return ClientFacts(**given, **rest, sex=form.sex.data or "unstated")


@blueprint.route("/<number>/identity/client", methods=["GET", "POST"])
@requires("case.work")
def client(number: str) -> Any:
    """Completes who she is."""
    actor, back = current_actor(), url_for("cases.parts.identity", number=number)
    form = _client_form()
    tried = editing.attempt(
        form,
        lambda: identities.change_client(actor, number, _client_facts(form), form.version.data or 0),
    )
    if tried.saved:
        return editing.done(back, _saved_sentence(tried.given))
    read = identities.of_case(actor, number)
    if request.method == "GET" and not read.is_locked:
        form = _client_form(version=read.client.version, sex=read.client.sex, **read.client.given())
    title = _("修改基本信息")
    return editing.page(
        read.head, form, tried, title=title, back=back, part="identity", locked=read.is_locked
    )


def _saved_sentence(saved: identities.Saved) -> str:
    words = {"birth_date": _("出生日期"), "sex": _("性别")}
    if not saved.filled:
        return _("已保存。")
    return _("已保存，并由证件号填入：%(names)s。", names=_("、").join(words[name] for name in saved.filled))


@blueprint.route("/<number>/identity/other-party", methods=["GET", "POST"])
@requires("case.work")
def other_party(number: str) -> Any:
    """Writes who the other party is said to be."""
    actor, back = current_actor(), url_for("cases.parts.identity", number=number)
    form = filled(OtherPartyForm)
    tried = editing.attempt(
        form,
        lambda: identities.change_other_party(
            actor,
            number,
            name=form.name.data or None,
            phone=form.phone.data or None,
            version=form.version.data or 0,
        ),
    )
    if tried.saved:
        return editing.done(back, _("已保存。"))
    read = identities.of_case(actor, number)
    if request.method == "GET" and read.other_party is not None and not read.is_locked:
        form = filled(OtherPartyForm, version=read.other_party.version, **read.other_party.given())
    return editing.page(
        read.head, form, tried, title=_("对方"), back=back, part="identity", locked=read.is_locked
    )


@blueprint.get("/<number>/account")
@requires("case.read")
def account(number: str) -> Any:
    """What she told, what she wishes, and the incidents."""
    read = narratives.of_case(current_actor(), number)
    return render_template("cases/account.html", head=read.head, read=read, part="account")


@blueprint.route("/<number>/account/words", methods=["GET", "POST"])
@requires("case.work")
def words(number: str) -> Any:
    """Writes what she told and wishes."""
    actor, back = current_actor(), url_for("cases.parts.account", number=number)
    form = filled(AccountForm)
    tried = editing.attempt(
        form,
        lambda: narratives.change(
            actor,
            number,
            account_text=form.account_text.data or None,
            wish=form.wish.data or None,
            version=form.version.data or 0,
        ),
    )
    if tried.saved:
        return editing.done(back, _("已保存。"))
    read = narratives.of_case(actor, number)
    if request.method == "GET":
        form = filled(AccountForm, account_text=read.account_text, wish=read.wish, version=read.version)
    title = _("经过与本人意愿")
    return editing.page(read.head, form, tried, title=title, back=back, part="account", locked=read.is_locked)


def _incident_form(**given: Any) -> IncidentForm:
    form = filled(IncidentForm, **given)
    form.precision.choices = codes.choices("precision", language())
    form.violence_types.choices = codes.choices("violence_type", language())
    form.relationship.choices = [("", _("未选")), *codes.choices("relationship", language())]
    form.living_together.choices = codes.choices("living_together", language())
    return form


def _incident_facts(form: IncidentForm) -> IncidentFacts:
    return IncidentFacts(
        occurred_on=form.occurred_on.data,
        precision=form.precision.data or "",
        relationship=form.relationship.data or "",
        living_together=form.living_together.data or "",
        violence_types=form.violence_types.data or (),
        narrative=form.narrative.data or None,
    )


@blueprint.route("/<number>/incidents/new", methods=["GET", "POST"])
@requires("case.work")
def new_incident(number: str) -> Any:
    """Adds an incident."""
    actor, back = current_actor(), url_for("cases.parts.account", number=number)
    form = _incident_form()
    tried = editing.attempt(form, lambda: narratives.add_incident(actor, number, _incident_facts(form)))
    if tried.saved:
        return editing.done(back, _("已记下这次暴力事件。"))
    read = narratives.of_case(actor, number)
    title = _("添加暴力事件")
    return editing.page(read.head, form, tried, title=title, back=back, part="account", locked=read.is_locked)


@blueprint.route("/<number>/incidents/<int:incident_id>", methods=["GET", "POST"])
@requires("case.work")
def incident(number: str, incident_id: int) -> Any:
    """Changes an incident."""
    actor, back = current_actor(), url_for("cases.parts.account", number=number)
    form = _incident_form()
    tried = editing.attempt(
        form,
        lambda: narratives.change_incident(
            actor, number, incident_id, _incident_facts(form), form.version.data or 0
        ),
    )
    if tried.saved:
        return editing.done(back, _("已保存。"))
    read, line = narratives.incident_for(actor, number, incident_id)
    if request.method == "GET":
        form = _incident_form(**line.given())
    title = _("修改暴力事件")
    return editing.page(read.head, form, tried, title=title, back=back, part="account", locked=read.is_locked)


@blueprint.get("/<number>/contact")
@requires("case.read")
def contact(number: str) -> Any:
    """The card, shut."""
    read = follow_up_lists.of_case(current_actor(), number)
    return render_template("cases/contact.html", head=read.head, read=read, card=None, part="contact")


@blueprint.post("/<number>/contact")
@requires("case.open_contact")
def open_contact(number: str) -> Any:
    """The card, opened and recorded."""
    actor = current_actor()
    card = contact_cards.open_card(actor, number)
    read = follow_up_lists.of_case(actor, number)
    return render_template("cases/contact.html", head=card.head, read=read, card=card, part="contact")


@blueprint.post("/<number>/contact/edit")
@requires("case.open_contact")
def edit_contact(number: str) -> Any:
    """The form over the card; showing it is an opening of the card."""
    card = contact_cards.open_card(current_actor(), number)
    words: dict[str, Any] = {name: word or "" for name, word in card.words.items()}
    form = ContactForm(version=card.version, **words)
    return _contact_page(number, card, form, editing.Attempt())


@blueprint.post("/<number>/contact/save")
@requires("case.work")
def save_contact(number: str) -> Any:
    """Writes the card."""
    actor = current_actor()
    form = filled(ContactForm)
    tried = editing.attempt(
        form,
        lambda: contact_cards.change(
            actor,
            number,
            ContactCard(**{name: form[name].data or None for name in contact_cards.CARD.sealed}),
            form.version.data or 0,
        ),
    )
    if tried.saved:
        return editing.done(url_for("cases.parts.contact", number=number), _("已保存。"))
    return _contact_page(number, contact_cards.open_card(actor, number), form, tried)


def _contact_page(
    number: str, card: contact_cards.OpenedCard, form: ContactForm, tried: editing.Attempt
) -> Any:
    shown = editing.page(
        card.head,
        form,
        tried,
        title=_("安全联系卡"),
        back=url_for("cases.parts.contact", number=number),
        part="contact",
        locked=card.is_locked,
        action=url_for("cases.parts.save_contact", number=number),
    )
    opening = request.endpoint == "cases.parts.edit_contact"
    return (shown[0], 200) if opening else shown
