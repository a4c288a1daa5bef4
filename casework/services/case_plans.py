"""The case plan, line by line: need, goal, service, who, by when. "In progress" never counts as met."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select

from casework import codes
from casework.actor import Actor
from casework.clock import today
from casework.errors import Invalid, NotFound, Stale
from casework.law import moves
from casework.sealed import Locked
from casework.services import cases, drafts, earlier_wordings, revisions
from casework.services.case_work import CaseWork, changing
from casework.services.earlier_wordings import Wording
from casework.services.revisions import Part
from casework.services.sealed_words import opened, packed
from casework.services.vault import Vault
from casework.transaction import reader
from models.base import new_id
from models.casework import PlanItem
from models.enums import CompartmentKind, PlanItemState

FORM = "plan_item"
WORDS = ("need", "goal", "who")
ITEM = Part("plan_items", "plan_items", ("words",), ("service", "state", "due_on", "settled_on"))
RUNNING = (PlanItemState.PLANNED, PlanItemState.IN_PROGRESS)

_of_case = (
    select(PlanItem.__table__)
    .where(PlanItem.case_id == bindparam("case"))
    .order_by(PlanItem.due_on, PlanItem.id)
)


@dataclass(frozen=True, repr=False)
class ItemFacts:
    """One line. ``service`` is a code of its list; ``settled_on`` the day on which it was met, not met or dropped."""

    need: str | None
    goal: str | None
    who: str | None
    service: str
    due_on: datetime.date | None
    state: str = PlanItemState.PLANNED.value
    settled_on: datetime.date | None = None


@dataclass(frozen=True, repr=False)
class ItemLine:
    """A line as read; ``words`` may be Locked. ``earlier`` holds its versions before, newest first."""

    item_id: int
    words: dict[str, Any] | Locked
    service: str
    state: PlanItemState
    due_on: datetime.date
    settled_on: datetime.date | None
    is_running: bool
    is_overdue: bool
    version: int
    earlier: list[Wording]

    def given(self) -> dict[str, Any]:
        """Every field as a form takes it."""
        words = {} if isinstance(self.words, Locked) else self.words
        clear = {"service": self.service, "state": self.state.value, "due_on": self.due_on}
        more = {"settled_on": self.settled_on, "version": self.version}
        return {name: words.get(name, "") for name in WORDS} | clear | more


@dataclass(frozen=True, repr=False)
class CasePlan:
    """The lines of a case: what is still to do first, by day. ``met`` counts lines that are met, nothing else."""

    lines: list[ItemLine]
    met: int


def lines_of(actor: Actor, head: cases.CaseHead) -> CasePlan:
    """The plan of a case whose head was read for the actor; whoever shows it records it."""
    vault = Vault(actor, reader())
    rows = reader().execute(_of_case, {"case": head.case_id}).all()
    vault.load(row.compartment_id for row in rows)
    earlier = earlier_wordings.of_rows(vault, ITEM.target, [row.id for row in rows]) if rows else {}
    lines = [_line(vault, row, earlier.get(row.id, [])) for row in rows]
    lines.sort(key=lambda line: not line.is_running)
    return CasePlan(lines, sum(line.state == PlanItemState.MET for line in lines))


def _line(vault: Vault, row: Any, earlier: list[Wording]) -> ItemLine:
    state = PlanItemState(row.state)
    is_running = state in RUNNING
    return ItemLine(
        row.id,
        opened(vault.text("plan_items.words", row.id, row.compartment_id, row.words_sealed)),
        row.service,
        state,
        row.due_on,
        row.settled_on,
        is_running,
        is_running and row.due_on < today(),
        row.version,
        [_spread(wording) for wording in earlier],
    )


def _spread(wording: Wording) -> Wording:
    if isinstance(wording.words, Locked):
        return wording
    words = dict(wording.words)
    inner = opened(words.pop("words", ""))
    return replace(wording, words=words | (inner if isinstance(inner, dict) else {}))


def item_for(actor: Actor, number: str, item_id: int) -> tuple[cases.CaseHead, ItemLine]:
    """One line with its case, recorded as shown; NotFound when either is not hers to see."""
    head = head_for(actor, number, item_id)
    for line in lines_of(actor, head).lines:
        if line.item_id == item_id:
            return head, line
    raise NotFound


def head_for(actor: Actor, number: str, item_id: int | None = None) -> cases.CaseHead:
    """The head of a case for the form over a line, recorded as shown."""
    head = cases.get_for(actor, number)
    ids = [item_id] if item_id else []
    fields = ["parties.name", *(["plan_items.words"] if item_id else [])]
    actor.shown("safety_plan.read", subject_kind="case", subject_id=head.case_id, ids=ids, fields=fields)
    return head


def is_writable(actor: Actor, head: cases.CaseHead) -> bool:
    """Whether the actor holds the key of the work on this case, and the case is open."""
    return Vault(actor, reader()).holds(head.account_compartment_id) and moves.is_open(head.state)


def _checked(facts: ItemFacts, held_due: datetime.date | None) -> dict[str, Any]:
    faults: dict[str, str] = {}
    if not facts.need:
        faults["need"] = "required"
    if not codes.exists("service", facts.service):
        faults["service"] = "choice"
    if facts.state not in PlanItemState.__members__.values():
        faults["state"] = "choice"
    if facts.due_on is None:
        faults["due_on"] = "required"
    elif facts.due_on < today() and facts.due_on != held_due:
        faults["due_on"] = "past"
    is_settled = "state" not in faults and PlanItemState(facts.state) not in RUNNING
    if is_settled and facts.settled_on is None:
        faults["settled_on"] = "required"
    elif is_settled and facts.settled_on is not None and facts.settled_on > today():
        faults["settled_on"] = "future"
    if faults:
        raise Invalid(faults)
    return {
        "words": packed({name: getattr(facts, name) for name in WORDS if getattr(facts, name)}),
        "service": facts.service,
        "state": PlanItemState(facts.state),
        "due_on": facts.due_on,
        "settled_on": facts.settled_on if is_settled else None,
    }


def add(actor: Actor, number: str, facts: ItemFacts) -> int:
    """Adds a line; gives its id. Invalid for a day that is over, an unknown code or a line without a need."""
    given = _checked(facts, None)
    with changing(actor, number, CompartmentKind.ACCOUNT) as doing:
        row = PlanItem(
            id=new_id(),
            case_id=doing.case.id,
            compartment_id=doing.account_id,
            created_at=doing.work.at,
            created_by=actor.account_id,
            **{name: given[name] for name in ITEM.clear},
        )
        row.words_sealed = doing.vault.seal("plan_items.words", row.id, doing.account_id, given["words"])
        doing.work.session.add(row)
        drafts.end(doing.work, actor, FORM, doing.case.id)
        doing.record("plan_item.add", ids=(row.id,), fields=("plan_items.words",), row=row)
        return row.id


def change(actor: Actor, number: str, item_id: int, facts: ItemFacts, version: int) -> None:
    """Changes a line or how far it has come; what it said before stays. Stale when somebody else saved first.

    A line that is met, not met or dropped has the day on which that was settled.
    """
    with changing(actor, number, CompartmentKind.ACCOUNT) as doing:
        row = doing.work.session.get(PlanItem, item_id, with_for_update=True)
        if row is None or row.case_id != doing.case.id:
            raise NotFound
        given = _checked(facts, row.due_on)
        _save(doing, row, given, version)
        drafts.end(doing.work, actor, FORM, row.id)


def _save(doing: CaseWork, row: PlanItem, given: dict[str, Any], version: int) -> None:
    try:
        changed = revisions.save(doing.work, doing.vault, ITEM, row, row.compartment_id, given, version)
    except Stale as stale:
        raise _by_word(stale) from None
    if changed:
        fields = [f"plan_items.{name}" for name in changed if name in ITEM.sealed]
        doing.record("plan_item.change", ids=(row.id,), fields=fields, row=row)


def _by_word(stale: Stale) -> Stale:
    yours, theirs = (opened(side.pop("words")) for side in (stale.yours, stale.theirs))
    assert isinstance(yours, dict) and isinstance(theirs, dict)
    return replace(
        stale,
        yours={name: yours.get(name, "") for name in WORDS} | stale.yours,
        theirs={name: theirs.get(name, "") for name in WORDS} | stale.theirs,
    )
