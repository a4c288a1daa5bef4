"""Who may have a file already: by number, identity number, or name with town and age, among the cases one may see.

A hint and never a bar: phones are shared, and many women bear one name. Of a case that she may not see nothing
shows, as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from casework.actor import Actor
from casework.clock import today
from casework.errors import Invalid
from casework.law import identity_number
from casework.law.age import years_on
from casework.services import case_search, name_matching
from casework.services.call_facts import read_phone
from casework.services.case_search import Found, Kind, Wanted
from casework.services.look_up import BELONGS_TO_SOMEBODY
from casework.services.name_matching import Rank
from models.enums import PartyRole

SHOWN = 10
# Stated ages are rounded, and a year passes between two visits.
AGE_DIFFERS = 2
# The same name, or one that is heard alike.
_SAME = (Rank.WHOLE, Rank.SPELT, Rank.SOUNDS)


@dataclass(frozen=True, repr=False)
class Given:
    """What is known of her before a file is opened: ``town`` a division's code, ``age`` in whole years."""

    phone: str | None = None
    identity_number: str | None = None
    name: str | None = None
    town: str | None = None
    age: int | None = None


@dataclass(repr=False)
class Likely:
    """One person who may be the same, and why: identity_number, phone, name, town, age."""

    found: Found
    reasons: list[str] = field(default_factory=list)

    @property
    def is_certain(self) -> bool:
        """Whether the identity number is the same; a phone may be shared."""
        return "identity_number" in self.reasons

    @property
    def is_phone_alone(self) -> bool:
        """Whether nothing but a phone speaks for it."""
        return self.reasons == ["phone"]


def checked(given: Given) -> list[Wanted]:
    """What to look for, the surest first; Invalid for a part of a number, and where nothing was given."""
    faults: dict[str, str] = {}
    wanted: list[Wanted] = []
    if given.identity_number:
        number = identity_number.read(given.identity_number, today())
        wanted.append(Wanted(Kind.IDENTITY_NUMBER, number.canonical))
    if given.phone:
        phone = read_phone(given.phone)
        if phone.kind in BELONGS_TO_SOMEBODY:
            wanted.append(Wanted(Kind.PHONE, phone.canonical))
        else:
            faults["phone"] = "search_part"
    if given.name:
        if name_matching.is_searchable(given.name):
            wanted.append(Wanted(Kind.NAME, given.name))
        else:
            faults["name"] = "search_short"
    if not wanted and not faults:
        faults["phone"] = "search_nothing"
    if faults:
        raise Invalid(faults)
    return wanted


def find(actor: Actor, given: Given, draft_id: int) -> list[Likely]:
    """The people who may be the same, the surest first, at most ten. Each look is in the trail and counts.

    Invalid({"phone": "search_too_many"}) beyond the hourly number, else as :func:`checked`.
    """
    wanted = checked(given)
    case_search.refuse_too_many(actor, "phone")
    likely: dict[int, Likely] = {}
    for each in wanted:
        if each.kind == Kind.NAME:
            lines = case_search.by_name(actor, each.value, clients_only=True)
            same = name_matching.matcher(each.value)
            lines = [line for line in lines if isinstance(line.name, str) and same(line.name) in _SAME]
        else:
            lines = case_search.by_number(actor, each)
        for line in lines:
            likely.setdefault(line.party_id, Likely(line)).reasons.append(each.kind.value)
    for one in likely.values():
        _weigh(one, given)
    found = sorted(likely.values(), key=_weight)[:SHOWN]
    for each in wanted:
        case_search.note(actor, draft_id, each, [one.found for one in found if each.kind in one.reasons])
    return found


def _weigh(one: Likely, given: Given) -> None:
    if given.town and one.found.town == given.town:
        one.reasons.append("town")
    age = given.age if given.age is not None else _age_of(given.identity_number)
    if age is not None and isinstance(one.found.age, int) and abs(one.found.age - age) <= AGE_DIFFERS:
        one.reasons.append("age")


def _age_of(number: str | None) -> int | None:
    born = identity_number.read(number, today()).born_on if number else None
    return years_on(born, today()) if born else None


def _weight(one: Likely) -> tuple[int, int]:
    worth = {"identity_number": 100, "phone": 20, "name": 10, "age": 4, "town": 3}
    own = 2 if one.found.role == PartyRole.CLIENT else 0
    return -sum(worth[reason] for reason in one.reasons) - own, -one.found.case_id


def party_ids(found: Iterable[Likely]) -> set[int]:
    """The people shown, by the ids that a form may name."""
    return {one.found.party_id for one in found}
