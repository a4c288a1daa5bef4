"""The account part of a case: what she told, what she wishes, and each incident."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from casework.actor import Actor
from casework.errors import NotFound, Stale
from casework.sealed import Locked
from casework.services import cases, drafts, duty_raising, incidents, revisions
from casework.services.case_facts import IncidentFacts
from casework.services.case_work import CaseWork, changing
from casework.services.incidents import IncidentLine
from casework.services.revisions import Part
from casework.services.vault import Vault
from casework.transaction import reader
from models.cases import Case
from models.enums import CompartmentKind, YesNoUnknown
from models.incidents import Incident, IncidentViolence

WORDS_FORM, INCIDENT_FORM = "case_account", "incident"
TEXT = Part("cases", "cases.account", ("account_text", "wish"), version="account_version")
INCIDENT = Part(
    "incidents",
    "incidents",
    ("narrative", "details"),
    ("occurred_on", "precision", "relationship", "living_together"),
)

_text = select(
    Case.id, Case.account_text_sealed, Case.wish_sealed, Case.account_version, Case.account_compartment_id
).where(Case.id == bindparam("case"))


@dataclass(frozen=True, repr=False)
class Account:
    """The account part as read; words may be Locked."""

    head: cases.CaseHead
    account_text: str | Locked | None
    wish: str | Locked | None
    incidents: list[IncidentLine]
    is_locked: bool
    version: int


def of_case(actor: Actor, number: str) -> Account:
    """The account of a case that the actor may see, recorded as shown; NotFound otherwise."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    row = reader().execute(_text, {"case": head.case_id}).one()
    compartment = head.account_compartment_id
    lines = incidents.lines_of(vault, head.case_id)
    actor.shown(
        "case.read_account",
        subject_kind="case",
        subject_id=head.case_id,
        ids=[line.incident_id for line in lines],
        fields=[
            "parties.name",
            "cases.account_text",
            "cases.wish",
            "incidents.narrative",
            "incidents.details",
        ],
    )
    return Account(
        head,
        vault.text("cases.account_text", head.case_id, compartment, row.account_text_sealed),
        vault.text("cases.wish", head.case_id, compartment, row.wish_sealed),
        lines,
        not vault.holds(compartment),
        row.account_version,
    )


def change(actor: Actor, number: str, *, account_text: str | None, wish: str | None, version: int) -> None:
    """Writes what she told and wishes, the draft ends; the earlier wording is kept. Stale when somebody else
    saved first.
    """
    with changing(actor, number, CompartmentKind.ACCOUNT, ended=True) as doing:
        case = doing.case
        words = {"account_text": account_text, "wish": wish}
        changed = revisions.save(
            doing.work, doing.vault, TEXT, case, case.account_compartment_id, words, version
        )
        if changed:
            doing.record("case.change_account", fields=changed, row=case)
        drafts.end(doing.work, actor, WORDS_FORM, case.id)


def incident_for(actor: Actor, number: str, incident_id: int) -> tuple[Account, IncidentLine]:
    """One incident with the account it belongs to; NotFound when either is not hers to see."""
    account = of_case(actor, number)
    for line in account.incidents:
        if line.incident_id == incident_id:
            return account, line
    raise NotFound


def add_incident(actor: Actor, number: str, facts: IncidentFacts) -> int:
    """Adds an incident to a case, its draft ends; gives its id. Invalid for codes that are not in their lists."""
    with changing(actor, number, CompartmentKind.ACCOUNT, ended=True) as doing:
        drafts.end(doing.work, actor, INCIDENT_FORM, doing.case.id)
        return put_new(doing, facts)


def put_new(doing: CaseWork, facts: IncidentFacts) -> int:
    """Adds an incident within a transaction on its case; gives its id."""
    incident = incidents.add_row(doing.work, doing.vault, doing.case, facts)
    doing.record(
        "incident.add",
        ids=(incident.id,),
        fields=("incidents.narrative", "incidents.details"),
        row=incident,
    )
    return incident.id


def change_incident(actor: Actor, number: str, incident_id: int, facts: IncidentFacts, version: int) -> None:
    """Changes an incident, its draft ends; Stale when somebody else changed it since ``version``."""
    with changing(actor, number, CompartmentKind.ACCOUNT, ended=True) as doing:
        put(doing, incident_id, facts, version)
        drafts.end(doing.work, actor, INCIDENT_FORM, incident_id)


def put(doing: CaseWork, incident_id: int, facts: IncidentFacts, version: int) -> None:
    """Changes an incident within a transaction on its case; NotFound for another case's."""
    incidents.check(facts)
    facts = incidents.settled(facts)
    session = doing.work.session
    incident = session.get(Incident, incident_id, with_for_update=True)
    if incident is None or incident.case_id != doing.case.id:
        raise NotFound
    held = session.scalars(
        select(IncidentViolence.violence_type)
        .where(IncidentViolence.incident_id == incident_id)
        .order_by(IncidentViolence.violence_type)
    )
    beside = {"violence_types": tuple(held)}
    try:
        changed = revisions.save(
            doing.work,
            doing.vault,
            INCIDENT,
            incident,
            incident.compartment_id,
            _words(facts),
            version,
            beside,
        )
    except Stale as stale:
        raise _spread(stale) from None
    if "violence_types" in changed:
        incidents.put_violence(doing.work, incident_id, facts)
    if changed:
        doing.record("incident.change", ids=(incident_id,), fields=changed, row=incident)
        newly = "sexual" not in beside["violence_types"]
        duty_raising.on_incident(doing.work, doing.vault, doing.case, facts, is_new=newly)


def _spread(stale: Stale) -> Stale:
    """The same clash with the details one by one, as a person compares them; only those that differ."""
    sides = []
    for side in (stale.yours, stale.theirs):
        words = incidents.opened_details(side.pop("details", None) or None)
        sides.append({} if isinstance(words, Locked) else words.words())
    for name in sorted({*sides[0], *sides[1]}):
        yours, theirs = (revisions.as_text(side.get(name)) for side in sides)
        if yours != theirs:
            stale.yours[name], stale.theirs[name] = yours, theirs
    return stale


def _words(facts: IncidentFacts) -> dict[str, Any]:
    words = {
        "occurred_on": facts.occurred_on,
        "precision": facts.precision,
        "violence_types": tuple(sorted(set(facts.violence_types))),
        "relationship": facts.relationship,
        "living_together": YesNoUnknown(facts.living_together),
        "narrative": facts.narrative,
    }
    if facts.details is not None:
        words["details"] = incidents.packed_details(facts.details)
    return words
