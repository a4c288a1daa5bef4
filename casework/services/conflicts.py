"""The conflict wall: whoever of the staff is a party of a case, or related to one, never sees it.

A wall is declared, or matches by itself when a number of one of her relations is written into a case. It stands
around every file of one case: what was merged is one. Nobody is told by it what she did not know before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from casework.clock import local_date
from casework.services import notices
from casework.transaction import Work
from models.access import Conflict, StaffRelation
from models.accounts import AccountRole
from models.base import new_id
from models.cases import Case, CaseEvent
from models.enums import FollowUpState, FollowUpSubject, Role
from models.follow_ups import FollowUp
from models.keys import BlindIndex
from models.people import Party

DECLARED, MATCHED, MERGED = "declared", "matched", "merged"
WALLED, WALLED_FOR_ALL = "conflict.walled", "conflict.walled_for_all"

PURPOSE = "staff_conflict"
# Whose number it is that a field of a case holds: the purpose under which it is indexed, and how to reach the case.
FIELDS = {"cases.phone": "phone", "parties.phone": "phone", "parties.identity_number": "identity_number"}
RELATION = {"phone": "staff_relations.phone", "identity_number": "staff_relations.identity_number"}

_related = (
    select(StaffRelation.account_id)
    .join(BlindIndex, BlindIndex.target_id == StaffRelation.id)
    .where(
        BlindIndex.purpose == PURPOSE,
        BlindIndex.digest.in_(bindparam("digests", expanding=True)),
        BlindIndex.target == bindparam("relation"),
    )
    .distinct()
)
_group = select(Case).where(
    Case.survivor_id == select(Case.survivor_id).where(Case.id == bindparam("case")).scalar_subquery()
)
_of_team = (
    select(AccountRole.account_id, AccountRole.role)
    .where(
        AccountRole.team_id == bindparam("team"),
        AccountRole.role.in_([Role.CASEWORKER, Role.TEAM_LEAD]),
        AccountRole.approved_at.is_not(None),
    )
    .distinct()
)


def raise_wall(work: Work, case_id: int, bases: Mapping[int, str], declared_by: int | None = None) -> None:
    """Puts these accounts (account to basis) behind the wall of a case and of every file merged with it.

    Whoever had the case loses it and its open contacts; the team's leads are told. A wall that stands is left.
    """
    for case in work.session.scalars(_group, {"case": case_id}).all():
        own = case.id == case_id
        new = _put(work, case.id, {who: why if own else MERGED for who, why in bases.items()}, declared_by)
        if not new:
            continue
        for account_id in sorted(new):
            work.record(
                f"conflict.{bases[account_id]}", subject_kind="case", subject_id=case.id, ids=(account_id,)
            )
        _take_away(work, case, new)
        _tell(work, case, new)


def _put(work: Work, case_id: int, bases: Mapping[int, str], declared_by: int | None) -> set[int]:
    if not bases:
        return set()
    dialect = sqlite if work.connection.dialect.name == "sqlite" else postgresql
    rows = [
        {
            "id": new_id(),
            "account_id": account_id,
            "case_id": case_id,
            "declared_by": declared_by if basis == DECLARED else None,
            "declared_at": work.at,
            "basis": basis,
        }
        for account_id, basis in sorted(bases.items())
    ]
    statement = dialect.insert(Conflict).values(rows).on_conflict_do_nothing().returning(Conflict.account_id)
    return set(work.session.scalars(statement))


def _take_away(work: Work, case: Case, walled: Collection[int]) -> None:
    if case.assignee_id in walled:
        case.assignee_id = None
        case.version += 1
        work.session.add(
            CaseEvent(
                case_id=case.id,
                kind="assigned",
                at=work.at,
                on=local_date(work.at),
                account_id=work.actor.account_id if work.actor else None,
            )
        )
        work.record("case.assign", subject_kind="case", subject_id=case.id)
    work.session.execute(
        update(FollowUp)
        .where(
            FollowUp.subject_kind == FollowUpSubject.CASE,
            FollowUp.subject_id == case.id,
            FollowUp.assignee_id.in_(walled),
            FollowUp.state.in_([FollowUpState.PLANNED, FollowUpState.DUE]),
        )
        .values(assignee_id=None)
    )


def _tell(work: Work, case: Case, walled: Collection[int]) -> None:
    """A notice to the leads, or to everybody else of the team where no lead is left to read it.

    Of somebody who never saw the case nobody needs to know.
    """
    people = work.session.execute(_of_team, {"team": case.team_id}).all()
    if not any(row.account_id in walled for row in people):
        return
    behind = set(work.session.scalars(select(Conflict.account_id).where(Conflict.case_id == case.id)))
    if any(row.role == Role.TEAM_LEAD and row.account_id not in behind for row in people):
        notices.raise_once(work, WALLED, case.id, team_id=case.team_id)
        return
    for account_id in sorted({row.account_id for row in people} - behind):
        notices.raise_once(work, WALLED_FOR_ALL, case.id, account_id=account_id)


def drop_merged(work: Work, case_id: int, account_ids: Iterable[int]) -> None:
    """Takes down what stands only because of a file of the same group that has no wall any more."""
    group = list(work.session.scalars(_group, {"case": case_id}))
    ids = [case.id for case in group]
    for account_id in account_ids:
        own = select(Conflict.id).where(
            Conflict.case_id.in_(ids), Conflict.account_id == account_id, Conflict.basis != MERGED
        )
        if work.session.scalar(own.limit(1)) is None:
            work.session.execute(
                delete(Conflict).where(Conflict.case_id.in_(ids), Conflict.account_id == account_id)
            )


def join(work: Work, case_id: int) -> None:
    """After a merge: whoever is behind the wall of one file of the group is behind that of all."""
    held: dict[int, set[int]] = {}
    for case in work.session.scalars(_group, {"case": case_id}).all():
        held[case.id] = set(
            work.session.scalars(select(Conflict.account_id).where(Conflict.case_id == case.id))
        )
    everybody = set().union(*held.values())
    for each, walled in held.items():
        raise_wall(work, each, dict.fromkeys(everybody - walled, MERGED))


def part(work: Work, case_ids: Iterable[int]) -> None:
    """After an unmerge: what stands in one of these files' groups because of another group alone goes."""
    for case_id in case_ids:
        group = [case.id for case in work.session.scalars(_group, {"case": case_id})]
        merged = work.session.scalars(
            select(Conflict.account_id)
            .where(Conflict.case_id.in_(group), Conflict.basis == MERGED)
            .distinct()
        ).all()
        drop_merged(work, case_id, merged)


def match(work: Work, target: str, target_id: int, digests: Collection[bytes]) -> None:
    """Raises the wall for whoever declared this number as one of hers; called wherever a number becomes findable.

    ``digests`` are those of the purpose of staff conflict. A field that belongs to no case matches nobody.
    """
    if target not in FIELDS:
        return
    related = work.session.scalars(
        _related, {"digests": list(digests), "relation": RELATION[FIELDS[target]]}
    ).all()
    case_id = target_id if target.startswith("cases.") else _case_of(work, target_id)
    if related and case_id is not None:
        raise_wall(work, case_id, dict.fromkeys(related, MATCHED))


def _case_of(work: Work, party_id: int) -> int | None:
    return work.session.scalar(select(Party.case_id).where(Party.id == party_id))
