"""The identity part of a case: who she is, and the other party; each with its own version."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from casework import codes
from casework.actor import Actor
from casework.clock import today
from casework.errors import Invalid, NotFound
from casework.jurisdictions import load
from casework.law import identity_number, phone_numbers
from casework.law.age import band_on, years_on
from casework.sealed import Locked
from casework.services import blind_indexes, cases, revisions
from casework.services.revisions import Part
from casework.services.vault import Vault
from casework.transaction import Work, reader, write
from models.cases import Case
from models.enums import PartyRole
from models.incidents import Incident
from models.people import Party, Person

FIELDS = ("name", "identity_number", "birth_date", "phone", "address_town", "address_rest")
CLIENT = Part("parties", "parties", FIELDS)
OTHER_PARTY = Part("parties", "parties", ("name", "phone"))

_parties = (
    select(
        Party.id,
        Party.role,
        Party.compartment_id,
        Party.version,
        Person.sex,
        *(getattr(Party, f"{name}_sealed") for name in FIELDS),
    )
    .join(Person, Person.id == Party.person_id)
    .where(Party.case_id == bindparam("case"), Party.role.in_([PartyRole.CLIENT, PartyRole.OTHER_PARTY]))
    .order_by(Party.id)
)
_relationship = (
    select(Incident.relationship)
    .where(Incident.case_id == bindparam("case"))
    .order_by(Incident.id.desc())
    .limit(1)
)


@dataclass(frozen=True, repr=False)
class ClientFacts:
    """What is known of her; ``birth_date`` is a local date, ``address_town`` a division's code."""

    name: str | None = None
    identity_number: str | None = None
    birth_date: datetime.date | None = None
    sex: str = "unstated"
    phone: str | None = None
    address_town: str | None = None
    address_rest: str | None = None


@dataclass(frozen=True, repr=False)
class PartyRead:
    """A party as read: words by field name, each may be Locked; what is odd about the identity number."""

    party_id: int
    version: int
    sex: str
    words: dict[str, str | Locked | None]
    age: int | None
    number_fault: str | None

    def given(self) -> dict[str, Any]:
        """Every field as a form takes it: the birth date as a date, absent words as empty ones."""
        words: dict[str, Any] = {name: word or "" for name, word in self.words.items()}
        born = words["birth_date"]
        return words | {"birth_date": datetime.date.fromisoformat(born) if born else None}


@dataclass(frozen=True, repr=False)
class Identity:
    """The identity part of a case; ``other_party`` is None until something of him is written."""

    head: cases.CaseHead
    client: PartyRead
    other_party: PartyRead | None
    relationship: str | None
    is_locked: bool


@dataclass(frozen=True)
class Saved:
    """What saving added by itself, and what is odd about the number; a valid number proves nothing about
    her.
    """

    filled: tuple[str, ...] = ()
    number_fault: str | None = None


def of_case(actor: Actor, number: str) -> Identity:
    """Who is who in a case that the actor may see, recorded as shown; NotFound otherwise."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    client, other = None, None
    for row in reader().execute(_parties, {"case": head.case_id}):
        if row.role == PartyRole.CLIENT and client is None:
            client = _read(vault, row)
        elif row.role == PartyRole.OTHER_PARTY and other is None:
            other = _read(vault, row)
    if client is None:
        raise NotFound
    actor.shown(
        "case.read_identity",
        subject_kind="case",
        subject_id=head.case_id,
        ids=[party.party_id for party in (client, other) if party is not None],
        fields=[f"parties.{name}" for name in FIELDS],
    )
    relationship = reader().scalar(_relationship, {"case": head.case_id})
    return Identity(head, client, other, relationship, not vault.holds(head.identity_compartment_id))


def _read(vault: Vault, row: Any) -> PartyRead:
    words = {
        name: vault.text(f"parties.{name}", row.id, row.compartment_id, getattr(row, f"{name}_sealed"))
        for name in FIELDS
    }
    born, number = words["birth_date"], words["identity_number"]
    age = years_on(datetime.date.fromisoformat(born), today()) if isinstance(born, str) and born else None
    fault = _fault(number, born) if isinstance(number, str) and number else None
    return PartyRead(row.id, row.version, row.sex, words, age, fault)


def _fault(number: str, born: str | Locked | None) -> str | None:
    """The first thing that is odd about an identity number, by its code; ``born_otherwise`` when dates
    disagree.
    """
    found = identity_number.read(number, today())
    if found.faults:
        return found.faults[0].value
    if isinstance(born, str) and born and found.born_on and found.born_on.isoformat() != born:
        return "born_otherwise"
    return None


def change_client(actor: Actor, number: str, facts: ClientFacts, version: int) -> Saved:
    """Completes who she is. A valid identity number fills in an empty birth date and an unstated sex; an
    invalid one is kept as written and comes back as a fault. Stale when somebody else saved first; Invalid
    for a date to come.
    """
    _check(facts)
    words, filled, fault = _completed(facts)
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        party, person = _party_of(work, case, PartyRole.CLIENT)
        vault = Vault(actor, work.session)
        changed = revisions.save(
            work, vault, CLIENT, party, party.compartment_id, words, version, {"sex": person.sex}
        )
        if "sex" in changed:
            person.sex = words["sex"]
        if "birth_date" in changed:
            born = words["birth_date"]
            on = case.accepted_on or today()
            party.age_band = band_on(datetime.date.fromisoformat(born) if born else None, on)
        _index(work, party.id, changed, words)
        if changed:
            _record(work, case, party, changed)
    return Saved(tuple(name for name in filled if name in changed), fault)


def _check(facts: ClientFacts) -> None:
    faults: dict[str, str] = {}
    if facts.birth_date is not None and facts.birth_date > today():
        faults["birth_date"] = "future"
    if not codes.exists("sex", facts.sex):
        faults["sex"] = "choice"
    if facts.address_town and facts.address_town not in {town.code for town in load().all_divisions()}:
        faults["address_town"] = "choice"
    if faults:
        raise Invalid(faults)


def _completed(facts: ClientFacts) -> tuple[dict[str, Any], tuple[str, ...], str | None]:
    words: dict[str, Any] = {
        "name": facts.name,
        "identity_number": facts.identity_number,
        "birth_date": facts.birth_date.isoformat() if facts.birth_date else None,
        "sex": facts.sex,
        "phone": facts.phone,
        "address_town": facts.address_town,
        "address_rest": facts.address_rest,
    }
    if not facts.identity_number:
        return words, (), None
    found = identity_number.read(facts.identity_number, today())
    words["identity_number"] = found.canonical
    filled = []
    if found.born_on is not None and not words["birth_date"]:
        words["birth_date"] = found.born_on.isoformat()
        filled.append("birth_date")
    if found.sex is not None and words["sex"] == "unstated":
        words["sex"] = found.sex
        filled.append("sex")
    return words, tuple(filled), _fault(found.canonical, words["birth_date"])


def change_other_party(
    actor: Actor, number: str, *, name: str | None, phone: str | None, version: int
) -> None:
    """Writes who the other party is said to be; ``version`` is 0 while nothing of him was written. Stale as
    ever.
    """
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        party, _person = _party_of(work, case, PartyRole.OTHER_PARTY, make=bool(name or phone))
        if party is None:
            return
        words = {"name": name, "phone": phone}
        vault = Vault(actor, work.session)
        # The first words about him are no edit of an earlier version; two first ones are.
        base = (
            party.version
            if version == 0 and party.name_sealed is None and party.phone_sealed is None
            else version
        )
        changed = revisions.save(work, vault, OTHER_PARTY, party, party.compartment_id, words, base)
        _index(work, party.id, changed, words)
        if changed:
            _record(work, case, party, changed)


def _party_of(work: Work, case: Case, role: PartyRole, make: bool = False) -> tuple[Any, Any]:
    found = work.session.execute(
        select(Party, Person)
        .join(Person, Person.id == Party.person_id)
        .where(Party.case_id == case.id, Party.role == role)
        .order_by(Party.id)
        .limit(1)
    ).first()
    if found is not None:
        return found[0], found[1]
    if not make:
        return None, None
    party = cases.add_party(work, case, role, "unstated")
    work.session.flush()
    return party, None


def _index(work: Work, party_id: int, changed: list[str], words: dict[str, Any]) -> None:
    if "phone" in changed:
        phone = phone_numbers.read(words["phone"] or "", load().area_code).canonical
        blind_indexes.put(work, target="parties.phone", target_id=party_id, purpose="phone", normalised=phone)
    if "identity_number" in changed:
        blind_indexes.put(
            work,
            target="parties.identity_number",
            target_id=party_id,
            purpose="identity_number",
            normalised=words["identity_number"],
        )


def _record(work: Work, case: Case, party: Party, changed: list[str]) -> None:
    work.record(
        "case.change_identity",
        subject_kind="case",
        subject_id=case.id,
        ids=(party.id,),
        fields=[f"parties.{name}" for name in changed],
        row=party,
    )
