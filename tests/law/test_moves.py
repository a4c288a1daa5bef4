"""The table of case moves, checked as a whole."""

from __future__ import annotations

import pytest

from casework.law import moves
from casework.law.moves import Need
from models.enums import CaseState

GOLDEN = """
received: accepted declined merged
accepted: assessed in_service transferred merged
assessed: in_service transferred merged
in_service: follow_up closing_review transferred merged
follow_up: in_service closing_review transferred merged
closing_review: closed in_service follow_up merged
closed: in_service
declined:
transferred:
merged: received accepted assessed in_service follow_up closing_review
"""


def test_the_moves_are_those_that_were_decided() -> None:
    for line in GOLDEN.strip().splitlines():
        source, _, targets = line.partition(":")
        assert [move.target for move in moves.moves_from(source)] == targets.split(), source


def test_the_states_are_those_that_are_stored() -> None:
    assert {*moves.OPEN_STATES, *moves.END_STATES} == {state.value for state in CaseState}


def test_a_move_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(moves.NotAllowed) as refused:
        moves.move_between(CaseState.RECEIVED, CaseState.CLOSED)
    assert (refused.value.source, refused.value.target) == ("received", "closed")


def test_domestic_violence_goes_through_an_assessment() -> None:
    assert Need.ASSESSMENT in moves.move_between("accepted", "assessed").needs
    assert Need.NOT_DOMESTIC_VIOLENCE in moves.move_between("accepted", "in_service").needs


def test_closing_needs_another_person_and_going_back_the_state_it_came_from() -> None:
    assert moves.move_between("closing_review", "closed").needs == (Need.ANOTHER_PERSON,)
    assert Need.CAME_FROM in moves.move_between("closing_review", "follow_up").needs
    assert Need.REASON in moves.move_between("closed", "in_service").needs


def test_every_pair_of_states_has_one_move_at_most() -> None:
    pairs = [(move.source, move.target) for move in moves.MOVES]
    assert len(pairs) == len(set(pairs))


def test_only_what_is_being_worked_on_is_open() -> None:
    assert moves.is_open("closing_review")
    assert not moves.is_open("transferred")
