"""A case for a woman who walks in, writes, or is named to us: opened by a caseworker or a lead, after a search.

The draft that holds what was typed begins with the search; a case is opened once from it, and it ends with that.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, select

from casework import codes
from casework.actor import Actor
from casework.clock import ZONE, instant, today
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.law import identity_number
from casework.law.age import band_on
from casework.services import blind_indexes, cases, drafts, notices, returning
from casework.services.case_facts import ContactCard
from casework.services.likely_matches import Given, checked
from casework.services.vault import Vault
from casework.transaction import Work, reader, write
from models.access import Conflict
from models.accounts import Team
from models.base import new_id
from models.cases import Case, Consent
from models.drafts import Draft
from models.enums import PartyRole, Role, TeamKind
from models.follow_ups import Notice
from models.people import Party, Person

FORM = "new_case"
OPENED = "case.opened"
DESK_SCOPE = "desk_contact"
# What is asked on the first day; the rest has its place in the consents of the case.
FIRST_SCOPES = ("keep_record", "sensitive_information", DESK_SCOPE)
OLDEST_DAYS = 366


@dataclass(frozen=True, repr=False)
class NewCase:
    """What is known of a case when it is opened; codes of their lists, ``received_on`` a local date."""

    team_id: int
    town: str
    source: str
    received_on: datetime.date
    issues: Sequence[str]
    name: str | None
    sex: str
    identity_number: str | None
    contact: ContactCard
    said: str | None
    wish: str | None
    consents: Sequence[str] = ()
    same_as: int | None = None


@dataclass(frozen=True)
class Opened:
    """The case that was opened; ``is_hers`` is false where its own numbers put her behind its wall."""

    number: str
    is_hers: bool


def begin(actor: Actor, given: Given) -> int:
    """Keeps what a search before a new case asks for, sealed for the actor; gives the draft's id.

    Invalid for part of a number, and where neither a number nor a name was given.
    """
    checked(given)
    draft_id = new_id()
    typed = {
        "phone": given.phone,
        "identity_number": given.identity_number,
        "name": given.name,
        "town": given.town,
        "age": str(given.age) if given.age is not None else None,
    }
    drafts.save(actor, FORM, draft_id, {name: [text] for name, text in typed.items() if text})
    return draft_id


def teams(actor: Actor) -> list[tuple[int, str]]:
    """The casework teams in which she may open a case: (id, name)."""
    rows = reader().execute(
        select(Team.id, Team.name)
        .where(Team.id.in_(actor.team_ids(Role.CASEWORKER, Role.TEAM_LEAD)), Team.kind == TeamKind.CASEWORK)
        .order_by(Team.name)
    )
    return [(row.id, row.name) for row in rows]


def open_case(actor: Actor, draft_id: int, new: NewCase) -> Opened:
    """Opens the case, the caseworker's own if she is one in that team, and ends its draft.

    NotFound where she has no such draft or may not see whom ``same_as`` names; AlreadyDone where this draft's
    case was opened; Invalid with reason codes by field.
    """
    with write(actor) as work:
        _hold_draft(work, actor, draft_id)
        _refuse(work, actor, new)
        vault = Vault(actor, work.session)
        case_id, number = cases.create(
            work,
            vault,
            team_id=new.team_id,
            town=new.town,
            source=new.source,
            contact=new.contact,
            said=new.said,
            wish=new.wish,
            client_name=new.name,
            client_sex=new.sex,
            incident=None,
            issues=new.issues,
            received_at=_received_at(work, new.received_on),
            desk_team_id=_desk(work) if DESK_SCOPE in new.consents else None,
        )
        case = work.session.get_one(Case, case_id)
        client = _client(work, case_id)
        _complete(work, vault, case, client, new.identity_number)
        _add_consents(work, case, new.consents)
        is_hers = not _is_walled(work, actor, case_id)
        if is_hers:
            _assign(work, actor, case)
        if is_hers and new.same_as is not None:
            returning.join_parties(work, actor, case, client.id, new.same_as)
        drafts.end(work, actor, FORM, draft_id)
        return Opened(number, is_hers)


def _is_walled(work: Work, actor: Actor, case_id: int) -> bool:
    wall = exists().where(Conflict.case_id == case_id, Conflict.account_id == actor.account_id)
    return bool(work.session.scalar(select(wall)))


def _hold_draft(work: Work, actor: Actor, draft_id: int) -> None:
    row = work.session.scalars(
        select(Draft)
        .where(Draft.account_id == actor.account_id, Draft.form == FORM, Draft.subject_id == draft_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        # Begun by a search, ended by its case: a second press finds none.
        raise AlreadyDone


def _refuse(work: Work, actor: Actor, new: NewCase) -> None:
    faults: dict[str, str] = {}
    if new.team_id not in actor.team_ids(Role.CASEWORKER, Role.TEAM_LEAD):
        faults["team_id"] = "choice"
    if not new.issues:
        faults["issues"] = "required"
    if new.received_on > today():
        faults["received_on"] = "future"
    elif (today() - new.received_on).days > OLDEST_DAYS:
        faults["received_on"] = "long_ago"
    if not set(new.consents) <= set(FIRST_SCOPES):
        faults["consents"] = "choice"
    if not any(new.source == code for code, _ in codes.choices("report_source", "zh")):
        faults["source"] = "choice"
    if faults:
        raise Invalid(faults)


def _received_at(work: Work, on: datetime.date) -> int:
    """Now for what came today, else noon of its day: a letter has no hour."""
    if on == today():
        return work.at
    return instant(datetime.datetime.combine(on, datetime.time(12), ZONE))


def _desk(work: Work) -> int | None:
    return work.session.scalar(select(Team.id).where(Team.kind == TeamKind.DESK).order_by(Team.id).limit(1))


def _client(work: Work, case_id: int) -> Party:
    return work.session.scalars(
        select(Party).where(Party.case_id == case_id, Party.role == PartyRole.CLIENT)
    ).one()


def _complete(work: Work, vault: Vault, case: Case, client: Party, number: str | None) -> None:
    """Her identity number as typed; a valid one fills in birth date, age band and an unstated sex."""
    if not number:
        return
    found = identity_number.read(number, today())
    client.identity_number_sealed = vault.seal(
        "parties.identity_number", client.id, client.compartment_id, found.canonical
    )
    fields = ["parties.identity_number"]
    if found.born_on is not None:
        client.birth_date_sealed = vault.seal(
            "parties.birth_date", client.id, client.compartment_id, found.born_on.isoformat()
        )
        client.age_band = band_on(found.born_on, case.accepted_on or today())
        fields.append("parties.birth_date")
    person = work.session.get_one(Person, client.person_id)
    if found.sex is not None and person.sex == "unstated":
        person.sex = found.sex
    work.session.flush()
    blind_indexes.put(
        work,
        target="parties.identity_number",
        target_id=client.id,
        purpose="identity_number",
        normalised=found.canonical,
    )
    work.record(
        "case.change_identity",
        subject_kind="case",
        subject_id=case.id,
        ids=(client.id,),
        fields=fields,
        row=client,
    )


def _add_consents(work: Work, case: Case, scopes: Iterable[str]) -> None:
    for scope in dict.fromkeys(scopes):
        row = Consent(
            id=new_id(),
            case_id=case.id,
            scope=scope,
            given_on=case.received_on if case.received_on <= today() else today(),
            recorded_by=work.actor.account_id if work.actor else 0,
            recorded_at=work.at,
        )
        work.session.add(row)


def _assign(work: Work, actor: Actor, case: Case) -> None:
    """To herself where she is a caseworker of the team; its leads then hear of it as opened, not as one to hand out."""
    if case.team_id not in actor.team_ids(Role.CASEWORKER):
        return
    work.session.execute(
        delete(Notice).where(Notice.kind == notices.CASE_ACCEPTED, Notice.subject_id == case.id)
    )
    notices.raise_once(work, OPENED, case.id, team_id=case.team_id)
    case.assignee_id = actor.account_id
    case.version += 1
    cases.add_event(work, case, "assigned", to_assignee_id=actor.account_id)
    work.record("case.assign", subject_kind="case", subject_id=case.id, ids=(actor.account_id,))


def held(actor: Actor) -> list[drafts.DraftLine]:
    """The new cases that she began and did not open, last saved first."""
    return drafts.listing(actor, FORM)


def resume(actor: Actor, draft_id: int) -> drafts.Resumed:
    """What she had typed of one; NotFound where there is none. Recorded as resumed."""
    found = drafts.resume(actor, FORM, draft_id)
    if found is None:
        raise NotFound
    return found


def discard(actor: Actor, draft_id: int) -> None:
    """Throws one away on her word; NotFound where there is none."""
    drafts.discard(actor, FORM, draft_id)
