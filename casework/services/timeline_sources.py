"""Where the lines of a timeline come from: one coarse SELECT a source, of the same columns, without a sealed word.

Columns: ``at`` (microseconds UTC), ``id`` (of the row), ``kind``, ``a`` and ``b`` (codes that say more), ``by``
(an account). Ids are never used twice, so that (at, id, kind) is a key to page by.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    String,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union,
)

from models.access import AccessRequest, EmergencyOpening, Grant
from models.approval_files import ApprovalFile
from models.calls import Call
from models.cases import Assessment, CaseEvent, Consent
from models.casework import CaseNote, PlanItem, SafetyPlan, ServiceGiven
from models.duties import Duty, VillageTrust
from models.enums import FollowUpSubject
from models.evidence import Attachment
from models.follow_ups import FollowUp, FollowUpTry
from models.incidents import Incident
from models.merges import Merge
from models.papers import Paper, RightsRequest
from models.people import Party, Revision

CASE = bindparam("case", type_=BigInteger)


def _source(
    kind: str | ColumnElement[str],
    at: Any,
    row_id: Any,
    by: Any = None,
    a: Any = None,
    b: Any = None,
) -> Any:
    def word(value: Any) -> Any:
        return cast(null(), String) if value is None else cast(value, String)

    return select(
        at.label("at"),
        row_id.label("id"),
        (literal(kind, String) if isinstance(kind, str) else kind).label("kind"),
        word(a).label("a"),
        word(b).label("b"),
        (cast(null(), BigInteger) if by is None else by).label("by"),
    )


def _changed_rows() -> Any:
    """The rows of a case whose earlier wordings are kept."""
    own = [
        select(model.id).where(model.case_id == CASE)
        for model in (Party, Incident, SafetyPlan, PlanItem, ServiceGiven, CaseNote, Duty, RightsRequest)
    ]
    return union(select(CASE.label("id")), *own).subquery()


_tried = (FollowUp.subject_kind == FollowUpSubject.CASE) & (FollowUp.subject_id == CASE)
_merged = or_(Merge.case_id == CASE, Merge.survivor_case_id == CASE)

# Group (a code of timeline_group) -> its sources. Whatever a part records anew gets its line here.
SOURCES: Mapping[str, tuple[Any, ...]] = {
    "calls": (
        _source("call", Call.started_at, Call.id, Call.operator_id, Call.channel, Call.number).where(
            Call.case_id == CASE
        ),
    ),
    "moves": (
        _source(
            "move",
            CaseEvent.at,
            CaseEvent.id,
            CaseEvent.account_id,
            CaseEvent.kind,
            func.coalesce(CaseEvent.outcome, CaseEvent.to_state),
        ).where(CaseEvent.case_id == CASE),
        _source("approval_asked", ApprovalFile.asked_at, ApprovalFile.id, ApprovalFile.asked_by).where(
            ApprovalFile.case_id == CASE
        ),
        _source(
            "approval_decided",
            ApprovalFile.decided_at,
            ApprovalFile.id,
            ApprovalFile.approver_id,
            ApprovalFile.state,
        ).where(ApprovalFile.case_id == CASE, ApprovalFile.decided_at.is_not(None)),
        _source("merge_asked", Merge.asked_at, Merge.id, Merge.asked_by).where(_merged),
        _source("merge_decided", Merge.decided_at, Merge.id, Merge.decided_by, Merge.state).where(
            _merged, Merge.decided_at.is_not(None)
        ),
        _source("merge_undone", Merge.undone_at, Merge.id, Merge.undone_by).where(
            _merged, Merge.undone_at.is_not(None)
        ),
    ),
    "danger": (
        _source(
            "assessed",
            Assessment.at,
            Assessment.id,
            Assessment.account_id,
            Assessment.level_low,
            func.coalesce(Assessment.raised_to, Assessment.level_high),
        ).where(Assessment.case_id == CASE),
    ),
    "incidents": (
        _source(
            "incident", Incident.created_at, Incident.id, Incident.created_by, Incident.occurred_on
        ).where(Incident.case_id == CASE),
    ),
    "contacts": (
        _source(
            "try",
            FollowUpTry.tried_at,
            FollowUpTry.id,
            FollowUpTry.account_id,
            FollowUp.kind,
            FollowUpTry.result,
        )
        .join(FollowUp, FollowUp.id == FollowUpTry.follow_up_id)
        .where(_tried),
        _source(
            "planned", FollowUp.created_at, FollowUp.id, FollowUp.created_by, FollowUp.kind, FollowUp.due_on
        ).where(_tried),
    ),
    "plans": (
        _source(
            "safety_plan", SafetyPlan.created_at, SafetyPlan.id, SafetyPlan.created_by, SafetyPlan.review_on
        ).where(SafetyPlan.case_id == CASE),
        _source("plan_item", PlanItem.created_at, PlanItem.id, PlanItem.created_by, PlanItem.service).where(
            PlanItem.case_id == CASE
        ),
        _source(
            "service",
            ServiceGiven.recorded_at,
            ServiceGiven.id,
            ServiceGiven.account_id,
            ServiceGiven.service,
            ServiceGiven.given_on,
        ).where(ServiceGiven.case_id == CASE, ServiceGiven.voided_at.is_(None)),
    ),
    "notes": (
        _source("note", CaseNote.at, CaseNote.id, CaseNote.account_id).where(CaseNote.case_id == CASE),
        _source("changed", Revision.at, Revision.id, Revision.account_id, Revision.target).where(
            Revision.target_id.in_(select(_changed_rows().c.id))
        ),
    ),
    "consents": (
        _source("consent", Consent.recorded_at, Consent.id, Consent.recorded_by, Consent.scope).where(
            Consent.case_id == CASE
        ),
        _source("withdrawn", Consent.withdrawn_at, Consent.id, Consent.withdrawn_by, Consent.scope).where(
            Consent.case_id == CASE, Consent.withdrawn_at.is_not(None)
        ),
        _source("duty_raised", Duty.raised_at, Duty.id, None, Duty.kind, Duty.due_on).where(
            Duty.case_id == CASE
        ),
        _source("duty_done", Duty.done_at, Duty.id, Duty.done_by, Duty.kind).where(
            Duty.case_id == CASE, Duty.done_at.is_not(None)
        ),
        _source("trust", VillageTrust.asked_at, VillageTrust.id, VillageTrust.asked_by).where(
            VillageTrust.case_id == CASE
        ),
    ),
    "evidence": (
        _source(
            "evidence", Attachment.received_at, Attachment.id, Attachment.account_id, Attachment.state
        ).where(Attachment.case_id == CASE),
    ),
    "papers": (
        _source("paper", Paper.made_at, Paper.id, Paper.made_by, Paper.kind, Paper.number).where(
            Paper.case_id == CASE
        ),
        # Of what came of it nothing here: an alarm must show on no page that she may look at with somebody beside.
        _source("rights", RightsRequest.asked_at, RightsRequest.id, RightsRequest.account_id).where(
            RightsRequest.case_id == CASE
        ),
    ),
    "access": (
        _source("grant", Grant.starts_at, Grant.id, Grant.account_id, Grant.kind).where(
            Grant.case_id == CASE
        ),
        _source("grant_ended", Grant.ended_at, Grant.id, Grant.account_id, Grant.kind).where(
            Grant.case_id == CASE, Grant.ended_at.is_not(None)
        ),
        _source("access_asked", AccessRequest.asked_at, AccessRequest.id, AccessRequest.account_id).where(
            AccessRequest.case_id == CASE
        ),
        _source(
            "card_opened", EmergencyOpening.opened_at, EmergencyOpening.id, EmergencyOpening.account_id
        ).where(EmergencyOpening.case_id == CASE),
    ),
}

# Kind of line -> the first page of the part that holds what the line leaves out.
PART_OF: Mapping[str, str] = {
    "move": "cases.show",
    "assessed": "cases.danger.index",
    "incident": "cases.parts.account",
    "try": "cases.follow_ups.index",
    "planned": "cases.follow_ups.index",
    "safety_plan": "cases.safety_plans.index",
    "plan_item": "cases.safety_plans.index",
    "service": "cases.services_given.index",
    "note": "cases.notes.index",
    "consent": "cases.consents.index",
    "withdrawn": "cases.consents.index",
    "duty_raised": "cases.consents.index",
    "duty_done": "cases.consents.index",
    "trust": "cases.consents.index",
    "evidence": "cases.evidence.index",
    "paper": "cases.papers.index",
    "rights": "cases.rights.index",
    "grant": "cases.access.index",
    "grant_ended": "cases.access.index",
    "access_asked": "cases.access.index",
    "card_opened": "cases.access.index",
}
