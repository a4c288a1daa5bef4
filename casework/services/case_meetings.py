"""The list for the weekly case meeting: high-lethal cases, those with a late contact, those that stand still."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, or_, select
from sqlalchemy import case as choose

from casework.actor import Actor
from casework.clock import DAY, local_date, now_us, today
from casework.errors import Invalid
from casework.law import moves
from casework.services import settings
from casework.services.case_moves import OPEN_CONTACTS
from casework.services.danger_levels import newest_level
from casework.services.visibility import cases_visible_to
from casework.transaction import reader, write
from models.accounts import Account, Team
from models.cases import Case, CaseEvent
from models.casework import CaseNote, ServiceGiven
from models.enums import CaseState, FollowUpSubject, Role
from models.follow_ups import FollowUp

SETTING, USUAL_DAYS = "meeting.stuck_days", 30
LEAST_DAYS, MOST_DAYS = 7, 365
PAGE = 50
_OPEN = [CaseState(state) for state in moves.OPEN_STATES]


@dataclass(frozen=True)
class MeetingLine:
    """One case to be talked about, without any word of hers. ``late`` counts contacts that are late;
    ``still_since`` is the local date of the last thing that happened, where that is too long ago.
    """

    case_id: int
    number: str
    state: CaseState
    town: str
    team_name: str
    assignee_name: str | None
    danger_level: str | None
    late: int
    still_since: datetime.date | None


@dataclass(frozen=True)
class Meeting:
    """One page of the list, high-lethal cases first; ``next_after`` is None on the last page."""

    lines: list[MeetingLine]
    days: int
    next_after: tuple[int, int] | None


def stuck_days() -> int:
    """After how many days without anything happening a case counts as standing still."""
    return int(settings.value_of(SETTING, str(USUAL_DAYS)))


def set_stuck_days(actor: Actor, days: int) -> None:
    """Sets it for the office, within a week and a year; Invalid otherwise."""
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise Invalid({"days": "range"})
    with write(actor) as work:
        settings.put(work, SETTING, str(days))
        work.record("setting.change", subject_kind="setting", fields=(SETTING,))


def _of_case(statement: Any) -> ScalarSelect[Any]:
    return statement.correlate(Case).scalar_subquery()


def _last_at() -> ColumnElement[int]:
    """When something last happened in a case: a step, a try, a note, a service. Each by its own index."""
    parts = (
        _of_case(select(func.max(CaseEvent.at)).where(CaseEvent.case_id == Case.id)),
        _of_case(
            select(func.max(FollowUp.done_at)).where(
                FollowUp.subject_id == Case.id, FollowUp.subject_kind == FollowUpSubject.CASE
            )
        ),
        _of_case(select(func.max(CaseNote.at)).where(CaseNote.case_id == Case.id)),
        _of_case(select(func.max(ServiceGiven.recorded_at)).where(ServiceGiven.case_id == Case.id)),
    )
    last: ColumnElement[int] = func.coalesce(parts[0], Case.received_at)
    for part in parts[1:]:
        other = func.coalesce(part, 0)
        last = choose((other > last, other), else_=last)
    return last


def _late() -> ColumnElement[bool]:
    return (
        (FollowUp.subject_kind == FollowUpSubject.CASE)
        & (FollowUp.subject_id == Case.id)
        & FollowUp.state.in_(OPEN_CONTACTS)
        & or_(FollowUp.due_at.is_(None) & (FollowUp.due_on < today()), FollowUp.due_at < now_us())
    )


def for_lead(actor: Actor, after: tuple[int, int] | None = None) -> Meeting:
    """The list of the teams that the actor leads, recorded as shown; ``after`` is the last page's
    ``next_after``.
    """
    days = stuck_days()
    before = now_us() - days * DAY
    last_at = _last_at()
    is_high = choose((newest_level == "high_lethal", 0), else_=1)
    wanted = (
        select(
            Case.id,
            Case.number,
            Case.state,
            Case.town,
            Team.name.label("team_name"),
            Account.display_name,
            newest_level.label("danger_level"),
            _of_case(select(func.count()).select_from(FollowUp).where(_late())).label("late"),
            last_at.label("last_at"),
            is_high.label("rank"),
        )
        .join(Team, Team.id == Case.team_id)
        .outerjoin(Account, Account.id == Case.assignee_id)
        .where(
            cases_visible_to(actor),
            Case.team_id.in_(actor.team_ids(Role.TEAM_LEAD)),
            Case.state.in_(_OPEN),
            or_(is_high == 0, exists().where(_late()).correlate(Case), last_at < before),
        )
        .order_by(is_high, Case.id)
        .limit(PAGE + 1)
    )
    if after is not None:
        rank, case_id = after
        wanted = wanted.where(or_(is_high > rank, (is_high == rank) & (Case.id > case_id)))
    rows = reader().execute(wanted).all()
    lines = [
        MeetingLine(
            row.id,
            row.number,
            row.state,
            row.town,
            row.team_name,
            row.display_name,
            row.danger_level,
            row.late,
            local_date(row.last_at) if row.last_at < before else None,
        )
        for row in rows[:PAGE]
    ]
    actor.shown("meeting.read", subject_kind="team", ids=[line.case_id for line in lines])
    more = (rows[PAGE - 1].rank, rows[PAGE - 1].id) if len(rows) > PAGE else None
    return Meeting(lines, days, more)
