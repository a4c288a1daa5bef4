"""Cases: opened from a call, found in a list, read as a whole; each through the one door of
``visibility``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from casework import codes
from casework.actor import Actor
from casework.clock import local_date, now_us
from casework.errors import Invalid, NotFound
from casework.jurisdictions import load
from casework.law.phone_numbers import read as read_phone
from casework.sealed import Locked
from casework.services import blind_indexes, duty_raising, duty_wraps, incidents, notices, numbers
from casework.services.case_facts import ContactCard, IncidentFacts
from casework.services.danger_levels import is_violent, newest_level
from casework.services.vault import Vault
from casework.services.visibility import cases_visible_to, granted_cases, viewer, visible_cases
from casework.transaction import Work, reader
from models.accounts import Account, Team
from models.base import new_id
from models.calls import Matter
from models.cases import Case, CaseEvent
from models.enums import CaseState, CompartmentKind, OwnerKind, PartyRole, TeamKind
from models.people import Party, Person

CARD_FIELDS = ("phone", "safe_hours", "alias", "code_word", "never")

_read = (
    select(
        Case.id.label("case_id"),
        Case.number,
        Case.state,
        Case.town,
        Case.source,
        Case.team_id,
        Team.name.label("team_name"),
        Case.assignee_id,
        Account.display_name.label("assignee_name"),
        Case.received_at,
        Case.accepted_on,
        Case.contact_compartment_id,
        Case.identity_compartment_id,
        Case.account_compartment_id,
        Case.legal_compartment_id,
        Case.version,
        is_violent.label("is_violent"),
        newest_level.label("danger_level"),
        Party.id.label("client_id"),
        Party.name_sealed,
        duty_wraps.is_shut_to_duty.label("is_shut_to_duty"),
    )
    .join(Team, Team.id == Case.team_id)
    .outerjoin(Account, Account.id == Case.assignee_id)
    .outerjoin(Party, (Party.case_id == Case.id) & (Party.role == PartyRole.CLIENT))
    .where(Case.number == bindparam("number"))
    .order_by(Party.id)
    .limit(1)
)
_head, _granted_head = _read.where(visible_cases), _read.where(granted_cases)


@dataclass(frozen=True, repr=False)
class CaseHead:
    """What stands on top of every page of a case."""

    case_id: int
    number: str
    state: CaseState
    town: str
    source: str
    team_id: int
    team_name: str
    assignee_id: int | None
    assignee_name: str | None
    received_at: int
    accepted_on: datetime.date | None
    contact_compartment_id: int
    identity_compartment_id: int
    account_compartment_id: int
    legal_compartment_id: int | None
    version: int
    is_violent: bool
    danger_level: str | None
    client_id: int | None
    client_name: str | Locked | None
    is_granted: bool = False


def get_for(actor: Actor, number: str, vault: Vault | None = None) -> CaseHead:
    """The head of a case that the actor may see, as one of its team or under a grant that opens something of it;
    NotFound for an absent one and for one that is not hers.

    Whoever shows it records it: the services of the parts do, with the fields of their part.
    """
    row = reader().execute(_head, {"number": number, **viewer(actor)}).first()
    is_granted = row is None
    if row is None:
        given = {"number": number, "viewer": actor.account_id, "now": now_us()}
        row = reader().execute(_granted_head, given).first()
    if row is None:
        raise NotFound
    vault = vault or Vault(actor, reader())
    ids = [row.contact_compartment_id, row.identity_compartment_id, row.account_compartment_id]
    vault.load([*ids, row.legal_compartment_id] if is_granted else ids)
    if is_granted and not any(vault.holds(item) for item in (*ids, row.legal_compartment_id)):
        raise NotFound
    if row.is_shut_to_duty and not is_granted and vault.holds(row.contact_compartment_id):
        duty_wraps.share_when_read(actor, row.case_id, row.contact_compartment_id)
    name = None
    if row.client_id is not None:
        name = vault.text("parties.name", row.client_id, row.identity_compartment_id, row.name_sealed)
    known = dict(row._mapping)
    del known["name_sealed"], known["is_shut_to_duty"]
    return CaseHead(client_name=name, is_granted=is_granted, **known)


def row_for(work: Work, actor: Actor, number: str) -> Case:
    """The case to change, under the same rule; held against other writers until the transaction ends."""
    row = work.session.scalars(
        select(Case).where(Case.number == number, cases_visible_to(actor)).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _checked(work: Work, team_id: int, town: str, source: str, sex: str, issues: Iterable[str]) -> None:
    faults: dict[str, str] = {}
    kind = work.session.scalar(select(Team.kind).where(Team.id == team_id))
    if kind != TeamKind.CASEWORK:
        faults["team_id"] = "choice"
    if town not in {division.code for division in load().all_divisions()}:
        faults["town"] = "choice"
    if not codes.exists("report_source", source):
        faults["source"] = "choice"
    if not codes.exists("sex", sex):
        faults["client_sex"] = "choice"
    if not all(codes.exists("rights_category", issue) for issue in issues):
        faults["issues"] = "choice"
    if faults:
        raise Invalid(faults)


def create(
    work: Work,
    vault: Vault,
    *,
    team_id: int,
    town: str,
    source: str,
    contact: ContactCard,
    said: str | None,
    wish: str | None,
    client_name: str | None,
    client_sex: str | None,
    incident: IncidentFacts | None,
    issues: Iterable[str],
    received_at: int,
    desk_team_id: int | None,
) -> tuple[int, str]:
    """An accepted case for a team, nobody's yet; gives its id and number.

    Its keys are handed on to the team; the contact card is wrapped for the desk as well where
    ``desk_team_id`` is given, that is, where she consents, and for the duty team on the ground of life and
    safety (PIPL 13(4)). ``received_at`` is microseconds UTC. Raises Invalid for a code or team that is not
    in its list, KeyMissing without the index key.
    """
    issues = tuple(dict.fromkeys(issues))
    sex = client_sex or "unstated"
    _checked(work, team_id, town, source, sex, issues)
    case = _accepted_row(work, team_id, town, source, received_at)
    card_teams = sorted({team_id, desk_team_id or team_id, *duty_wraps.duty_teams(work)})
    case.contact_compartment_id = vault.create(
        work, CompartmentKind.CONTACT, OwnerKind.CASE, case.id, card_teams
    )
    for kind in (CompartmentKind.IDENTITY, CompartmentKind.ACCOUNT, CompartmentKind.LEGAL):
        made = vault.create(work, kind, OwnerKind.CASE, case.id, [team_id])
        setattr(case, f"{kind}_compartment_id", made)
    filled = _seal_words(vault, case, contact, said, wish)
    work.session.add(case)
    work.session.flush()
    client_id = _add_client(work, vault, case, client_name, sex)
    _add_matters(work, case, issues)
    if incident is not None:
        incidents.add_row(work, vault, case, incident)
    if contact.phone:
        canonical = read_phone(contact.phone, load().area_code).canonical
        blind_indexes.put(
            work, target="cases.phone", target_id=case.id, purpose="phone", normalised=canonical
        )
    duty_raising.on_accepted(work, vault, case)
    duty_raising.on_child_or_sexual(work, vault, case)
    add_event(work, case, "accepted", from_state=CaseState.RECEIVED)
    notices.raise_once(work, notices.CASE_ACCEPTED, case.id, team_id=team_id)
    work.record(
        "case.accept", subject_kind="case", subject_id=case.id, ids=(client_id,), fields=filled, row=case
    )
    return case.id, case.number


def _accepted_row(work: Work, team_id: int, town: str, source: str, received_at: int) -> Case:
    case = Case(
        id=new_id(),
        number=numbers.next_number(work, "case"),
        state=CaseState.ACCEPTED,
        town=town,
        team_id=team_id,
        source=source,
        received_at=received_at,
        received_on=local_date(received_at),
        accepted_at=work.at,
        accepted_on=local_date(work.at),
    )
    case.survivor_id = case.id
    return case


def _seal_words(
    vault: Vault, case: Case, contact: ContactCard, said: str | None, wish: str | None
) -> list[str]:
    words: dict[str, tuple[int, str | None]] = {
        name: (case.contact_compartment_id, getattr(contact, name)) for name in CARD_FIELDS
    }
    words["account_text"] = (case.account_compartment_id, said)
    words["wish"] = (case.account_compartment_id, wish)
    for name, (compartment_id, text) in words.items():
        sealed = vault.seal(f"cases.{name}", case.id, compartment_id, text or None)
        setattr(case, f"{name}_sealed", sealed)
    return [f"cases.{name}" for name, (_, text) in words.items() if text]


def _add_client(work: Work, vault: Vault, case: Case, name: str | None, sex: str) -> int:
    party = add_party(work, case, PartyRole.CLIENT, sex)
    party.name_sealed = vault.seal("parties.name", party.id, party.compartment_id, name or None)
    work.session.flush()
    return party.id


def add_party(work: Work, case: Case, role: PartyRole, sex: str) -> Party:
    """A new person in the case, of whom only her part and sex are known; the party is not flushed yet."""
    person = Person(id=new_id(), sex=sex)
    person.survivor_id = person.id
    work.session.add(person)
    work.session.flush()
    party = Party(
        id=new_id(),
        person_id=person.id,
        case_id=case.id,
        compartment_id=case.identity_compartment_id,
        role=role,
        created_at=work.at,
    )
    work.session.add(party)
    return party


def _add_matters(work: Work, case: Case, issues: Iterable[str]) -> None:
    for issue in issues:
        work.session.add(
            Matter(case_id=case.id, issue=issue, received_on=case.received_on, accepted_on=case.accepted_on)
        )


def add_event(
    work: Work,
    case: Case,
    kind: str,
    *,
    from_state: CaseState | None = None,
    to_assignee_id: int | None = None,
) -> None:
    """Appends one event to the life of a case; with ``from_state`` it is a move to the state that the case
    has now.
    """
    work.session.add(
        CaseEvent(
            case_id=case.id,
            kind=kind,
            from_state=from_state,
            to_state=case.state if from_state is not None else None,
            at=work.at,
            on=local_date(work.at),
            account_id=work.actor.account_id if work.actor else None,
            to_team_id=case.team_id if kind == "accepted" else None,
            to_assignee_id=to_assignee_id,
        )
    )
