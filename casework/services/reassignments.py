"""A colleague's whole caseload, handed to one or several people in one transaction, seen before it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from casework.actor import Actor
from casework.errors import Invalid, NotFound, Stale
from casework.law import moves
from casework.services import assignments, case_moves, members
from casework.services.danger_levels import newest_level
from casework.services.visibility import cases_visible_to
from casework.transaction import reader, write
from models.access import Conflict
from models.accounts import Account
from models.cases import Case
from models.enums import CaseState

_OPEN = [CaseState(state) for state in moves.OPEN_STATES]
# More than anybody carries; a load is handed over whole or not at all.
MOST = 1000


@dataclass(frozen=True)
class Wanted:
    """One case of the load and who is to have it; ``version`` is the one that the preview showed."""

    case_id: int
    version: int
    receiver_id: int


@dataclass(frozen=True)
class Proposed:
    """One line of the preview: a case without any of her words, the receiver proposed (None: nobody may take
    it), and who may take it.
    """

    case_id: int
    number: str
    state: CaseState
    town: str
    danger_level: str | None
    version: int
    receiver_id: int | None
    may_take: tuple[int, ...]


@dataclass(frozen=True)
class Load:
    """A colleague's open cases in one team, and the admitted members who may take some (account id, name,
    open cases now).
    """

    account_id: int
    display_name: str
    team_id: int
    cases: list[Any]
    receivers: list[tuple[int, str, int]]


def _held(actor: Actor, team_id: int, account_id: int) -> Any:
    return (
        select(
            Case.id,
            Case.number,
            Case.state,
            Case.town,
            Case.version,
            newest_level.label("danger_level"),
        )
        .where(
            cases_visible_to(actor),
            Case.team_id == team_id,
            Case.assignee_id == account_id,
            Case.state.in_(_OPEN),
        )
        .order_by(Case.id)
        .limit(MOST)
    )


def load_of(actor: Actor, team_id: int, account_id: int) -> Load:
    """What a colleague carries in a team that the actor leads, recorded as shown; NotFound otherwise."""
    members.lead_of(actor, team_id)
    name = reader().scalar(select(Account.display_name).where(Account.id == account_id))
    cases = list(reader().execute(_held(actor, team_id, account_id)))
    people = dict(assignments.admitted(actor, team_id))
    if name is None or (not cases and account_id not in people):
        raise NotFound
    counted = reader().execute(
        select(Case.assignee_id, func.count())
        .where(Case.team_id == team_id, Case.state.in_(_OPEN), Case.assignee_id.in_(list(people)))
        .group_by(Case.assignee_id)
    )
    carried = {row[0]: row[1] for row in counted}
    actor.shown("load.read", subject_kind="account", subject_id=account_id, ids=[row.id for row in cases])
    receivers = [(key, name, carried.get(key, 0)) for key, name in people.items() if key != account_id]
    return Load(account_id, name, team_id, cases, receivers)


def preview(load: Load, receiver_ids: Sequence[int]) -> list[Proposed]:
    """Each case with the receiver who carries least so far and is not behind its wall.

    Invalid where no receiver is chosen, or somebody who may not carry cases of this team.
    """
    chosen = list(dict.fromkeys(receiver_ids))
    room = {key: count for key, _name, count in load.receivers if key in chosen}
    if not chosen or len(room) != len(chosen):
        raise Invalid({"receivers": "choice"})
    behind = _walls([row.id for row in load.cases])
    lines = []
    for row in load.cases:
        may_take = tuple(key for key in chosen if (row.id, key) not in behind)
        best = min(may_take, key=lambda key: (room[key], key)) if may_take else None
        if best is not None:
            room[best] += 1
        lines.append(
            Proposed(row.id, row.number, row.state, row.town, row.danger_level, row.version, best, may_take)
        )
    return lines


def _walls(case_ids: Sequence[int]) -> set[tuple[int, int]]:
    rows = reader().execute(
        select(Conflict.case_id, Conflict.account_id).where(Conflict.case_id.in_(case_ids))
    )
    return {(row.case_id, row.account_id) for row in rows}


def hand_over(actor: Actor, team_id: int, account_id: int, wanted: Sequence[Wanted]) -> Mapping[int, int]:
    """Hands all of these cases over, or none: events, open contacts and notices go along; gives how many
    each receiver got.

    NotFound unless the actor leads the team; Invalid for a receiver who is not admitted or stands behind a
    wall; Stale where one of the cases was moved or handed out since the preview.
    """
    with write(actor) as work:
        members.lead_of(actor, team_id)
        if not wanted:
            raise Invalid({"receivers": "required"})
        rows = work.session.scalars(
            select(Case)
            .where(Case.id.in_([line.case_id for line in wanted]), cases_visible_to(actor))
            .order_by(Case.id)
            .with_for_update()
        ).all()
        by_id = {row.id: row for row in rows if row.team_id == team_id}
        people = set(dict(assignments.admitted(actor, team_id))) - {account_id}
        given: dict[int, int] = {}
        for line in wanted:
            case = by_id.get(line.case_id)
            if case is None:
                raise NotFound
            if case.version != line.version or case.assignee_id != account_id:
                raise _overtaken(case_moves.overtaken(work, case), case.number)
            if line.receiver_id not in people or line.receiver_id in assignments.walled(
                work.session, case.id
            ):
                raise Invalid({"receivers": "choice"})
            assignments.put(work, case, line.receiver_id)
            given[line.receiver_id] = given.get(line.receiver_id, 0) + 1
        work.record(
            "load.hand_over",
            subject_kind="account",
            subject_id=account_id,
            ids=[line.case_id for line in wanted],
        )
        return given


def _overtaken(stale: Stale, number: str) -> Stale:
    stale.theirs["number"] = number
    return stale
