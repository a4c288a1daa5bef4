"""Somebody who writes into the database moves a row of one case's part to another case, where he may read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from casework.clock import now_us
from casework.crypto.errors import SealBroken
from casework.errors import DomainError, KeyUntrusted
from casework.extensions import db
from casework.sealed import Locked
from casework.services import (
    case_notes,
    case_plans,
    cases,
    consent_ledger,
    duties,
    evidence,
    evidence_uploads,
    rights,
    safety_plans,
    services_given,
)
from casework.services.evidence_rows import Said
from models.base import Base
from models.cases import Consent
from models.casework import CaseNote, PlanItem, SafetyPlan, ServiceGiven
from models.duties import Duty
from models.evidence import Attachment
from models.papers import RightsRequest
from tests.faults.full_case import filled
from tests.make import Office
from tests.make_cases import case_row, open_case
from tests.make_files import jpeg
from tests.services.sealed_things import change

HERS = "只有她的案卷里有的话"


def theirs(office: Office) -> tuple[str, str]:
    """A full case of 个案一组, and one of 个案二组 that he may read."""
    number = open_case(office, violent=True)
    filled(office, number, lambda name: HERS)
    return number, open_case(office, team="个案二组", violent=True)


def plan_of(actor: Any, number: str) -> Any:
    return case_plans.lines_of(actor, cases.get_for(actor, number)).lines


READ: list[tuple[type[Base], Callable[[Any, str], Any]]] = [
    (CaseNote, lambda actor, number: case_notes.of_case(actor, number).lines),
    (PlanItem, plan_of),
    (SafetyPlan, lambda actor, number: [safety_plans.of_case(actor, number)]),
    (ServiceGiven, lambda actor, number: services_given.of_case(actor, number).lines),
    (Consent, lambda actor, number: consent_ledger.of_case(actor, number)),
    (Duty, lambda actor, number: duties.of_case(actor, number).lines),
    (Attachment, lambda actor, number: evidence.of_case(actor, number)),
    (RightsRequest, lambda actor, number: rights.listing(actor, number).lines),
]


@pytest.mark.parametrize("with_compartment", [False, True], ids=["case alone", "compartment too"])
@pytest.mark.parametrize(("model", "read"), READ, ids=[it[0].__tablename__ for it in READ])
def test_a_row_moved_to_his_case_opens_nothing(
    office: Office, model: type[Base], read: Callable[[Any, str], Any], with_compartment: bool
) -> None:
    with office.at_work():
        hers, his = theirs(office)
        target: dict[str, Any] = {"case_id": case_row(his).id}
        if with_compartment and "compartment_id" in model.__table__.columns:
            target["compartment_id"] = case_row(his).account_compartment_id
        change(update(model).where(model.case_id == case_row(hers).id).values(target))  # type: ignore[attr-defined]
        db.session.remove()
        try:
            seen = read(office.actor("stranger"), his)
        except (SealBroken, DomainError):
            return
        assert HERS not in repr(vars_of(seen))


def vars_of(thing: Any, depth: int = 6) -> Any:
    """Everything inside, although nothing of it has a repr that says so."""
    if depth == 0 or isinstance(thing, str | int | float | bytes | type(None) | Locked):
        return thing
    if isinstance(thing, dict):
        return {key: vars_of(value, depth - 1) for key, value in thing.items()}
    if isinstance(thing, list | tuple | set | frozenset):
        return [vars_of(value, depth - 1) for value in thing]
    names = [*getattr(thing, "__dict__", {}), *getattr(type(thing), "__slots__", ())]
    return {name: vars_of(getattr(thing, name), depth - 1) for name in names}


def test_a_duty_that_points_to_another_case_is_not_sealed_into_it(office: Office) -> None:
    with office.at_work():
        hers, his = open_case(office, violent=True), open_case(office, violent=True)
        elsewhere = case_row(his).account_compartment_id
        line = next(it for it in duties.of_case(office.actor("caseworker"), hers).lines if it.is_open)
        change(update(Duty).where(Duty.id == line.duty_id).values(compartment_id=elsewhere))
        db.session.remove()
        with pytest.raises(KeyUntrusted):
            duties.record_done(
                office.actor("caseworker"),
                hers,
                line.duty_id,
                when=now_us(),
                person=HERS,
                note=None,
                version=line.version,
            )


def test_an_upload_that_points_to_another_case_is_not_finished_into_it(office: Office) -> None:
    with office.at_work():
        hers, his = open_case(office), open_case(office)
        worker, content = office.actor("caseworker"), jpeg()
        said = Said("medical", HERS)
        begun = evidence_uploads.begin(worker, hers, said, name="a.jpg", length_bytes=len(content))
        evidence_uploads.put_part(worker, hers, begun.upload_id, 0, content)
        elsewhere = case_row(his).account_compartment_id
        row = update(Attachment).where(Attachment.id == begun.upload_id)
        change(row.values(compartment_id=elsewhere))
        db.session.remove()
        with pytest.raises((KeyUntrusted, SealBroken)):
            evidence_uploads.finish(office.actor("caseworker"), hers, begun.upload_id)
