"""What can be done next with a case by this person, and why something can't: for the case's first page."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from casework.actor import Actor
from casework.law import moves
from casework.services import cases
from casework.services.small_office import is_on
from casework.transaction import reader
from models.cases import CaseEvent
from models.enums import CaseState, Role

# Not offered here: a merge begins with the search for duplicates, an assessment on its own page.
_ELSEWHERE = frozenset({"case.merge", "case.unmerge", "case.assess"})
_LEADS = frozenset({"case.transfer"})


@dataclass(frozen=True)
class Step:
    """One move from the present state: its name of the table, and why she can't make it (None: she can).

    Reasons: assess_first, not_assignee, own (her own case or proposal), small_office (the leader decides),
    lead (a lead decides).
    """

    name: str
    why: str | None = None

    @property
    def is_possible(self) -> bool:
        """Whether she can make it now."""
        return self.why is None


def steps(actor: Actor, head: cases.CaseHead) -> list[Step]:
    """The moves from the state that a case is in, each once, possible ones and barred ones; what a lead
    alone decides is shown to others as barred only where the case waits for it.
    """
    leads = head.team_id in actor.team_ids(Role.TEAM_LEAD)
    found: dict[str, Step] = {}
    for move in moves.moves_from(head.state):
        name = "case.close" if move.permission == "case.approve_closing" else move.name
        if name in found or name in _ELSEWHERE or (name in _LEADS and not leads):
            continue
        found[name] = Step(name, _why_not(actor, head, move, leads))
    return list(found.values())


def _why_not(actor: Actor, head: cases.CaseHead, move: moves.Move, leads: bool) -> str | None:
    if move.name == "case.start_service":
        if moves.Need.NOT_DOMESTIC_VIOLENCE in move.needs and head.is_violent:
            return "assess_first"
        return None if head.assignee_id == actor.account_id else "not_assignee"
    if move.permission == "case.approve_closing":
        if is_on():
            return "small_office"
        if not leads:
            return "lead"
        return "own" if actor.account_id in (head.assignee_id, _proposer(head)) else None
    return None


def _proposer(head: cases.CaseHead) -> int | None:
    return reader().scalar(
        select(CaseEvent.account_id)
        .where(CaseEvent.case_id == head.case_id, CaseEvent.to_state == CaseState.CLOSING_REVIEW)
        .where(CaseEvent.kind == "closing_proposed")
        .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
        .limit(1)
    )
