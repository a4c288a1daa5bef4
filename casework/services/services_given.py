"""Services that she received, a row each; a mediation has a row a session. A mistake is voided, never deleted."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable, bindparam, func, select, tuple_

from casework import codes
from casework.actor import Actor
from casework.clock import today
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.law import moves
from casework.sealed import Locked
from casework.services import cases, drafts, mediation
from casework.services.case_work import changing
from casework.services.vault import Vault
from casework.transaction import reader
from models.accounts import Account
from models.base import new_id
from models.casework import ServiceGiven
from models.enums import CompartmentKind

FORM = "service_given"
MEDIATION = "mediation"
PAGE = 50


def _listed(narrowed: bool, later: bool) -> Executable:
    """A page of a case's services, newest first; its index is read in order."""
    wanted = [ServiceGiven.case_id == bindparam("case")]
    if narrowed:
        wanted.append(ServiceGiven.service == bindparam("service"))
    if later:
        wanted.append(
            tuple_(ServiceGiven.given_on, ServiceGiven.id) < tuple_(bindparam("on"), bindparam("below"))
        )
    return (
        select(ServiceGiven.__table__, Account.display_name.label("by"))
        .outerjoin(Account, Account.id == ServiceGiven.account_id)
        .where(*wanted)
        .order_by(ServiceGiven.given_on.desc(), ServiceGiven.id.desc())
        .limit(PAGE + 1)
    )


_PAGES = {
    (narrowed, later): _listed(narrowed, later) for narrowed in (False, True) for later in (False, True)
}
_counts = (
    select(ServiceGiven.service, func.count().label("times"))
    .where(ServiceGiven.case_id == bindparam("case"), ServiceGiven.voided_at.is_(None))
    .group_by(ServiceGiven.service)
)
_sessions = (
    select(ServiceGiven.id)
    .where(
        ServiceGiven.case_id == bindparam("case"),
        ServiceGiven.service == MEDIATION,
        ServiceGiven.voided_at.is_(None),
    )
    .order_by(ServiceGiven.given_on, ServiceGiven.id)
)


@dataclass(frozen=True, repr=False)
class ServiceFacts:
    """One service on one local day; ``result`` is a code of ``mediation_result`` for a session, else of
    ``service_result``.
    """

    service: str
    given_on: datetime.date | None
    result: str | None = None
    note: str | None = None


@dataclass(frozen=True, repr=False)
class ServiceLine:
    """One service as read; ``note`` may be Locked. ``session_number`` counts the sessions of a mediation."""

    service_id: int
    service: str
    given_on: datetime.date
    result: str | None
    note: str | Locked | None
    by: str | None
    recorded_at: int
    voided_at: int | None
    session_number: int | None


@dataclass(frozen=True, repr=False)
class ServicePage:
    """One page of the services of a case; ``after`` is the key of the next page, None on the last.

    ``counts`` are of what stands; ``mediation_refusals`` says why no mediation may be recorded now.
    """

    head: cases.CaseHead
    lines: list[ServiceLine]
    after: str | None
    counts: dict[str, int]
    mediation_refusals: tuple[str, ...]
    is_locked: bool
    is_open: bool


def _key(text: str | None) -> tuple[datetime.date, int] | None:
    day, _, row_id = (text or "").partition("_")
    try:
        return datetime.date.fromisoformat(day), min(int(row_id), 2**63 - 1)
    except ValueError:
        return None


def of_case(actor: Actor, number: str, service: str | None = None, after: str | None = None) -> ServicePage:
    """The services of a case that the actor may see, newest first, recorded as shown; NotFound otherwise."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    narrowed = service is not None and codes.exists("service", service)
    key = _key(after)
    bound: dict[str, Any] = {"case": head.case_id}
    bound |= {"service": service} if narrowed else {}
    bound |= {"on": key[0], "below": key[1]} if key else {}
    rows = reader().execute(_PAGES[narrowed, key is not None], bound).all()
    shown = rows[:PAGE]
    counted = reader().execute(_counts, {"case": head.case_id})
    sessions = list(reader().scalars(_sessions, {"case": head.case_id}))
    vault.load(row.compartment_id for row in shown)
    lines = [_line(vault, row, sessions) for row in shown]
    actor.shown(
        "case.read_services",
        subject_kind="case",
        subject_id=head.case_id,
        ids=[line.service_id for line in lines],
        fields=["parties.name", "services_given.note"],
    )
    last = lines[-1] if len(rows) > PAGE else None
    return ServicePage(
        head,
        lines,
        f"{last.given_on.isoformat()}_{last.service_id}" if last else None,
        {row.service: row.times for row in counted},
        mediation.refusals(reader(), head.case_id),
        not vault.holds(head.account_compartment_id),
        moves.is_open(head.state),
    )


def _line(vault: Vault, row: Any, sessions: list[int]) -> ServiceLine:
    return ServiceLine(
        row.id,
        row.service,
        row.given_on,
        row.result,
        vault.text("services_given.note", row.id, row.compartment_id, row.note_sealed),
        row.by,
        row.recorded_at,
        row.voided_at,
        sessions.index(row.id) + 1 if row.id in sessions else None,
    )


_one = (
    select(ServiceGiven.__table__, Account.display_name.label("by"))
    .outerjoin(Account, Account.id == ServiceGiven.account_id)
    .where(ServiceGiven.case_id == bindparam("case"), ServiceGiven.id == bindparam("service_id"))
)


def line_for(actor: Actor, number: str, service_id: int) -> tuple[cases.CaseHead, ServiceLine]:
    """One service with its case, recorded as shown; NotFound when either is not hers to see."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    row = reader().execute(_one, {"case": head.case_id, "service_id": service_id}).one_or_none()
    if row is None:
        raise NotFound
    sessions = list(reader().scalars(_sessions, {"case": head.case_id}))
    fields = ["parties.name", "services_given.note"]
    actor.shown(
        "case.read_services", subject_kind="case", subject_id=head.case_id, ids=[service_id], fields=fields
    )
    return head, _line(vault, row, sessions)


def _check(facts: ServiceFacts) -> None:
    faults: dict[str, str] = {}
    if not codes.exists("service", facts.service):
        faults["service"] = "choice"
    if facts.given_on is None:
        faults["given_on"] = "required"
    elif facts.given_on > today():
        faults["given_on"] = "future"
    if facts.service == MEDIATION and not facts.result:
        faults["mediation_result"] = "required"
    elif facts.service == MEDIATION and not codes.exists("mediation_result", facts.result or ""):
        faults["mediation_result"] = "choice"
    elif facts.service != MEDIATION and facts.result and not codes.exists("service_result", facts.result):
        faults["result"] = "choice"
    if faults:
        raise Invalid(faults)


def record(actor: Actor, number: str, facts: ServiceFacts) -> int:
    """Writes a service down; gives its id. Invalid for a day to come or a code of no list.

    Invalid with ``service: mediation_refused`` while mediation is barred in this case; the page says why.
    """
    _check(facts)
    with changing(actor, number, CompartmentKind.ACCOUNT) as doing:
        if facts.service == MEDIATION and mediation.refusals(doing.work.session, doing.case.id):
            raise Invalid({"service": "mediation_refused"})
        row = ServiceGiven(
            id=new_id(),
            case_id=doing.case.id,
            compartment_id=doing.account_id,
            service=facts.service,
            given_on=facts.given_on,
            result=facts.result or None,
            account_id=actor.account_id,
            recorded_at=doing.work.at,
        )
        row.note_sealed = doing.vault.seal(
            "services_given.note", row.id, doing.account_id, facts.note or None
        )
        doing.work.session.add(row)
        drafts.end(doing.work, actor, FORM, doing.case.id)
        doing.record("service.record", ids=(row.id,), fields=("services_given.note",), row=row)
        return row.id


def void(actor: Actor, number: str, service_id: int) -> None:
    """Marks a service as recorded by mistake: it stays readable and counts nowhere. AlreadyDone the second time."""
    with changing(actor, number, ended=True) as doing:
        row = doing.work.session.get(ServiceGiven, service_id, with_for_update=True)
        if row is None or row.case_id != doing.case.id:
            raise NotFound
        if row.voided_at is not None:
            raise AlreadyDone
        row.voided_at = doing.work.at
        doing.record("service.void", ids=(row.id,), row=row)
