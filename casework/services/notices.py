"""What was raised once for a person or a team's leads: a case handed over, a follow-up that came due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from casework.actor import Actor
from casework.errors import NotFound
from casework.services.visibility import beyond_no_wall, viewer, visible_cases
from casework.transaction import Work, reader, write
from models.base import new_id
from models.cases import Case
from models.enums import FollowUpSubject, Role
from models.follow_ups import FollowUp, Notice

CASE_ACCEPTED, CASE_ASSIGNED, FOLLOW_UP_DUE = "case.accepted", "case.assigned", "follow_up.due"
SHOWN = 50

_for_her = or_(
    Notice.account_id == bindparam("viewer"),
    and_(Notice.account_id.is_(None), Notice.team_id.in_(bindparam("led_teams", expanding=True))),
)
# Who asked from outside the team hears the answer, though the case is not in her lists.
_answered = and_(
    Notice.account_id == bindparam("viewer"), Notice.kind.in_(("access.given", "access.refused"))
)
_unread = (
    select(Notice.id, Notice.kind, Notice.raised_at, Case.number, FollowUp.kind.label("follow_up_kind"))
    .outerjoin(
        FollowUp,
        and_(
            Notice.kind == FOLLOW_UP_DUE,
            FollowUp.id == Notice.subject_id,
            FollowUp.subject_kind == FollowUpSubject.CASE,
        ),
    )
    .join(
        Case,
        Case.id == case((Notice.kind == FOLLOW_UP_DUE, FollowUp.subject_id), else_=Notice.subject_id),
    )
    .where(_for_her, Notice.read_at.is_(None), or_(visible_cases, and_(_answered, beyond_no_wall)))
    .order_by(Notice.id.desc())
    .limit(SHOWN)
)


@dataclass(frozen=True)
class NoticeLine:
    """One unread notice: what it is about, without any sealed word."""

    notice_id: int
    kind: str
    raised_at: int
    number: str
    follow_up_kind: str | None


def _reader_of(actor: Actor) -> dict[str, Any]:
    return {**viewer(actor), "led_teams": actor.team_ids(Role.TEAM_LEAD)}


def raise_all(work: Work, rows: Sequence[dict[str, Any]]) -> int:
    """Raises notices, each once for its kind, subject and round; gives how many were new."""
    if not rows:
        return 0
    dialect = sqlite if work.connection.dialect.name == "sqlite" else postgresql
    filled = [
        {"id": new_id(), "round": 1, "account_id": None, "team_id": None, "raised_at": work.at, **row}
        for row in rows
    ]
    statement = dialect.insert(Notice).values(filled).on_conflict_do_nothing().returning(Notice.id)
    return len(work.session.execute(statement).all())


def raise_once(
    work: Work, kind: str, subject_id: int, *, account_id: int | None = None, team_id: int | None = None
) -> None:
    """Raises the next round of a notice for one person, or for the leads of a team when no person is
    named.
    """
    rounds = work.session.scalar(
        select(func.coalesce(func.max(Notice.round), 0)).where(
            Notice.kind == kind, Notice.subject_id == subject_id
        )
    )
    row = {"kind": kind, "subject_id": subject_id, "account_id": account_id, "team_id": team_id}
    raise_all(work, [{**row, "round": (rounds or 0) + 1}])


def unread(actor: Actor) -> list[NoticeLine]:
    """Her newest unread notices, about cases that she may see."""
    rows = reader().execute(_unread, _reader_of(actor))
    return [NoticeLine(row.id, row.kind, row.raised_at, row.number, row.follow_up_kind) for row in rows]


def mark_read(actor: Actor, notice_ids: Iterable[int]) -> None:
    """Marks notices of hers as read; NotFound when one of them is not hers."""
    wanted = set(notice_ids)
    with write(actor) as work:
        own = set(
            work.session.scalars(select(Notice.id).where(Notice.id.in_(wanted), _for_her), _reader_of(actor))
        )
        if own != wanted:
            raise NotFound
        work.session.execute(
            update(Notice).where(Notice.id.in_(own), Notice.read_at.is_(None)).values(read_at=work.at)
        )
        work.record("notice.read", subject_kind="notice", ids=sorted(own))
