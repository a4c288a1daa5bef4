"""The parts of a case: identity, account, contact card. Each is an address and an entry of the trail of its
own.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from casework.access import current_actor, requires
from casework.jurisdictions import load
from casework.presentation.locale import language
from casework.services import contact_cards, follow_up_lists, identities, narratives
from casework.services.case_facts import ContactCard
from casework.views import case_people, drafting, editing
from casework.views.filling import filled
from casework.views.incident_forms import incident_facts, incident_form
from forms.cases import AccountForm, ContactForm
from forms.incidents import GROUPS, IncidentForm

blueprint = Blueprint("parts", __name__)


@blueprint.get("/<number>/identity")
@requires("case.read")
def identity(number: str) -> Any:
    """Who she is, and who the other party is said to be."""
    read = identities.of_case(current_actor(), number)
    towns = dict(load().division_choices(language()))
    return render_template("cases/identity.html", head=read.head, read=read, towns=towns, part="identity")


@blueprint.route("/<number>/identity/client", methods=["GET", "POST"])
@requires("case.work")
def client(number: str) -> Any:
    """Completes who she is."""
    return case_people.edit_client(number)


@blueprint.route("/<number>/identity/other-party", methods=["GET", "POST"])
@requires("case.work")
def other_party(number: str) -> Any:
    """Writes who the other party is said to be."""
    return case_people.edit_other_party(number)


@blueprint.get("/<number>/account")
@requires("case.read")
def account(number: str) -> Any:
    """What she told, what she wishes, and the incidents."""
    read = narratives.of_case(current_actor(), number)
    towns = dict(load().division_choices(language()))
    return render_template("cases/account.html", head=read.head, read=read, towns=towns, part="account")


@blueprint.route("/<number>/account/words", methods=["GET", "POST"])
@requires("case.work")
def words(number: str) -> Any:
    """Writes what she told and wishes."""
    actor, back = current_actor(), url_for("cases.parts.account", number=number)
    read = narratives.of_case(actor, number)
    if drafting.is_discarding():
        return drafting.discarded(narratives.WORDS_FORM, read.head.case_id)
    draft = drafting.of(narratives.WORDS_FORM, read.head.case_id)
    form = drafting.form_of(
        AccountForm, draft.typed, account_text=read.account_text, wish=read.wish, version=read.version
    )
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
    title = _("经过与本人意愿")
    return editing.page(
        read.head,
        form,
        tried,
        title=title,
        back=back,
        part="account",
        locked=read.is_locked,
        **draft.facts(),
    )


def _incident_page(read: Any, form: IncidentForm, tried: editing.Attempt, title: str, draft: Any) -> Any:
    back = url_for("cases.parts.account", number=read.head.number)
    return editing.page(
        read.head,
        form,
        tried,
        title=title,
        back=back,
        part="account",
        locked=read.is_locked,
        groups=GROUPS,
        **draft.facts(),
    )


@blueprint.route("/<number>/incidents/new", methods=["GET", "POST"])
@requires("case.work")
def new_incident(number: str) -> Any:
    """Adds an incident."""
    actor, back = current_actor(), url_for("cases.parts.account", number=number)
    read = narratives.of_case(actor, number)
    if drafting.is_discarding():
        return drafting.discarded(narratives.INCIDENT_FORM, read.head.case_id)
    draft = drafting.of(narratives.INCIDENT_FORM, read.head.case_id)
    form = incident_form(IncidentForm, draft.typed)
    tried = editing.attempt(form, lambda: narratives.add_incident(actor, number, incident_facts(form)))
    if tried.saved:
        return editing.done(back, _("已记下这次暴力事件。"))
    return _incident_page(read, form, tried, _("添加暴力事件"), draft)


@blueprint.route("/<number>/incidents/<int:incident_id>", methods=["GET", "POST"])
@requires("case.work")
def incident(number: str, incident_id: int) -> Any:
    """Changes an incident."""
    actor, back = current_actor(), url_for("cases.parts.account", number=number)
    read, line = narratives.incident_for(actor, number, incident_id)
    if drafting.is_discarding():
        return drafting.discarded(narratives.INCIDENT_FORM, incident_id)
    draft = drafting.of(narratives.INCIDENT_FORM, incident_id)
    form = incident_form(IncidentForm, draft.typed, **({} if draft.typed else line.given()))
    tried = editing.attempt(
        form,
        lambda: narratives.change_incident(
            actor, number, incident_id, incident_facts(form), form.version.data or 0
        ),
    )
    if tried.saved:
        return editing.done(back, _("已保存。"))
    return _incident_page(read, form, tried, _("修改暴力事件"), draft)


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
