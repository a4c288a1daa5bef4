"""The desk's register of calls: its list by pages, and one call read again."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, Executable, bindparam, exists, select, tuple_, union_all

from casework.actor import Actor
from casework.clock import DAY, instant
from casework.errors import NotFound
from casework.sealed import Locked
from casework.services.call_facts import ACCOUNT_FIELDS, CONTACT_FIELDS, NO_CASE, answers
from casework.services.vault import Vault
from casework.transaction import reader
from models.access import Conflict
from models.accounts import Account, Team
from models.calls import Call, Matter
from models.cases import Case
from models.enums import Role

PAGE_ROWS = 50
FAR_FUTURE = 2**62

_walled = exists().where(Conflict.account_id == bindparam("viewer"), Conflict.case_id == Call.case_id)
_line = (
    select(
        Call.id,
        Call.number,
        Call.started_at,
        Call.ended_at,
        Call.category,
        Call.result,
        Call.is_test,
        Account.display_name,
        Case.number.label("case_number"),
    )
    .join(Account, Account.id == Call.operator_id)
    .outerjoin(Case, Case.id == Call.case_id)
    .order_by(Call.started_at.desc(), Call.id.desc())
    .limit(PAGE_ROWS + 1)
)
_asked = (
    Call.started_at >= bindparam("since"),
    Call.started_at < bindparam("until"),
    tuple_(Call.started_at, Call.id) < tuple_(bindparam("before_at"), bindparam("before_id")),
    ~_walled,
)


@cache
def _listed(desks: int, by_category: bool, by_result: bool) -> Executable:
    """The page's statement for so many desks: each one's index is read in order, never sorted."""
    conditions = [*_asked]
    if by_category:
        conditions.append(Call.category == bindparam("category"))
    if by_result:
        conditions.append(Call.result == bindparam("result"))
    parts = [
        select(Call.id)
        .where(Call.team_id == bindparam(f"desk_{index}"), *conditions)
        .order_by(Call.started_at.desc(), Call.id.desc())
        .limit(PAGE_ROWS + 1)
        for index in range(desks)
    ]
    return _line.where(Call.id.in_(union_all(*(select(part.subquery().c.id) for part in parts))))


_issues_of = (
    select(Matter.call_id, Matter.issue)
    .where(Matter.call_id.in_(bindparam("calls", expanding=True)))
    .order_by(Matter.id)
)
_found = (
    select(Call, Account.display_name, Case.number, Team.name)
    .join(Account, Account.id == Call.operator_id)
    .outerjoin(Case, Case.id == Call.case_id)
    .outerjoin(Team, Team.id == Case.team_id)
    .where(Call.number == bindparam("wanted"))
)


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; dates are local, both inclusive."""

    category: str | None = None
    result: str | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None


@dataclass(frozen=True)
class CallLine:
    """One call in the list: nothing of it is sealed."""

    number: str
    started_at: int
    ended_at: int | None
    category: str
    result: str
    is_test: bool
    operator: str
    case_number: str | None
    issues: tuple[str, ...]


@dataclass(frozen=True)
class CallLines:
    """A page of the list, newest first; ``after`` is the key of the next page, None on the last."""

    rows: Sequence[CallLine]
    after: str | None


@dataclass(frozen=True, repr=False)
class CallPage:
    """One call as its desk reads it; ``card`` is the contact card once it was opened."""

    number: str
    category: str
    result: str
    channel: str
    started_at: int
    ended_at: int | None
    operator: str
    is_test: bool
    issues: tuple[str, ...]
    case_number: str | None
    case_team: str | None
    may_become_case: bool
    safety: Mapping[str, str] | Locked
    emergency: Mapping[str, str] | Locked
    said: str | Locked | None
    wish: str | Locked | None
    card: Mapping[str, str | Locked | None] | None


def _desks(actor: Actor) -> list[int]:
    return actor.team_ids(Role.HOTLINE_OPERATOR, Role.TEAM_LEAD)


def visible_to(actor: Actor) -> list[ColumnElement[bool]]:
    """The rows that she may see: calls of the desks she works at or leads, none behind the wall."""
    walled = exists().where(Conflict.account_id == actor.account_id, Conflict.case_id == Call.case_id)
    return [Call.team_id.in_(_desks(actor)), ~walled]


def _key(after: str | None) -> tuple[int, int]:
    """The place in the list that a key names; the top for none and for what is no key."""
    at, _, row_id = (after or "").partition("-")
    if at.isascii() and at.isdecimal() and row_id.isascii() and row_id.isdecimal() and len(after or "") < 42:
        return min(int(at), FAR_FUTURE), min(int(row_id), FAR_FUTURE)
    return FAR_FUTURE, FAR_FUTURE


def _start_of(day: datetime.date) -> int:
    return instant(datetime.datetime.combine(day, datetime.time()))


def listing(actor: Actor, filters: Filters = Filters(), after: str | None = None) -> CallLines:
    """The calls of her desk, newest first, fifty a page; ``after`` is the key that the page before gave."""
    at, row_id = _key(after)
    desks = _desks(actor)
    if not desks:
        return CallLines([], None)
    keys = {
        **{f"desk_{index}": desk for index, desk in enumerate(desks)},
        "viewer": actor.account_id,
        "since": _start_of(filters.since) if filters.since else 0,
        "until": _start_of(filters.until) + DAY if filters.until else FAR_FUTURE,
        "before_at": at,
        "before_id": row_id,
        "category": filters.category,
        "result": filters.result,
    }
    statement = _listed(len(desks), bool(filters.category), bool(filters.result))
    rows = reader().execute(statement, keys).all()
    shown = rows[:PAGE_ROWS]
    issues: dict[int, list[str]] = {row.id: [] for row in shown}
    for row in reader().execute(_issues_of, {"calls": list(issues)}):
        issues[row.call_id].append(row.issue)
    actor.shown("call.list", subject_kind="call", ids=issues)
    last = shown[-1] if len(rows) > PAGE_ROWS else None
    lines = [
        CallLine(
            row.number,
            row.started_at,
            row.ended_at,
            row.category,
            row.result,
            row.is_test,
            row.display_name,
            row.case_number,
            tuple(issues[row.id]),
        )
        for row in shown
    ]
    return CallLines(lines, f"{last.started_at}-{last.id}" if last else None)


def number_of(actor: Actor, call_id: int) -> str:
    """The number of a call of hers by its id; NotFound where it is none."""
    number = reader().scalar(select(Call.number).where(Call.id == call_id, *visible_to(actor)))
    if number is None:
        raise NotFound
    return number


def get_for(actor: Actor, number: str, *, with_card: bool = False) -> CallPage:
    """A call of her desk with its words; ``with_card`` opens the contact card, which has an entry of its own.

    NotFound when it is absent, another desk's, or behind the wall.
    """
    row = reader().execute(_found.where(*visible_to(actor)), {"wanted": number}).one_or_none()
    if row is None:
        raise NotFound
    call: Call = row[0]
    vault = Vault(actor, reader())
    vault.load([call.contact_compartment_id if with_card else None, call.account_compartment_id])
    issues = tuple(row.issue for row in reader().execute(_issues_of, {"calls": [call.id]}))
    words = {name: _words(vault, call, name, call.account_compartment_id) for name in ACCOUNT_FIELDS}
    shown = [name for name, text in words.items() if isinstance(text, str)]
    actor.shown("call.read", subject_kind="call", subject_id=call.id, fields=shown)
    card = None
    if with_card:
        card = {name: _words(vault, call, name, call.contact_compartment_id) for name in CONTACT_FIELDS}
        opened = [name for name, text in card.items() if isinstance(text, str)]
        actor.shown("call.open_contact", subject_kind="call", subject_id=call.id, fields=opened)
    return CallPage(
        number=call.number,
        category=call.category,
        result=call.result,
        channel=call.channel,
        started_at=call.started_at,
        ended_at=call.ended_at,
        operator=row[1],
        is_test=call.is_test,
        issues=issues,
        case_number=row[2],
        case_team=row[3],
        may_become_case=call.case_id is None and call.category not in NO_CASE,
        safety=_opened(words["safety_answers"]),
        emergency=_opened(words["emergency"]),
        said=words["said"],
        wish=words["wish"],
        card=card,
    )


def _words(vault: Vault, call: Call, name: str, compartment_id: int | None) -> str | Locked | None:
    return vault.text(f"calls.{name}", call.id, compartment_id, getattr(call, f"{name}_sealed"))


def _opened(words: str | Locked | None) -> Mapping[str, str] | Locked:
    return words if isinstance(words, Locked) else answers(words)
