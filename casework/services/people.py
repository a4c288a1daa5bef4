"""Everybody who has a part in a case: added, completed, taken out as a mistake; nothing of what was written is lost."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import select

from casework import codes
from casework.actor import Actor
from casework.clock import today
from casework.errors import AlreadyDone, Invalid, KeyMissing, NotFound, Stale
from casework.jurisdictions import load
from casework.law import identity_number, phone_numbers
from casework.law.age import band_of, band_on
from casework.sealed import Locked
from casework.services import blind_indexes, cases, drafts, duty_raising, revisions
from casework.services.case_work import CaseWork, changing
from casework.services.revisions import Part
from casework.transaction import Work
from models.enums import CompartmentKind, PartyRole
from models.people import Party, Person

WHO = ("name", "identity_number", "birth_date", "born_year", "phone")
WHERE = ("address_town", "address_rest")
SHARED_HOME = ("home_town", "home_rest")
# What is asked of a person by her part in the case; what is not asked of her is never touched.
ASKED: dict[PartyRole, tuple[str, ...]] = {
    PartyRole.CLIENT: (*WHO, *WHERE, *SHARED_HOME, "note"),
    PartyRole.OTHER_PARTY: (*WHO, "relation", *WHERE, "note"),
    PartyRole.CHILD: (*WHO, "relation", "guardian", "note"),
    PartyRole.RELATIVE: (*WHO, "relation", *WHERE, "note"),
    PartyRole.REPORTER: (*WHO, "relation", "body", "note"),
    PartyRole.BODY_STAFF: ("name", "phone", "body", "note"),
}
SEALED = (*WHO, *WHERE, *SHARED_HOME, "relation", "body", "guardian", "note")
PERSON = Part("parties", "parties", SEALED, ("special_protection",))
FORM = "person"
OLDEST_YEARS = 120
# Which list a relation is taken from: of the other party the one that counting knows.
RELATIONS = {PartyRole.OTHER_PARTY: "relationship"}


@dataclass(frozen=True, repr=False)
class PersonFacts:
    """What is said of a person. ``age`` is in whole years and stands where no birth date is known; towns are codes.

    ``relation``: of the other party a code of ``relationship``, of others one of ``kin_relation``.
    """

    name: str | None = None
    identity_number: str | None = None
    birth_date: datetime.date | None = None
    age: int | None = None
    sex: str = "unstated"
    phone: str | None = None
    special_protection: tuple[str, ...] = ()
    address_town: str | None = None
    address_rest: str | None = None
    home_town: str | None = None
    home_rest: str | None = None
    relation: str | None = None
    body: str | None = None
    guardian: str | None = None
    note: str | None = None

    @property
    def says_something(self) -> bool:
        """Whether anything is known that tells this person from nobody."""
        empty = PersonFacts()
        return any(getattr(self, it.name) != getattr(empty, it.name) for it in fields(self))


@dataclass(frozen=True)
class Saved:
    """What saving added by itself, and what is odd about the number; a valid number proves nothing about
    her.
    """

    filled: tuple[str, ...] = ()
    number_fault: str | None = None
    party_id: int = 0


def number_fault(number: str, born: str | Locked | None) -> str | None:
    """The first thing that is odd about an identity number, by its code; ``born_otherwise`` when dates
    disagree.
    """
    found = identity_number.read(number, today())
    if found.faults:
        return found.faults[0].value
    if isinstance(born, str) and born and found.born_on and found.born_on.isoformat() != born:
        return "born_otherwise"
    return None


def check(role: PartyRole, facts: PersonFacts) -> None:
    """Refuses (Invalid) a birth date to come, an impossible age, and codes that are not in their lists."""
    faults: dict[str, str] = {}
    if facts.birth_date is not None and facts.birth_date > today():
        faults["birth_date"] = "future"
    if facts.age is not None and not 0 <= facts.age <= OLDEST_YEARS:
        faults["age"] = "age"
    if facts.phone and not _canonical_phone(facts.phone):
        faults["phone"] = "no_digits"
    listed = {"sex": "sex", "relation": RELATIONS.get(role, "kin_relation"), "guardian": "guardian"}
    for name, where in listed.items():
        code = getattr(facts, name)
        if code and not codes.exists(where, code):
            faults[name] = "choice"
    if not all(codes.exists("special_protection", kind) for kind in facts.special_protection):
        faults["special_protection"] = "choice"
    towns = {town.code for town in load().all_divisions()}
    for name in ("address_town", "home_town"):
        if getattr(facts, name) and getattr(facts, name) not in towns:
            faults[name] = "choice"
    if faults:
        raise Invalid(faults)


def _canonical_phone(typed: str | None) -> str:
    return phone_numbers.read(typed or "", load().area_code).canonical


def words_from(role: PartyRole, facts: PersonFacts) -> tuple[dict[str, Any], Saved]:
    """The words to store, with what a valid identity number fills in by itself; an invalid one is kept as written."""
    words: dict[str, Any] = {name: getattr(facts, name, None) for name in ASKED[role]}
    if "birth_date" not in words:
        return words, Saved()
    words |= {"sex": facts.sex, "special_protection": ",".join(sorted(set(facts.special_protection))) or None}
    words["birth_date"] = facts.birth_date.isoformat() if facts.birth_date else None
    filled, fault = [], None
    if facts.identity_number:
        found = identity_number.read(facts.identity_number, today())
        words["identity_number"] = found.canonical
        if found.born_on is not None and not words["birth_date"]:
            words["birth_date"] = found.born_on.isoformat()
            filled.append("birth_date")
        if found.sex is not None and words["sex"] == "unstated":
            words["sex"] = found.sex
            filled.append("sex")
        fault = number_fault(found.canonical, words["birth_date"])
    says_age = facts.age is not None and not words["birth_date"]
    words["born_year"] = str(today().year - (facts.age or 0)) if says_age else None
    return words, Saved(tuple(filled), fault)


def put(doing: CaseWork, party: Party, facts: PersonFacts, version: int, only: Collection[str] = ()) -> Saved:
    """Writes what is said of one person within a transaction; Stale when somebody else saved since ``version``.

    ``only`` names the fields that were asked; the others stay as they are.
    """
    check(party.role, facts)
    words, saved = words_from(party.role, facts)
    if only:
        words = {name: word for name, word in words.items() if name in only}
    work, person = doing.work, doing.work.session.get_one(Person, party.person_id)
    beside = {"sex": person.sex}
    try:
        changed = revisions.save(
            work, doing.vault, PERSON, party, party.compartment_id, words, version, beside
        )
    except Stale as stale:
        raise _in_years(stale) from None
    if "sex" in changed:
        person.sex = words["sex"]
    if "birth_date" in changed or "born_year" in changed:
        party.age_band = _band(words, doing.case.accepted_on or today())
    index(work, party.id, changed, words)
    if changed:
        names = [f"parties.{name}" for name in changed]
        doing.record("case.change_identity", ids=(party.id,), fields=names, row=party)
        duty_raising.on_child_or_sexual(work, doing.vault, doing.case)
    return Saved(
        tuple(name for name in saved.filled if name in changed), saved.number_fault, party_id=party.id
    )


def _in_years(stale: Stale) -> Stale:
    """The same clash with the age that people compare, not the year that is stored."""
    for side in (stale.yours, stale.theirs):
        year = side.pop("born_year", "")
        side["age"] = str(today().year - int(year)) if year else ""
    if stale.yours["age"] == stale.theirs["age"]:
        del stale.yours["age"], stale.theirs["age"]
    return stale


def _band(words: dict[str, Any], on: datetime.date) -> str:
    if words["birth_date"]:
        return band_on(datetime.date.fromisoformat(words["birth_date"]), on)
    return band_of(on.year - int(words["born_year"]) if words["born_year"] else None)


def index(work: Work, party_id: int, changed: list[str], words: dict[str, Any]) -> None:
    """Makes a person findable by phone and identity number as they stand now; an absent one leaves the index."""
    if "phone" in changed:
        phone = _canonical_phone(words["phone"])
        blind_indexes.put(work, target="parties.phone", target_id=party_id, purpose="phone", normalised=phone)
    if "identity_number" in changed:
        blind_indexes.put(
            work,
            target="parties.identity_number",
            target_id=party_id,
            purpose="identity_number",
            normalised=words["identity_number"],
        )


def make(doing: CaseWork, role: PartyRole, facts: PersonFacts) -> Saved:
    """A new person in a case within a transaction, with what is said of her."""
    check(role, facts)
    party = cases.add_party(doing.work, doing.case, role, "unstated")
    doing.work.session.flush()
    doing.record("person.add", ids=(party.id,), row=party)
    return put(doing, party, facts, party.version)


def add(actor: Actor, number: str, role: PartyRole, facts: PersonFacts) -> Saved:
    """Adds a person to a case, her draft ends; Invalid where nothing was said of her, or the case has its client."""
    if role == PartyRole.CLIENT or role not in ASKED:
        raise NotFound
    if not facts.says_something:
        raise Invalid({"name": "required"})
    with changing(actor, number, CompartmentKind.IDENTITY) as doing:
        saved = make(doing, role, facts)
        drafts.end(doing.work, actor, FORM, doing.case.id)
        return saved


def row_of(doing: CaseWork, party_id: int) -> Party:
    """One person of this case, held until the transaction ends; NotFound for anybody else's."""
    party = doing.work.session.get(Party, party_id, with_for_update=True)
    if party is None or party.case_id != doing.case.id:
        raise NotFound
    return party


def change(actor: Actor, number: str, party_id: int, facts: PersonFacts, version: int) -> Saved:
    """Completes what is said of a person, her draft ends; Stale as ever, NotFound for one who was taken out."""
    with changing(actor, number, CompartmentKind.IDENTITY, ended=True) as doing:
        party = row_of(doing, party_id)
        if party.left_at is not None:
            raise NotFound
        saved = put(doing, party, facts, version)
        drafts.end(doing.work, actor, FORM, party_id)
        return saved


def take_out(actor: Actor, number: str, party_id: int) -> None:
    """Takes out who was added by mistake; what was written stays, and no search finds it. Not for the client."""
    with changing(actor, number, CompartmentKind.IDENTITY) as doing:
        party = row_of(doing, party_id)
        if party.role == PartyRole.CLIENT:
            raise NotFound
        if party.left_at is not None:
            raise AlreadyDone
        party.left_at = doing.work.at
        index(doing.work, party.id, ["phone", "identity_number"], {"phone": None, "identity_number": None})
        doing.record("person.take_out", ids=(party.id,), row=party)


def put_back(actor: Actor, number: str, party_id: int) -> None:
    """Puts back who was taken out, findable again; KeyMissing for who can't open what is to be found."""
    with changing(actor, number, CompartmentKind.IDENTITY) as doing:
        party = row_of(doing, party_id)
        if party.left_at is None:
            raise AlreadyDone
        party.left_at = None
        words = revisions.words_of(doing.vault, PERSON, party, party.compartment_id)
        if any(isinstance(words[name], Locked) for name in ("phone", "identity_number")):
            raise KeyMissing
        index(doing.work, party.id, ["phone", "identity_number"], words)
        doing.record("person.put_back", ids=(party.id,), row=party)


def first_of(doing: CaseWork, role: PartyRole) -> Party | None:
    """The person who was written down first in this part of the case and is still in it."""
    return doing.work.session.scalars(
        select(Party)
        .where(Party.case_id == doing.case.id, Party.role == role, Party.left_at.is_(None))
        .order_by(Party.id)
        .limit(1)
    ).first()
