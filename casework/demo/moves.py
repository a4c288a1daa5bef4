"""Moves of a case that have no screen yet, by the table of moves, so that two years hold closed cases as well."""

from __future__ import annotations

import json

from casework.actor import Actor
from casework.clock import local_date
from casework.demo.county import Chance
from casework.law import moves
from casework.services import cases
from casework.services.vault import Vault
from casework.transaction import Work, write
from models.base import new_id
from models.cases import Assessment, Case, CaseEvent
from models.enums import CaseState

INSTRUMENT = "federation_2018"
ITEMS = tuple(str(number) for number in range(1, 10))
MOST_YES = {"low": 3, "medium": 5, "high_lethal": 9}


def move(
    actor: Actor,
    number: str,
    target: CaseState,
    kind: str,
    *,
    outcome: str | None = None,
    rating: str | None = None,
) -> None:
    """Makes one move that the table allows; ``kind`` names its event, outcome and rating are those of a closing."""
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        _move(work, case, target, kind, outcome, rating)


def _move(
    work: Work,
    case: Case,
    target: CaseState,
    kind: str,
    outcome: str | None = None,
    rating: str | None = None,
) -> None:
    allowed = moves.move_between(case.state, target)
    event = CaseEvent(
        case_id=case.id,
        kind=kind,
        from_state=case.state,
        to_state=target,
        at=work.at,
        on=local_date(work.at),
        account_id=work.actor.account_id if work.actor else None,
        outcome=outcome,
        rating=rating,
    )
    case.state = target
    case.version += 1
    if target == CaseState.CLOSED:
        case.closed_at, case.closed_on = work.at, local_date(work.at)
    work.session.add(event)
    work.record(allowed.name, subject_kind="case", subject_id=case.id)


def assess(actor: Actor, number: str, level: str, chance: Chance) -> None:
    """A danger assessment of this level, every item answered, and the move that follows from it."""
    least = {"low": 0, "medium": 4, "high_lethal": 6}[level]
    yes = set(chance.sample(ITEMS, chance.randint(least, MOST_YES[level])))
    answers = {item: "yes" if item in yes else "no" for item in ITEMS}
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        vault = Vault(actor, work.session)
        vault.ready_to_write(work, case.id, [case.account_compartment_id])
        row = Assessment(
            id=new_id(),
            case_id=case.id,
            compartment_id=case.account_compartment_id,
            instrument=INSTRUMENT,
            level_low=level,
            level_high=level,
            at=work.at,
            on=local_date(work.at),
            account_id=actor.account_id,
        )
        sealed = vault.seal("assessments.answers", row.id, row.compartment_id, json.dumps(answers))
        row.answers_sealed = sealed or b""
        work.session.add(row)
        work.record(
            "assessment.add",
            subject_kind="case",
            subject_id=case.id,
            ids=(row.id,),
            fields=("assessments.answers",),
            row=row,
        )
        _move(work, case, CaseState.ASSESSED, "assessed")
