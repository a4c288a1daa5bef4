"""What was opened in an emergency, reviewed within one working day: by a lead of the case's team or the security
officer, never by whoever gave or used it. What is late stands first.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from casework.actor import Actor
from casework.clock import local_date, today
from casework.errors import AlreadyDone, NotFound
from casework.sealed import Locked
from casework.services import closings
from casework.services.break_glass import KIND
from casework.services.vault import Vault
from casework.services.visibility import beyond_no_wall
from casework.transaction import Work, reader, write
from models.access import EmergencyOpening, Grant
from models.accounts import Account
from models.cases import Case
from models.enums import Role

GRANT, OPENING = "grant", "opening"
SHOWN = 100
_giver = aliased(Account)


@dataclass(frozen=True, repr=False)
class ReviewLine:
    """One thing to review. ``kind`` is ``grant`` or ``opening``; ``at`` microseconds UTC, ``due_on`` a local date;
    ``reason`` is Locked for who holds no key, ``is_own`` where another must review it.
    """

    kind: str
    row_id: int
    number: str
    who: str
    given_by: str | None
    at: int
    due_on: datetime.date
    is_late: bool
    is_own: bool
    reason: str | Locked | None
    may_write: bool


def _scope(actor: Actor) -> Any:
    """The cases of the teams that she leads; all for a security officer. The wall holds for both."""
    led = Case.team_id.in_(actor.team_ids(Role.TEAM_LEAD))
    return beyond_no_wall if actor.has_role(Role.SECURITY_OFFICER) else and_(led, beyond_no_wall)


def _grants(actor: Actor) -> list[Any]:
    wanted = (
        select(
            Grant.id,
            Case.number,
            Case.account_compartment_id.label("compartment_id"),
            Account.display_name.label("who"),
            _giver.display_name.label("given_by"),
            Grant.starts_at.label("at"),
            Grant.reason_sealed,
            or_(Grant.account_id == actor.account_id, Grant.granted_by == actor.account_id).label("is_own"),
        )
        .join(Case, Case.id == Grant.case_id)
        .join(Account, Account.id == Grant.account_id)
        .join(_giver, _giver.id == Grant.granted_by)
        .where(Grant.kind == KIND, Grant.reviewed_at.is_(None), _scope(actor))
        .order_by(Grant.starts_at)
        .limit(SHOWN)
    )
    return list(reader().execute(wanted, {"viewer": actor.account_id}))


def _openings(actor: Actor) -> list[Any]:
    wanted = (
        select(
            EmergencyOpening.id,
            Case.number,
            EmergencyOpening.compartment_id,
            Account.display_name.label("who"),
            EmergencyOpening.opened_at.label("at"),
            EmergencyOpening.review_due_on.label("due_on"),
            EmergencyOpening.reason_sealed,
            (EmergencyOpening.account_id == actor.account_id).label("is_own"),
        )
        .join(Case, Case.id == EmergencyOpening.case_id)
        .join(Account, Account.id == EmergencyOpening.account_id)
        .where(EmergencyOpening.reviewed_at.is_(None), _scope(actor))
        .order_by(EmergencyOpening.opened_at)
        .limit(SHOWN)
    )
    return list(reader().execute(wanted, {"viewer": actor.account_id}))


def waiting(actor: Actor) -> list[ReviewLine]:
    """What waits for a review and is this person's to see, the longest due first. Recorded where there is any."""
    given, opened = _grants(actor), _openings(actor)
    vault, calendar, on = Vault(actor, reader()), closings.calendar(reader()), today()
    vault.load(row.compartment_id for row in (*given, *opened))
    lines = []
    for kind, row in [(GRANT, row) for row in given] + [(OPENING, row) for row in opened]:
        is_grant = kind == GRANT
        due_on = calendar.add_working_days(local_date(row.at), 1) if is_grant else row.due_on
        field = "grants.reason" if is_grant else "emergency_openings.reason"
        lines.append(
            ReviewLine(
                kind=kind,
                row_id=row.id,
                number=row.number,
                who=row.who,
                given_by=row.given_by if is_grant else None,
                at=row.at,
                due_on=due_on,
                is_late=on > due_on,
                is_own=bool(row.is_own),
                reason=vault.text(field, row.id, row.compartment_id, row.reason_sealed),
                may_write=is_grant and vault.holds(row.compartment_id),
            )
        )
    if lines:
        ids = [line.row_id for line in lines]
        fields = ("grants.reason", "emergency_openings.reason")
        actor.shown("access.read", subject_kind="access_review", ids=ids, fields=fields)
    return sorted(lines, key=lambda line: (line.due_on, line.at))


def late_count(actor: Actor) -> int:
    """How many of them are late; shows and records nothing."""
    calendar, on = closings.calendar(reader()), today()
    late = [row for row in _grants(actor) if on > calendar.add_working_days(local_date(row.at), 1)]
    return len(late) + sum(on > row.due_on for row in _openings(actor))


def line_for(actor: Actor, kind: str, row_id: int) -> ReviewLine:
    """One of them that this person may review; NotFound for any other."""
    for line in waiting(actor):
        if (line.kind, line.row_id) == (kind, row_id) and not line.is_own:
            return line
    raise NotFound


def review(actor: Actor, kind: str, row_id: int, words: str | None = None) -> None:
    """Marks one as reviewed; a lead's words on a grant are sealed with the case, an officer has no key to leave any.

    NotFound for what is not hers, or what she gave or used herself; AlreadyDone where another reviewed it.
    """
    with write(actor) as work:
        row, case = _row(work, actor, kind, row_id)
        if row.reviewed_at is not None:
            raise AlreadyDone
        row.reviewed_at, row.reviewed_by = work.at, actor.account_id
        if words and isinstance(row, Grant):
            vault = Vault(actor, work.session)
            if vault.holds(case.account_compartment_id):
                vault.ready_to_write(work, case.id, [case.account_compartment_id])
                row.review_sealed = vault.seal("grants.review", row.id, case.account_compartment_id, words)
        work.record("access.review", subject_kind="case", subject_id=case.id, ids=(row.id,), row=row)


def _row(work: Work, actor: Actor, kind: str, row_id: int) -> tuple[Grant | EmergencyOpening, Case]:
    row: Grant | EmergencyOpening | None
    if kind not in (GRANT, OPENING):
        raise NotFound
    if kind == GRANT:
        row = work.session.get(Grant, row_id, with_for_update=True)
    else:
        row = work.session.get(EmergencyOpening, row_id, with_for_update=True)
    if row is None or (isinstance(row, Grant) and row.kind != KIND):
        raise NotFound
    seen = select(Case).where(Case.id == row.case_id, _scope(actor))
    case = work.session.scalars(seen, {"viewer": actor.account_id}).one_or_none()
    own = {row.account_id, row.granted_by if isinstance(row, Grant) else None}
    if case is None or actor.account_id in own:
        raise NotFound
    return row, case
