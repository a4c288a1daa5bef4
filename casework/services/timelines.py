"""What happened in a case, newest first, and what comes next; coarse lines only."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, String, bindparam, select, tuple_, union_all
from sqlalchemy.orm import aliased

from casework.actor import Actor
from casework.clock import instant, now_us
from casework.services import cases, duties, village_trusts
from casework.services.duties import DutyLine
from casework.services.follow_up_lists import late_by
from casework.services.timeline_sources import PART_OF, SOURCES
from casework.services.vault import Vault
from casework.transaction import reader
from models.accounts import Account, Team
from models.cases import CaseEvent
from models.enums import FollowUpState, FollowUpSubject
from models.follow_ups import FollowUp, FollowUpTry

SHOWN = 50
SHOWN_FIELDS = ("parties.name", "duties.note", "village_trusts.answer")
PAGE = 50
END_OF_TIME = 2**62
_assignee = aliased(Account)

_events = (
    select(
        CaseEvent.kind,
        CaseEvent.at,
        CaseEvent.to_state,
        Account.display_name.label("by"),
        _assignee.display_name.label("assignee"),
        Team.name.label("team"),
    )
    .outerjoin(Account, Account.id == CaseEvent.account_id)
    .outerjoin(_assignee, _assignee.id == CaseEvent.to_assignee_id)
    .outerjoin(Team, Team.id == CaseEvent.to_team_id)
    .where(CaseEvent.case_id == bindparam("case"))
    .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
    .limit(SHOWN)
)
_of_case = (FollowUp.subject_kind == FollowUpSubject.CASE) & (FollowUp.subject_id == bindparam("case"))
_tries = (
    select(FollowUpTry.tried_at, FollowUpTry.result, FollowUp.kind, Account.display_name)
    .join(FollowUp, FollowUp.id == FollowUpTry.follow_up_id)
    .outerjoin(Account, Account.id == FollowUpTry.account_id)
    .where(_of_case)
    .order_by(FollowUpTry.tried_at.desc())
    .limit(SHOWN)
)
_next = (
    select(FollowUp.id, FollowUp.kind, FollowUp.due_on, FollowUp.due_at)
    .where(_of_case, FollowUp.state.in_([FollowUpState.PLANNED, FollowUpState.DUE]))
    .order_by(FollowUp.due_on, FollowUp.due_at, FollowUp.id)
    .limit(1)
)


@dataclass(frozen=True)
class Event:
    """One line of the timeline: a move or a hand-over of the case (``kind``), or a contact tried ('try')."""

    kind: str
    at: int
    by: str | None
    to_state: str | None = None
    assignee: str | None = None
    team: str | None = None
    follow_up_kind: str | None = None
    result: str | None = None


@dataclass(frozen=True)
class NextContact:
    """The planned contact that is due first; ``due_on`` a local date, ``due_at`` microseconds UTC where it
    has an hour.
    """

    follow_up_id: int
    kind: str
    due_on: datetime.date
    due_at: int | None
    late_seconds: int | None


@dataclass(frozen=True, repr=False)
class Overview:
    """The first page of a case."""

    head: cases.CaseHead
    events: list[Event]
    next_contact: NextContact | None
    duties: list[DutyLine]
    trust_is_open: bool


def overview(actor: Actor, number: str) -> Overview:
    """Head, timeline and next contact of a case that the actor may see, recorded as shown; NotFound
    otherwise.
    """
    session = reader()
    vault = Vault(actor, session)
    head = cases.get_for(actor, number, vault)
    bound = {"case": head.case_id}
    events = [
        Event(row.kind, row.at, row.by, row.to_state, row.assignee, row.team)
        for row in session.execute(_events, bound)
    ]
    events += [
        Event("try", row.tried_at, row.display_name, follow_up_kind=row.kind, result=row.result)
        for row in session.execute(_tries, bound)
    ]
    events.sort(key=lambda event: event.at, reverse=True)
    coming = session.execute(_next, bound).first()
    actor.shown("case.read", subject_kind="case", subject_id=head.case_id, fields=SHOWN_FIELDS)
    contact = None
    if coming:
        late = late_by(coming.due_on, coming.due_at, now_us())
        contact = NextContact(coming.id, coming.kind, coming.due_on, coming.due_at, late)
    owed = duties.open_lines(vault, head.case_id)
    trust_is_open = head.is_violent and village_trusts.of_case(vault, head.case_id).is_open
    return Overview(head, events[:SHOWN], contact, owed, trust_is_open)


@dataclass(frozen=True)
class Line:
    """One coarse line: ``a`` and ``b`` are codes of its kind, ``part`` the endpoint of the part that says more."""

    row_id: int
    at: int
    kind: str
    a: str | None
    b: str | None
    by: str | None
    part: str | None

    @property
    def key(self) -> str:
        """Where the next page begins."""
        return f"{self.at}.{self.row_id}.{self.kind}"


@dataclass(frozen=True)
class Asked:
    """What a timeline is narrowed to: a code of ``timeline_group``, local days, both included; ``after`` is the key of
    the last line seen.
    """

    group: str | None = None
    from_on: datetime.date | None = None
    to_on: datetime.date | None = None
    after: tuple[int, int, str] | None = None


@dataclass(frozen=True, repr=False)
class Timeline:
    """One page, newest first; ``next_after`` is None on the last one."""

    head: cases.CaseHead
    lines: list[Line]
    next_after: str | None


@cache
def _page_of(group: str | None) -> Any:
    """The one statement of a page; however many lines a case has, it is the same."""
    sources = [source for name, held in SOURCES.items() if group in (None, name) for source in held]
    lines = union_all(*sources).subquery() if len(sources) > 1 else sources[0].subquery()
    key = tuple_(lines.c.at, lines.c.id, lines.c.kind)
    after = tuple_(
        bindparam("after_at", type_=BigInteger),
        bindparam("after_id", type_=BigInteger),
        bindparam("after_kind", type_=String),
    )
    return (
        select(lines, Account.display_name)
        .outerjoin(Account, Account.id == lines.c.by)
        .where(
            lines.c.at >= bindparam("since", type_=BigInteger),
            lines.c.at < bindparam("until", type_=BigInteger),
        )
        .where(key < after)
        .order_by(lines.c.at.desc(), lines.c.id.desc(), lines.c.kind.desc())
        .limit(PAGE + 1)
    )


def _midnight(on: datetime.date) -> int:
    return instant(datetime.datetime.combine(on, datetime.time()))


def page(actor: Actor, number: str, asked: Asked) -> Timeline:
    """The lines of a case across all its parts, recorded as shown; NotFound when the case is not hers to see.

    An unknown group narrows nothing. No line holds a sealed word.
    """
    head = cases.get_for(actor, number, Vault(actor, reader()))
    rows = _lines(head.case_id, asked)
    shown = rows[:PAGE]
    actor.shown(
        "case.read_timeline",
        subject_kind="case",
        subject_id=head.case_id,
        ids=[line.row_id for line in shown],
    )
    return Timeline(head, shown, shown[-1].key if len(rows) > PAGE else None)


def newest(case_id: int, limit: int = 20) -> list[Line]:
    """The newest lines of a case that was asked for before, for its first page; at most fifty."""
    return _lines(case_id, Asked())[: min(limit, PAGE)]


def _lines(case_id: int, asked: Asked) -> list[Line]:
    after_at, after_id, after_kind = asked.after or (END_OF_TIME, END_OF_TIME, "")
    since = _midnight(asked.from_on) if asked.from_on else 0
    until = _midnight(asked.to_on + datetime.timedelta(days=1)) if asked.to_on else END_OF_TIME
    bound = {
        "case": case_id,
        "since": since,
        "until": until,
        "after_at": after_at,
        "after_id": after_id,
        "after_kind": after_kind,
    }
    group = asked.group if asked.group in SOURCES else None
    return [
        Line(row.id, row.at, row.kind, row.a, row.b, row.display_name, PART_OF.get(row.kind))
        for row in reader().execute(_page_of(group), bound)
    ]
