"""Whether she trusts people of her village to know, and who must not: asked before anything goes there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from casework import codes
from casework.actor import Actor
from casework.errors import Invalid
from casework.sealed import Locked
from casework.services import revisions
from casework.services.case_work import changing
from casework.services.revisions import Part
from casework.services.vault import Vault
from casework.transaction import reader
from models.accounts import Account
from models.base import new_id
from models.duties import VillageTrust
from models.enums import CompartmentKind

PART = Part("village_trusts", "village_trusts", ("answer", "must_not_know"))
NOT_ASKED, YES, NO, LOCKED = "not_asked", "yes", "no", "locked"

_of_case = (
    select(VillageTrust.__table__, Account.display_name)
    .outerjoin(Account, Account.id == VillageTrust.asked_by)
    .where(VillageTrust.case_id == bindparam("case"))
)


@dataclass(frozen=True, repr=False)
class Trust:
    """Her answer, a code of ``trust_answer`` or Locked, and who must not know; version 0: never asked."""

    answer: str | Locked
    must_not_know: str | Locked | None
    asked_at: int | None
    by: str | None
    version: int

    @property
    def is_open(self) -> bool:
        """Whether she still has to be asked."""
        return self.answer == NOT_ASKED


def _read(session: Session, vault: Vault, case_id: int) -> Trust:
    row = session.execute(_of_case, {"case": case_id}).first()
    if row is None:
        return Trust(NOT_ASKED, None, None, None, 0)
    vault.load([row.compartment_id])
    answer, names = (
        vault.text(f"village_trusts.{name}", row.id, row.compartment_id, getattr(row, f"{name}_sealed"))
        for name in PART.sealed
    )
    return Trust(answer or NOT_ASKED, names, row.asked_at, row.display_name, row.version)


def of_case(vault: Vault, case_id: int) -> Trust:
    """What she answered; whether the actor may see the case was asked before, who shows it records it."""
    return _read(reader(), vault, case_id)


def blocks(session: Session, vault: Vault, case: Any) -> str | None:
    """Why no task may go to a village or community in this case, a code of ``village_block``; None: it may.

    ``case`` is the row or the head. With None, who must not know still holds: read `of_case` before choosing
    somebody.
    """
    trust = _read(session, vault, getattr(case, "case_id", None) or case.id)
    if isinstance(trust.answer, Locked) or isinstance(trust.must_not_know, Locked):
        return LOCKED
    return None if trust.answer == YES else trust.answer


def change(actor: Actor, number: str, *, answer: str, must_not_know: str | None, version: int) -> None:
    """Records her answer; earlier ones are kept. Invalid for no answer of the list, Stale when somebody saved first."""
    if not codes.exists("trust_answer", answer):
        raise Invalid({"answer": "choice"})
    with changing(actor, number, CompartmentKind.ACCOUNT, ended=True) as doing:
        words = {"answer": answer, "must_not_know": must_not_know}
        row = doing.work.session.scalars(
            select(VillageTrust).where(VillageTrust.case_id == doing.case.id).with_for_update()
        ).one_or_none()
        if row is None:
            row = _first(doing.vault, doing.case.id, doing.account_id, words)
            row.asked_at, row.asked_by = doing.work.at, actor.account_id
            doing.work.session.add(row)
            changed = [name for name, text in words.items() if text]
        else:
            changed = revisions.save(doing.work, doing.vault, PART, row, row.compartment_id, words, version)
            if changed:
                row.asked_at, row.asked_by = doing.work.at, actor.account_id
        if changed:
            fields = [f"village_trusts.{name}" for name in changed]
            doing.record("village_trust.change", ids=(row.id,), fields=fields, row=row)


def _first(vault: Vault, case_id: int, compartment_id: int, words: dict[str, str | None]) -> VillageTrust:
    row = VillageTrust(id=new_id(), case_id=case_id, compartment_id=compartment_id)
    for name, text in words.items():
        sealed = vault.seal(f"village_trusts.{name}", row.id, compartment_id, text or None)
        setattr(row, f"{name}_sealed", sealed)
    return row
