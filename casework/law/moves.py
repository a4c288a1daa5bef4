"""The one table of moves that a case may make, each with its permission and what it needs (decisions,
'States').
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

RECEIVED = "received"
ACCEPTED = "accepted"
DECLINED = "declined"
ASSESSED = "assessed"
IN_SERVICE = "in_service"
FOLLOW_UP = "follow_up"
CLOSING_REVIEW = "closing_review"
CLOSED = "closed"
TRANSFERRED = "transferred"
MERGED = "merged"

OPEN_STATES = (RECEIVED, ACCEPTED, ASSESSED, IN_SERVICE, FOLLOW_UP, CLOSING_REVIEW)
END_STATES = (DECLINED, CLOSED, TRANSFERRED, MERGED)

# How long one's own last step can be taken back, and which steps: those that tell nobody outside anything.
UNDO_SECONDS = 60
_UNDOABLE = frozenset(
    {
        "accepted",
        "declined",
        "assigned",
        "started",
        "follow_up",
        "resumed",
        "closing_proposed",
        "closing_returned",
        "closed",
        "reopened",
    }
)


class Need(StrEnum):
    """What a move asks for beside its permission; the service checks it."""

    REASON = "reason"
    DECLINE_REASON = "decline_reason"
    OUTCOME = "outcome"
    DOMESTIC_VIOLENCE = "domestic_violence"
    NOT_DOMESTIC_VIOLENCE = "not_domestic_violence"
    ASSESSMENT = "assessment"
    ANOTHER_PERSON = "another_person"
    CAME_FROM = "came_from"
    RECEIVING_BODY = "receiving_body"
    SURVIVOR = "survivor"


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed move. `name` is its audit action, `permission` what the policy table has to allow.

    CAME_FROM among the needs: the target is only allowed if it is the state that the case was in before.
    """

    name: str
    source: str
    target: str
    permission: str
    needs: tuple[Need, ...] = ()


class NotAllowed(ValueError):
    """No move of the table leads from the one state to the other."""

    def __init__(self, source: str, target: str) -> None:
        super().__init__(f"no move from {source} to {target}")
        self.source = source
        self.target = target


_SERVED = (IN_SERVICE, FOLLOW_UP)

MOVES: tuple[Move, ...] = (
    Move("case.accept", RECEIVED, ACCEPTED, "case.accept"),
    Move("case.decline", RECEIVED, DECLINED, "case.decline", (Need.DECLINE_REASON,)),
    Move("case.assess", ACCEPTED, ASSESSED, "case.assess", (Need.DOMESTIC_VIOLENCE, Need.ASSESSMENT)),
    Move("case.start_service", ACCEPTED, IN_SERVICE, "case.work", (Need.NOT_DOMESTIC_VIOLENCE,)),
    Move("case.start_service", ASSESSED, IN_SERVICE, "case.work"),
    Move("case.start_follow_up", IN_SERVICE, FOLLOW_UP, "case.work"),
    Move("case.resume_service", FOLLOW_UP, IN_SERVICE, "case.work"),
    *(
        Move("case.propose_closing", state, CLOSING_REVIEW, "case.propose_closing", (Need.OUTCOME,))
        for state in _SERVED
    ),
    Move("case.close", CLOSING_REVIEW, CLOSED, "case.approve_closing", (Need.ANOTHER_PERSON,)),
    *(
        Move(
            "case.return_closing",
            CLOSING_REVIEW,
            state,
            "case.approve_closing",
            (Need.REASON, Need.CAME_FROM),
        )
        for state in _SERVED
    ),
    Move("case.reopen", CLOSED, IN_SERVICE, "case.reopen", (Need.REASON,)),
    *(
        Move("case.transfer", state, TRANSFERRED, "case.transfer", (Need.REASON, Need.RECEIVING_BODY))
        for state in (ACCEPTED, ASSESSED, IN_SERVICE, FOLLOW_UP)
    ),
    *(Move("case.merge", state, MERGED, "case.merge", (Need.SURVIVOR, Need.REASON)) for state in OPEN_STATES),
    *(
        Move("case.unmerge", MERGED, state, "case.merge", (Need.REASON, Need.CAME_FROM))
        for state in OPEN_STATES
    ),
)


def moves_from(state: str) -> tuple[Move, ...]:
    """Every move that the table allows from a state, in its order; none from a state that ends."""
    return tuple(move for move in MOVES if move.source == state)


def move_between(source: str, target: str) -> Move:
    """The move from one state to another. Raises NotAllowed when the table has none."""
    for move in MOVES:
        if move.source == source and move.target == target:
            return move
    raise NotAllowed(source, target)


def may_be_undone(kind: str, from_state: str | None) -> bool:
    """Whether a step of this kind (the kind of its event) can be taken back within `UNDO_SECONDS`.

    A hand-on from a call is no move (it has no state before) and is not taken back; a transfer has told
    another body. Source: decisions, 'States'; the office's own rule of a minute.
    """
    return kind in _UNDOABLE and (from_state is not None or kind == "assigned")


def is_open(state: str) -> bool:
    """Whether a case in that state is still being worked on."""
    return state in OPEN_STATES
