"""How dangerous a case stands: what its newest assessment says, and whether it is one of violence at all."""

from __future__ import annotations

from sqlalchemy import exists, func, or_, select

from casework import codes
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
    .order_by(Assessment.at.desc())
    .limit(1)
    .correlate(Case)
    .scalar_subquery()
)
