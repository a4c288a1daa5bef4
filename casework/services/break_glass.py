"""Break-glass: somebody outside the team asks for one case by its number, and a duty person of the team answers.

Asking is no oracle: a number that does not exist, or that lies behind the wall, is answered like any other, with
about the same work. Who asked hears of a request only once it was answered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, exists, func, select

from casework import codes
from casework.actor import Actor
from casework.clock import DAY, HOUR, now_us
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.sealed import Locked
from casework.services import cases, duty_persons, grants, notices, rosters
from casework.services.case_work import compartment_of
from casework.services.vault import Vault
from casework.services.visibility import case_teams, cases_visible_to
from casework.transaction import Work, reader, write
from models.access import AccessRequest, Conflict, Grant
from models.accounts import Account
from models.audit import AuditEntry
from models.base import new_id
from models.cases import Case
from models.enums import AccessRequestState, CompartmentKind, OwnerKind, TeamKind

KIND = "break_glass"
ASKED, GIVEN, REFUSED, OPENED = "access.asked", "access.given", "access.refused", "access.opened"
PER_HOUR, MOST_HOURS, SHOWN = 6, 72, 50
ASKS = ("access.ask", "access.ask_refused")
_ACCOUNT = CompartmentKind.ACCOUNT


@dataclass(frozen=True, repr=False)
class RequestLine:
    """One request that waits for an answer; ``reason`` may be Locked. ``asked_at`` in microseconds UTC."""

    request_id: int
    number: str
    asked_by: str
    asked_at: int
    reason: str | Locked | None


@dataclass(frozen=True)
class Answer:
    """What became of a request of one's own: the end of what was given, or why it was not."""

    number: str
    state: AccessRequestState
    answer: str | None
    decided_at: int | None
    ends_at: int | None
    is_open: bool


def ask(actor: Actor, number: str, reason: str) -> None:
    """Asks for a case with a reason, which its team alone can open; its duty persons are told at once.

    The same for every number, except that Invalid ``number`` says ``yours`` of a case that the actor reads already,
    and ``too_many`` beyond six an hour.
    """
    with write(actor) as work:
        if _asked_lately(work, actor) >= PER_HOUR:
            raise Invalid({"number": "too_many"})
        if work.session.scalar(select(exists().where(Case.number == number, cases_visible_to(actor)))):
            raise Invalid({"number": "yours"})
        case = work.session.scalars(select(Case).where(Case.number == number)).one_or_none()
        if case is None or not _may_ask(work, actor, case):
            _pretend(work, actor, reason)
            work.record(ASKS[1], subject_kind="case" if case else None, subject_id=case.id if case else None)
            return
        vault, row = Vault(actor, work.session), _new_request(work, actor, case)
        row.compartment_id = vault.create(work, _ACCOUNT, OwnerKind.MESSAGE, row.id, [case.team_id])
        row.reason_sealed = vault.seal("access_requests.reason", row.id, row.compartment_id, reason)
        work.session.add(row)
        _tell(work, ASKED, case.id, _answerers(work, case))
        work.record(ASKS[0], subject_kind="case", subject_id=case.id, ids=(row.id,), row=row)


def _asked_lately(work: Work, actor: Actor) -> int:
    made = select(func.count()).where(
        AuditEntry.account_id == actor.account_id,
        AuditEntry.action.in_(ASKS),
        AuditEntry.at > work.at - HOUR,
    )
    return work.session.scalar(made) or 0


def _may_ask(work: Work, actor: Actor, case: Case) -> bool:
    """No wall, and nothing of hers that waits or is open already."""
    walled = exists().where(Conflict.case_id == case.id, Conflict.account_id == actor.account_id)
    waits = exists().where(
        AccessRequest.case_id == case.id,
        AccessRequest.account_id == actor.account_id,
        AccessRequest.state == AccessRequestState.ASKED,
    )
    return not work.session.scalar(select(walled)) and not work.session.scalar(select(waits))


def _new_request(work: Work, actor: Actor, case: Case) -> AccessRequest:
    return AccessRequest(
        id=new_id(),
        case_id=case.id,
        account_id=actor.account_id,
        state=AccessRequestState.ASKED,
        asked_at=work.at,
    )


def _pretend(work: Work, actor: Actor, reason: str) -> None:
    """What a true request costs, and nothing that stays."""
    roster = rosters.verified_for(work.session, actor)
    own = set(case_teams(actor))
    teams = [team for team, kind in roster.teams.items() if kind == TeamKind.CASEWORK]
    for team in sorted(teams, key=lambda team: team in own)[:1]:
        inner = work.connection.begin_nested()
        vault, row_id = Vault(actor, work.session), new_id()
        compartment_id = vault.create(work, _ACCOUNT, OwnerKind.MESSAGE, row_id, [team])
        vault.seal("access_requests.reason", row_id, compartment_id, reason)
        duty_persons.answerers(work.session, team)
        inner.rollback()


def _answerers(work: Work, case: Case) -> list[int]:
    """Who is told: the team's duty persons, less whom the wall keeps from this case; its leads where none is left."""
    walled = set(work.session.scalars(select(Conflict.account_id).where(Conflict.case_id == case.id)))
    return [item for item in duty_persons.answerers(work.session, case.team_id) if item not in walled]


def _tell(work: Work, kind: str, case_id: int, account_ids: Iterable[int]) -> None:
    for account_id in account_ids:
        notices.raise_once(work, kind, case_id, account_id=account_id)


_waits = (
    select(
        AccessRequest.id,
        Case.number,
        Account.display_name,
        AccessRequest.asked_at,
        AccessRequest.compartment_id,
        AccessRequest.reason_sealed,
    )
    .join(Case, Case.id == AccessRequest.case_id)
    .join(Account, Account.id == AccessRequest.account_id)
    .where(AccessRequest.state == AccessRequestState.ASKED)
    .order_by(AccessRequest.asked_at)
    .limit(SHOWN)
)


def waiting(actor: Actor) -> list[RequestLine]:
    """The requests that this person may answer, the oldest first; never her own. Recorded where there are any."""
    teams = duty_persons.teams_answered_by(reader(), actor)
    if not teams:
        return []
    rows = (
        reader()
        .execute(
            _waits.where(
                Case.team_id.in_(teams), cases_visible_to(actor), AccessRequest.account_id != actor.account_id
            )
        )
        .all()
    )
    vault = Vault(actor, reader())
    vault.load(row.compartment_id for row in rows)
    if rows:
        ids = [row.id for row in rows]
        actor.shown("access.read", subject_kind="access_request", ids=ids, fields=("access_requests.reason",))
    return [
        RequestLine(
            row.id,
            row.number,
            row.display_name,
            row.asked_at,
            vault.text("access_requests.reason", row.id, row.compartment_id, row.reason_sealed),
        )
        for row in rows
    ]


def request_for(actor: Actor, request_id: int) -> RequestLine:
    """One of them; NotFound for what is not hers to answer, AlreadyDone where it was answered meanwhile."""
    for line in waiting(actor):
        if line.request_id == request_id:
            return line
    with write(actor) as work:
        _to_answer(work, actor, request_id)
    raise NotFound


def _to_answer(work: Work, actor: Actor, request_id: int) -> tuple[AccessRequest, Case]:
    row = work.session.get(AccessRequest, request_id, with_for_update=True, populate_existing=True)
    if row is None or row.account_id == actor.account_id:
        raise NotFound
    number = work.session.scalar(select(Case.number).where(Case.id == row.case_id))
    case = cases.row_for(work, actor, number or "")
    if case.team_id not in duty_persons.teams_answered_by(work.session, actor):
        raise NotFound
    if row.state != AccessRequestState.ASKED:
        raise AlreadyDone
    return row, case


def give(actor: Actor, request_id: int, parts: Iterable[CompartmentKind], hours: int) -> None:
    """Says yes: seals these compartments to who asked, for so many hours, 72 at most; both sides are told.

    Invalid for no part, a part that the case has not, or another time; NotFound for what is not hers to answer;
    AlreadyDone where it was answered; KeyUntrusted where the roster does not know who asked.
    """
    wanted = set(parts)
    if not 1 <= hours <= MOST_HOURS:
        raise Invalid({"hours": "choice"})
    with write(actor) as work:
        row, case = _to_answer(work, actor, request_id)
        if not wanted or any(compartment_of(case, part) is None for part in wanted):
            raise Invalid({"parts": "required" if not wanted else "choice"})
        vault = Vault(actor, work.session)
        reason = vault.text("access_requests.reason", row.id, row.compartment_id, row.reason_sealed)
        row.grant_id = grants.give(
            work,
            vault,
            case,
            account_id=row.account_id,
            kind=KIND,
            compartments=wanted,
            ends_at=work.at + hours * HOUR,
            reason=reason if isinstance(reason, str) else None,
        )
        _decide(work, actor, row, AccessRequestState.GIVEN)
        _tell(work, GIVEN, case.id, [row.account_id])
        notices.raise_once(work, OPENED, case.id, team_id=case.team_id)
        work.record("access.give", subject_kind="case", subject_id=case.id, ids=(row.id,), row=row)


def refuse(actor: Actor, request_id: int, answer: str) -> None:
    """Says no, with the reason that who asked is told. Invalid for an unlisted one; else as ``give``."""
    if not codes.exists("access_answer", answer):
        raise Invalid({"answer": "required"})
    with write(actor) as work:
        row, case = _to_answer(work, actor, request_id)
        row.answer = answer
        _decide(work, actor, row, AccessRequestState.REFUSED)
        _tell(work, REFUSED, case.id, [row.account_id])
        work.record("access.refuse", subject_kind="case", subject_id=case.id, ids=(row.id,), row=row)


def _decide(work: Work, actor: Actor, row: AccessRequest, state: AccessRequestState) -> None:
    row.state, row.decided_at, row.decided_by = state, work.at, actor.account_id


def answers(actor: Actor) -> list[Answer]:
    """What became of her own requests within thirty days, the newest first. One that waits is not among them."""
    now = now_us()
    rows = reader().execute(
        select(
            Case.number,
            AccessRequest.state,
            AccessRequest.answer,
            AccessRequest.decided_at,
            Grant.ends_at,
            and_(Grant.ended_at.is_(None), Grant.ends_at > now).label("is_open"),
        )
        .join(Case, Case.id == AccessRequest.case_id)
        .outerjoin(Grant, Grant.id == AccessRequest.grant_id)
        .where(
            AccessRequest.account_id == actor.account_id,
            AccessRequest.decided_at > now - 30 * DAY,
            ~exists().where(Conflict.case_id == Case.id, Conflict.account_id == actor.account_id),
        )
        .order_by(AccessRequest.decided_at.desc())
        .limit(SHOWN)
    )
    return [Answer(row[0], row[1], row[2], row[3], row[4], bool(row[5])) for row in rows]


def end_those_over(now: int) -> int:
    """Ends every grant whose time is over by ``now`` (microseconds UTC); gives how many. Idempotent."""
    over = select(Grant.id).where(Grant.ended_at.is_(None), Grant.ends_at <= now).limit(200)
    ids = list(reader().scalars(over))
    for grant_id in ids:
        with write(None) as work:
            grants.end(work, grant_id)
    return len(ids)
