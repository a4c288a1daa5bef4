"""The registry of sealed fields: a tag that never changes, and the compartment that each field belongs to.

The tag is part of the associated data of every ciphertext; a renamed column keeps its tag, a retired tag is never
given out again. ``BY_OTHER_MEANS`` lists the sealed columns that are not under a compartment key, with the key that
seals them.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.enums import CompartmentKind

CONTACT, IDENTITY, ACCOUNT = CompartmentKind.CONTACT, CompartmentKind.IDENTITY, CompartmentKind.ACCOUNT


@dataclass(frozen=True)
class SealedField:
    """One sealed column: its tag and the one kind of compartment under which it is sealed; None: its part's own."""

    tag: int
    compartment: CompartmentKind | None


FIELDS: dict[str, SealedField] = {
    "calls.phone": SealedField(101, CONTACT),
    "calls.caller_name": SealedField(102, CONTACT),
    "calls.town": SealedField(103, CONTACT),
    "calls.safe_hours": SealedField(104, CONTACT),
    "calls.alias": SealedField(105, CONTACT),
    "calls.code_word": SealedField(106, CONTACT),
    "calls.never": SealedField(107, CONTACT),
    "calls.safety_answers": SealedField(108, ACCOUNT),
    "calls.emergency": SealedField(109, ACCOUNT),
    "calls.said": SealedField(110, ACCOUNT),
    "calls.wish": SealedField(111, ACCOUNT),
    "matters.external_number": SealedField(112, ACCOUNT),
    "leads.content": SealedField(121, ACCOUNT),
    "cases.phone": SealedField(201, CONTACT),
    "cases.safe_hours": SealedField(202, CONTACT),
    "cases.alias": SealedField(203, CONTACT),
    "cases.code_word": SealedField(204, CONTACT),
    "cases.never": SealedField(205, CONTACT),
    "cases.account_text": SealedField(206, ACCOUNT),
    "cases.wish": SealedField(207, ACCOUNT),
    "cases.interview": SealedField(208, ACCOUNT),
    "case_events.reason": SealedField(211, ACCOUNT),
    "assessments.answers": SealedField(221, ACCOUNT),
    "parties.name": SealedField(301, IDENTITY),
    "parties.identity_number": SealedField(302, IDENTITY),
    "parties.birth_date": SealedField(303, IDENTITY),
    "parties.phone": SealedField(304, IDENTITY),
    "parties.address_town": SealedField(305, IDENTITY),
    "parties.address_rest": SealedField(306, IDENTITY),
    "parties.note": SealedField(307, IDENTITY),
    "parties.home_town": SealedField(308, IDENTITY),
    "parties.home_rest": SealedField(309, IDENTITY),
    "parties.relation": SealedField(310, IDENTITY),
    "parties.body": SealedField(311, IDENTITY),
    "parties.guardian": SealedField(312, IDENTITY),
    "parties.born_year": SealedField(313, IDENTITY),
    "incidents.narrative": SealedField(401, ACCOUNT),
    "incidents.details": SealedField(402, ACCOUNT),
    "follow_ups.purpose": SealedField(501, CONTACT),
    "follow_up_tries.note": SealedField(502, ACCOUNT),
    "grants.reason": SealedField(601, ACCOUNT),
    "grants.review": SealedField(602, ACCOUNT),
    "access_requests.reason": SealedField(603, ACCOUNT),
    "emergency_openings.reason": SealedField(604, CONTACT),
    "revisions.row": SealedField(701, None),
    "duties.note": SealedField(801, ACCOUNT),
    "village_trusts.answer": SealedField(811, ACCOUNT),
    "village_trusts.must_not_know": SealedField(812, ACCOUNT),
    "safety_plans.plan": SealedField(821, ACCOUNT),
    "plan_items.words": SealedField(831, ACCOUNT),
    "services_given.note": SealedField(841, ACCOUNT),
    "case_notes.text": SealedField(851, ACCOUNT),
    "consents.note": SealedField(861, ACCOUNT),
    "attachments.file_key": SealedField(871, ACCOUNT),
    "attachments.words": SealedField(872, ACCOUNT),
    "attachments.findings": SealedField(873, ACCOUNT),
    "approval_files.asks": SealedField(881, ACCOUNT),
    "approval_files.opinion": SealedField(882, ACCOUNT),
    "handover_notes.text": SealedField(891, ACCOUNT),
    "merges.reason": SealedField(901, ACCOUNT),
    "papers.words": SealedField(911, ACCOUNT),
    "rights_requests.note": SealedField(921, ACCOUNT),
}

BY_OTHER_MEANS: dict[str, str] = {
    "accounts.bundle_sealed": "password-derived key joined with the server secret",
    "accounts.totp_sealed": "password-derived key joined with the server secret",
    "sessions.keychain_sealed": "cookie secret joined with the boot secret",
    "drafts.content_sealed": "the author's draft key",
    "check_ins.words_sealed": "the author's draft key",
    "key_copies.key_sealed": "the recipient's X25519 public key",
    "wraps.key_sealed": "the team's symmetric key, its public key until first opened, or a grantee's public key",
    "kit_wraps.key_sealed": "a pair of shares of the kit",
    "recovery_items.item_sealed": "the recovery public key",
}
