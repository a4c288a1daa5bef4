"""Enumerations that the database checks; code lists that change over time live in ``casework/codes``."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The ten roles."""

    HOTLINE_OPERATOR = "hotline_operator"
    CASEWORKER = "caseworker"
    TEAM_LEAD = "team_lead"
    APPROVING_LEADER = "approving_leader"
    SHELTER_STAFF = "shelter_staff"
    SUPERVISOR = "supervisor"
    DEPARTMENT_REPORTER = "department_reporter"
    SECURITY_OFFICER = "security_officer"
    AUDITOR = "auditor"
    SYSTEM_ADMINISTRATOR = "system_administrator"


TEAM_ROLES = frozenset({Role.HOTLINE_OPERATOR, Role.CASEWORKER, Role.TEAM_LEAD, Role.SHELTER_STAFF})


class TeamKind(StrEnum):
    """What a team is for; decides which compartments it has keys for."""

    DESK = "desk"
    CASEWORK = "casework"
    SHELTER = "shelter"
    DUTY = "duty"


class AccountState(StrEnum):
    """An account's life."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


class CompartmentKind(StrEnum):
    """What is sealed together."""

    CONTACT = "contact"
    IDENTITY = "identity"
    ACCOUNT = "account"
    LEGAL = "legal"
    SHELTER = "shelter"


class OwnerKind(StrEnum):
    """What a compartment belongs to."""

    CASE = "case"
    CALL = "call"
    LEAD = "lead"
    STAY = "stay"
    FACILITY = "facility"
    REGISTER_ENTRY = "register_entry"
    DRAFT = "draft"
    ATTACHMENT = "attachment"
    MESSAGE = "message"


class CaseState(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    ASSESSED = "assessed"
    IN_SERVICE = "in_service"
    FOLLOW_UP = "follow_up"
    CLOSING_REVIEW = "closing_review"
    CLOSED = "closed"
    TRANSFERRED = "transferred"
    MERGED = "merged"


class CallStatus(StrEnum):
    """What became of the ring."""

    ANSWERED = "answered"
    MISSED = "missed"
    ABANDONED = "abandoned"


class FollowUpState(StrEnum):
    """A planned contact's life."""

    PLANNED = "planned"
    DUE = "due"
    DONE = "done"
    CANCELLED = "cancelled"
    REPLANNED = "replanned"


class FollowUpSubject(StrEnum):
    """What a follow-up is about."""

    CASE = "case"
    WARNING = "warning"
    HARDSHIP = "hardship"
    ORDER = "order"
    STAY = "stay"


class PartyRole(StrEnum):
    """A person's place in a case."""

    CLIENT = "client"
    OTHER_PARTY = "other_party"
    CHILD = "child"
    RELATIVE = "relative"
    REPORTER = "reporter"
    BODY_STAFF = "body_staff"


class YesNoUnknown(StrEnum):
    """An answer, with 'not asked' as a real one."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class RecipientKind(StrEnum):
    """Whom a wrapped compartment key is for."""

    TEAM_KEY = "team_key"
    ACCOUNT = "account"
    GRANT = "grant"


class SnapshotForm(StrEnum):
    """How much of a table could be published."""

    WHOLE = "whole"
    JOINED = "joined"
    WITHOUT_TOTALS = "without_totals"
    WITHHELD = "withheld"


class SnapshotReason(StrEnum):
    """Why there is an edition."""

    FIRST = "first"
    MONTHS_OVER = "months_over"
    CORRECTION = "correction"


class PlanItemState(StrEnum):
    """How far a line of the case plan has come; only ``met`` counts as met."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    MET = "met"
    NOT_MET = "not_met"
    DROPPED = "dropped"


class AttachmentState(StrEnum):
    """A file's life."""

    RECEIVING = "receiving"
    KEPT = "kept"
    VOIDED = "voided"


class ApprovalState(StrEnum):
    """Where an approval file stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class MergeState(StrEnum):
    """Where a merge of two files stands."""

    ASKED = "asked"
    REFUSED = "refused"
    MERGED = "merged"
    UNDONE = "undone"


class AccessRequestState(StrEnum):
    """Where a request for emergency access stands."""

    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
