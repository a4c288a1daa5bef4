"""Changing something in a case: one door for every part, so that each checks the same and records the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from casework.actor import Actor
from casework.errors import MoveRefused
from casework.law import moves
from casework.services import cases
from casework.services.vault import Vault
from casework.transaction import Work, write
from models.cases import Case
from models.enums import CompartmentKind


@dataclass(repr=False)
class CaseWork:
    """One write transaction on one case: its row, held until the end, and the keys to seal with."""

    work: Work
    case: Case
    vault: Vault

    @property
    def account_id(self) -> int:
        """The compartment of what happened and of the work on it."""
        return self.case.account_compartment_id

    def record(
        self, action: str, *, ids: Iterable[int] = (), fields: Iterable[str] = (), row: Any = None
    ) -> None:
        """One entry of the trail about this case; ``row`` adds the digest of what was sealed."""
        self.work.record(
            action, subject_kind="case", subject_id=self.case.id, ids=ids, fields=fields, row=row
        )


def compartment_of(case: Any, kind: CompartmentKind) -> int:
    """A case's compartment of this kind; KeyError where the case has none (shelter: a stay has its own)."""
    return int(
        {
            CompartmentKind.CONTACT: case.contact_compartment_id,
            CompartmentKind.IDENTITY: case.identity_compartment_id,
            CompartmentKind.ACCOUNT: case.account_compartment_id,
            CompartmentKind.LEGAL: case.legal_compartment_id,
        }[kind]
    )


@contextmanager
def changing(
    actor: Actor,
    number: str,
    *kinds: CompartmentKind,
    ended: bool = False,
) -> Iterator[CaseWork]:
    """A write transaction on a case that the actor may see, its compartments of ``kinds`` ready to be sealed into.

    NotFound where the case is not hers to see, KeyMissing without a key, MoveRefused("not_open") for a case that
    ended, unless ``ended`` allows that too. Everything commits at the end of the block, or nothing.
    """
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        if not ended and not moves.is_open(case.state):
            raise MoveRefused("not_open")
        vault = Vault(actor, work.session)
        vault.ready_to_write(work, case.id, [compartment_of(case, kind) for kind in kinds])
        yield CaseWork(work, case, vault)
