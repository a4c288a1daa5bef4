"""The same person in several cases: found by her numbers, joined when somebody who sees both says so.

A joint is a number that says nothing; each case keeps its own copy of her. What is joined or looks alike is shown
to whoever may see both cases, and to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import aliased

from casework.actor import Actor
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.sealed import Locked
from casework.services import cases
from casework.services.vault import Vault
from casework.services.visibility import cases_visible_to, viewer, visible_cases
from casework.transaction import Work, reader, write
from models.cases import Case
from models.enums import CaseState, PartyRole
from models.keys import BlindIndex
from models.people import Party, Person

SHOWN = 20
# A reporter's or an official's number is in many cases, and says nothing of who she is.
JOINED_ROLES = (PartyRole.CLIENT, PartyRole.OTHER_PARTY, PartyRole.CHILD, PartyRole.RELATIVE)

_mine = aliased(Party)
_my_person, _person = aliased(Person), aliased(Person)
_my_digest, _digest = aliased(BlindIndex), aliased(BlindIndex)


def _holds(digest: Any, party: Any) -> Any:
    """Whether an index row is a number of this person: her own fields, or for a client the card of the case."""
    return or_(
        and_(digest.target.in_(("parties.phone", "parties.identity_number")), digest.target_id == party.id),
        and_(
            digest.target == "cases.phone",
            digest.target_id == party.case_id,
            party.role == PartyRole.CLIENT,
        ),
    )


_columns = (
    _mine.id.label("my_id"),
    _mine.role.label("my_role"),
    _mine.compartment_id.label("my_compartment_id"),
    _mine.name_sealed.label("my_name_sealed"),
    Party.id,
    Party.role,
    Party.compartment_id,
    Party.name_sealed,
    Case.number,
    Case.state,
    Case.accepted_on,
)
_alike = (
    select(*_columns, _my_digest.purpose)
    .select_from(_mine)
    .join(_my_digest, _holds(_my_digest, _mine))
    .join(_digest, and_(_digest.purpose == _my_digest.purpose, _digest.digest == _my_digest.digest))
    .join(Party, _holds(_digest, Party))
    .join(Case, Case.id == Party.case_id)
    .join(_my_person, _my_person.id == _mine.person_id)
    .join(_person, _person.id == Party.person_id)
    .where(
        _mine.case_id == bindparam("case"),
        _mine.left_at.is_(None),
        Party.left_at.is_(None),
        Party.case_id != _mine.case_id,
        _my_person.survivor_id != _person.survivor_id,
        visible_cases,
    )
    .order_by(_my_digest.purpose, Case.id.desc())
    .limit(4 * SHOWN)
)
_joined = (
    select(*_columns)
    .select_from(_mine)
    .join(_my_person, _my_person.id == _mine.person_id)
    .join(_person, _person.survivor_id == _my_person.survivor_id)
    .join(Party, Party.person_id == _person.id)
    .join(Case, Case.id == Party.case_id)
    .where(_mine.case_id == bindparam("case"), Party.case_id != _mine.case_id, visible_cases)
    .order_by(Case.id.desc())
    .limit(SHOWN)
)


@dataclass(repr=False)
class Tie:
    """A person of this case and one of another; names may be Locked. ``reasons``: phone, identity_number."""

    my_party_id: int
    my_role: PartyRole
    my_name: str | Locked | None
    party_id: int
    role: PartyRole
    name: str | Locked | None
    number: str
    state: CaseState
    reasons: list[str] = field(default_factory=list)

    @property
    def is_certain(self) -> bool:
        """Whether the identity number is the same; a phone may be shared."""
        return "identity_number" in self.reasons

    @property
    def pair(self) -> str:
        """How a form names the two."""
        return f"{self.my_party_id}-{self.party_id}"


@dataclass(frozen=True, repr=False)
class Ties:
    """Who of a case is in other cases that the viewer may see, and who may be."""

    joined: list[Tie]
    alike: list[Tie]


def of_case(actor: Actor, head: cases.CaseHead, vault: Vault | None = None) -> Ties:
    """Ties of a case's people to cases that the actor may see as well. Recorded as shown where there are any."""
    bound = {"case": head.case_id, **viewer(actor)}
    vault = vault or Vault(actor, reader())
    joined = _ties(vault, reader().execute(_joined, bound).all())
    alike = _ties(vault, reader().execute(_alike, bound).all())
    alike = [tie for tie in alike if tie.my_role in JOINED_ROLES and tie.role in JOINED_ROLES][:SHOWN]
    shown = sorted({party for tie in (*joined, *alike) for party in (tie.my_party_id, tie.party_id)})
    if shown:
        actor.shown(
            "person.ties", subject_kind="case", subject_id=head.case_id, ids=shown, fields=["parties.name"]
        )
    return Ties(joined, alike)


def _ties(vault: Vault, rows: Any) -> list[Tie]:
    vault.load(key for row in rows for key in (row.compartment_id, row.my_compartment_id))
    ties: dict[tuple[int, int], Tie] = {}
    for row in rows:
        tie = ties.get((row.my_id, row.id))
        if tie is None:
            tie = ties[row.my_id, row.id] = Tie(
                row.my_id,
                row.my_role,
                vault.text("parties.name", row.my_id, row.my_compartment_id, row.my_name_sealed),
                row.id,
                row.role,
                vault.text("parties.name", row.id, row.compartment_id, row.name_sealed),
                row.number,
                row.state,
            )
        purpose = getattr(row, "purpose", None)
        if purpose is not None and purpose not in tie.reasons:
            tie.reasons.append(purpose)
    return sorted(ties.values(), key=lambda tie: not tie.is_certain)


def join(actor: Actor, number: str, my_party_id: int, party_id: int) -> None:
    """Says that a person of this case and one of another are the same; both cases must be hers to see.

    NotFound otherwise, Invalid for two people of one case, AlreadyDone where they are joined.
    """
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        join_parties(work, actor, case, my_party_id, party_id)


def join_parties(work: Work, actor: Actor, case: Case, my_party_id: int, party_id: int) -> None:
    """The same within a transaction."""
    mine, other = _party(work, actor, my_party_id), _party(work, actor, party_id)
    if mine.case_id != case.id:
        raise NotFound
    if other.case_id == mine.case_id:
        raise Invalid({"pair": "same_case"})
    roots = sorted({_root(work, mine), _root(work, other)})
    if len(roots) == 1:
        raise AlreadyDone
    work.session.execute(update(Person).where(Person.survivor_id == roots[1]).values(survivor_id=roots[0]))
    ids = (mine.id, other.id)
    for subject_id in (mine.case_id, other.case_id):
        work.record("person.join", subject_kind="case", subject_id=subject_id, ids=ids)


def _party(work: Work, actor: Actor, party_id: int) -> Party:
    row = work.session.scalars(
        select(Party)
        .join(Case, Case.id == Party.case_id)
        .where(Party.id == party_id, cases_visible_to(actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _root(work: Work, party: Party) -> int:
    # Held until the commit: two who join at once must not leave half a group behind.
    row = work.session.get(Person, party.person_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row.survivor_id


def part(actor: Actor, number: str, my_party_id: int) -> None:
    """Takes a person of this case out of her group: she was joined by mistake. The others stay joined.

    NotFound where she is not of a case of the actor's, AlreadyDone where she stands alone.
    """
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        mine = _party(work, actor, my_party_id)
        if mine.case_id != case.id:
            raise NotFound
        root = _root(work, mine)
        group = sorted(
            work.session.scalars(select(Person.id).where(Person.survivor_id == root).with_for_update())
        )
        others = [person for person in group if person != mine.person_id]
        if not others:
            raise AlreadyDone
        work.session.execute(update(Person).where(Person.id.in_(others)).values(survivor_id=others[0]))
        work.session.execute(
            update(Person).where(Person.id == mine.person_id).values(survivor_id=mine.person_id)
        )
        work.record("person.part", subject_kind="case", subject_id=case.id, ids=(mine.id,))
