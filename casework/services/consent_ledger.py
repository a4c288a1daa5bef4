"""The consent ledger as it is read: every consent and every ground of a case, and what nobody asked about yet."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from casework.actor import Actor
from casework.clock import today
from casework.errors import NotFound
from casework.law import moves
from casework.sealed import Locked
from casework.services import cases, consents
from casework.services.vault import Vault
from casework.transaction import reader
from models.accounts import Account
from models.cases import Consent

_rows = (
    select(Consent.__table__, Account.display_name.label("by"))
    .outerjoin(Account, Account.id == Consent.recorded_by)
    .where(Consent.case_id == bindparam("case"))
    .order_by(Consent.given_on.desc(), Consent.id.desc())
)


@dataclass(frozen=True, repr=False)
class ConsentLine:
    """A row of the ledger; ``note`` may be Locked, ``standing`` is in_force, ended or withdrawn."""

    consent_id: int
    scope: str
    recipient: str | None
    ground: str | None
    given_by: str
    given_on: datetime.date
    ends_on: datetime.date | None
    withdrawn_at: int | None
    note: str | Locked | None
    recorded_by: str | None
    recorded_at: int
    standing: str
    # Her own word, while the law wants a guardian's.
    needs_guardian: bool


@dataclass(frozen=True, repr=False)
class Ledger:
    """Every consent and ground of a case, newest first; the scopes that nobody asked about yet."""

    head: cases.CaseHead
    lines: list[ConsentLine]
    not_asked: list[str]
    is_child: bool
    guardian_is_other_party: bool
    is_locked: bool
    is_open: bool


def of_case(actor: Actor, number: str) -> Ledger:
    """The ledger of a case that the actor may see, recorded as shown; NotFound otherwise."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    rows = reader().execute(_rows, {"case": head.case_id}).all()
    child = consents.child_client(vault, head.case_id)
    is_child = child is not None or consents.is_child_by_band(reader(), head.case_id)
    lines = [_line(vault, row, is_child) for row in rows]
    named = {line.scope for line in lines if line.standing == "in_force"}
    actor.shown(
        "case.read_consents",
        subject_kind="case",
        subject_id=head.case_id,
        ids=[line.consent_id for line in lines],
        fields=["parties.name", "consents.note"],
    )
    wanted = ["keep_record", "sensitive_information", *([consents.FOR_A_CHILD] if is_child else [])]
    return Ledger(
        head,
        lines,
        [scope for scope in wanted if scope not in named],
        is_child,
        child is not None and child.words.get("guardian") == "other_party",
        not vault.holds(head.account_compartment_id),
        moves.is_open(head.state),
    )


def _line(vault: Vault, row: Any, is_child: bool) -> ConsentLine:
    standing = consents.standing_of(row, today())
    return ConsentLine(
        row.id,
        row.scope,
        row.recipient,
        row.ground,
        row.given_by,
        row.given_on,
        row.ends_on,
        row.withdrawn_at,
        vault.text("consents.note", row.id, row.compartment_id, row.note_sealed),
        row.by,
        row.recorded_at,
        "in_force" if standing is None else standing,
        is_child and row.ground is None and row.given_by == consents.HERSELF and standing is None,
    )


def line_for(actor: Actor, number: str, consent_id: int) -> tuple[Ledger, ConsentLine]:
    """One row with its ledger; NotFound when either is not hers to see."""
    ledger = of_case(actor, number)
    for line in ledger.lines:
        if line.consent_id == consent_id:
            return ledger, line
    raise NotFound
