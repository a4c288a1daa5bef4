"""The extract of the record of complaint: chosen line by line, cleared, purpose and consent asked first."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select

from casework import codes
from casework.actor import Actor
from casework.clock import local_date, today
from casework.crypto.encoding import canonical
from casework.errors import Invalid, KeyMissing
from casework.jurisdictions import load
from casework.sealed import Locked
from casework.services import cases, consents, incidents, paper_facts, papers
from casework.services.call_facts import without_asked
from casework.services.case_work import changing
from casework.services.paper_facts import Known
from casework.services.papers import Stamp
from casework.services.vault import Vault
from casework.transaction import reader
from models.cases import Case
from models.casework import CaseNote
from models.enums import CompartmentKind, PartyRole
from models.incidents import Incident
from models.people import Party, Person

KIND = "court_extract"
NOTES_SHOWN = 200
# Facts, stamp -> the words of the paper.
Compose = Callable[[Mapping[str, Any], Stamp], dict[str, Any]]

_told = select(
    Case.account_text_sealed, Case.account_compartment_id, Case.accepted_on, Case.received_on
).where(Case.id == bindparam("case"))
_recorded = select(Incident.id, Incident.created_at).where(Incident.case_id == bindparam("case"))
_notes = (
    select(CaseNote.id, CaseNote.compartment_id, CaseNote.text_sealed, CaseNote.on)
    .where(CaseNote.case_id == bindparam("case"))
    .order_by(CaseNote.at.desc(), CaseNote.id.desc())
    .limit(NOTES_SHOWN)
)
_sex = (
    select(Person.sex)
    .join(Party, Party.person_id == Person.id)
    .where(Party.case_id == bindparam("case"), Party.role == PartyRole.CLIENT)
    .order_by(Party.id)
    .limit(1)
)


@dataclass(frozen=True, repr=False)
class Entry:
    """One line that may be chosen: ``facts`` as they would stand on the paper, ``watch`` codes of words to look at."""

    key: str
    facts: dict[str, Any]
    watch: tuple[str, ...]
    is_shortened: bool


@dataclass(frozen=True, repr=False)
class Choice:
    """Everything that an extract could hold, and whether her consent covers giving it to a court."""

    head: cases.CaseHead
    base: dict[str, Any]
    entries: list[Entry]
    may_share: bool


def choice(actor: Actor, number: str) -> Choice:
    """The lines of a case that may go into an extract, what must not leave taken out of each; recorded as shown.

    NotFound for a case that is not hers, KeyMissing where something could not be read and so not be taken out.
    """
    session = reader()
    vault = Vault(actor, session)
    head = cases.get_for(actor, number, vault)
    known = paper_facts.known_of(vault, session, head.case_id)
    told = session.execute(_told, {"case": head.case_id}).one()
    entries = _entries(vault, head.case_id, known, told)
    actor.shown(
        "paper.choose",
        subject_kind="case",
        subject_id=head.case_id,
        ids=[int(entry.key.rpartition("-")[2]) for entry in entries if entry.key != "told"],
        fields=["parties.name", "cases.account_text", "incidents.narrative", "case_notes.text"],
    )
    sex = session.scalar(_sex, {"case": head.case_id}) or "unstated"
    return Choice(head, _base(head, known, told, sex), entries, consents_to(head.case_id, "share_court"))


def consents_to(case_id: int, scope: str) -> bool:
    """Whether a consent (or a ground without one) of this scope is in force today."""
    return consents.gate(reader(), case_id, scope).allowed


def _base(head: cases.CaseHead, known: Known, told: Any, sex: str) -> dict[str, Any]:
    client, other = known.first(PartyRole.CLIENT), known.first(PartyRole.OTHER_PARTY)
    accepted = told.accepted_on or told.received_on
    return {
        "cases.number": head.number,
        "cases.accepted_on": accepted.isoformat(),
        "client.name": paper_facts.shown_name(client, today()),
        "client.sex": sex,
        "client.is_minor": paper_facts.is_child(client, today()),
        "other_party.name": other.words.get("name", "") if other else "",
    }


def _entries(vault: Vault, case_id: int, known: Known, told: Any) -> list[Entry]:
    towns = _hidden_towns(known)
    entries = []
    text = _open(
        vault.text("cases.account_text", case_id, told.account_compartment_id, told.account_text_sealed)
    )
    if said := without_asked(text):
        facts = {"kind": "told", "on": None, "recorded_on": told.received_on.isoformat()}
        entry = _entry("told", facts, said, known, towns)
        entries.append(replace(entry, is_shortened=entry.is_shortened or said != text))
    recorded = {row.id: row.created_at for row in reader().execute(_recorded, {"case": case_id})}
    for line in incidents.lines_of(vault, case_id):
        facts = {
            "kind": "incident",
            "on": line.occurred_on.isoformat() if line.occurred_on else None,
            "precision": line.precision,
            "relationship": line.relationship,
            "living_together": line.living_together.value,
            "violence_types": list(line.violence_types),
            "recorded_on": local_date(recorded[line.incident_id]).isoformat(),
        }
        words = _open(line.narrative)
        entries.append(_entry(f"incident-{line.incident_id}", facts, words, known, towns))
    for row in reader().execute(_notes, {"case": case_id}):
        text = _open(vault.text("case_notes.text", row.id, row.compartment_id, row.text_sealed))
        if text:
            on = row.on.isoformat()
            facts = {"kind": "note", "on": on, "recorded_on": on}
            entries.append(_entry(f"note-{row.id}", facts, text, known, towns))
    return entries


def _hidden_towns(known: Known) -> list[str]:
    """The names of the town where she is now, once she has left the home they shared."""
    client = known.first(PartyRole.CLIENT)
    words = client.words if client else {}
    now, home = words.get("address_town"), words.get("home_town")
    if not now or now == home:
        return []
    try:
        return [load().division(now).label("zh")]
    except LookupError:
        return []


def _open(text: str | Locked | None) -> str:
    if isinstance(text, Locked):
        raise KeyMissing
    return text or ""


def _entry(key: str, facts: dict[str, Any], words: str, known: Known, towns: list[str]) -> Entry:
    cleared = _masked(paper_facts.without(known, words, towns), known)
    watch = tuple(
        entry.code for entry in codes.listing("paper_watchword") if entry.zh in cleared or entry.en in cleared
    )
    return Entry(key, {"key": key, **facts, "words": cleared}, watch, cleared != words)


def _masked(words: str, known: Known) -> str:
    """Her own name as it may stand: a child's by the family name alone, wherever it was typed."""
    client = known.first(PartyRole.CLIENT)
    name = client.words.get("name", "") if client else ""
    return words.replace(name, paper_facts.shown_name(client, today())) if len(name) >= 2 else words


def facts_of(held: Choice, purpose: str, chosen: Iterable[str]) -> dict[str, Any]:
    """The cleared facts of an extract of these lines, in the order in which they are shown."""
    wanted = set(chosen)
    entries = [
        {name: value for name, value in entry.facts.items() if name != "key"}
        for entry in held.entries
        if entry.key in wanted
    ]
    return paper_facts.cleared(KIND, {**held.base, "purpose": purpose, "entries": entries})


def check(held: Choice, purpose: str, chosen: Iterable[str]) -> None:
    """Refuses (Invalid) a purpose that is not in its list, no line chosen, and a paper that her consent does not cover.

    A line that is not there any more refuses too.
    """
    faults: dict[str, str] = {}
    wanted = set(chosen)
    if not codes.exists("paper_purpose", purpose):
        faults["purpose"] = "choice"
    elif not held.may_share:
        faults["purpose"] = "consent"
    if not wanted:
        faults["entries"] = "entries"
    elif wanted - {entry.key for entry in held.entries}:
        faults["entries"] = "choice"
    if faults:
        raise Invalid(faults)


def seen_as(facts: Mapping[str, Any]) -> str:
    """What the confirming page carries along of the facts that it showed: their SHA-256, hexadecimal."""
    return hashlib.sha256(canonical(dict(facts))).hexdigest()


def make(
    actor: Actor, number: str, *, purpose: str, chosen: Iterable[str], seen: str, compose: Compose
) -> str:
    """Makes the extract that was shown before; gives its number. A closed case may still go to court.

    ``seen`` is what ``seen_as`` gave of the facts when they were shown: Invalid("changed") when a line was
    rewritten since, so that nothing leaves that nobody read.
    """
    chosen = list(chosen)
    held = choice(actor, number)
    check(held, purpose, chosen)
    facts = facts_of(held, purpose, chosen)
    if seen_as(facts) != seen:
        raise Invalid({"entries": "changed"})
    with changing(actor, number, CompartmentKind.ACCOUNT, ended=True) as doing:
        made, _words, _digest = papers.make(doing, KIND, lambda stamp: compose(facts, stamp))
        return made
