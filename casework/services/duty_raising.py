"""What follows by itself: the duties that a case raises when it is accepted, turns out violent, or concerns a child.

Raising needs no key, since nothing is sealed before something was done.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from sqlalchemy import bindparam, exists, or_, select

from casework import codes
from casework.clock import local_date
from casework.services import danger_levels
from casework.services.case_facts import IncidentFacts
from casework.services.vault import Vault
from casework.transaction import Work
from models.base import new_id
from models.calls import Matter
from models.cases import Case
from models.duties import Duty
from models.enums import PartyRole
from models.incidents import Incident, IncidentViolence
from models.people import Party

TOLD_HER, HIGH_LETHAL, CHILD = "told_her", "high_lethal", "child"
FINISH, NAMED, PLAN = "finish_assessment", "named_caseworker", "written_plan"
ASSAULT_ISSUES = ("sexual_assault", "forced_prostitution")
CHILD_BANDS = ("age_0_13", "age_14_17")
SEXUAL = sorted(codes.flagged("violence_type", "sexual"))

_open = (Duty.done_at.is_(None)) & (Duty.dropped_at.is_(None))
_raised = select(Duty.kind, _open.label("is_open")).where(Duty.case_id == bindparam("case"))
_child_or_sexual = select(Case.id).where(
    Case.id == bindparam("case"),
    or_(
        exists().where(Matter.case_id == Case.id, Matter.issue.concat("").in_(ASSAULT_ISSUES)),
        exists()
        .where(Incident.case_id == Case.id, IncidentViolence.incident_id == Incident.id)
        .where(IncidentViolence.violence_type.in_(SEXUAL)),
        exists().where(
            Party.case_id == Case.id,
            Party.left_at.is_(None),
            Party.role == PartyRole.CLIENT,
            Party.age_band.in_(CHILD_BANDS) | Party.special_protection.contains("girl_child"),
        ),
    ),
)


def kinds_of(group: str) -> tuple[str, ...]:
    """The kinds of duty of a group, in the order of the list."""
    return tuple(entry.code for entry in codes.listing("duty") if entry.flag("group") == group)


def raise_for(
    work: Work,
    vault: Vault,
    case: Case,
    kinds: Iterable[str],
    due_on: datetime.date | None = None,
    assessment_id: int | None = None,
) -> list[int]:
    """Raises duties in a case, once a kind while it is open; gives the ids of the new ones.

    ``due_on`` is a local date; without it each kind's own days count from today.
    """
    work.session.flush()
    waiting = {row.kind for row in work.session.execute(_raised, {"case": case.id}) if row.is_open}
    made = []
    today = local_date(work.at)
    for kind in kinds:
        if kind in waiting:
            continue
        days = datetime.timedelta(days=codes.get("duty", kind).flag("days", 0))
        duty = Duty(
            id=new_id(),
            case_id=case.id,
            kind=kind,
            compartment_id=case.account_compartment_id,
            assessment_id=assessment_id,
            due_on=due_on or today + days,
            raised_at=work.at,
        )
        work.session.add(duty)
        made.append(duty.id)
    if made:
        work.session.flush()
        work.record("duty.raise", subject_kind="case", subject_id=case.id, ids=made)
    return made


def _never_raised(work: Work, case: Case, group: str) -> list[str]:
    work.session.flush()
    known = {row.kind for row in work.session.execute(_raised, {"case": case.id})}
    return [kind for kind in kinds_of(group) if kind not in known]


def on_accepted(work: Work, vault: Vault, case: Case) -> None:
    """What a case of domestic violence has to be told, at acceptance or once it turns out to be one.

    Does nothing for any other case, nor for what was raised before: whoever changes a case may simply call it.
    """
    work.session.flush()
    if danger_levels.violent(work.session, case.id):
        raise_for(work, vault, case, _never_raised(work, case, TOLD_HER))


def on_child_or_sexual(work: Work, vault: Vault, case: Case, *, again: bool = False) -> None:
    """What a girl who is the client, or a suspected sexual assault, asks for; nothing where there is neither.

    A child who saw it counts once an incident says so: see ``on_incident``.

    Raised once. ``again``: something new happened, so what was recorded before is owed once more.
    """
    work.session.flush()
    if work.session.execute(_child_or_sexual, {"case": case.id}).first() is None:
        return
    raise_for(work, vault, case, kinds_of(CHILD) if again else _never_raised(work, case, CHILD))


def on_incident(work: Work, vault: Vault, case: Case, facts: IncidentFacts, *, is_new: bool) -> None:
    """What an incident asks for: what she must be told, and what a child or a sexual assault asks for.

    A child who saw it is a victim herself (Guangdong rules 50). ``is_new``: it tells of something that no earlier
    record did, so what was done before is owed once more for sexual violence.
    """
    on_accepted(work, vault, case)
    on_child_or_sexual(work, vault, case, again=is_new and "sexual" in facts.violence_types)
    if facts.details is not None and facts.details.children_saw == "yes":
        raise_for(work, vault, case, _never_raised(work, case, CHILD))


def on_child_in_danger(work: Work, vault: Vault, case: Case) -> None:
    """The children are not safe now: the same duties, whatever else the file says."""
    raise_for(work, vault, case, kinds_of(CHILD))


def on_high_lethal(
    work: Work, vault: Vault, case: Case, assessment_id: int, *, was_high_lethal: bool
) -> None:
    """The four duties of the same day. A case that was high-lethal already owes only what was never raised.

    Source: the federation's procedure of 2018, item 11.
    """
    kinds = _never_raised(work, case, HIGH_LETHAL) if was_high_lethal else kinds_of(HIGH_LETHAL)
    raise_for(work, vault, case, kinds, local_date(work.at), assessment_id)
    if case.assignee_id is not None:
        settle(work, case, NAMED)


def settle(work: Work, case: Case, kind: str) -> None:
    """Records an open duty of this kind as done now by the actor, since the act itself shows it; else nothing."""
    for duty in _open_rows(work, case, kind):
        duty.done_at, duty.done_on = work.at, local_date(work.at)
        duty.done_by = work.actor.account_id if work.actor else None
        work.record("duty.record", subject_kind="case", subject_id=case.id, ids=(duty.id,), row=duty)


def withdraw(work: Work, case: Case, kind: str) -> None:
    """Takes an open duty of this kind back, since what it asked for is no longer owed; else nothing."""
    for duty in _open_rows(work, case, kind):
        duty.dropped_at = work.at
        work.record("duty.drop", subject_kind="case", subject_id=case.id, ids=(duty.id,), row=duty)


def _open_rows(work: Work, case: Case, kind: str) -> list[Duty]:
    return list(work.session.scalars(select(Duty).where(Duty.case_id == case.id, Duty.kind == kind, _open)))
