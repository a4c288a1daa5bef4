"""The consent ledger: what she agreed to, for whom, until when; what she took back; on which ground the law acts
without her.

``has`` and ``gate`` are what every other part asks before something is done that needs her word. They read clear
columns alone, so that whoever hands on is held to it without any key.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from casework import codes
from casework.actor import Actor
from casework.clock import today
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.services import desk_keys, drafts, identities
from casework.services.case_work import CaseWork, changing
from casework.services.identities import PartyRead
from casework.services.vault import Vault
from models.base import new_id
from models.cases import Consent
from models.enums import CompartmentKind, PartyRole
from models.people import Party

FORM = "consent"
SCOPES, RECIPIENTS, GROUNDS, GIVERS = "consent_scope", "consent_recipient", "consent_ground", "consent_giver"
HERSELF, GUARDIAN, NOBODY = "herself", "guardian", "nobody"
DESK_CONTACT = "desk_contact"
FOR_A_CHILD = "guardian_for_child"
# Whose guardian must agree for her (PIPL 28, 31), as a case's clear columns know it.
UNDER_14 = "age_0_13"

_of_scope = (
    select(
        Consent.ground,
        Consent.given_on,
        Consent.ends_on,
        Consent.withdrawn_at,
        Consent.given_by,
        Consent.compartment_id,
    )
    .where(Consent.case_id == bindparam("case"), Consent.scope == bindparam("scope"))
    .order_by(Consent.given_on.desc(), Consent.id.desc())
)
_child_by_band = (
    select(Party.id)
    .where(Party.case_id == bindparam("case"), Party.role == PartyRole.CLIENT, Party.age_band == UNDER_14)
    .limit(1)
)


@dataclass(frozen=True)
class Gate:
    """Whether something that needs her word may be done. ``ground`` is the code of the law's where it acts without
    her consent; ``reason`` says why not: never_asked, ended, withdrawn or guardian_needed; None where it may.
    """

    scope: str
    allowed: bool
    ground: str | None = None
    reason: str | None = None


def has(session: Session, case_id: int, scope: str, on: datetime.date | None = None) -> bool:
    """Whether a consent of this scope is in force on a local date (today): given, not ended, not withdrawn.

    Each row is a consent of its own, so one of another scope never stands in for it; the law's grounds are no
    consent. A child's own word counts only where her age was looked at when it was recorded.
    """
    return gate(session, case_id, scope, on, with_grounds=False).allowed


def gate(
    session: Session,
    case_id: int,
    scope: str,
    on: datetime.date | None = None,
    *,
    with_grounds: bool = True,
) -> Gate:
    """Whether something of this scope may be done on a local date (today), by her consent or on a ground in law.

    Raises LookupError for a scope that was never in the list: it is written by us.
    """
    codes.get(SCOPES, scope)
    day = on or today()
    rows = session.execute(_of_scope, {"case": case_id, "scope": scope}).all()
    is_child = is_child_by_band(session, case_id)
    reason, ground = "never_asked", None
    for row in rows:
        standing = standing_of(row, day)
        if row.ground is not None:
            ground = ground or (row.ground if standing is None else None)
        elif standing is not None:
            reason = standing if reason == "never_asked" else reason
        elif is_child and row.given_by == HERSELF and row.compartment_id is None:
            reason = "guardian_needed"
        else:
            return Gate(scope, True)
    if with_grounds and ground is not None:
        return Gate(scope, True, ground=ground)
    return Gate(scope, False, reason=reason)


def is_child_by_band(session: Session, case_id: int) -> bool:
    """Whether the client was under fourteen when the case was accepted, by the clear columns alone."""
    return session.execute(_child_by_band, {"case": case_id}).first() is not None


def standing_of(row: Any, day: datetime.date) -> str | None:
    """Why a row is not in force on that day; None where it is. The last day is included."""
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.ends_on is not None and row.ends_on < day:
        return "ended"
    return "never_asked" if row.given_on > day else None


@dataclass(frozen=True, repr=False)
class ConsentFacts:
    """A consent as it is written down, or a ground in its place. Codes of their lists; dates are local.

    ``guardian_is_other_party`` is yes, no or unknown; ``asked_alone``: whether she was asked for this one by itself.
    """

    scope: str
    recipient: str | None = None
    ground: str | None = None
    given_by: str = HERSELF
    guardian_is_other_party: str = "unknown"
    asked_alone: bool = False
    given_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    note: str | None = None


def child_client(vault: Vault, case_id: int) -> PartyRead | None:
    """The client where she is known to be under fourteen today; None also where her age stays shut."""
    found = identities.children_under_14(identities.people_of(vault, case_id))
    return next((party for party in found if party.role == PartyRole.CLIENT), None)


def recipients_for(scope: str) -> frozenset[str]:
    """The kinds of body to which something of this scope may go; none where it stays within the office."""
    return codes.flagged(RECIPIENTS, "scopes", scope)


def grounds_for(scope: str) -> frozenset[str]:
    """The grounds in law on which the office may act in this scope without her consent."""
    return codes.flagged(GROUNDS, "scopes", scope)


def _faults(facts: ConsentFacts) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not codes.exists(SCOPES, facts.scope):
        return {"scope": "choice"}
    fitting = recipients_for(facts.scope)
    if fitting and not facts.recipient:
        faults["recipient"] = "required"
    elif facts.recipient and facts.recipient not in fitting:
        faults["recipient"] = "recipient_scope"
    if facts.given_on is None:
        faults["given_on"] = "required"
    elif facts.given_on > today():
        faults["given_on"] = "future"
    elif facts.ends_on is not None and facts.ends_on < facts.given_on:
        faults["ends_on"] = "before_start"
    return faults


def _consent_faults(facts: ConsentFacts) -> dict[str, str]:
    faults = _faults(facts)
    if "scope" in faults:
        return faults
    scope = codes.get(SCOPES, facts.scope)
    if facts.given_by not in (HERSELF, GUARDIAN):
        faults["given_by"] = "choice"
    elif scope.flag("guardian") and facts.given_by != GUARDIAN:
        faults["given_by"] = "guardian_scope"
    elif facts.given_by == GUARDIAN and facts.guardian_is_other_party == "yes":
        faults["given_by"] = "guardian_is_other_party"
    elif facts.given_by == GUARDIAN and facts.guardian_is_other_party != "no":
        faults["guardian_is_other_party"] = "required"
    if scope.flag("separate") and not facts.asked_alone:
        faults["asked_alone"] = "asked_alone"
    return faults


def record(actor: Actor, number: str, facts: ConsentFacts) -> int:
    """Writes down a consent; gives its id. One for the desk gives the desk the key of the contact card again.

    Invalid where the body does not fit the scope, a separate consent was not asked for by itself, a child under
    fourteen is to agree alone, or the guardian who agrees is the other party (PIPL 23, 28, 29, 31).
    """
    faults = _consent_faults(facts)
    if faults:
        raise Invalid(faults)
    kinds = [CompartmentKind.ACCOUNT]
    if facts.scope == DESK_CONTACT:
        kinds.append(CompartmentKind.CONTACT)
    with changing(actor, number, *kinds) as doing:
        _check_age(doing, facts)
        row = _add(doing, actor, facts, facts.given_by, None)
        if facts.scope == DESK_CONTACT:
            desk_keys.give(doing.work, doing.vault, doing.case)
        drafts.end(doing.work, actor, FORM, doing.case.id)
        doing.record("consent.record", ids=(row.id,), fields=("consents.note",), row=row)
        return row.id


def _check_age(doing: CaseWork, facts: ConsentFacts) -> None:
    child = child_client(doing.vault, doing.case.id)
    by_band = is_child_by_band(doing.work.session, doing.case.id)
    if child is not None and facts.given_by == HERSELF:
        raise Invalid({"given_by": "guardian_needed"})
    if child is not None and child.words.get("guardian") == "other_party":
        raise Invalid({"given_by": "guardian_is_other_party"})
    if facts.given_by == GUARDIAN and child is None and not by_band and not _has_child(doing):
        raise Invalid({"given_by": "no_child"})


def _has_child(doing: CaseWork) -> bool:
    """A child in the case under fourteen, or of an age that nobody knows: her guardian may agree for her."""
    return any(
        party.role in (PartyRole.CHILD, PartyRole.CLIENT)
        and party.left_at is None
        and (party.age is None or party.is_under_14)
        for party in identities.people_of(doing.vault, doing.case.id)
    )


def record_ground(actor: Actor, number: str, facts: ConsentFacts) -> int:
    """Writes down the ground on which the law acts without her consent, and why it is there; gives its id.

    Invalid for a ground that does not reach that scope, or without the facts in the note.
    """
    faults = _faults(facts)
    if "scope" not in faults:
        if not facts.ground:
            faults["ground"] = "required"
        elif facts.ground not in grounds_for(facts.scope):
            faults["ground"] = "ground_scope"
    if not facts.note:
        faults["note"] = "required"
    if faults:
        raise Invalid(faults)
    with changing(actor, number, CompartmentKind.ACCOUNT) as doing:
        row = _add(doing, actor, facts, NOBODY, facts.ground)
        doing.record("consent.ground", ids=(row.id,), fields=("consents.note",), row=row)
        return row.id


def _add(doing: CaseWork, actor: Actor, facts: ConsentFacts, given_by: str, ground: str | None) -> Consent:
    row = Consent(
        id=new_id(),
        case_id=doing.case.id,
        scope=facts.scope,
        recipient=facts.recipient or None,
        ground=ground,
        given_by=given_by,
        given_on=facts.given_on,
        ends_on=facts.ends_on,
        recorded_by=actor.account_id,
        recorded_at=doing.work.at,
        compartment_id=doing.account_id,
    )
    row.note_sealed = doing.vault.seal("consents.note", row.id, doing.account_id, facts.note or None)
    doing.work.session.add(row)
    doing.work.session.flush()
    return row


def withdraw(actor: Actor, number: str, consent_id: int) -> None:
    """Records that she took a consent back, or that a ground fell away; from this moment it opens nothing.

    Every consent of the same scope and recipient goes with it: she took back what she agreed to, not a line. Without
    the desk's the desk loses the key of the contact card. Allowed in a case that has ended too; AlreadyDone where
    it was taken back before.
    """
    with changing(actor, number, ended=True) as doing:
        row = doing.work.session.get(Consent, consent_id, with_for_update=True)
        if row is None or row.case_id != doing.case.id:
            raise NotFound
        if row.withdrawn_at is not None:
            raise AlreadyDone
        same = _alike(doing, row)
        for each in same:
            each.withdrawn_at, each.withdrawn_by = doing.work.at, actor.account_id
        if row.scope == DESK_CONTACT:
            desk_keys.take(doing.work, doing.case)
        doing.record("consent.withdraw", ids=[each.id for each in same])


def _alike(doing: CaseWork, row: Consent) -> list[Consent]:
    found = doing.work.session.scalars(
        select(Consent)
        .where(Consent.case_id == doing.case.id, Consent.scope == row.scope, Consent.withdrawn_at.is_(None))
        .order_by(Consent.id)
    )
    return [
        each
        for each in found
        if (each.ground is None) == (row.ground is None)
        and (each.recipient == row.recipient or row.scope == DESK_CONTACT)
        and (row.ground is None or each.id == row.id)
    ]
