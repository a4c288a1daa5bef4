"""Incidents of violence: what happened is sealed in the account compartment, what counting needs is clear."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import bindparam, delete, select

from casework import codes
from casework.clock import today
from casework.errors import Invalid
from casework.jurisdictions import load
from casework.sealed import Locked
from casework.services import duty_raising
from casework.services.case_facts import IncidentDetails, IncidentFacts
from casework.services.sealed_words import opened, packed
from casework.services.vault import Vault
from casework.transaction import Work, reader
from models.base import new_id
from models.cases import Case
from models.enums import YesNoUnknown
from models.incidents import Incident, IncidentViolence

NO_DATE = "unknown"
# The details that are codes, with their lists.
LISTED = {
    "place_kind": "place_kind",
    "weapon": "weapon",
    "children_saw": "asked",
    "police_called": "asked",
    "police_receipt": "asked",
    "police_result": "police_result",
    "medical_care": "medical_care",
}
LISTED_SEVERAL = {"injuries": "injury", "her_actions": "her_action"}

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
    """One incident; ``narrative`` and ``details`` may be Locked. ``occurred_on`` is a local date."""

    incident_id: int
    occurred_on: datetime.date | None
    precision: str
    relationship: str
    living_together: YesNoUnknown
    violence_types: tuple[str, ...]
    narrative: str | Locked | None
    version: int
    details: IncidentDetails | Locked = field(default_factory=IncidentDetails)

    @property
    def until_on(self) -> datetime.date | None:
        """The last day of a period, where it is known and open to the viewer."""
        return None if isinstance(self.details, Locked) else self.details.until_on

    def given(self) -> dict[str, Any]:
        """Every field as a form takes it."""
        details = {} if isinstance(self.details, Locked) else vars(self.details)
        return dict(details) | {
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
    if facts.details is not None:
        faults |= _faults_of_details(facts.details, facts.occurred_on)
    if faults:
        raise Invalid(faults)


def _faults_of_details(details: IncidentDetails, began_on: datetime.date | None) -> dict[str, str]:
    faults = {}
    if details.until_on is not None and details.until_on > today():
        faults["until_on"] = "future"
    elif details.until_on is not None and (began_on is None or details.until_on < began_on):
        faults["until_on"] = "before_start"
    for name, listed in LISTED.items():
        if not codes.exists(listed, getattr(details, name)):
            faults[name] = "choice"
    for name, listed in LISTED_SEVERAL.items():
        if not all(codes.exists(listed, code) for code in getattr(details, name)):
            faults[name] = "choice"
    if details.place_town and details.place_town not in {town.code for town in load().all_divisions()}:
        faults["place_town"] = "choice"
    return faults


def packed_details(details: IncidentDetails | None) -> str | None:
    """The details as they are sealed; None where nothing of them is known."""
    words = details.words() if details is not None else {}
    return packed(words) if words else None


def opened_details(text: str | Locked | None) -> IncidentDetails | Locked:
    """The details behind what was opened, or the lock that it stays."""
    words = opened(text)
    return words if isinstance(words, Locked) else IncidentDetails.from_words(words)


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
    incident.details_sealed = vault.seal(
        "incidents.details", incident.id, incident.compartment_id, packed_details(facts.details)
    )
    work.session.add(incident)
    work.session.flush()
    put_violence(work, incident.id, facts)
    duty_raising.on_incident(work, vault, case, facts, is_new=True)
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
            opened_details(vault.text("incidents.details", row.id, row.compartment_id, row.details_sealed)),
        )
        for row in session.execute(_of_case, {"case": case_id})
    ]
