"""Who may look at one case now, who asked, and who has looked."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select

from casework.actor import Actor
from casework.clock import local_date, now_us, today
from casework.errors import NotFound
from casework.services import cases, duty_persons, duty_wraps, grants
from casework.services.cases import CaseHead
from casework.services.key_grants import compartments_of
from casework.transaction import reader, write
from models.access import AccessRequest, Conflict, EmergencyOpening, Grant
from models.accounts import Account, AccountRole, Team
from models.audit import AuditEntry
from models.cases import Case
from models.enums import AccessRequestState, CompartmentKind, RecipientKind, Role, TeamKind
from models.keys import Compartment, TeamKey, Wrap

SHOWN, ENTRIES = 50, 1000
_REFUSALS = ("access.ask", "access.ask_refused", "emergency.refused")


@dataclass(frozen=True)
class MemberAccess:
    """A member of the case's team: her role, what she opens, whether she answers emergencies; ``is_walled`` is told
    to a lead alone.
    """

    display_name: str
    role: Role
    parts: list[CompartmentKind]
    is_named: bool
    is_walled: bool


@dataclass(frozen=True)
class GrantLine:
    """One grant. Times in microseconds UTC; ``may_end`` for a lead and for who gave it."""

    grant_id: int
    who: str
    kind: str
    given_by: str
    parts: list[CompartmentKind]
    starts_at: int
    ends_at: int
    ended_at: int | None
    is_open: bool
    reviewed_at: int | None
    may_end: bool


@dataclass(frozen=True)
class RequestLine:
    """One request for emergency access, as the team remembers it."""

    who: str
    asked_at: int
    state: AccessRequestState
    answer: str | None
    decided_by: str | None


@dataclass(frozen=True)
class OpeningLine:
    """One opening of the emergency card."""

    who: str
    opened_at: int
    review_due_on: datetime.date
    reviewed_at: int | None
    is_late: bool


@dataclass(frozen=True)
class Looked:
    """Somebody who had the case before her on one local day."""

    on: datetime.date
    who: str
    roles: list[Role]


@dataclass(frozen=True, repr=False)
class CaseAccess:
    """The page. ``walled`` names whom the conflict wall keeps out, for a lead alone; ``walls`` counts them for all."""

    head: CaseHead
    members: list[MemberAccess]
    grants: list[GrantLine]
    over: list[GrantLine]
    requests: list[RequestLine]
    openings: list[OpeningLine]
    looked: list[Looked]
    walls: int
    walled: list[str]
    is_open_to_desk: bool
    has_duty_team: bool
    is_open_to_duty: bool
    leads: bool


def of_case(actor: Actor, number: str) -> CaseAccess:
    """The access page of a case that the actor may read; recorded as shown, NotFound otherwise."""
    head = cases.get_for(actor, number)
    leads = head.team_id in actor.team_ids(Role.TEAM_LEAD)
    given = _grants(actor, head, leads)
    members = duty_persons.members_of(reader(), head.team_id)
    rows = reader().execute(
        select(Account.id, Account.display_name)
        .join(Conflict, Conflict.account_id == Account.id)
        .where(Conflict.case_id == head.case_id)
        .order_by(Account.display_name)
    )
    walled = {row.id: row.display_name for row in rows}
    desk, has_duty, night = reader().execute(_elsewhere, {"case": head.case_id}).one()
    actor.shown("access.list", subject_kind="case", subject_id=head.case_id, fields=["parties.name"])
    return CaseAccess(
        head=head,
        members=[
            MemberAccess(
                member.display_name,
                member.role,
                sorted(compartments_of(TeamKind.CASEWORK, member.role), key=list(CompartmentKind).index),
                member.is_named,
                leads and member.account_id in walled,
            )
            for member in members
        ],
        grants=[line for line in given if line.is_open],
        over=[line for line in given if not line.is_open],
        requests=_requests(head.case_id),
        openings=_openings(head.case_id),
        looked=_looked(head.case_id),
        walls=len(walled),
        walled=list(walled.values()) if leads else [],
        is_open_to_desk=bool(desk),
        has_duty_team=bool(has_duty),
        is_open_to_duty=bool(night),
        leads=leads,
    )


_desk_holds = (
    exists()
    .where(
        Wrap.compartment_id == Case.contact_compartment_id,
        Wrap.recipient_kind == RecipientKind.TEAM_KEY,
        Wrap.recipient_id == TeamKey.id,
        TeamKey.team_id == Team.id,
        Team.kind == TeamKind.DESK,
    )
    .correlate(Case)
)
_elsewhere = select(
    _desk_holds, exists().where(Team.kind == TeamKind.DUTY), duty_wraps.is_open_to_duty
).where(Case.id == bindparam("case"))


def _grants(actor: Actor, head: CaseHead, leads: bool) -> list[GrantLine]:
    giver = select(Account.id, Account.display_name).subquery()
    rows = (
        reader()
        .execute(
            select(*Grant.__table__.columns, Account.display_name, giver.c.display_name.label("giver"))
            .join(Account, Account.id == Grant.account_id)
            .join(giver, giver.c.id == Grant.granted_by)
            .where(Grant.case_id == head.case_id)
            .order_by(Grant.starts_at.desc())
            .limit(SHOWN)
        )
        .all()
    )
    parts = _parts([row.id for row in rows])
    now = now_us()
    lines = []
    for row in rows:
        is_open = row.ended_at is None and row.ends_at > now
        mine = row.granted_by == actor.account_id and not head.is_granted
        lines.append(
            GrantLine(
                row.id,
                row.display_name,
                row.kind,
                row.giver,
                parts.get(row.id, []),
                row.starts_at,
                row.ends_at,
                row.ended_at,
                is_open,
                row.reviewed_at,
                is_open and (leads or mine),
            )
        )
    return lines


def _parts(grant_ids: list[int]) -> dict[int, list[CompartmentKind]]:
    """What each of these grants opens, in the order of the kinds."""
    rows = reader().execute(
        select(Wrap.recipient_id, Compartment.kind)
        .join(Compartment, Compartment.id == Wrap.compartment_id)
        .where(Wrap.recipient_kind == RecipientKind.GRANT, Wrap.recipient_id.in_(grant_ids))
        .distinct()
    )
    found: dict[int, list[CompartmentKind]] = {}
    for grant_id, kind in rows:
        found.setdefault(grant_id, []).append(kind)
    return {key: sorted(kinds, key=list(CompartmentKind).index) for key, kinds in found.items()}


def _requests(case_id: int) -> list[RequestLine]:
    decider = select(Account.id, Account.display_name).subquery()
    rows = reader().execute(
        select(
            Account.display_name,
            AccessRequest.asked_at,
            AccessRequest.state,
            AccessRequest.answer,
            decider.c.display_name.label("decider"),
        )
        .join(Account, Account.id == AccessRequest.account_id)
        .outerjoin(decider, decider.c.id == AccessRequest.decided_by)
        .where(AccessRequest.case_id == case_id)
        .order_by(AccessRequest.asked_at.desc())
        .limit(SHOWN)
    )
    return [RequestLine(*row) for row in rows]


def _openings(case_id: int) -> list[OpeningLine]:
    rows = reader().execute(
        select(
            Account.display_name,
            EmergencyOpening.opened_at,
            EmergencyOpening.review_due_on,
            EmergencyOpening.reviewed_at,
        )
        .join(Account, Account.id == EmergencyOpening.account_id)
        .where(EmergencyOpening.case_id == case_id)
        .order_by(EmergencyOpening.opened_at.desc())
        .limit(SHOWN)
    )
    on = today()
    return [OpeningLine(*row, row.reviewed_at is None and on > row.review_due_on) for row in rows]


def _looked(case_id: int) -> list[Looked]:
    """Everybody in the newest entries of the trail about this case, once a day, the newest day first."""
    entries = reader().execute(
        select(AuditEntry.account_id, AuditEntry.at, AuditEntry.action)
        .where(AuditEntry.subject_id == case_id, AuditEntry.account_id.is_not(None))
        .order_by(AuditEntry.sequence.desc())
        .limit(ENTRIES)
    )
    days = dict.fromkeys(
        (local_date(row.at), row.account_id) for row in entries if row.action not in _REFUSALS
    )
    people = _people({account_id for _, account_id in days})
    shown = list(days)[:SHOWN]
    return [Looked(on, *people[account_id]) for on, account_id in shown if account_id in people]


def _people(account_ids: set[int]) -> dict[int, tuple[str, list[Role]]]:
    rows: Any = reader().execute(
        select(Account.id, Account.display_name, AccountRole.role)
        .outerjoin(
            AccountRole,
            (AccountRole.account_id == Account.id)
            & AccountRole.approved_at.is_not(None)
            & or_(AccountRole.until_on.is_(None), AccountRole.until_on > today()),
        )
        .where(Account.id.in_(account_ids))
    )
    found: dict[int, tuple[str, list[Role]]] = {}
    for row in rows:
        roles = found.setdefault(row.id, (row.display_name, []))[1]
        if row.role is not None and row.role not in roles:
            roles.append(row.role)
    return found


def end_grant(actor: Actor, number: str, grant_id: int) -> None:
    """Ends a grant on a case of the actor's team, at once: a lead any, another what she gave; NotFound otherwise."""
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        row = work.session.get(Grant, grant_id)
        leads = case.team_id in actor.team_ids(Role.TEAM_LEAD)
        if row is None or row.case_id != case.id or not (leads or row.granted_by == actor.account_id):
            raise NotFound
        grants.end(work, grant_id)


@dataclass(frozen=True)
class Granted:
    """A case that the actor may look at for a time."""

    head: CaseHead
    kind: str
    ends_at: int


def granted_to(actor: Actor) -> list[Granted]:
    """The cases that the actor may look at for a time, by their keys; the one that ends first on top. Recorded."""
    rows = reader().execute(
        select(Case.number, Grant.kind, func.max(Grant.ends_at).label("ends_at"))
        .join(Case, Case.id == Grant.case_id)
        .where(Grant.account_id == actor.account_id, Grant.ended_at.is_(None), Grant.ends_at > now_us())
        .group_by(Case.number, Grant.kind)
        .order_by(func.max(Grant.ends_at))
        .limit(SHOWN)
    )
    found = []
    for row in rows.all():
        try:
            found.append(Granted(cases.get_for(actor, row.number), row.kind, row.ends_at))
        except NotFound:
            continue
    if found:
        ids = [item.head.case_id for item in found]
        actor.shown("case.list", subject_kind="case", ids=ids, fields=["parties.name"])
    return found
