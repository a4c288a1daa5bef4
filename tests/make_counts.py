"""Calls and domestic-violence cases by the hundred, straight into the tables, for tests that count them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa

from casework.transaction import Work, write
from models.base import new_id
from models.calls import Call
from models.cases import Case
from models.enums import CallStatus, CaseState, CompartmentKind, OwnerKind, YesNoUnknown
from models.incidents import Incident
from models.keys import Compartment
from tests.make import Office

FIRST_OF_MONTH_AT = 1_000_000


def record(
    office: Office,
    calls: Mapping[tuple[str, str], int] | None = None,
    cases: Mapping[str, int] | None = None,
) -> None:
    """So many calls by (month, category) and cases by month; nothing is sealed. Inside an app context."""
    with write(None) as work:
        compartment_id = _compartment(work)
        rows = [
            _call(office, compartment_id, month, category)
            for (month, category), count in (calls or {}).items()
            for _ in range(count)
        ]
        files = [
            _case(office, compartment_id, month)
            for month, count in (cases or {}).items()
            for _ in range(count)
        ]
        _insert(work, Call, rows)
        _insert(work, Case, files)
        _insert(work, Incident, [_incident(it, compartment_id) for it in files])


def _insert(work: Work, model: type, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        work.connection.execute(sa.insert(model), list(rows))


def _compartment(work: Work) -> int:
    row = Compartment(kind=CompartmentKind.ACCOUNT, owner_kind=OwnerKind.CASE, owner_id=1, created_at=work.at)
    work.session.add(row)
    work.session.flush()
    return row.id


def _call(office: Office, compartment_id: int, month: str, category: str) -> dict[str, object]:
    number = new_id()
    return {
        "id": number,
        "number": f"{month[:4]}-{number}",
        "team_id": office.desk_id,
        "operator_id": office.account_id("operator"),
        "status": CallStatus.ANSWERED,
        "category": category,
        "result": "information_given",
        "started_at": FIRST_OF_MONTH_AT,
        "started_on": date.fromisoformat(f"{month}-12"),
        "hour_band": 9,
        "contact_compartment_id": compartment_id,
        "created_at": FIRST_OF_MONTH_AT,
    }


def _case(office: Office, compartment_id: int, month: str) -> dict[str, object]:
    number, day = new_id(), date.fromisoformat(f"{month}-12")
    return {
        "id": number,
        "number": f"{month[:4]}-{number}",
        "state": CaseState.IN_SERVICE,
        "town": "001",
        "team_id": office.team_id,
        "source": "herself",
        "received_at": FIRST_OF_MONTH_AT,
        "received_on": day,
        "accepted_at": FIRST_OF_MONTH_AT,
        "accepted_on": day,
        "survivor_id": number,
        "contact_compartment_id": compartment_id,
        "identity_compartment_id": compartment_id,
        "account_compartment_id": compartment_id,
    }


def _incident(case: Mapping[str, object], compartment_id: int) -> dict[str, object]:
    return {
        "id": new_id(),
        "case_id": case["id"],
        "compartment_id": compartment_id,
        "occurred_on": case["accepted_on"],
        "relationship": "spouse",
        "living_together": YesNoUnknown.YES,
        "created_at": FIRST_OF_MONTH_AT,
        "created_by": 1,
    }
