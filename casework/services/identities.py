"""The identity part of a case: who is who, each person with her own version; locks for what the viewer can't open."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from casework.actor import Actor
from casework.clock import today
from casework.errors import NotFound
from casework.law.age import years_on
from casework.sealed import Locked
from casework.services import cases, drafts, people
from casework.services.case_work import changing
from casework.services.people import ASKED, FORM, SEALED, PersonFacts, Saved
from casework.services.vault import Vault
from casework.transaction import reader
from models.enums import CompartmentKind, PartyRole
from models.incidents import Incident
from models.people import Party, Person

CHILD_YEARS = 14
# The client is a person like the others; her facts keep their own name where they are hers.
ClientFacts = PersonFacts

_parties = (
    select(
        Party.id,
        Party.role,
        Party.compartment_id,
        Party.version,
        Party.special_protection,
        Party.left_at,
        Person.sex,
        *(getattr(Party, f"{name}_sealed") for name in SEALED),
    )
    .join(Person, Person.id == Party.person_id)
    .where(Party.case_id == bindparam("case"))
    .order_by(Party.id)
)
_relationship = (
    select(Incident.relationship)
    .where(Incident.case_id == bindparam("case"))
    .order_by(Incident.id.desc())
    .limit(1)
)


@dataclass(frozen=True, repr=False)
class PartyRead:
    """A person as read: words by field name, each may be Locked; what is odd about the identity number.

    ``age`` in whole years; ``is_about`` where it follows from a stated age; ``left_at`` once taken out.
    """

    party_id: int
    role: PartyRole
    version: int
    sex: str
    words: dict[str, str | Locked | None]
    age: int | None
    is_about: bool
    number_fault: str | None
    special_protection: tuple[str, ...]
    left_at: int | None

    @property
    def is_under_14(self) -> bool:
        """Whether a guardian must consent (PIPL 31); a stated age counts as it was stated."""
        return self.age is not None and self.age < CHILD_YEARS

    @property
    def is_locked(self) -> bool:
        """Whether anything of this person stays shut for the viewer."""
        return any(isinstance(word, Locked) for word in self.words.values())

    def given(self) -> dict[str, Any]:
        """Every field as a form takes it: the birth date as a date, absent words as empty ones."""
        words: dict[str, Any] = {name: word or "" for name, word in self.words.items()}
        born = words["birth_date"]
        return words | {
            "birth_date": datetime.date.fromisoformat(born) if born else None,
            "age": self.age if self.is_about else None,
            "special_protection": list(self.special_protection),
        }


@dataclass(frozen=True, repr=False)
class Identity:
    """The identity part of a case; ``other_party`` is the first one, None until something of him is written.

    ``people`` is everybody beside the client in the order of writing, ``taken_out`` who was added by mistake.
    """

    head: cases.CaseHead
    client: PartyRead
    other_party: PartyRead | None
    relationship: str | None
    is_locked: bool
    people: tuple[PartyRead, ...] = ()
    taken_out: tuple[PartyRead, ...] = ()

    def of_role(self, role: PartyRole) -> list[PartyRead]:
        """The people of one part in the case."""
        return [party for party in self.people if party.role == role]

    def person(self, party_id: int) -> PartyRead:
        """One of the people of the case, the client too; NotFound for another id and for who was taken out."""
        for party in (self.client, *self.people):
            if party.party_id == party_id:
                return party
        raise NotFound


def of_case(actor: Actor, number: str) -> Identity:
    """Who is who in a case that the actor may see, recorded as shown; NotFound otherwise."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    everybody = people_of(vault, head.case_id)
    staying = [party for party in everybody if party.left_at is None]
    client = next((party for party in staying if party.role == PartyRole.CLIENT), None)
    if client is None:
        raise NotFound
    actor.shown(
        "case.read_identity",
        subject_kind="case",
        subject_id=head.case_id,
        ids=[party.party_id for party in everybody],
        fields=[f"parties.{name}" for name in SEALED],
    )
    return Identity(
        head,
        client,
        next((party for party in staying if party.role == PartyRole.OTHER_PARTY), None),
        reader().scalar(_relationship, {"case": head.case_id}),
        not vault.holds(head.identity_compartment_id),
        tuple(party for party in staying if party is not client),
        tuple(party for party in everybody if party.left_at is not None),
    )


def people_of(vault: Vault, case_id: int) -> list[PartyRead]:
    """Everybody of a case in the order of writing, who was taken out too; whether the actor may see the case
    was asked before, and noting what was shown is the caller's.
    """
    rows = reader().execute(_parties, {"case": case_id}).all()
    vault.load(row.compartment_id for row in rows)
    return [_read(vault, row) for row in rows]


def children_under_14(everybody: Iterable[PartyRead]) -> list[PartyRead]:
    """The children whose consent a guardian gives (PIPL 31), as far as an age is known."""
    return [
        party
        for party in everybody
        if party.role in (PartyRole.CHILD, PartyRole.CLIENT) and party.left_at is None and party.is_under_14
    ]


def _read(vault: Vault, row: Any) -> PartyRead:
    words = {
        name: vault.text(f"parties.{name}", row.id, row.compartment_id, getattr(row, f"{name}_sealed"))
        for name in SEALED
    }
    born, year, number = words["birth_date"], words["born_year"], words["identity_number"]
    age, is_about = None, False
    if isinstance(born, str) and born:
        age = years_on(datetime.date.fromisoformat(born), today())
    elif isinstance(year, str) and year:
        age, is_about = today().year - int(year), True
    fault = people.number_fault(number, born) if isinstance(number, str) and number else None
    kinds = tuple(filter(None, (row.special_protection or "").split(",")))
    return PartyRead(row.id, row.role, row.version, row.sex, words, age, is_about, fault, kinds, row.left_at)


def change_client(actor: Actor, number: str, facts: ClientFacts, version: int) -> Saved:
    """Completes who she is. A valid identity number fills in an empty birth date and an unstated sex; an
    invalid one is kept as written and comes back as a fault. Stale when somebody else saved first; Invalid
    for a date to come.
    """
    with changing(actor, number, CompartmentKind.IDENTITY, ended=True) as doing:
        party = people.first_of(doing, PartyRole.CLIENT)
        if party is None:
            raise NotFound
        saved = people.put(doing, party, facts, version)
        drafts.end(doing.work, actor, FORM, party.id)
        return saved


def change_other_party(
    actor: Actor,
    number: str,
    *,
    name: str | None = None,
    phone: str | None = None,
    version: int,
    facts: PersonFacts | None = None,
) -> Saved:
    """Writes who the (first) other party is said to be; ``version`` is 0 while nothing of him was written.
    Stale as ever.
    """
    with changing(actor, number, CompartmentKind.IDENTITY, ended=True) as doing:
        party = people.first_of(doing, PartyRole.OTHER_PARTY)
        facts = facts or PersonFacts(name=name, phone=phone)
        if party is None:
            return people.make(doing, PartyRole.OTHER_PARTY, facts) if facts.says_something else Saved()
        # The first words about him are no edit of an earlier version; two first ones are.
        blank = all(getattr(party, f"{field}_sealed") is None for field in ASKED[PartyRole.OTHER_PARTY])
        return people.put(doing, party, facts, party.version if version == 0 and blank else version)
