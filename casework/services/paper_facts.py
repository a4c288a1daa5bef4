"""What may stand on a paper: the allow-list of each kind, and the words that are taken out of what was typed.

A paper is composed from facts whose names are in ``ALLOWED`` alone. Typed words may name what no list lets through
(a child, a helper, a place she moved to): each such word that the file itself knows is taken out of them first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from casework.errors import DomainError, KeyMissing
from casework.law.age import is_minor_on
from casework.sealed import Locked
from casework.services.sealed_words import opened
from casework.services.vault import Vault
from models.calls import Call
from models.cases import Case
from models.casework import SafetyPlan
from models.duties import VillageTrust
from models.enums import PartyRole
from models.people import Party

# What stands in the place of a word that was taken out; whoever shows the text puts a sentence there.
HIDDEN, CHILD, SOMEBODY = "\ue000", "\ue001", "\ue002"
CHILD_END = "\ue003"

# Kind of paper -> the names of the facts that may reach it. Nothing else can.
ALLOWED: Mapping[str, frozenset[str]] = {
    # Read in court by the other party: no present address, no contact, no helper, no plan, no shelter, no school,
    # no work, nobody who may see the file, nobody who reported.
    "court_extract": frozenset(
        {
            "purpose",
            "cases.number",
            "cases.accepted_on",
            "client.name",
            "client.sex",
            "client.is_minor",
            "other_party.name",
            "entries.kind",
            "entries.on",
            "entries.precision",
            "entries.relationship",
            "entries.living_together",
            "entries.violence_types",
            "entries.words",
            "entries.recorded_on",
        }
    ),
    # Handed to her alone: her own data, and of third persons nothing.
    "rights_answer": frozenset(
        {
            "kind",
            "cases.number",
            "cases.accepted_on",
            "client.name",
            "client.facts",
            "held.counts",
            "looks",
            "entries.kind",
            "entries.on",
            "entries.words",
            "entries.code",
        }
    ),
}

_PARTY_WORDS = (
    "name",
    "identity_number",
    "birth_date",
    "phone",
    "address_town",
    "address_rest",
    "body",
    "note",
)
_CARD = ("phone", "safe_hours", "alias", "code_word", "never")
_DIGITS = re.compile(r"\d(?:[ \-]?\d){6,}")
_A_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_parties = (
    select(
        Party.id,
        Party.role,
        Party.compartment_id,
        Party.age_band,
        *(getattr(Party, f"{name}_sealed") for name in (*_PARTY_WORDS, "home_town", "home_rest")),
    )
    .where(Party.case_id == bindparam("case"))
    .order_by(Party.id)
)
_card = select(Case.contact_compartment_id, *(getattr(Case, f"{name}_sealed") for name in _CARD)).where(
    Case.id == bindparam("case")
)
_plan = select(SafetyPlan.id, SafetyPlan.compartment_id, SafetyPlan.plan_sealed).where(
    SafetyPlan.case_id == bindparam("case")
)
_trust = select(VillageTrust.id, VillageTrust.compartment_id, VillageTrust.must_not_know_sealed).where(
    VillageTrust.case_id == bindparam("case")
)
_calls = select(Call.id, Call.contact_compartment_id, Call.caller_name_sealed, Call.phone_sealed).where(
    Call.case_id == bindparam("case")
)


class NotOnThisPaper(DomainError):
    """A fact that the allow-list of this paper does not name: the paper is not made."""


@dataclass(frozen=True, repr=False)
class PersonFacts:
    """One party as opened: ``words`` by field name, absent ones left out."""

    party_id: int
    role: PartyRole
    age_band: str
    words: dict[str, str]


@dataclass(repr=False)
class Known:
    """Who is who in a case, and the words that must not leave: whole ones, and each child's own."""

    people: list[PersonFacts] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    children: list[set[str]] = field(default_factory=list)
    # Ways to write a child's birth date, by her place in the row above.
    births: list[re.Pattern[str] | None] = field(default_factory=list)

    def first(self, role: PartyRole) -> PersonFacts | None:
        """The first person of this part in the case."""
        return next((person for person in self.people if person.role == role), None)


def cleared(kind: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as they are, when the list of this kind of paper names each; NotOnThisPaper otherwise.

    A list of mappings under ``entries`` is checked entry by entry.
    """
    allowed = ALLOWED[kind]
    names = {name for name in facts if name != "entries"}
    for entry in facts.get("entries", ()):
        names |= {f"entries.{name}" for name in entry if name != "key"}
    if names - allowed:
        raise NotOnThisPaper(", ".join(sorted(names - allowed)))
    return dict(facts)


def known_of(vault: Vault, session: Session | Connection, case_id: int, *, own: bool = False) -> Known:
    """Everybody in the case and every word that must not leave it, opened with this person's keys.

    ``own`` is for her own copy: her own facts stay, those of all others go. KeyMissing where one stays shut:
    what could not be read could not be taken out either.
    """
    known = Known()
    for row in session.execute(_parties, {"case": case_id}):
        person = PersonFacts(row.id, row.role, row.age_band, _party_words(vault, row))
        known.people.append(person)
        _hide_person(known, person, own)
    if not own:
        _hide_card(known, vault, session, case_id)
        _hide_plan(known, vault, session, case_id)
    return known


def _party_words(vault: Vault, row: Any) -> dict[str, str]:
    words = {}
    for name in (*_PARTY_WORDS, "home_town", "home_rest"):
        text = vault.text(f"parties.{name}", row.id, row.compartment_id, getattr(row, f"{name}_sealed"))
        if isinstance(text, Locked):
            raise KeyMissing
        if text:
            words[name] = text
    return words


# Which of a person's words go, beside her name; a child's name has a mark of its own.
_GO: Mapping[PartyRole, tuple[str, ...]] = {
    PartyRole.CHILD: ("identity_number", "phone", "address_rest", "body", "note"),
    PartyRole.CLIENT: ("phone", "identity_number"),
    PartyRole.OTHER_PARTY: ("phone", "identity_number"),
    PartyRole.BODY_STAFF: ("phone",),
    PartyRole.RELATIVE: ("phone", "identity_number", "address_rest", "body", "note"),
    PartyRole.REPORTER: ("phone", "identity_number", "address_rest", "body", "note"),
}


def _hide_person(known: Known, person: PersonFacts, own: bool) -> None:
    words, role = person.words, person.role
    names = _GO[role]
    if role == PartyRole.CHILD:
        known.children.append(_names(words.get("name")))
        known.births.append(_birth(words.get("birth_date")))
    elif role == PartyRole.CLIENT:
        if own:
            return
        if words.get("address_rest") != words.get("home_rest"):
            names = (*names, "address_rest")
    elif own:
        names = tuple(name for name in _PARTY_WORDS if name != "address_town")
    if role in (PartyRole.RELATIVE, PartyRole.REPORTER) or (own and role != PartyRole.CHILD):
        known.hidden |= _names(words.get("name"))
    known.hidden |= {words[name] for name in names if len(words.get(name, "")) >= 2}


def _names(name: str | None) -> set[str]:
    """A name, and where it has three characters or more the given name alone, by which people speak of her."""
    if not name or len(name) < 2:
        return set()
    return {name, name[1:]} if len(name) >= 3 else {name}


def _birth(born: str | None) -> re.Pattern[str] | None:
    """The day written in any of the usual ways: whatever stands between its three numbers."""
    try:
        on = date.fromisoformat(born or "")
    except ValueError:
        return None
    return re.compile(rf"(?<!\d){on.year}\D{{1,2}}0?{on.month}\D{{1,2}}0?{on.day}(?!\d)\w?")


def _opened(text: str | Locked | None) -> str:
    if isinstance(text, Locked):
        raise KeyMissing
    return text or ""


def _hide_card(known: Known, vault: Vault, session: Session | Connection, case_id: int) -> None:
    row = session.execute(_card, {"case": case_id}).one()
    compartment = row.contact_compartment_id
    for name in _CARD:
        text = _opened(vault.text(f"cases.{name}", case_id, compartment, getattr(row, f"{name}_sealed")))
        if len(text) >= 2:
            known.hidden.add(text)
    client = known.first(PartyRole.CLIENT)
    herself = client.words.get("name") if client else None
    for call in session.execute(_calls, {"case": case_id}):
        # A call's own compartment may be the desk's: who rang is hidden where it can be read.
        for name in ("caller_name", "phone"):
            sealed = getattr(call, f"{name}_sealed")
            rang = vault.text(f"calls.{name}", call.id, call.contact_compartment_id, sealed)
            if isinstance(rang, str) and len(rang) >= 2 and rang != herself:
                known.hidden.add(rang)


def _hide_plan(known: Known, vault: Vault, session: Session | Connection, case_id: int) -> None:
    plan = session.execute(_plan, {"case": case_id}).first()
    if plan is not None:
        text = vault.text("safety_plans.plan", plan.id, plan.compartment_id, plan.plan_sealed)
        known.hidden |= {leaf for leaf in leaves(opened(_opened(text))) if len(leaf) >= 4}
    trust = session.execute(_trust, {"case": case_id}).first()
    if trust is not None:
        sealed = trust.must_not_know_sealed
        text = vault.text("village_trusts.must_not_know", trust.id, trust.compartment_id, sealed)
        known.hidden |= {part for part in re.split(r"[，,、；;\s]+", _opened(text)) if len(part) >= 2}


def leaves(value: Any) -> Iterable[str]:
    """Every text in a structure of mappings and lists."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner)


def without(known: Known, words: str, towns: Iterable[str] = (), *, own: bool = False) -> str:
    """The words without what must not leave: marks of HIDDEN, and of CHILD with the child's place in the row.

    ``towns`` are names of the place where she is now. Longer words go first; a run of seven digits or more that is
    no date goes too, whatever it was, except from her own copy (``own``), where it may be her own.
    """
    text = unicodedata.normalize("NFC", words)
    swaps = [(word, HIDDEN) for word in (*known.hidden, *towns)]
    for place, child in enumerate(known.children, 1):
        swaps += [(word, f"{CHILD}{place}{CHILD_END}") for word in child]
    for word, mark in sorted(swaps, key=lambda swap: -len(swap[0])):
        text = text.replace(word, mark)
    for born in known.births:
        text = born.sub(HIDDEN, text) if born else text
    if own:
        return text
    return _DIGITS.sub(lambda found: found[0] if _A_DATE.fullmatch(found[0]) else HIDDEN, text)


def is_child(person: PersonFacts | None, on: date) -> bool:
    """Whether the person is under eighteen on a local date, by her birth date or else by her age band."""
    if person is None:
        return False
    try:
        return is_minor_on(date.fromisoformat(person.words.get("birth_date", "")), on)
    except ValueError:
        return person.age_band in ("age_0_13", "age_14_17")


def shown_name(person: PersonFacts | None, on: date) -> str:
    """A name as a paper that leaves may bear it: a child's by the family name alone."""
    name = person.words.get("name", "") if person else ""
    return f"{name[0]}{SOMEBODY}" if name and is_child(person, on) else name
