"""All that stands beside a case: its duplicates, its people elsewhere, who is kept from it."""

from __future__ import annotations

from dataclasses import dataclass

from casework.actor import Actor
from casework.services import cases, conflict_walls, merge_standing, returning
from casework.services.cases import CaseHead
from casework.services.conflict_walls import Wall
from casework.services.merge_standing import Standing
from casework.services.returning import Ties
from casework.services.vault import Vault
from casework.transaction import reader


@dataclass(frozen=True, repr=False)
class Related:
    """The page of what belongs together; ``walls`` are the lead's alone."""

    head: CaseHead
    ties: Ties
    standing: Standing
    walls: list[Wall]


@dataclass(frozen=True, repr=False)
class Beside:
    """The few lines of it that stand on the first page of a case."""

    ties: Ties
    standing: Standing


def of_case(actor: Actor, number: str) -> Related:
    """What belongs to a case that the actor may see, as far as she may see the other side; NotFound otherwise."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    beside = lines_of(actor, head, vault)
    actor.shown("case.read", subject_kind="case", subject_id=head.case_id, fields=["parties.name"])
    return Related(head, beside.ties, beside.standing, conflict_walls.behind(actor, head))


def lines_of(actor: Actor, head: CaseHead, vault: Vault | None = None) -> Beside:
    """The same for a page that has the head already."""
    vault = vault or Vault(actor, reader())
    return Beside(returning.of_case(actor, head, vault), merge_standing.of_case(actor, head, vault))
