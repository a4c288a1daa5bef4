"""What can be done next with a case by this person, and why something can't: for the case's first page."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from casework.actor import Actor
from casework.errors import NotFound
from casework.law import moves
from casework.services import approval_files, cases, closings, timelines, undo
from casework.services.small_office import is_on
from casework.services.vault import Vault
from casework.services.visibility import case_teams
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


@dataclass(frozen=True, repr=False)
class Front:
    """The first page of a case: how it stands, what she can do, what she may still take back, what of it was
    proposed and put before a leader.
    """

    overview: timelines.Overview
    steps: list[Step]
    undo: undo.Offer | None
    proposal: closings.Proposal | None
    approvals: list[approval_files.ApprovalLine]
    is_of_team: bool
    leads: bool

    @property
    def head(self) -> cases.CaseHead:
        """What stands on top of the page."""
        return self.overview.head


def front(actor: Actor, number: str) -> Front:
    """The first page of a case that the actor may see, recorded as shown; NotFound otherwise.

    Who reads it from outside the team sees how it stands and is offered nothing to do.
    """
    overview = timelines.overview(actor, number)
    head = overview.head
    is_of_team = head.team_id in case_teams(actor)
    vault = Vault(actor, reader())
    return Front(
        overview,
        steps(actor, head) if is_of_team else [],
        undo.offer(actor, head) if is_of_team else None,
        closings.proposal_of(actor, head, vault),
        approval_files.lines_of(actor, head, vault) if is_of_team else [],
        is_of_team,
        head.team_id in actor.team_ids(Role.TEAM_LEAD),
    )


def head_of(actor: Actor, number: str) -> cases.CaseHead:
    """The head of a case over the form of a move, recorded as shown; NotFound outside the case's team."""
    head = cases.get_for(actor, number, Vault(actor, reader()))
    if head.team_id not in case_teams(actor):
        raise NotFound
    actor.shown("case.read", subject_kind="case", subject_id=head.case_id, fields=["parties.name"])
    return head


def still_open(head: cases.CaseHead) -> dict[str, int]:
    """What is still open in a case that is to be closed, and how much of it."""
    return closings.open_things(reader(), head.case_id)
