"""The first interview of a case of violence: one screen over many parts, saved as one transaction.

Each answer has its own place: people, incident, wish, card. What has none is sealed together with the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select

from casework import codes
from casework.actor import Actor
from casework.clock import today
from casework.errors import DomainError, Invalid, NotFound, Stale
from casework.sealed import Locked
from casework.services import blind_indexes, contact_cards, drafts, identities, narratives, people, revisions
from casework.services.call_facts import NOT_ASKED, SAFETY_QUESTIONS, read_phone
from casework.services.case_facts import ContactCard, IncidentFacts
from casework.services.case_work import CaseWork, changing
from casework.services.identities import Identity
from casework.services.incidents import IncidentLine
from casework.services.narratives import Account
from casework.services.people import PersonFacts
from casework.services.revisions import Part
from casework.services.sealed_words import opened, packed
from casework.services.vault import Vault
from casework.transaction import reader
from models.cases import Case
from models.enums import CompartmentKind, PartyRole

FORM = "first_interview"
ANSWERS = Part("cases", "cases.first_interview", ("interview",), version="interview_version")
# The answers that are codes, with their lists.
LISTED = {
    **{name: name for name in SAFETY_QUESTIONS},
    "knows_of_visit": "asked",
    "has_children": "asked",
    "how_often": "how_often",
    "getting_worse": "asked",
    "reported_before": "asked",
    "lives_now": "lives_now",
    "safe_there": "asked",
}
WORDS = ("began", "before", "old_injuries", "reported_words", "needs_words")
UNASKED = frozenset({"", NOT_ASKED, "unknown"})
# What this screen asks of a person; the rest of what is known of her stays as it is.
ASKED: dict[PartyRole, tuple[str, ...]] = {
    PartyRole.CLIENT: (
        *(*people.WHO, *people.WHERE, *people.SHARED_HOME),
        *("sex", "special_protection"),
    ),
    PartyRole.OTHER_PARTY: ("name", "phone", "note"),
    PartyRole.CHILD: ("name", "birth_date", "born_year", "guardian", "sex"),
}
# How often it was saved, when first and by whom, and which incident it speaks of: beside the answers.
SAVES, HELD_ON, HELD_BY, INCIDENT_ID = "saves", "held_on", "held_by", "incident_id"
_BESIDE = frozenset({SAVES, HELD_ON, HELD_BY, INCIDENT_ID})

_case = select(
    Case.interview_sealed,
    Case.interview_version,
    Case.contact_version,
    *(
        Case.__table__.c[f"{name}_sealed"].is_not(None).label(f"has_{name}")
        for name in contact_cards.CARD.sealed
    ),
).where(Case.id == bindparam("case"))


@dataclass
class PartRefused(DomainError):
    """One part of the screen can't be saved, so nothing was: its name and the fault (Invalid or Stale)."""

    part: str
    fault: Invalid | Stale

    def __str__(self) -> str:
        return f"{self.part}: {self.fault}"


@dataclass(frozen=True, repr=False)
class Interview:
    """The screen as it is stored. ``answers`` is empty before the first save; ``on_card`` names the lines of the
    safe-contact card that are written, never their words.
    """

    identity: Identity
    account: Account
    incident: IncidentLine | None
    answers: Mapping[str, Any]
    version: int
    on_card: frozenset[str]
    card_version: int
    is_locked: bool

    @property
    def head(self) -> Any:
        """The head of the case."""
        return self.identity.head


@dataclass(frozen=True, repr=False)
class Told:
    """What one part was told, against the version that its form was filled from; ``row_id`` 0 for a new row."""

    facts: Any
    version: int
    row_id: int = 0


@dataclass(frozen=True, repr=False)
class NewInterview:
    """Everything on the screen: codes and words of ``answers`` by name; a card with only what is to be replaced."""

    answers: Mapping[str, Any]
    version: int
    client: Told
    other: Told
    children: tuple[Told, ...]
    incident: Told
    wish: Told
    card: Told


def of_case(actor: Actor, number: str, action: str = "interview.read") -> Interview:
    """The interview of a case that the actor may see, recorded as shown; NotFound otherwise."""
    identity, account = identities.of_case(actor, number), narratives.of_case(actor, number)
    vault, head = Vault(actor, reader()), identity.head
    row = reader().execute(_case, {"case": head.case_id}).one()
    text = vault.text("cases.interview", head.case_id, head.account_compartment_id, row.interview_sealed)
    answers = opened(text)
    actor.shown(action, subject_kind="case", subject_id=head.case_id, fields=["cases.interview"])
    known: Mapping[str, Any] = {} if isinstance(answers, Locked) else answers
    is_locked = identity.is_locked or account.is_locked or not vault.holds(head.contact_compartment_id)
    return Interview(
        identity,
        account,
        _latest(account, known.get(INCIDENT_ID)),
        known,
        row.interview_version,
        frozenset(name for name in contact_cards.CARD.sealed if getattr(row, f"has_{name}")),
        row.contact_version,
        is_locked,
    )


def _latest(account: Account, incident_id: int | None) -> IncidentLine | None:
    named = [line for line in account.incidents if line.incident_id == incident_id]
    return next(iter(named or account.incidents), None)


@contextmanager
def _part(name: str) -> Iterator[None]:
    try:
        yield
    except (Invalid, Stale) as fault:
        raise PartRefused(name, fault) from None


def save(actor: Actor, number: str, told: NewInterview) -> people.Saved:
    """Writes every part in one transaction and ends the draft; PartRefused names the part that stopped it."""
    kinds = (CompartmentKind.CONTACT, CompartmentKind.IDENTITY, CompartmentKind.ACCOUNT)
    with _part("answers"):
        _check(told.answers)
    with changing(actor, number, *kinds) as doing:
        with _part("client"):
            saved = _put_client(doing, told)
        with _part("other"):
            _put_other(doing, told)
        for at, child in enumerate(told.children):
            with _part(f"child{at}"):
                _put_child(doing, child)
        with _part("incident"):
            incident_id = _put_incident(doing, told.incident)
        with _part("wish"):
            _put_wish(doing, told.wish)
        with _part("card"):
            _put_card(doing, actor, told.card)
        with _part("answers"):
            _put_answers(doing, actor, told, incident_id)
        drafts.end(doing.work, actor, FORM, doing.case.id)
        return saved


def _check(answers: Mapping[str, Any]) -> None:
    faults = {
        name: "choice"
        for name, listed in LISTED.items()
        if answers.get(name) and not codes.exists(listed, answers[name])
    }
    if not all(codes.exists("service", need) for need in answers.get("needs", ())):
        faults["needs"] = "choice"
    if faults:
        raise Invalid(faults)


def _put_client(doing: CaseWork, told: NewInterview) -> people.Saved:
    facts: PersonFacts = told.client.facts
    has_left = told.answers.get("lives_now") == "left"
    # Where she is now is never taken from where she was.
    if has_left and facts.address_rest and facts.address_rest == facts.home_rest:
        raise Invalid({"address_rest": "same_home"})
    party = people.first_of(doing, PartyRole.CLIENT)
    if party is None:
        raise NotFound
    return people.put(doing, party, facts, told.client.version, ASKED[PartyRole.CLIENT])


def _put_other(doing: CaseWork, told: NewInterview) -> None:
    incident: IncidentFacts = told.incident.facts
    facts: PersonFacts = replace(told.other.facts, relation=incident.relationship or None)
    party = people.first_of(doing, PartyRole.OTHER_PARTY)
    if party is None:
        if facts.says_something:
            people.make(doing, PartyRole.OTHER_PARTY, facts)
        return
    asked = ASKED[PartyRole.OTHER_PARTY]
    if party.relation_sealed is None:
        # Said once of him, kept: another incident may have been somebody else's.
        asked = (*asked, "relation")
    people.put(doing, party, facts, told.other.version, asked)


def _put_child(doing: CaseWork, child: Told) -> None:
    if child.row_id:
        party = people.row_of(doing, child.row_id)
        if party.role != PartyRole.CHILD or party.left_at is not None:
            raise NotFound
        people.put(doing, party, child.facts, child.version, ASKED[PartyRole.CHILD])
    elif child.facts.says_something:
        people.make(doing, PartyRole.CHILD, child.facts)


def _put_incident(doing: CaseWork, told: Told) -> int | None:
    facts: IncidentFacts = told.facts
    details = facts.details.words() if facts.details else {}
    if told.row_id:
        narratives.put(doing, told.row_id, facts, told.version)
        return told.row_id
    if facts.occurred_on or facts.violence_types or facts.narrative or details:
        return narratives.put_new(doing, facts)
    return None


def _put_wish(doing: CaseWork, told: Told) -> None:
    case = doing.case
    changed = revisions.save(
        doing.work, doing.vault, narratives.TEXT, case, doing.account_id, {"wish": told.facts}, told.version
    )
    if changed:
        doing.record("case.change_account", fields=changed, row=case)


def _put_card(doing: CaseWork, actor: Actor, told: Told) -> None:
    card: ContactCard = told.facts
    words = {name: getattr(card, name) for name in contact_cards.CARD.sealed if getattr(card, name)}
    if not words:
        return
    case = doing.case
    try:
        changed = revisions.save(
            doing.work,
            doing.vault,
            contact_cards.CARD,
            case,
            case.contact_compartment_id,
            words,
            told.version,
        )
    except Stale:
        # The page that shows both versions shows the card.
        names = [f"cases.{name}" for name in words]
        actor.shown(contact_cards.OPENED, subject_kind="case", subject_id=case.id, fields=names)
        raise
    if "phone" in changed:
        canonical = read_phone(words["phone"]).canonical
        blind_indexes.put(
            doing.work, target="cases.phone", target_id=case.id, purpose="phone", normalised=canonical
        )
    if changed:
        doing.record("case.change_contact", fields=[f"cases.{name}" for name in changed], row=case)


def _put_answers(doing: CaseWork, actor: Actor, told: NewInterview, incident_id: int | None) -> None:
    case = doing.case
    text = doing.vault.text("cases.interview", case.id, doing.account_id, case.interview_sealed)
    before = opened(text)
    known: dict[str, Any] = {} if isinstance(before, Locked) else before
    words = {
        name: value
        for name, value in told.answers.items()
        if value and (isinstance(value, tuple) or value not in UNASKED)
    }
    words |= {
        HELD_ON: known.get(HELD_ON) or today().isoformat(),
        HELD_BY: known.get(HELD_BY) or actor.display_name,
        INCIDENT_ID: incident_id,
        # Counted, so that a screen sent twice is seen to be an old one.
        SAVES: known.get(SAVES, 0) + 1,
    }
    try:
        revisions.save(
            doing.work,
            doing.vault,
            ANSWERS,
            case,
            doing.account_id,
            {"interview": packed(words)},
            told.version,
        )
    except Stale as stale:
        raise _spread(stale, words, known) from None
    doing.record("interview.save", fields=("cases.interview",), row=case)


def _spread(stale: Stale, yours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Stale:
    """The same clash answer by answer, those alone that differ."""
    sides: list[dict[str, str]] = [{}, {}]
    for name in sorted(({*yours, *theirs}) - _BESIDE):
        mine, other = revisions.as_text(yours.get(name)), revisions.as_text(theirs.get(name))
        if mine != other:
            sides[0][name], sides[1][name] = mine, other
    return Stale(sides[0], sides[1], stale.their_name, stale.their_at, stale.version)
