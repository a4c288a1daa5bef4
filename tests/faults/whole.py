"""What must hold of a database after anything that may happen to it: nothing half made, the chain whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from casework import trail
from casework.transaction import reader
from models.access import StaffRelation
from models.audit import AuditEntry
from models.base import Base
from models.calls import Call, Matter
from models.cases import Case, CaseEvent
from models.drafts import Draft
from models.enums import OwnerKind, PartyRole
from models.follow_ups import FollowUp, FollowUpTry
from models.incidents import Incident, IncidentViolence
from models.keys import BlindIndex, Compartment, Wrap
from models.people import Party, Person, Revision


def _recorded(action: str, subject_id: Any) -> ColumnElement[bool]:
    return exists().where(AuditEntry.action == action, AuditEntry.subject_id == subject_id)


def _named(action: str, row_id: Any, subject_id: Any) -> ColumnElement[bool]:
    """Whether an entry of this action about this subject names the row among its ids."""
    cast = func.cast(row_id, AuditEntry.ids.type)
    return exists().where(
        AuditEntry.action == action, AuditEntry.subject_id == subject_id, AuditEntry.ids.contains(cast)
    )


def _has_wrap(compartment_id: Any) -> ColumnElement[bool]:
    return exists().where(Wrap.compartment_id == compartment_id)


_emptied = exists().where(Call.account_compartment_id == Compartment.id, Call.case_id.is_not(None))
_violent_row = exists().where(Incident.id == IncidentViolence.incident_id)

# What would be half made: a sentence, and the rows of which it is true.
HALF_MADE: tuple[tuple[str, Any, ColumnElement[bool]], ...] = (
    ("a call without its entry", Call.id, ~_recorded("call.record", Call.id)),
    ("a call whose draft is still there", Call.id, exists().where(Draft.subject_id == Call.id)),
    (
        "a call that names a case without an entry",
        Call.id,
        Call.case_id.is_not(None) & ~_recorded("call.accept", Call.id),
    ),
    ("a case without its entry", Case.id, ~_recorded("case.accept", Case.id)),
    # A case that nobody called about is opened after a search; only a call leaves one with the line as its source.
    (
        "a case without its call",
        Case.id,
        (Case.source == "line_12338") & ~exists().where(Call.case_id == Case.id),
    ),
    (
        "a case of two calls",
        Case.id,
        select(func.count(Call.id)).where(Call.case_id == Case.id).scalar_subquery() > 1,
    ),
    ("a case without its first event", Case.id, ~exists().where(CaseEvent.case_id == Case.id)),
    (
        "a case without its client",
        Case.id,
        ~exists().where(Party.case_id == Case.id, Party.role == PartyRole.CLIENT),
    ),
    (
        "a case without the keys of a compartment",
        Case.id,
        or_(
            *(
                ~_has_wrap(column)
                for column in (
                    Case.contact_compartment_id,
                    Case.identity_compartment_id,
                    Case.account_compartment_id,
                )
            )
        ),
    ),
    ("a party without a case", Party.id, ~exists().where(Case.id == Party.case_id)),
    ("a person in no case", Person.id, ~exists().where(Party.person_id == Person.id)),
    ("an incident without a case", Incident.id, ~exists().where(Case.id == Incident.case_id)),
    ("violence without an incident", IncidentViolence.incident_id, ~_violent_row),
    ("a matter of nothing", Matter.id, and_(Matter.call_id.is_(None), Matter.case_id.is_(None))),
    ("a compartment that no key opens", Compartment.id, ~_has_wrap(Compartment.id) & ~_emptied),
    (
        "a compartment of no call and no case",
        Compartment.id,
        or_(
            (Compartment.owner_kind == OwnerKind.CALL) & ~exists().where(Call.id == Compartment.owner_id),
            (Compartment.owner_kind == OwnerKind.CASE) & ~exists().where(Case.id == Compartment.owner_id),
        ),
    ),
    (
        "an index entry of nothing",
        BlindIndex.target_id,
        ~or_(
            exists().where(Call.id == BlindIndex.target_id),
            exists().where(Case.id == BlindIndex.target_id),
            exists().where(Party.id == BlindIndex.target_id),
            exists().where(StaffRelation.id == BlindIndex.target_id),
        ),
    ),
    (
        "a planned contact without its entry",
        FollowUp.id,
        ~or_(
            *(
                _named(action, FollowUp.id, FollowUp.subject_id)
                for action in ("follow_up.plan", "follow_up.replan", "case.close")
            )
        ),
    ),
    (
        "a try without its entry",
        FollowUpTry.id,
        ~exists().where(
            FollowUp.id == FollowUpTry.follow_up_id,
            _named("follow_up.record", FollowUpTry.id, FollowUp.subject_id),
        ),
    ),
    (
        "a closed contact without a try",
        FollowUp.id,
        FollowUp.done_at.is_not(None) & ~exists().where(FollowUpTry.follow_up_id == FollowUp.id),
    ),
    ("an earlier wording of no version", Revision.id, Revision.version < 1),
)


def _half_made(session: Session) -> Iterator[str]:
    for sentence, column, condition in HALF_MADE:
        ids = session.scalars(select(column).where(condition).limit(5)).all()
        if ids:
            yield f"{sentence}: {list(ids)}"


def _numbers(session: Session) -> Iterator[str]:
    """Numbers of each kind and year run from one without a gap: nobody takes one and gives nothing."""
    for kind, column in (("call", Call.number), ("case", Case.number)):
        by_year: dict[str, list[int]] = {}
        for number in session.scalars(select(column)):
            year, _, count = number.partition("-")
            by_year.setdefault(year, []).append(int(count))
        for year, counts in by_year.items():
            if sorted(counts) != list(range(1, len(counts) + 1)):
                yield f"{kind} numbers of {year} are not 1 to {len(counts)}: {sorted(counts)[:20]}"


def _chain(session: Session) -> Iterator[str]:
    rows = session.execute(select(AuditEntry.__table__).order_by(AuditEntry.sequence)).all()
    fault = trail.verify(rows, *trail.head(session.connection()))
    if fault is not None:
        yield f"the chain is broken at {fault.sequence}: {fault.why}"
    newest = {(row.record_table, row.record_id): row.record_digest for row in rows if row.record_table}
    tables = {table.name: table for table in Base.metadata.sorted_tables}
    for name in {name for name, _ in newest}:
        yield from _unlike_its_entry(session, tables[name], newest)


def _unlike_its_entry(session: Session, table: Table, newest: dict[tuple[str, int], bytes]) -> Iterator[str]:
    for row in session.execute(select(table)):
        digest = newest.get((table.name, row.id))
        if digest is not None and trail.digest_of(table, row) != digest:
            yield f"{table.name} {row.id} is not what its newest entry recorded"


def _database(session: Session) -> Iterator[str]:
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return
    said = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
    if said != ["ok"]:
        yield f"integrity: {said}"
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        yield f"foreign keys: {orphans[:5]}"


def faults() -> list[str]:
    """Everything that is not as it must be, one sentence each; inside an application context."""
    session = reader()
    return [
        *_database(session),
        *_chain(session),
        *_half_made(session),
        *_numbers(session),
    ]
