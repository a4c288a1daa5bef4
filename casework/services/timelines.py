"""What happened in a case, newest first, and what comes next; coarse lines only."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from casework.actor import Actor
from casework.clock import now_us
from casework.services import cases
from casework.services.follow_up_lists import late_by
from casework.services.vault import Vault
from casework.transaction import reader
from models.accounts import Account, Team
from models.cases import CaseEvent
from models.enums import FollowUpState, FollowUpSubject
from models.follow_ups import FollowUp, FollowUpTry

SHOWN = 50
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


def overview(actor: Actor, number: str) -> Overview:
    """Head, timeline and next contact of a case that the actor may see, recorded as shown; NotFound
    otherwise.
    """
    session = reader()
    head = cases.get_for(actor, number, Vault(actor, session))
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
    actor.shown("case.read", subject_kind="case", subject_id=head.case_id, fields=["parties.name"])
    contact = None
    if coming:
        late = late_by(coming.due_on, coming.due_at, now_us())
        contact = NextContact(coming.id, coming.kind, coming.due_on, coming.due_at, late)
    return Overview(head, events[:SHOWN], contact)
