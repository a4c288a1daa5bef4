"""Planned contacts: planned, raised when due, tried, closed by a result.

``planned_on`` is the date that counts for the figures; ``due_on`` is when the contact is to be made now,
and moves when a try reached nobody. Both are local dates; ``due_at`` (microseconds UTC) is set where the
contact has an hour.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, update

from casework import codes
from casework.actor import Actor
from casework.clock import ZONE, instant, local_date, now_us, today
from casework.errors import AlreadyDone, Invalid, MoveRefused, NotFound
from casework.law import moves
from casework.law.follow_up_plan import GRACE_DAYS
from casework.services import cases, contact_cards, level_plans, notices
from casework.services.vault import Vault
from casework.transaction import Work, reader, write
from models.base import new_id
from models.cases import Case
from models.enums import FollowUpState, FollowUpSubject
from models.follow_ups import FollowUp, FollowUpTry

BY_HAND = "by_hand"
OPEN_STATES = (FollowUpState.PLANNED, FollowUpState.DUE)
SWEEP = 500


@dataclass(frozen=True, repr=False)
class Planned:
    """What is to be planned: ``due_on`` a local date, ``due_time`` a local time where it has an hour."""

    kind: str
    due_on: datetime.date
    due_time: datetime.time | None = None
    purpose: str | None = None
    urgent: bool = False


@dataclass(frozen=True, repr=False)
class Tried:
    """What came of a try. ``next_on`` (local) is asked for where nobody was reached."""

    result: str
    note: str | None = None
    tried_at: int | None = None
    next_on: datetime.date | None = None
    next_time: datetime.time | None = None


def _moment(on: datetime.date, at: datetime.time | None) -> int | None:
    return instant(datetime.datetime.combine(on, at, ZONE)) if at is not None else None


def plan(actor: Actor, number: str, planned: Planned) -> int:
    """Plans a contact in a case; gives its id. An hour makes it urgent and takes its grace away.

    Invalid for a past date or a kind that is no case's, MoveRefused for a case that was given away.
    """
    faults: dict[str, str] = {}
    if planned.due_on < today():
        faults["due_on"] = "past"
    if planned.kind not in codes.flagged("follow_up_kind", "subject", "case"):
        faults["kind"] = "choice"
    if faults:
        raise Invalid(faults)
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        if not moves.is_open(case.state) and case.state != moves.CLOSED:
            raise MoveRefused("not_open")
        vault = Vault(actor, work.session)
        vault.ready_to_write(work, case.id, [case.contact_compartment_id])
        row = FollowUp(
            id=new_id(),
            subject_kind=FollowUpSubject.CASE,
            subject_id=case.id,
            team_id=case.team_id,
            assignee_id=case.assignee_id or actor.account_id,
            kind=planned.kind,
            plan=BY_HAND,
            planned_on=planned.due_on,
            due_on=planned.due_on,
            due_at=_moment(planned.due_on, planned.due_time),
            grace_days=0 if planned.due_time is not None else GRACE_DAYS,
            urgent=planned.urgent or planned.due_time is not None,
            state=FollowUpState.PLANNED,
            compartment_id=case.contact_compartment_id,
            created_at=work.at,
            created_by=actor.account_id,
        )
        row.purpose_sealed = vault.seal(
            "follow_ups.purpose", row.id, case.contact_compartment_id, planned.purpose or None
        )
        work.session.add(row)
        work.record(
            "follow_up.plan",
            subject_kind="case",
            subject_id=case.id,
            ids=(row.id,),
            fields=("follow_ups.purpose",),
            row=row,
        )
        return row.id


def _open_row(work: Work, actor: Actor, number: str, follow_up_id: int) -> tuple[Case, FollowUp]:
    case = cases.row_for(work, actor, number)
    row = work.session.get(FollowUp, follow_up_id, with_for_update=True)
    if row is None or row.subject_kind != FollowUpSubject.CASE or row.subject_id != case.id:
        raise NotFound
    if row.state not in OPEN_STATES:
        raise AlreadyDone
    return case, row


def record(actor: Actor, number: str, follow_up_id: int, tried: Tried, version: int) -> FollowUpState:
    """Records a try at a contact; gives the state it is in now.

    A result that counts as done closes it. Not reached keeps it open, counts the try and moves it to
    ``next_on``. Invalid where the contact card was not opened before ('card'), a code is unknown, or the
    next date is missing; AlreadyDone where it was closed meanwhile or another try was recorded since
    ``version``.
    """
    at = tried.tried_at or now_us()
    _check_try(tried, at)
    with write(actor) as work:
        case, row = _open_row(work, actor, number, follow_up_id)
        if not contact_cards.was_opened(actor, case.id):
            raise Invalid({"card": "card"})
        if row.version != version:
            raise AlreadyDone
        vault = Vault(actor, work.session)
        vault.ready_to_write(work, case.id, [case.account_compartment_id])
        attempt = FollowUpTry(
            id=new_id(),
            follow_up_id=row.id,
            tried_at=at,
            tried_on=local_date(at),
            account_id=actor.account_id,
            result=tried.result,
        )
        attempt.note_sealed = vault.seal(
            "follow_up_tries.note", attempt.id, case.account_compartment_id, tried.note or None
        )
        work.session.add(attempt)
        _move_on(row, tried, at)
        work.record(
            "follow_up.record",
            subject_kind="case",
            subject_id=case.id,
            ids=(row.id, attempt.id),
            fields=("follow_up_tries.note",),
            row=attempt,
        )
        if row.state == FollowUpState.DONE:
            level_plans.extend(work, case)
        return row.state


def _check_try(tried: Tried, at: int) -> None:
    faults: dict[str, str] = {}
    if not codes.exists("follow_up_result", tried.result):
        faults["result"] = "choice"
    elif not _is_done(tried.result) and tried.next_on is None:
        faults["next_on"] = "required"
    elif not _is_done(tried.result) and tried.next_on is not None and tried.next_on < today():
        faults["next_on"] = "past"
    if at > now_us():
        faults["tried_on"] = "future"
    if faults:
        raise Invalid(faults)


def _is_done(result: str) -> bool:
    return bool(codes.get("follow_up_result", result).flag("done"))


def _move_on(row: FollowUp, tried: Tried, at: int) -> None:
    row.result = tried.result
    if _is_done(tried.result):
        row.state, row.done_at, row.done_on = FollowUpState.DONE, at, local_date(at)
        return
    if tried.next_on is None:
        raise Invalid({"next_on": "required"})
    row.state = FollowUpState.PLANNED
    row.due_on, row.due_at = tried.next_on, _moment(tried.next_on, tried.next_time)


def cancel(actor: Actor, number: str, follow_up_id: int) -> None:
    """Takes a planned contact out of the list; AlreadyDone when it was closed meanwhile."""
    with write(actor) as work:
        case, row = _open_row(work, actor, number, follow_up_id)
        row.state = FollowUpState.CANCELLED
        work.record("follow_up.cancel", subject_kind="case", subject_id=case.id, ids=(row.id,))


def raise_due(now: int) -> int:
    """Raises every planned contact whose day, or hour where it has one, has come at ``now`` (microseconds
    UTC).

    Holds no key. Each is raised once a round, whoever runs this and how often: a night switched off is
    caught up. Gives how many were raised.
    """
    raised = 0
    while batch := _due_batch(now):
        with write(None) as work:
            done = _raise_batch(work, batch)
        raised += done
        if len(batch) < SWEEP or not done:
            break
    return raised


def _is_due(now: int) -> ColumnElement[bool]:
    by_day = FollowUp.due_at.is_(None)
    return (
        (FollowUp.state == FollowUpState.PLANNED)
        & (FollowUp.due_on <= local_date(now))
        & or_(by_day, FollowUp.due_at <= now)
    )


def _due_batch(now: int) -> list[int]:
    return list(
        reader().scalars(
            select(FollowUp.id).where(_is_due(now)).order_by(FollowUp.due_on, FollowUp.id).limit(SWEEP)
        )
    )


def _raise_batch(work: Work, ids: list[int]) -> int:
    # Only what is still planned: somebody may have recorded a result since the ids were read.
    rows = work.session.execute(
        update(FollowUp)
        .where(FollowUp.id.in_(ids), FollowUp.state == FollowUpState.PLANNED)
        .values(state=FollowUpState.DUE)
        .returning(FollowUp.id, FollowUp.assignee_id, FollowUp.team_id)
        .execution_options(synchronize_session=False)
    ).all()
    if not rows:
        return 0
    counted = work.session.execute(
        select(FollowUpTry.follow_up_id, func.count().label("tries"))
        .where(FollowUpTry.follow_up_id.in_([row.id for row in rows]))
        .group_by(FollowUpTry.follow_up_id)
    )
    tries = {row.follow_up_id: row.tries for row in counted}
    notices.raise_all(
        work,
        [
            {
                "kind": notices.FOLLOW_UP_DUE,
                "subject_id": row.id,
                "round": tries.get(row.id, 0) + 1,
                "account_id": row.assignee_id,
                "team_id": None if row.assignee_id else row.team_id,
            }
            for row in rows
        ],
    )
    work.record("follow_up.raise", subject_kind="follow_up", ids=sorted(row.id for row in rows))
    return len(rows)
