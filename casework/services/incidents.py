"""Incidents of violence: what happened is sealed in the account compartment, what counting needs is clear."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, delete, select

from casework import codes
from casework.clock import today
from casework.errors import Invalid
from casework.sealed import Locked
from casework.services.case_facts import IncidentFacts
from casework.services.vault import Vault
from casework.transaction import Work, reader
from models.base import new_id
from models.cases import Case
from models.enums import YesNoUnknown
from models.incidents import Incident, IncidentViolence

NO_DATE = "unknown"

_of_case = (
    select(Incident.__table__)
    .where(Incident.case_id == bindparam("case"))
    .order_by(Incident.occurred_on.is_(None), Incident.occurred_on.desc(), Incident.id.desc())
)
_violence = (
    select(IncidentViolence.incident_id, IncidentViolence.violence_type)
    .join(Incident, Incident.id == IncidentViolence.incident_id)
    .where(Incident.case_id == bindparam("case"))
)


@dataclass(frozen=True, repr=False)
class IncidentLine:
    """One incident; ``narrative`` may be Locked. ``occurred_on`` is a local date."""

    incident_id: int
    occurred_on: datetime.date | None
    precision: str
    relationship: str
    living_together: YesNoUnknown
    violence_types: tuple[str, ...]
    narrative: str | Locked | None
    version: int

    def given(self) -> dict[str, Any]:
        """Every field as a form takes it."""
        return {
            "occurred_on": self.occurred_on,
            "precision": self.precision,
            "relationship": self.relationship,
            "living_together": self.living_together.value,
            "violence_types": list(self.violence_types),
            "narrative": self.narrative or "",
            "version": self.version,
        }


def settled(facts: IncidentFacts) -> IncidentFacts:
    """The facts with a precision that fits: without a date it is unknown, whatever the form had chosen."""
    return replace(facts, precision=NO_DATE) if facts.occurred_on is None else facts


def check(facts: IncidentFacts) -> None:
    """Refuses (Invalid) a date to come and codes that are not in their lists."""
    faults: dict[str, str] = {}
    if facts.occurred_on is not None and facts.occurred_on > today():
        faults["occurred_on"] = "future"
    if not codes.exists("precision", facts.precision):
        faults["precision"] = "choice"
    if not facts.relationship:
        faults["relationship"] = "required"
    elif not codes.exists("relationship", facts.relationship):
        faults["relationship"] = "choice"
    if facts.living_together not in YesNoUnknown.__members__.values():
        faults["living_together"] = "choice"
    if not all(codes.exists("violence_type", kind) for kind in facts.violence_types):
        faults["violence_types"] = "choice"
    if faults:
        raise Invalid(faults)


def add_row(work: Work, vault: Vault, case: Case, facts: IncidentFacts) -> Incident:
    """Puts an incident into a case within a transaction; Invalid for codes that are not in their lists."""
    check(facts)
    facts = settled(facts)
    incident = Incident(
        id=new_id(),
        case_id=case.id,
        compartment_id=case.account_compartment_id,
        occurred_on=facts.occurred_on,
        precision=facts.precision,
        relationship=facts.relationship,
        living_together=YesNoUnknown(facts.living_together),
        created_at=work.at,
        created_by=work.actor.account_id if work.actor else 0,
    )
    incident.narrative_sealed = vault.seal(
        "incidents.narrative", incident.id, incident.compartment_id, facts.narrative or None
    )
    work.session.add(incident)
    work.session.flush()
    put_violence(work, incident.id, facts)
    return incident


def put_violence(work: Work, incident_id: int, facts: IncidentFacts) -> None:
    """Makes the stored kinds of violence of an incident exactly those given."""
    work.session.execute(delete(IncidentViolence).where(IncidentViolence.incident_id == incident_id))
    for kind in sorted(set(facts.violence_types)):
        work.session.add(IncidentViolence(incident_id=incident_id, violence_type=kind))
    work.session.flush()


def lines_of(vault: Vault, case_id: int) -> list[IncidentLine]:
    """The incidents of a case, newest first, undated ones last; whether she may see the case was asked
    before.
    """
    session = reader()
    types: dict[int, list[str]] = {}
    for row in session.execute(_violence, {"case": case_id}):
        types.setdefault(row.incident_id, []).append(row.violence_type)
    return [
        IncidentLine(
            row.id,
            row.occurred_on,
            row.precision,
            row.relationship,
            row.living_together,
            tuple(sorted(types.get(row.id, ()))),
            vault.text("incidents.narrative", row.id, row.compartment_id, row.narrative_sealed),
            row.version,
        )
        for row in session.execute(_of_case, {"case": case_id})
    ]
