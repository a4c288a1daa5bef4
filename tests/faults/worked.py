"""An office in which something has happened already: a call that became a case, for tests of what may go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from casework.clock import today
from casework.extensions import db
from casework.services import calls, follow_ups
from casework.services.follow_ups import Planned
from casework.transaction import reader
from models.cases import Case
from models.incidents import Incident
from tests.faults.writer import a_call, an_acceptance
from tests.make import Office


@dataclass(frozen=True)
class Worked:
    """The numbers and ids of what is there."""

    call: str
    case: str
    incident_id: int
    follow_up_id: int


def begun_case(office: Office, words: str = "word", **changes: Any) -> Worked:
    """A call accepted into a case of 个案一组, with one incident and one planned contact."""
    with office.at_work():
        operator = office.actor("operator")
        call = calls.record(operator, a_call(operator, words, **changes)).number
        case = calls.accept(operator, call, an_acceptance(office.team_id))
        caseworker = office.actor("caseworker")
        follow_up_id = follow_ups.plan(caseworker, case, Planned("routine", today(), purpose=words))
        incident_id = (
            reader()
            .scalars(select(Incident.id).join(Case, Case.id == Incident.case_id).where(Case.number == case))
            .one()
        )
        db.session.close()
    return Worked(call, case, incident_id, follow_up_id)


def recorded_call(office: Office, words: str = "word", **changes: Any) -> str:
    """A call that no case came of; gives its number."""
    with office.at_work():
        operator = office.actor("operator")
        number = calls.record(operator, a_call(operator, words, **changes)).number
        db.session.close()
    return number
