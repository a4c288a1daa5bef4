"""Whom a member of staff is, or is related to: stored as a kind of relation and digests of a number, nothing else.

A case that holds such a number closes itself to her, those that are there already at once. The answer is the same
whatever matched: a declaration tells nobody who is in a case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, exists, select

from casework import codes
from casework.actor import Actor
from casework.clock import today
from casework.errors import Invalid, NotFound
from casework.law import identity_number
from casework.services import blind_indexes, conflicts
from casework.services.call_facts import read_phone
from casework.services.look_up import BELONGS_TO_SOMEBODY
from casework.transaction import Work, reader, write
from models.access import StaffRelation
from models.accounts import Account, AccountRole
from models.base import new_id
from models.calls import Call
from models.enums import Role
from models.keys import BlindIndex
from models.people import Party

LIST = "staff_relation"


@dataclass(frozen=True)
class Relation:
    """One declaration: of what kind, when, by whom; the number can't be read back."""

    relation_id: int
    relation: str
    declared_at: int
    name: str


def declare(actor: Actor, *, relation: str, phone: str | None, number: str | None) -> None:
    """Declares somebody by phone, identity number or both; cases with either close themselves to her at once.

    Invalid for a kind that is not in its list, for part of a number, and where neither is given. KeyMissing
    without the index key.
    """
    values = _checked(relation, phone, number)
    with write(actor) as work:
        row = StaffRelation(id=new_id(), account_id=actor.account_id, relation=relation, declared_at=work.at)
        work.session.add(row)
        work.session.flush()
        for purpose, normalised in values.items():
            blind_indexes.put(
                work,
                target=conflicts.RELATION[purpose],
                target_id=row.id,
                purpose=conflicts.PURPOSE,
                normalised=normalised,
            )
        for case_id in sorted(_cases_with(work, actor, values)):
            conflicts.raise_wall(work, case_id, {actor.account_id: conflicts.MATCHED})
        work.record("relation.declare", subject_kind="account", subject_id=actor.account_id, ids=(row.id,))


def _checked(relation: str, phone: str | None, number: str | None) -> dict[str, str]:
    faults: dict[str, str] = {}
    values: dict[str, str] = {}
    if not any(relation == code for code, _ in codes.choices(LIST, "zh")):
        faults["relation"] = "choice"
    if phone:
        found = read_phone(phone)
        if found.kind not in BELONGS_TO_SOMEBODY:
            faults["phone"] = "whole_number"
        values["phone"] = found.canonical
    if number:
        read = identity_number.read(number, today())
        if not read.is_valid:
            faults["identity_number"] = "identity_number"
        values["identity_number"] = read.canonical
    if not values:
        faults["phone"] = "one_of_two"
    if faults:
        raise Invalid(faults)
    return values


def _cases_with(work: Work, actor: Actor, values: dict[str, str]) -> set[int]:
    """Every case that holds one of these numbers, whoever may see it."""
    found: set[int] = set()
    for purpose, normalised in values.items():
        targets = [name for name, kind in conflicts.FIELDS.items() if kind == purpose]
        targets += ["calls.phone"] if purpose == "phone" else []
        hits = blind_indexes.find(work.session, actor, purpose, normalised, targets)
        found |= {row_id for target, row_id in hits if target == "cases.phone"}
        parties = [row_id for target, row_id in hits if target.startswith("parties.")]
        calls = [row_id for target, row_id in hits if target == "calls.phone"]
        found |= set(work.session.scalars(select(Party.case_id).where(Party.id.in_(parties))))
        of_calls = work.session.scalars(select(Call.case_id).where(Call.id.in_(calls)))
        found |= {case_id for case_id in of_calls if case_id is not None}
    return found


def own(actor: Actor) -> list[Relation]:
    """What she declared herself, newest first."""
    return _lines(StaffRelation.account_id == actor.account_id)


def of_her_people(actor: Actor) -> list[Relation]:
    """What the members of the teams that she leads declared, less her own; recorded as shown."""
    lines = _lines(_hers_to_take_out(actor))
    if lines:
        actor.shown("relation.list", subject_kind="account", ids=[line.relation_id for line in lines])
    return lines


def _hers_to_take_out(actor: Actor) -> ColumnElement[bool]:
    led = actor.team_ids(Role.TEAM_LEAD)
    in_team = exists().where(AccountRole.account_id == StaffRelation.account_id, AccountRole.team_id.in_(led))
    return (StaffRelation.account_id != actor.account_id) & in_team


def _lines(condition: ColumnElement[bool]) -> list[Relation]:
    rows = reader().execute(
        select(StaffRelation.id, StaffRelation.relation, StaffRelation.declared_at, Account.display_name)
        .join(Account, Account.id == StaffRelation.account_id)
        .where(condition)
        .order_by(StaffRelation.id.desc())
    )
    return [Relation(*row) for row in rows]


def take_out(actor: Actor, relation_id: int) -> None:
    """A lead takes out what one of her people mistyped, never her own; walls that stand are left standing.

    NotFound for anybody else's.
    """
    with write(actor) as work:
        row = work.session.scalars(
            select(StaffRelation)
            .where(StaffRelation.id == relation_id, _hers_to_take_out(actor))
            .with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound
        targets: Iterable[str] = conflicts.RELATION.values()
        work.session.execute(
            delete(BlindIndex).where(BlindIndex.target.in_(list(targets)), BlindIndex.target_id == row.id)
        )
        work.session.delete(row)
        work.record(
            "relation.take_out", subject_kind="account", subject_id=row.account_id, ids=(relation_id,)
        )
