"""The first page of a full case against that of an empty one: two hundred entries and fifty files must cost little."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from sqlalchemy import select

from bench.loader import Built
from bench.services import Act, interleaved, office_of
from casework.extensions import db
from casework.services import narratives
from casework.services.case_facts import IncidentFacts
from casework.transaction import write
from models.base import new_id
from models.cases import Case
from models.enums import AttachmentState
from models.evidence import Attachment
from tests.make import Office
from tests.make_cases import open_case

ENTRIES, FILES = 200, 50
FIRST_DAY = datetime.date(2026, 1, 1)


def opening(built: Built) -> dict[str, Act]:
    """Opening a full and an empty case, and the timeline of both, as a caseworker's browser asks for them."""
    with office_of(built.folder) as office:
        empty, full = open_case(office, violent=True), open_case(office, violent=True)
        _fill(office, full)
        acts = [
            Act(f"{name}{part or ' file'}", _asked(office, f"/cases/{number}{part}"))
            for part in ("", "/timeline")
            for name, number in (("empty", empty), ("full", full))
        ]
        return interleaved(acts)


def _fill(office: Office, number: str) -> None:
    actor = office.actor("caseworker")
    for day in range(ENTRIES):
        on = FIRST_DAY + datetime.timedelta(days=day)
        facts = IncidentFacts(on, "exact", "spouse", "yes", ("physical",), "又一次")
        narratives.add_incident(actor, number, facts)
    with write(actor) as work:
        case = work.session.scalars(select(Case).where(Case.number == number)).one()
        for place in range(FILES):
            row_id = new_id()
            work.session.add(
                Attachment(
                    id=row_id,
                    case_id=case.id,
                    compartment_id=case.account_compartment_id,
                    state=AttachmentState.KEPT,
                    stored_under=f"bench-{row_id}",
                    file_key_sealed=b"",
                    received_at=work.at + place,
                    received_on=FIRST_DAY,
                    touched_at=work.at,
                    account_id=actor.account_id,
                )
            )
    db.session.remove()


def _asked(office: Office, address: str) -> Callable[[], None]:
    client = office.app.test_client()
    client.set_cookie("casework-session", office.cookie("caseworker"))

    def once() -> None:
        assert client.get(address).status_code == 200

    return once
