"""The safety plan: what she agreed to do and have ready, with the day on which it is looked at again."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select

from casework import codes
from casework.actor import Actor
from casework.clock import today
from casework.errors import Invalid, NotFound, Stale
from casework.law import moves
from casework.sealed import Locked
from casework.services import cases, drafts, duty_raising, earlier_wordings, revisions
from casework.services.case_work import CaseWork, changing
from casework.services.earlier_wordings import Wording
from casework.services.revisions import Part
from casework.services.sealed_words import opened, packed
from casework.services.vault import Vault
from casework.transaction import reader, write
from models.base import new_id
from models.casework import SafetyPlan
from models.enums import CompartmentKind

FORM = "safety_plan"
STEPS = "safety_plan_step"
PLAN = Part("safety_plans", "safety_plans", ("plan",), ("agreed_on", "review_on"))

_of_case = select(SafetyPlan.__table__).where(SafetyPlan.case_id == bindparam("case"))


def steps() -> tuple[str, ...]:
    """The parts of a plan, by their codes, in the order in which they are asked."""
    return tuple(entry.code for entry in codes.listing(STEPS) if entry.parent)


def paper_steps() -> tuple[str, ...]:
    """The parts that have a neutral line for the copy she may take home: no name, no place, no signal."""
    return tuple(entry.code for entry in codes.listing(STEPS) if entry.flag("paper_zh"))


@dataclass(frozen=True, repr=False)
class PlanFacts:
    """What was agreed: words by the code of a step; local dates."""

    words: Mapping[str, str]
    agreed_on: datetime.date | None
    review_on: datetime.date | None


@dataclass(frozen=True, repr=False)
class SafetyPlanRead:
    """The plan as read; ``words`` may be Locked. ``earlier`` holds what it said before, newest first."""

    head: cases.CaseHead
    exists: bool
    words: dict[str, Any] | Locked
    agreed_on: datetime.date | None
    review_on: datetime.date | None
    review_is_overdue: bool
    version: int
    earlier: list[Wording]
    is_locked: bool
    is_open: bool

    def given(self) -> dict[str, Any]:
        """Every field as a form takes it."""
        words = {} if isinstance(self.words, Locked) else self.words
        dates = {"agreed_on": self.agreed_on, "review_on": self.review_on}
        return {name: words.get(name, "") for name in steps()} | dates | {"version": self.version}


def of_case(actor: Actor, number: str) -> SafetyPlanRead:
    """The plan of a case that the actor may see, recorded as shown; NotFound otherwise."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    row = reader().execute(_of_case, {"case": head.case_id}).one_or_none()
    actor.shown(
        "safety_plan.read",
        subject_kind="case",
        subject_id=head.case_id,
        ids=[row.id] if row else [],
        fields=["parties.name", "safety_plans.plan", "plan_items.words"],
    )
    is_locked, is_open = not vault.holds(head.account_compartment_id), moves.is_open(head.state)
    if row is None:
        return SafetyPlanRead(head, False, {}, None, None, False, 0, [], is_locked, is_open)
    words = opened(vault.text("safety_plans.plan", row.id, row.compartment_id, row.plan_sealed))
    earlier = earlier_wordings.of_rows(vault, PLAN.target, [row.id]).get(row.id, [])
    return SafetyPlanRead(
        head,
        True,
        words,
        row.agreed_on,
        row.review_on,
        is_open and row.review_on < today(),
        row.version,
        [_spread(wording) for wording in earlier],
        is_locked,
        is_open,
    )


def _spread(wording: Wording) -> Wording:
    if isinstance(wording.words, Locked):
        return wording
    words = dict(wording.words)
    plan = opened(words.pop("plan", ""))
    return replace(wording, words=words | (plan if isinstance(plan, dict) else {}))


def _checked(facts: PlanFacts, is_new_review: bool) -> dict[str, str]:
    faults: dict[str, str] = {}
    words = {name: text for name, text in facts.words.items() if text}
    if not set(words) <= set(steps()):
        raise NotFound
    if not words:
        faults["plan"] = "empty_plan"
    if facts.agreed_on is None:
        faults["agreed_on"] = "required"
    elif facts.agreed_on > today():
        faults["agreed_on"] = "future"
    if facts.review_on is None:
        faults["review_on"] = "required"
    elif is_new_review and facts.review_on < today():
        faults["review_on"] = "past"
    if faults:
        raise Invalid(faults)
    return words


def save(actor: Actor, number: str, facts: PlanFacts, version: int) -> None:
    """Writes the plan, the earlier wording is kept; ``version`` is 0 while there was none.

    Invalid without a word, without the day agreed or the day of review, or with one of them out of its time; Stale
    when somebody else saved first.
    """
    with changing(actor, number, CompartmentKind.ACCOUNT) as doing:
        row = doing.work.session.scalars(
            select(SafetyPlan).where(SafetyPlan.case_id == doing.case.id).with_for_update()
        ).one_or_none()
        words = _checked(facts, row is None or row.review_on != facts.review_on)
        if row is None:
            _add(doing, words, facts)
        else:
            _change(doing, row, words, facts, version)
        duty_raising.settle(doing.work, doing.case, duty_raising.PLAN)
        drafts.end(doing.work, actor, FORM, doing.case.id)


def _add(doing: CaseWork, words: dict[str, str], facts: PlanFacts) -> None:
    assert facts.agreed_on is not None and facts.review_on is not None and doing.work.actor is not None
    row = SafetyPlan(
        id=new_id(),
        case_id=doing.case.id,
        compartment_id=doing.account_id,
        agreed_on=facts.agreed_on,
        review_on=facts.review_on,
        created_at=doing.work.at,
        created_by=doing.work.actor.account_id,
    )
    row.plan_sealed = doing.vault.seal("safety_plans.plan", row.id, doing.account_id, packed(words))
    doing.work.session.add(row)
    doing.record("safety_plan.save", ids=(row.id,), fields=("safety_plans.plan",), row=row)


def _change(doing: CaseWork, row: SafetyPlan, words: dict[str, str], facts: PlanFacts, version: int) -> None:
    given = {"plan": packed(words), "agreed_on": facts.agreed_on, "review_on": facts.review_on}
    try:
        changed = revisions.save(doing.work, doing.vault, PLAN, row, row.compartment_id, given, version)
    except Stale as stale:
        raise _by_step(stale) from None
    if changed:
        doing.record("safety_plan.save", ids=(row.id,), fields=("safety_plans.plan",), row=row)


def _by_step(stale: Stale) -> Stale:
    """Both versions step by step, as the form has them; steps empty in both are left out."""
    yours, theirs = (opened(side.pop("plan")) for side in (stale.yours, stale.theirs))
    assert isinstance(yours, dict) and isinstance(theirs, dict)
    named = [name for name in steps() if yours.get(name) or theirs.get(name)]
    return replace(
        stale,
        yours={name: yours.get(name, "") for name in named} | stale.yours,
        theirs={name: theirs.get(name, "") for name in named} | stale.theirs,
    )


def copy_for_her(actor: Actor, number: str, *, wanted: bool, warned: bool, chosen: list[str]) -> list[str]:
    """Records that a neutral copy is printed for her; gives its steps in order. Nothing typed is on it.

    Invalid unless she asked for it, was told that the other party may find it, and chose the lines herself;
    NotFound without a plan.
    """
    faults: dict[str, str] = {}
    if not wanted:
        faults["wanted"] = "not_wanted"
    if not warned:
        faults["warned"] = "not_warned"
    if not chosen:
        faults["chosen"] = "required"
    elif not set(chosen) <= set(paper_steps()):
        faults["chosen"] = "choice"
    if faults:
        raise Invalid(faults)
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        plan_id = work.session.scalar(select(SafetyPlan.id).where(SafetyPlan.case_id == case.id))
        if plan_id is None:
            raise NotFound
        work.record("safety_plan.copy", subject_kind="case", subject_id=case.id, ids=(plan_id,))
    return [name for name in paper_steps() if name in chosen]
