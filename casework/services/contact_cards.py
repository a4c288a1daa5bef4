"""The safe-contact card of a case: shut until opened, and every opening is in the trail."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, exists, select

from casework.actor import Actor
from casework.clock import HOUR, now_us
from casework.jurisdictions import load
from casework.law import phone_numbers
from casework.sealed import Locked
from casework.services import blind_indexes, cases, revisions
from casework.services.case_facts import ContactCard
from casework.services.revisions import Part
from casework.services.vault import Vault
from casework.transaction import reader, write
from models.audit import AuditEntry
from models.cases import Case

OPENED = "case.open_contact"
COUNTS_AS_OPEN_HOURS = 12
CARD = Part("cases", "cases.contact", cases.CARD_FIELDS, version="contact_version")

_card = select(
    Case.contact_version,
    Case.contact_compartment_id,
    *(getattr(Case, f"{name}_sealed") for name in CARD.sealed),
).where(Case.id == bindparam("case"))
_opened = select(
    exists().where(
        AuditEntry.subject_id == bindparam("case"),
        AuditEntry.action == OPENED,
        AuditEntry.account_id == bindparam("account"),
        AuditEntry.at >= bindparam("since"),
    )
)


@dataclass(frozen=True, repr=False)
class OpenedCard:
    """The card as read; words may be Locked. ``dial`` is what a dialler takes, ``shown_phone`` what people
    read.
    """

    head: cases.CaseHead
    words: dict[str, str | Locked | None]
    dial: str | None
    shown_phone: str | None
    is_locked: bool
    version: int


def open_card(actor: Actor, number: str) -> OpenedCard:
    """Opens the card of a case that the actor may see, recorded as an opening; NotFound otherwise."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    row = reader().execute(_card, {"case": head.case_id}).one()
    words = {
        name: vault.text(
            f"cases.{name}", head.case_id, row.contact_compartment_id, getattr(row, f"{name}_sealed")
        )
        for name in CARD.sealed
    }
    fields = ["parties.name", *(f"cases.{name}" for name in CARD.sealed)]
    actor.shown(OPENED, subject_kind="case", subject_id=head.case_id, fields=fields)
    dial, shown = _numbers(words["phone"])
    is_locked = not vault.holds(row.contact_compartment_id)
    return OpenedCard(head, words, dial, shown, is_locked, row.contact_version)


def _numbers(typed: str | Locked | None) -> tuple[str | None, str | None]:
    if not isinstance(typed, str) or not typed:
        return None, None
    found = phone_numbers.read(typed, load().area_code)
    if not found.is_valid:
        return None, typed
    shown = phone_numbers.display(found.canonical)
    return found.canonical, f"{shown} - {found.extension}" if found.extension else shown


def was_opened(actor: Actor, case_id: int) -> bool:
    """Whether the actor opened this card within the last twelve hours, by the trail itself."""
    since = now_us() - COUNTS_AS_OPEN_HOURS * HOUR
    found = reader().scalar(_opened, {"case": case_id, "account": actor.account_id, "since": since})
    return bool(found)


def change(actor: Actor, number: str, card: ContactCard, version: int) -> None:
    """Writes the card; the earlier wording is kept, the number findable. Stale when somebody else saved
    first.
    """
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        vault = Vault(actor, work.session)
        words = {name: getattr(card, name) for name in CARD.sealed}
        changed = revisions.save(work, vault, CARD, case, case.contact_compartment_id, words, version)
        if "phone" in changed:
            canonical = phone_numbers.read(card.phone or "", load().area_code).canonical
            blind_indexes.put(
                work, target="cases.phone", target_id=case.id, purpose="phone", normalised=canonical
            )
        if changed:
            fields = [f"cases.{name}" for name in changed]
            work.record(
                "case.change_contact", subject_kind="case", subject_id=case.id, fields=fields, row=case
            )
