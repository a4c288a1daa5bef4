"""The wall of one case: she says that she knows a party, its lead reads who stands behind it and takes one back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from casework.actor import Actor
from casework.errors import MoveRefused, NotFound
from casework.services import cases, conflicts
from casework.services.conflicts import DECLARED
from casework.transaction import reader, write
from models.access import Conflict
from models.accounts import Account
from models.enums import Role


@dataclass(frozen=True)
class Wall:
    """One person behind the wall of a case; a matched wall is nobody's to take down."""

    account_id: int
    name: str
    basis: str
    at: int

    @property
    def may_be_taken_back(self) -> bool:
        """Whether it was only declared."""
        return self.basis == DECLARED


def declare(actor: Actor, number: str) -> None:
    """She says that she knows a party of this case: she loses it at once, its leads are told. NotFound otherwise."""
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        conflicts.raise_wall(work, case.id, {actor.account_id: DECLARED}, actor.account_id)


def behind(actor: Actor, head: cases.CaseHead) -> list[Wall]:
    """Who stands behind the wall of a case, as its lead reads it; nothing for anybody else. Recorded as shown."""
    if head.team_id not in actor.team_ids(Role.TEAM_LEAD):
        return []
    rows = reader().execute(
        select(Conflict.account_id, Account.display_name, Conflict.basis, Conflict.declared_at)
        .join(Account, Account.id == Conflict.account_id)
        .where(Conflict.case_id == head.case_id)
        .order_by(Conflict.declared_at)
    )
    walls = [Wall(row.account_id, row.display_name, row.basis, row.declared_at) for row in rows]
    if walls:
        ids = [wall.account_id for wall in walls]
        actor.shown("conflict.list", subject_kind="case", subject_id=head.case_id, ids=ids)
    return walls


def take_back(actor: Actor, number: str, account_id: int) -> None:
    """A lead of the case's team takes a declared wall down, never her own.

    NotFound where there is none or the case is not hers to see; MoveRefused("matched") for one that matched by
    itself.
    """
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        if case.team_id not in actor.team_ids(Role.TEAM_LEAD):
            raise NotFound
        wall = work.session.scalars(
            select(Conflict)
            .where(Conflict.case_id == case.id, Conflict.account_id == account_id)
            .with_for_update()
        ).one_or_none()
        if wall is None:
            raise NotFound
        if wall.basis != DECLARED:
            raise MoveRefused("matched")
        work.session.delete(wall)
        work.session.flush()
        conflicts.drop_merged(work, case.id, [account_id])
        work.record("conflict.take_back", subject_kind="case", subject_id=case.id, ids=(account_id,))
