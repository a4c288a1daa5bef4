"""The trail as the auditor reads it: fifty entries a page, newest first; reading it is itself recorded."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select

from casework.actor import Actor
from casework.clock import MINUTE, instant
from casework.services import audit
from casework.transaction import reader
from models.accounts import Account, Team
from models.audit import AuditEntry
from models.calls import Call
from models.cases import Case

PAGE = 50
# Kinds of subject that people know by a number or a name; others are shown as their kind alone.
_NAMED: dict[str, Any] = {
    "account": (Account.id, Account.display_name),
    "call": (Call.id, Call.number),
    "case": (Case.id, Case.number),
    "team": (Team.id, Team.name),
}
_from = (
    select(AuditEntry.at)
    .where(AuditEntry.sequence >= bindparam("sequence"))
    .order_by(AuditEntry.sequence)
    .limit(1)
)
_accounts = select(Account.id, Account.display_name, Account.username).where(
    Account.id.in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True)
class Filters:
    """What the trail is narrowed to; days are local and both included, ``number`` is a case's or a call's."""

    account_id: int | None = None
    action: str | None = None
    subject_kind: str | None = None
    number: str | None = None
    from_on: datetime.date | None = None
    to_on: datetime.date | None = None


@dataclass(frozen=True)
class Line:
    """One entry as shown. ``at`` in microseconds UTC; ``who`` is None for what the server did by itself."""

    sequence: int
    at: int
    who: str | None
    username: str | None
    action: str
    subject_kind: str | None
    subject: str | None
    fields: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Page:
    """One page, newest first; ``next_before`` is None on the last one."""

    lines: list[Line]
    next_before: int | None


def listing(actor: Actor, filters: Filters, before: int | None = None) -> Page:
    """The entries below sequence ``before`` that the filters let through. An unknown number finds nothing."""
    conditions = _conditions(filters)
    if before is not None:
        conditions.append(AuditEntry.sequence < before)
    rows = (
        reader()
        .execute(
            select(*AuditEntry.__table__.columns)
            .where(*conditions)
            .order_by(AuditEntry.sequence.desc())
            .limit(PAGE + 1)
        )
        .all()
    )
    shown = rows[:PAGE]
    actor.shown(
        "audit.read", ids=sorted({row.sequence for row in (*shown[:1], *shown[-1:])}), fields=_names(filters)
    )
    return Page(_lines(shown), shown[-1].sequence if len(rows) > PAGE else None)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.account_id is not None:
        conditions.append(AuditEntry.account_id == filters.account_id)
    if filters.action:
        conditions.append(AuditEntry.action == filters.action)
    if filters.subject_kind:
        conditions.append(AuditEntry.subject_kind == filters.subject_kind)
    if filters.number:
        conditions.append(AuditEntry.subject_id.in_(_with_number(filters.number)))
    if filters.from_on:
        start = _midnight(filters.from_on)
        conditions += [AuditEntry.at >= start, AuditEntry.sequence >= _sequence_at(start - MINUTE)]
    if filters.to_on:
        end = _midnight(filters.to_on + datetime.timedelta(days=1))
        conditions += [AuditEntry.at < end, AuditEntry.sequence <= _sequence_at(end + MINUTE)]
    return conditions


def _midnight(on: datetime.date) -> int:
    return instant(datetime.datetime.combine(on, datetime.time()))


def _sequence_at(at: int) -> int:
    """About where the trail stood at an instant, by halving: its times have no index, and rise to within a minute."""
    low, high = 1, audit.head()[0] + 1
    while low < high:
        middle = (low + high) // 2
        found = reader().execute(_from, {"sequence": middle}).first()
        if found is None or found.at >= at:
            high = middle
        else:
            low = middle + 1
    return low


def _with_number(number: str) -> list[int]:
    """The ids of the case and the call of this number."""
    return [
        found
        for kind in ("case", "call")
        for found in reader().scalars(select(_NAMED[kind][0]).where(_NAMED[kind][1] == number))
    ]


def _names(filters: Filters) -> list[str]:
    """Which filters were used; never what was asked for."""
    return [name for name, value in vars(filters).items() if value]


def _lines(rows: Iterable[Any]) -> list[Line]:
    rows = list(rows)
    ids = {row.account_id for row in rows if row.account_id is not None}
    people = {row.id: row for row in reader().execute(_accounts, {"ids": sorted(ids)})}
    subjects = _subjects(rows)
    lines = []
    for row in rows:
        person = people.get(row.account_id)
        lines.append(
            Line(
                sequence=row.sequence,
                at=row.at,
                who=person.display_name if person else None,
                username=person.username if person else None,
                action=row.action,
                subject_kind=row.subject_kind,
                subject=subjects.get((row.subject_kind, row.subject_id)),
                fields=tuple(str(name) for name in _listed(row.fields)),
                rows=len(_listed(row.ids)),
            )
        )
    return lines


def _listed(text: str) -> list[Any]:
    """What an entry lists; nothing where somebody wrote into the database what we never write."""
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def _subjects(rows: list[Any]) -> dict[tuple[str | None, int | None], str]:
    found: dict[tuple[str | None, int | None], str] = {}
    for kind, (key, name) in _NAMED.items():
        ids = {row.subject_id for row in rows if row.subject_kind == kind and row.subject_id is not None}
        if ids:
            for row_id, text in reader().execute(select(key, name).where(key.in_(sorted(ids)))):
                found[(kind, row_id)] = text
    return found


def people() -> list[tuple[int, str]]:
    """Everybody who may have left an entry: (account id, name), by name."""
    rows = reader().execute(select(Account.id, Account.display_name).order_by(Account.display_name))
    return [(row.id, row.display_name) for row in rows]
