"""The account part of a case: what she told, what she wishes, and each incident."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from casework.actor import Actor
from casework.errors import NotFound
from casework.sealed import Locked
from casework.services import cases, incidents, revisions
from casework.services.case_facts import IncidentFacts
from casework.services.incidents import IncidentLine
from casework.services.revisions import Part
from casework.services.vault import Vault
from casework.transaction import reader, write
from models.cases import Case
from models.enums import YesNoUnknown
from models.incidents import Incident, IncidentViolence

TEXT = Part("cases", "cases.account", ("account_text", "wish"), version="account_version")
INCIDENT = Part(
    "incidents", "incidents", ("narrative",), ("occurred_on", "precision", "relationship", "living_together")
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
        fields=["parties.name", "cases.account_text", "cases.wish", "incidents.narrative"],
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
    """Writes what she told and wishes; the earlier wording is kept. Stale when somebody else saved first."""
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        vault = Vault(actor, work.session)
        words = {"account_text": account_text, "wish": wish}
        changed = revisions.save(work, vault, TEXT, case, case.account_compartment_id, words, version)
        if changed:
            work.record(
                "case.change_account", subject_kind="case", subject_id=case.id, fields=changed, row=case
            )


def incident_for(actor: Actor, number: str, incident_id: int) -> tuple[Account, IncidentLine]:
    """One incident with the account it belongs to; NotFound when either is not hers to see."""
    account = of_case(actor, number)
    for line in account.incidents:
        if line.incident_id == incident_id:
            return account, line
    raise NotFound


def add_incident(actor: Actor, number: str, facts: IncidentFacts) -> int:
    """Adds an incident to a case; gives its id. Invalid for codes that are not in their lists."""
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        vault = Vault(actor, work.session)
        vault.ready_to_write(work, case.id, [case.account_compartment_id])
        incident = incidents.add_row(work, vault, case, facts)
        work.record(
            "incident.add",
            subject_kind="case",
            subject_id=case.id,
            ids=(incident.id,),
            fields=("incidents.narrative",),
            row=incident,
        )
        return incident.id


def change_incident(actor: Actor, number: str, incident_id: int, facts: IncidentFacts, version: int) -> None:
    """Changes an incident; Stale when somebody else changed it since ``version``."""
    incidents.check(facts)
    facts = incidents.settled(facts)
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        incident = work.session.get(Incident, incident_id, with_for_update=True)
        if incident is None or incident.case_id != case.id:
            raise NotFound
        held = work.session.scalars(
            select(IncidentViolence.violence_type)
            .where(IncidentViolence.incident_id == incident_id)
            .order_by(IncidentViolence.violence_type)
        )
        beside = {"violence_types": tuple(held)}
        vault = Vault(actor, work.session)
        changed = revisions.save(
            work, vault, INCIDENT, incident, incident.compartment_id, _words(facts), version, beside
        )
        if "violence_types" in changed:
            incidents.put_violence(work, incident_id, facts)
        if changed:
            work.record(
                "incident.change",
                subject_kind="case",
                subject_id=case.id,
                ids=(incident_id,),
                fields=changed,
                row=incident,
            )


def _words(facts: IncidentFacts) -> dict[str, Any]:
    return {
        "occurred_on": facts.occurred_on,
        "precision": facts.precision,
        "violence_types": tuple(sorted(set(facts.violence_types))),
        "relationship": facts.relationship,
        "living_together": YesNoUnknown(facts.living_together),
        "narrative": facts.narrative,
    }
