"""Danger assessments: recorded for good, read beside the one before, and what follows from their level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from casework import codes
from casework.actor import Actor
from casework.clock import local_date
from casework.errors import Invalid, NotFound, Stale
from casework.law import danger_scale, moves
from casework.law.danger_scale import (
    ANYBODY,
    LEVELS,
    NO,
    NOT_ASKED,
    OTHER_KIN,
    PARTNER,
    YES,
    Instrument,
    Result,
)
from casework.sealed import Locked
from casework.services import (
    cases,
    danger_levels,
    drafts,
    duties,
    instruments,
    level_plans,
    mediation,
    notices,
)
from casework.services.case_work import CaseWork, changing
from casework.services.danger_levels import Standing
from casework.services.sealed_words import opened, packed
from casework.services.vault import Vault
from casework.transaction import reader
from models.accounts import Account
from models.base import new_id
from models.cases import Assessment
from models.enums import CaseState, CompartmentKind
from models.incidents import Incident

FORM = "assessment"
HIGH_LETHAL_NOTICE = "danger.high_lethal"
SHOWN = 50
PARTNERS = codes.flagged("relationship", "partner")

_of_case = (
    select(
        Assessment.id,
        Assessment.instrument,
        Assessment.compartment_id,
        Assessment.answers_sealed,
        Assessment.level_low,
        Assessment.level_high,
        Assessment.raised_to,
        Assessment.at,
        Account.display_name,
    )
    .outerjoin(Account, Account.id == Assessment.account_id)
    .where(Assessment.case_id == bindparam("case"))
    .order_by(Assessment.at.desc(), Assessment.id.desc())
    .limit(SHOWN)
)
_relationships = select(Incident.relationship).where(Incident.case_id == bindparam("case")).distinct()


@dataclass(frozen=True, repr=False)
class NewAssessment:
    """What was asked and judged. ``answers`` by item: yes, no or not_asked. ``level`` is for a checklist alone.

    ``after`` is the id of the newest assessment that the assessor saw (0: none). ``told`` is what she wrote beside
    110, 120 and 12356.
    """

    instrument: str
    answers: Mapping[str, str]
    own_life: str
    children_safe: str
    level: str | None = None
    raise_to: str | None = None
    reason: str | None = None
    told: str | None = None
    after: int = 0


@dataclass(frozen=True, repr=False)
class AssessmentLine:
    """One assessment as read; ``words`` (answers, reason, own_life, children_safe, told) may be Locked."""

    assessment_id: int
    instrument: Instrument
    at: int
    by: str | None
    level_low: str
    level_high: str
    raised_to: str | None
    words: dict[str, Any] | Locked

    @property
    def is_locked(self) -> bool:
        """Whether the reader holds no key for the answers; the level is clear."""
        return isinstance(self.words, Locked)

    @property
    def answers(self) -> dict[str, str]:
        """The answers by item; empty behind a lock."""
        return {} if isinstance(self.words, Locked) else self.words.get("answers", {})

    @property
    def level(self) -> str:
        """The level that counts."""
        return self.raised_to or self.level_high

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The items that were not answered."""
        return () if self.is_locked else danger_scale.unanswered(self.instrument, self.answers)

    @property
    def score(self) -> int:
        """How many of the scored points were a yes."""
        return sum(item.weight for item in self.instrument.items if self.answers.get(item.key) == YES)

    def changes_since(self, before: AssessmentLine) -> list[tuple[str, str, str]]:
        """(item, then, now) of what was answered otherwise; nothing between two different instruments."""
        if before.instrument != self.instrument or before.is_locked or self.is_locked:
            return []
        return danger_scale.changes(self.instrument, before.answers, self.answers)


@dataclass(frozen=True, repr=False)
class Assessments:
    """The assessments of a case, newest first, for whom a new one would be, and why there is no mediation."""

    head: cases.CaseHead
    lines: list[AssessmentLine]
    is_locked: bool
    suggested: str
    refused: frozenset[str]
    no_mediation: tuple[str, ...]

    @property
    def is_read_only(self) -> bool:
        """Whether she may read but not write: without the key, or under a grant."""
        return self.is_locked or self.head.is_granted

    @property
    def newest(self) -> AssessmentLine | None:
        """The one that counts."""
        return self.lines[0] if self.lines else None

    def before(self, line: AssessmentLine) -> AssessmentLine | None:
        """The assessment made before this one."""
        at = self.lines.index(line) + 1
        return self.lines[at] if at < len(self.lines) else None


def of_case(actor: Actor, number: str) -> Assessments:
    """The assessments of a case that the actor may see, recorded as shown; NotFound otherwise."""
    session = reader()
    vault = Vault(actor, session)
    head = cases.get_for(actor, number, vault)
    rows = session.execute(_of_case, {"case": head.case_id}).all()
    lines = [
        AssessmentLine(
            row.id,
            instruments.named(session, row.instrument),
            row.at,
            row.display_name,
            row.level_low,
            row.level_high,
            row.raised_to,
            opened(vault.text("assessments.answers", row.id, row.compartment_id, row.answers_sealed)),
        )
        for row in rows
    ]
    actor.shown(
        "assessment.read",
        subject_kind="case",
        subject_id=head.case_id,
        ids=[line.assessment_id for line in lines],
        fields=["parties.name", "assessments.answers"],
    )
    related = set(session.scalars(_relationships, {"case": head.case_id}))
    is_locked = not vault.holds(head.account_compartment_id)
    barred = mediation.refusals(session, head.case_id)
    return Assessments(head, lines, is_locked, _field_of_use(related), _refused_fields(related), barred)


def get_for(actor: Actor, number: str, assessment_id: int) -> tuple[Assessments, AssessmentLine]:
    """One assessment among the others of its case; NotFound when either is not hers to see."""
    read = of_case(actor, number)
    for line in read.lines:
        if line.assessment_id == assessment_id:
            return read, line
    raise NotFound


def _field_of_use(related: set[str]) -> str:
    """Whom the case is about as far as it is recorded; a partner where nothing is."""
    return OTHER_KIN if related and not related & PARTNERS else PARTNER


def _refused_fields(related: set[str]) -> frozenset[str]:
    """Fields of use that the record contradicts: a scale for partners, where only others are recorded."""
    return frozenset({PARTNER}) if related and not related & PARTNERS else frozenset()


def offered(read: Assessments) -> list[Instrument]:
    """The instruments that fit this case, the one that its record suggests first."""
    fitting = [it for it in instruments.offered(reader()) if it.applies not in read.refused]
    order = (read.suggested, ANYBODY)
    return sorted(fitting, key=lambda it: order.index(it.applies) if it.applies in order else len(order))


def instrument_for(actor: Actor, number: str, name: str) -> Instrument:
    """An instrument to ask with in a case that the actor may see; NotFound where either is not there.

    Opens nothing of the case, so nothing is recorded as shown.
    """
    cases.get_for(actor, number)
    for instrument in instruments.offered(reader()):
        if instrument.name == name:
            return instrument
    raise NotFound


def result_of(instrument: Instrument, answers: Mapping[str, str], level: str | None) -> Result | None:
    """What the answers come to so far; None for a checklist without a judgement."""
    if not instrument.is_judged:
        return danger_scale.assess(instrument, answers)
    return danger_scale.judged(instrument, answers, level) if level in LEVELS else None


def record(actor: Actor, number: str, new: NewAssessment) -> Standing:
    """Keeps an assessment for good, ends its draft and does what follows from its level; gives how the case stands.

    The first one of an accepted case of violence makes it "assessed". Invalid with reason codes by field, Stale
    when somebody else assessed since ``after``.
    """
    with changing(actor, number, CompartmentKind.ACCOUNT) as doing:
        instrument = _usable(doing, new)
        answers = {item.key: _answer(new.answers.get(item.key)) for item in instrument.questions}
        result = result_of(instrument, answers, new.level)
        _refuse_faults(new, instrument, answers, result)
        assert result is not None
        before = danger_levels.newest(doing.work.session, doing.case.id)
        _refuse_unseen(doing, before, new.after)
        row = _row(doing, new, instrument, answers, result)
        doing.record("assessment.add", ids=(row.id,), fields=("assessments.answers",), row=row)
        standing = Standing(row.id, row.at, row.level_low, row.level_high, row.raised_to)
        _move(doing)
        _follow(doing, standing, before, new)
        drafts.end(doing.work, actor, FORM, doing.case.id)
        return standing


def _usable(doing: CaseWork, new: NewAssessment) -> Instrument:
    offered_now = {it.name: it for it in instruments.offered(doing.work.session)}
    instrument = offered_now.get(new.instrument)
    if instrument is None:
        raise Invalid({"instrument": "choice"})
    related = set(doing.work.session.scalars(_relationships, {"case": doing.case.id}))
    if instrument.applies in _refused_fields(related):
        raise Invalid({"instrument": "field_of_use"})
    return instrument


def _answer(given: str | None) -> str:
    return given if given in (YES, NO) else NOT_ASKED


def _refuse_faults(
    new: NewAssessment, instrument: Instrument, answers: Mapping[str, str], result: Result | None
) -> None:
    faults: dict[str, str] = {}
    if all(answer == NOT_ASKED for answer in answers.values()):
        faults["answers"] = "nothing_asked"
    for name in ("own_life", "children_safe"):
        if not codes.exists(name, getattr(new, name)):
            faults[name] = "required"
    if result is None:
        faults["level"] = "required"
    elif not instrument.is_judged and new.raise_to not in (
        None,
        "",
        *danger_scale.may_raise_to(result.level_low, result.level_high),
    ):
        faults["raise_to"] = "only_up"
    if not new.reason and (instrument.is_judged or new.raise_to):
        faults["reason"] = "required"
    if faults:
        raise Invalid(faults)


def _refuse_unseen(doing: CaseWork, before: Standing | None, after: int) -> None:
    if before is None or before.assessment_id == after:
        return
    by = doing.work.session.scalar(
        select(Account.display_name)
        .join(Assessment, Assessment.account_id == Account.id)
        .where(Assessment.id == before.assessment_id)
    )
    raise Stale({}, {}, by or "", before.at, before.assessment_id)


def _row(
    doing: CaseWork, new: NewAssessment, instrument: Instrument, answers: Mapping[str, str], result: Result
) -> Assessment:
    row = Assessment(
        id=new_id(),
        case_id=doing.case.id,
        compartment_id=doing.account_id,
        instrument=instrument.name,
        level_low=result.level_low,
        level_high=result.level_high,
        raised_to=None if instrument.is_judged else new.raise_to or None,
        at=doing.work.at,
        on=local_date(doing.work.at),
        account_id=doing.work.actor.account_id if doing.work.actor else 0,
    )
    words = {
        "answers": dict(answers),
        "own_life": new.own_life,
        "children_safe": new.children_safe,
        "reason": new.reason or "",
        "told": new.told or "",
    }
    row.answers_sealed = (
        doing.vault.seal("assessments.answers", row.id, doing.account_id, packed(words)) or b""
    )
    doing.work.session.add(row)
    doing.work.session.flush()
    return row


def _move(doing: CaseWork) -> None:
    """An accepted case of violence is assessed now."""
    case = doing.case
    if case.state != CaseState.ACCEPTED or not danger_levels.violent(doing.work.session, case.id):
        return
    move = moves.move_between(case.state, CaseState.ASSESSED)
    before, case.state = case.state, CaseState.ASSESSED
    case.version += 1
    cases.add_event(doing.work, case, "assessed", from_state=before)
    doing.record(move.name)


def _follow(doing: CaseWork, now: Standing, before: Standing | None, new: NewAssessment) -> None:
    """The contacts, duties and notice of a level."""
    work, vault, case = doing.work, doing.vault, doing.case
    level_plans.replan(work, case, now.level)
    was = before is not None and before.is_high_lethal
    if now.is_high_lethal:
        duties.on_high_lethal(work, vault, case, now.assessment_id, was_high_lethal=was)
        if not was:
            notices.raise_once(work, HIGH_LETHAL_NOTICE, case.id, team_id=case.team_id)
    if now.raised_to is None and now.level_low != now.level_high:
        duties.raise_for(work, vault, case, ["finish_assessment"], assessment_id=now.assessment_id)
    else:
        duties.settle(work, case, "finish_assessment")
    if new.children_safe == NO:
        duties.on_child_in_danger(work, vault, case)
