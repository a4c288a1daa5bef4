"""What must be done and told in a case: listed until it is recorded with time and person."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from casework import codes
from casework.actor import Actor
from casework.clock import local_date, now_us, today
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.law.articles import Article, article
from casework.sealed import Locked
from casework.services import cases, village_trusts
from casework.services.case_work import CaseWork, changing
from casework.services.duty_raising import (
    on_accepted,
    on_child_in_danger,
    on_child_or_sexual,
    on_high_lethal,
    raise_for,
    settle,
    withdraw,
)
from casework.services.sealed_words import opened, packed
from casework.services.vault import Vault
from casework.services.village_trusts import Trust
from casework.transaction import reader
from models.accounts import Account
from models.duties import Duty
from models.enums import CompartmentKind

__all__ = [
    "DutyLine",
    "drop",
    "get_for",
    "of_case",
    "on_accepted",
    "on_child_in_danger",
    "on_child_or_sexual",
    "on_high_lethal",
    "open_lines",
    "raise_for",
    "record_done",
    "settle",
    "withdraw",
]

GROUPS = ("high_lethal", "child", "assessment", "told_her")

_of_case = (
    select(
        Duty.id,
        Duty.kind,
        Duty.due_on,
        Duty.raised_at,
        Duty.done_at,
        Duty.dropped_at,
        Duty.compartment_id,
        Duty.note_sealed,
        Duty.version,
        Account.display_name,
    )
    .outerjoin(Account, Account.id == Duty.done_by)
    .where(Duty.case_id == bindparam("case"))
    .order_by(Duty.due_on, Duty.raised_at, Duty.id)
)


@dataclass(frozen=True, repr=False)
class DutyLine:
    """One duty. ``person``, ``receipt`` and ``note`` may be Locked; ``due_on`` is a local date."""

    duty_id: int
    kind: str
    group: str
    due_on: datetime.date
    raised_at: int
    done_at: int | None
    dropped_at: int | None
    by: str | None
    person: str | Locked | None
    receipt: str | Locked | None
    note: str | Locked | None
    articles: tuple[Article, ...]
    asks_receipt: bool
    may_drop: bool
    by_itself: bool
    version: int

    @property
    def is_open(self) -> bool:
        """Whether it is neither recorded nor put aside."""
        return self.done_at is None and self.dropped_at is None

    @property
    def is_late(self) -> bool:
        """Whether its day has passed and it is still open."""
        return self.is_open and self.due_on < today()


@dataclass(frozen=True, repr=False)
class Duties:
    """Everything that a case owes or owed, and whether the village may know."""

    head: cases.CaseHead
    lines: list[DutyLine]
    trust: Trust
    is_locked: bool

    @property
    def is_read_only(self) -> bool:
        """Whether she may read but not write: without the key, or under a grant."""
        return self.is_locked or self.head.is_granted

    def of_group(self, group: str) -> list[DutyLine]:
        """The lines of one group, open ones first."""
        return sorted((line for line in self.lines if line.group == group), key=lambda line: not line.is_open)


def _lines(vault: Vault, case_id: int) -> list[DutyLine]:
    rows = reader().execute(_of_case, {"case": case_id}).all()
    vault.load({row.compartment_id for row in rows})
    order = {entry.code: number for number, entry in enumerate(codes.listing("duty"))}
    lines = []
    for row in sorted(rows, key=lambda row: order[row.kind]):
        words = opened(vault.text("duties.note", row.id, row.compartment_id, row.note_sealed))
        entry = codes.get("duty", row.kind)
        person, receipt, note = (
            (words, words, words)
            if isinstance(words, Locked)
            else (words.get(name) for name in ("person", "receipt", "note"))
        )
        lines.append(
            DutyLine(
                row.id,
                row.kind,
                entry.flag("group"),
                row.due_on,
                row.raised_at,
                row.done_at,
                row.dropped_at,
                row.display_name,
                person,
                receipt,
                note,
                tuple(article(key) for key in entry.flag("articles", ())),
                entry.flag("receipt", False),
                entry.flag("droppable", False),
                entry.flag("by_itself", False),
                row.version,
            )
        )
    return lines


def open_lines(vault: Vault, case_id: int) -> list[DutyLine]:
    """The open duties of a case in the order of the list; whether she may see the case was asked before."""
    return [line for line in _lines(vault, case_id) if line.is_open]


def of_case(actor: Actor, number: str) -> Duties:
    """The duties of a case that the actor may see, recorded as shown; NotFound otherwise."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    lines = _lines(vault, head.case_id)
    actor.shown(
        "duty.read",
        subject_kind="case",
        subject_id=head.case_id,
        ids=[line.duty_id for line in lines],
        fields=["parties.name", "duties.note", "village_trusts.answer", "village_trusts.must_not_know"],
    )
    trust = village_trusts.of_case(vault, head.case_id)
    return Duties(head, lines, trust, not vault.holds(head.account_compartment_id))


def get_for(actor: Actor, number: str, duty_id: int) -> tuple[Duties, DutyLine]:
    """One duty with the list it stands in; NotFound when either is not hers to see."""
    read = of_case(actor, number)
    for line in read.lines:
        if line.duty_id == duty_id:
            return read, line
    raise NotFound


def record_done(
    actor: Actor,
    number: str,
    duty_id: int,
    *,
    when: int,
    person: str | None,
    note: str | None,
    version: int,
    receipt: str | None = None,
) -> None:
    """Records a duty as done at ``when`` (microseconds UTC), with whom, and what stands on the receipt.

    Invalid for a time to come, without the person or, where there has to be one, the receipt; AlreadyDone when
    somebody recorded it meanwhile.
    """
    with changing(actor, number, CompartmentKind.ACCOUNT, ended=True) as doing:
        duty = _open_duty(doing, duty_id, version)
        entry = codes.get("duty", duty.kind)
        faults = {}
        if when > now_us():
            faults["done_on"] = "future"
        if not person:
            faults["person"] = "required"
        if entry.flag("receipt", False) and not receipt:
            faults["receipt"] = "required"
        if faults:
            raise Invalid(faults)
        duty.done_at, duty.done_on, duty.done_by = when, local_date(when), actor.account_id
        _seal(doing, duty, {"person": person, "receipt": receipt, "note": note})
        doing.record("duty.record", ids=(duty.id,), fields=("duties.note",), row=duty)


def drop(actor: Actor, number: str, duty_id: int, *, reason: str | None, version: int) -> None:
    """Puts a duty aside with the reason; Invalid without one, NotFound for a kind that can't be put aside."""
    with changing(actor, number, CompartmentKind.ACCOUNT, ended=True) as doing:
        duty = _open_duty(doing, duty_id, version)
        if not codes.get("duty", duty.kind).flag("droppable", False):
            raise NotFound
        if not reason:
            raise Invalid({"reason": "required"})
        duty.dropped_at, duty.done_by = doing.work.at, actor.account_id
        _seal(doing, duty, {"note": reason})
        doing.record("duty.drop", ids=(duty.id,), fields=("duties.note",), row=duty)


def _open_duty(doing: CaseWork, duty_id: int, version: int) -> Duty:
    duty = doing.work.session.get(Duty, duty_id, with_for_update=True)
    if duty is None or duty.case_id != doing.case.id:
        raise NotFound
    if duty.done_at is not None or duty.dropped_at is not None or duty.version != version:
        raise AlreadyDone
    return duty


def _seal(doing: CaseWork, duty: Duty, words: dict[str, str | None]) -> None:
    kept = {name: text for name, text in words.items() if text}
    # The row may have been made to point to a compartment of another case.
    doing.vault.ready_to_write(doing.work, doing.case.id, [duty.compartment_id])
    duty.note_sealed = doing.vault.seal("duties.note", duty.id, duty.compartment_id, packed(kept))


def overdue(lines: Iterable[DutyLine]) -> int:
    """How many of these are late."""
    return sum(line.is_late for line in lines)
