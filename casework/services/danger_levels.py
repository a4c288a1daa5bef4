"""How dangerous a case stands: what its newest assessment says, and whether it is one of violence at all."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from casework import codes
from casework.law.danger_scale import HIGH_LETHAL
from models.calls import Matter
from models.cases import Assessment, Case
from models.incidents import Incident

VIOLENT_ISSUES = sorted(codes.flagged("rights_category", "domestic_violence"))

# An incident, or the issue: a file that may turn out to be one of violence is treated as one.
is_violent = or_(
    exists().where(Incident.case_id == Case.id),
    # Joined to nothing, so that the way in is the index of its case and not that of every such matter.
    exists().where(Matter.case_id == Case.id, Matter.issue.concat("").in_(VIOLENT_ISSUES)),
)
# A range counts by its upper end: what was not asked never makes her look safer.
newest_level = (
    select(func.coalesce(Assessment.raised_to, Assessment.level_high))
    .where(Assessment.case_id == Case.id)
    .order_by(Assessment.at.desc(), Assessment.id.desc())
    .limit(1)
    .correlate(Case)
    .scalar_subquery()
)
_is_violent = select(Case.id).where(Case.id == bindparam("case"), is_violent)
_newest = (
    select(Assessment.id, Assessment.at, Assessment.level_low, Assessment.level_high, Assessment.raised_to)
    .where(Assessment.case_id == bindparam("case"))
    .order_by(Assessment.at.desc(), Assessment.id.desc())
    .limit(1)
)


@dataclass(frozen=True)
class Standing:
    """What the newest assessment of a case says; codes of ``danger_level``."""

    assessment_id: int
    at: int
    level_low: str
    level_high: str
    raised_to: str | None

    @property
    def level(self) -> str:
        """The level that counts: what the assessor raised it to, else the upper end of the range."""
        return self.raised_to or self.level_high

    @property
    def is_high_lethal(self) -> bool:
        """Whether it is high-lethal for certain, not only because something was not asked."""
        return (self.raised_to or self.level_low) == HIGH_LETHAL

    @property
    def reaches_high_lethal(self) -> bool:
        """Whether it may be high-lethal."""
        return self.level == HIGH_LETHAL


def newest(session: Session, case_id: int) -> Standing | None:
    """What the newest assessment of a case says; None while nobody assessed it. Needs no key."""
    row = session.execute(_newest, {"case": case_id}).first()
    return Standing(*row) if row else None


def violent(session: Session, case_id: int) -> bool:
    """Whether a case is one of domestic violence, by the one definition above."""
    return session.execute(_is_violent, {"case": case_id}).first() is not None
