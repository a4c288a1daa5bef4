"""The planned contacts that follow from a danger level; those that a person planned by hand stay as they are.

A new level replans what is still ahead. What was done is kept, and what is overdue stays overdue until somebody
records it: no assessment makes a missed contact disappear.
"""

from __future__ import annotations

from sqlalchemy import select

from casework.clock import ZONE, local_date
from casework.jurisdictions import load
from casework.law.danger_scale import HIGH_LETHAL, LEVELS
from casework.law.follow_up_plan import PlannedContact, planned
from casework.law.periods import after_months
from casework.law.working_days import Calendar
from casework.services import danger_levels
from casework.transaction import Work
from models.base import new_id
from models.cases import Case
from models.enums import FollowUpState, FollowUpSubject
from models.follow_ups import FollowUp
from models.jobs import Holiday

OPEN_STATES = (FollowUpState.PLANNED, FollowUpState.DUE)


def calendar(work: Work) -> Calendar:
    """The office's calendar as entered; Monday to Friday for a year without entries."""
    days = work.session.execute(select(Holiday.on, Holiday.is_workday)).all()
    return Calendar.built_from(
        (day.on for day in days if not day.is_workday), (day.on for day in days if day.is_workday)
    )


def replan(work: Work, case: Case, level: str) -> list[int]:
    """Puts the plan of a level in place of what is still ahead of another level's; gives the ids planned.

    Counted from now, that is, from the assessment that found it. Nothing when contacts of this very level are
    still ahead. Hours run by the clock; days are moved by the calendar as the plan says (domain, section 7).
    """
    ahead = _ahead(work, case)
    if any(row.plan == level for row in ahead):
        return []
    for row in ahead:
        row.state = FollowUpState.REPLANNED
    contacts = planned(
        load().plans[level],
        starts_at=work.at,
        zone=ZONE,
        calendar=calendar(work),
        high_lethal=level == HIGH_LETHAL,
    )
    made = [_add(work, case, level, contact) for contact in contacts]
    work.session.flush()
    work.record("follow_up.replan", subject_kind="case", subject_id=case.id, ids=made)
    return made


def extend(work: Work, case: Case) -> list[int]:
    """Plans the next monthly contact of a high-lethal case once none of its plan is ahead; gives its id.

    "Then monthly until closed": to be called when a contact was recorded. Nothing for any other case.
    """
    standing = danger_levels.newest(work.session, case.id)
    if standing is None or standing.level != HIGH_LETHAL or case.closed_at is not None:
        return []
    rows = _of_level(work, case)
    if not rows or any(row.state in OPEN_STATES for row in rows):
        return []
    plan = load().plans[HIGH_LETHAL]
    last_on = max(row.planned_on for row in rows)
    contacts = planned(
        plan,
        starts_at=max(
            (row.created_at for row in rows if row.kind == plan.steps[0].kind), default=standing.at
        ),
        zone=ZONE,
        calendar=calendar(work),
        high_lethal=True,
        monthly_until=after_months(max(last_on, local_date(work.at)), 2),
    )
    coming = [c for c in contacts if c.planned_on > last_on and c.due_on >= local_date(work.at)][:1]
    made = [_add(work, case, HIGH_LETHAL, contact) for contact in coming]
    if made:
        work.session.flush()
        work.record("follow_up.replan", subject_kind="case", subject_id=case.id, ids=made)
    return made


def end(work: Work, case: Case) -> None:
    """Takes back what a level planned and is still ahead: the case closes, or goes elsewhere."""
    for row in _ahead(work, case):
        row.state = FollowUpState.REPLANNED
    work.session.flush()


def _rows(work: Work, case: Case) -> list[FollowUp]:
    return list(
        work.session.scalars(
            select(FollowUp)
            .where(
                FollowUp.subject_kind == FollowUpSubject.CASE,
                FollowUp.subject_id == case.id,
                FollowUp.plan.in_(LEVELS),
            )
            .order_by(FollowUp.due_on)
        )
    )


def _of_level(work: Work, case: Case) -> list[FollowUp]:
    kept = [row for row in _rows(work, case) if row.plan == HIGH_LETHAL]
    return [row for row in kept if row.state not in (FollowUpState.REPLANNED, FollowUpState.CANCELLED)]


def _ahead(work: Work, case: Case) -> list[FollowUp]:
    today = local_date(work.at)
    return [
        row
        for row in _rows(work, case)
        if row.state in OPEN_STATES
        and (row.due_at > work.at if row.due_at is not None else row.due_on >= today)
    ]


def _add(work: Work, case: Case, level: str, contact: PlannedContact) -> int:
    row = FollowUp(
        id=new_id(),
        subject_kind=FollowUpSubject.CASE,
        subject_id=case.id,
        team_id=case.team_id,
        assignee_id=case.assignee_id or (work.actor.account_id if work.actor else None),
        kind=contact.kind,
        plan=level,
        planned_on=contact.planned_on,
        due_on=contact.due_on,
        due_at=contact.due_at,
        grace_days=contact.grace_days,
        urgent=contact.is_urgent,
        state=FollowUpState.PLANNED,
        compartment_id=case.contact_compartment_id,
        created_at=work.at,
        created_by=work.actor.account_id if work.actor else None,
    )
    work.session.add(row)
    return row.id
