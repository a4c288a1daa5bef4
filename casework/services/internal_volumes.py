"""The internal volume (一案一档): every part of a case on one paper that stays in the house; for the lead alone."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from casework.actor import Actor
from casework.clock import local_date
from casework.errors import KeyMissing, NotFound
from casework.sealed import Locked
from casework.services import assignments, cases, incidents, paper_facts, papers
from casework.services.case_work import changing
from casework.services.papers import Stamp
from casework.services.sealed_words import opened
from casework.services.vault import Vault
from casework.transaction import reader
from models.accounts import Account
from models.cases import Assessment, Case, CaseEvent, Consent
from models.casework import CaseNote, PlanItem, SafetyPlan, ServiceGiven
from models.duties import Duty
from models.enums import CompartmentKind, FollowUpSubject
from models.evidence import Attachment
from models.follow_ups import FollowUp, FollowUpTry
from models.papers import Paper

KIND = "internal_volume"
Compose = Callable[[Mapping[str, Any], Stamp], dict[str, Any]]
# A cell of a row: how it is to be read, and the value ("text", "on", "at", or the name of a code list).
Cell = tuple[str, Any]
Row = dict[str, Cell]

_CASE_WORDS = ("account_text", "wish", "interview")


@dataclass(frozen=True, repr=False)
class Made:
    """A volume made: its words are here alone, the office keeps the digest."""

    head: cases.CaseHead
    number: str
    words: dict[str, Any]
    digest: str
    made_on: datetime.date


def leads(actor: Actor, head: cases.CaseHead) -> bool:
    """Whether the actor leads the team of this case."""
    return assignments.leads(actor, head)


def head_for(actor: Actor, number: str) -> cases.CaseHead:
    """The head of a case whose team the actor leads, recorded as shown; NotFound otherwise."""
    head = cases.get_for(actor, number)
    if not leads(actor, head):
        raise NotFound
    actor.shown("case.read", subject_kind="case", subject_id=head.case_id, fields=["parties.name"])
    return head


def make(actor: Actor, number: str, compose: Callable[..., dict[str, Any]]) -> Made:
    """Makes the volume of a case; recorded with every field that it holds. NotFound unless she leads the case's
    team, KeyMissing where a part stays shut to her: half a volume would pass for a whole one.
    """
    head = head_for(actor, number)
    facts = _facts(Vault(actor, reader()), head)
    with changing(actor, number, CompartmentKind.ACCOUNT, ended=True) as doing:
        made, words, digest = papers.make(doing, KIND, lambda stamp: compose(facts, stamp))
        doing.record(
            "case.print_whole", fields=sorted({field for part in facts["parts"] for field in part["fields"]})
        )
        return Made(head, made, words, digest, local_date(doing.work.at))


def _facts(vault: Vault, head: cases.CaseHead) -> dict[str, Any]:
    parts = [
        _part("people", ("parties.name",), _people(vault, head)),
        _part("account", ("cases.account_text", "cases.wish"), _account(vault, head)),
        _part("incidents", ("incidents.narrative", "incidents.details"), _incidents(vault, head)),
        _part("danger", ("assessments.answers",), _assessments(vault, head)),
        _part(
            "safety",
            ("safety_plans.plan",),
            _of(vault, head, SafetyPlan, "safety_plans", "plan", ("agreed_on",)),
        ),
        _part(
            "plan",
            ("plan_items.words",),
            _of(vault, head, PlanItem, "plan_items", "words", ("due_on", "service")),
        ),
        _part("services", ("services_given.note",), _services(vault, head)),
        _part("follow_ups", ("follow_up_tries.note",), _tries(vault, head)),
        _part("notes", ("case_notes.text",), _of(vault, head, CaseNote, "case_notes", "text", ("on", "by"))),
        _part("consents", ("consents.note",), _consents(vault, head)),
        _part(
            "duties",
            ("duties.note",),
            _of(vault, head, Duty, "duties", "note", ("due_on", "done_on", "duty")),
        ),
        _part(
            "evidence",
            ("attachments.words",),
            _of(vault, head, Attachment, "attachments", "words", ("received_on",)),
        ),
        _part("papers", (), _papers(head)),
    ]
    row = (
        reader()
        .execute(select(Case.closed_on, Case.received_on, Case.source).where(Case.id == head.case_id))
        .one()
    )
    events = _events(vault, head)
    closing = [
        event for event in events if event["kind"][1] in ("closed", "closing_proposed", "closing_approved")
    ]
    return {
        "number": head.number,
        "client": _need(head.client_name),
        "town": head.town,
        "team": head.team_name,
        "assignee": head.assignee_name,
        "state": head.state.value,
        "source": row.source,
        "received_on": row.received_on.isoformat(),
        "accepted_on": _iso(head.accepted_on),
        "closed_on": _iso(row.closed_on),
        "process": events,
        "closing": closing,
        "parts": parts,
    }


def _part(key: str, fields: Iterable[str], rows: list[Row]) -> dict[str, Any]:
    return {"key": key, "fields": list(fields), "rows": rows}


def _need(text: str | Locked | None) -> str:
    if isinstance(text, Locked):
        raise KeyMissing
    return text or ""


def _iso(on: datetime.date | None) -> str | None:
    return on.isoformat() if on else None


def _typed(text: str) -> Cell:
    """Sealed words as a cell: plain text as it is, a mapping by its texts, codes among them."""
    if not text.startswith("{"):
        return ("text", text)
    return ("mixed", [leaf for leaf in paper_facts.leaves(opened(text)) if leaf])


def _people(vault: Vault, head: cases.CaseHead) -> list[Row]:
    rows = []
    for person in paper_facts.known_of(vault, reader(), head.case_id, own=True).people:
        row: Row = {"role": ("party_role", person.role.value)}
        for name, word in person.words.items():
            row[name] = ("town" if name.endswith("_town") else "text", word)
        rows.append(row)
    return rows


def _account(vault: Vault, head: cases.CaseHead) -> list[Row]:
    columns = [getattr(Case, f"{name}_sealed") for name in _CASE_WORDS if hasattr(Case, f"{name}_sealed")]
    held = reader().execute(select(*columns).where(Case.id == head.case_id)).one()
    row: Row = {}
    for column in held._fields:
        name = column.removesuffix("_sealed")
        text = _need(
            vault.text(f"cases.{name}", head.case_id, head.account_compartment_id, getattr(held, column))
        )
        if text:
            row[name] = _typed(text)
    return [row] if row else []


def _incidents(vault: Vault, head: cases.CaseHead) -> list[Row]:
    return [
        {
            "on": ("on", _iso(line.occurred_on)),
            "violence_types": ("violence_type", list(line.violence_types)),
            "relationship": ("relationship", line.relationship),
            "living_together": ("living_together", line.living_together.value),
            "narrative": ("text", _need(line.narrative)),
            "details": ("mixed", _details(line)),
        }
        for line in incidents.lines_of(vault, head.case_id)
    ]


def _details(line: incidents.IncidentLine) -> list[str]:
    if isinstance(line.details, Locked):
        raise KeyMissing
    return [leaf for leaf in paper_facts.leaves(line.details.words()) if leaf]


def _assessments(vault: Vault, head: cases.CaseHead) -> list[Row]:
    asked = select(Assessment.__table__).where(Assessment.case_id == head.case_id).order_by(Assessment.at)
    return [
        {
            "on": ("on", row.on.isoformat()),
            "instrument": ("text", row.instrument),
            "level_low": ("danger_level", row.level_low),
            "level_high": ("danger_level", row.level_high),
            **({"raised_to": ("danger_level", row.raised_to)} if row.raised_to else {}),
        }
        for row in reader().execute(asked)
    ]


def _of(
    vault: Vault, head: cases.CaseHead, model: Any, table: str, field: str, beside: tuple[str, ...]
) -> list[Row]:
    """The rows of one table with its sealed words; ``beside`` are clear columns, ``by`` is the author."""
    asked: Select[Any] = select(model).where(model.case_id == head.case_id).order_by(model.id)
    people = reader().execute(select(Account.id, Account.display_name)) if "by" in beside else ()
    names = {row.id: row.display_name for row in people}
    rows = []
    for item in reader().scalars(asked):
        row: Row = {}
        for name in beside:
            if name == "by":
                row[name] = ("text", names.get(item.account_id, ""))
            elif name in ("duty", "service"):
                row[name] = (name, getattr(item, "kind" if name == "duty" else "service"))
            elif getattr(item, name):
                row[name] = ("on", _iso(getattr(item, name)))
        sealed = getattr(item, f"{field}_sealed")
        text = _need(vault.text(f"{table}.{field}", item.id, item.compartment_id, sealed))
        if text:
            row[field] = _typed(text)
        rows.append(row)
    return rows


def _evidence(vault: Vault, head: cases.CaseHead) -> list[Row]:
    return _of(vault, head, Attachment, "attachments", "words", ("received_on",))


def _services(vault: Vault, head: cases.CaseHead) -> list[Row]:
    asked = (
        select(ServiceGiven)
        .where(ServiceGiven.case_id == head.case_id, ServiceGiven.voided_at.is_(None))
        .order_by(ServiceGiven.given_on, ServiceGiven.id)
    )
    return [
        {
            "on": ("on", _iso(item.given_on)),
            "service": ("service", item.service),
            "note": _typed(
                _need(vault.text("services_given.note", item.id, item.compartment_id, item.note_sealed))
            ),
        }
        for item in reader().scalars(asked)
    ]


def _tries(vault: Vault, head: cases.CaseHead) -> list[Row]:
    asked = (
        select(
            FollowUpTry.id, FollowUpTry.tried_at, FollowUpTry.result, FollowUpTry.note_sealed, FollowUp.kind
        )
        .join(FollowUp, FollowUp.id == FollowUpTry.follow_up_id)
        .where(FollowUp.subject_kind == FollowUpSubject.CASE, FollowUp.subject_id == head.case_id)
        .order_by(FollowUpTry.tried_at)
    )
    return [
        {
            "at": ("at", row.tried_at),
            "kind": ("follow_up_kind", row.kind),
            "result": ("follow_up_result", row.result),
            "note": (
                "text",
                _need(
                    vault.text("follow_up_tries.note", row.id, head.account_compartment_id, row.note_sealed)
                ),
            ),
        }
        for row in reader().execute(asked)
    ]


def _consents(vault: Vault, head: cases.CaseHead) -> list[Row]:
    asked = select(Consent).where(Consent.case_id == head.case_id).order_by(Consent.id)
    rows = []
    for item in reader().scalars(asked):
        row: Row = {"on": ("on", _iso(item.given_on)), "scope": ("consent_scope", item.scope)}
        if item.ends_on:
            row["ends_on"] = ("on", _iso(item.ends_on))
        if item.withdrawn_at:
            row["withdrawn_at"] = ("at", item.withdrawn_at)
        text = _need(vault.text("consents.note", item.id, item.compartment_id, item.note_sealed))
        if text:
            row["note"] = _typed(text)
        rows.append(row)
    return rows


def _papers(head: cases.CaseHead) -> list[Row]:
    asked = (
        select(Paper.number, Paper.kind, Paper.made_on)
        .where(Paper.case_id == head.case_id)
        .order_by(Paper.id)
    )
    return [
        {"on": ("on", _iso(row.made_on)), "number": ("text", row.number), "kind": ("paper_kind", row.kind)}
        for row in reader().execute(asked)
    ]


def _events(vault: Vault, head: cases.CaseHead) -> list[Row]:
    asked = (
        select(CaseEvent, Account.display_name)
        .outerjoin(Account, Account.id == CaseEvent.account_id)
        .where(CaseEvent.case_id == head.case_id)
        .order_by(CaseEvent.at, CaseEvent.id)
    )
    rows = []
    for event, by in reader().execute(asked):
        row: Row = {"at": ("at", event.at), "kind": ("event", event.kind)}
        if event.to_state:
            row["to_state"] = ("case_state", event.to_state)
        if by:
            row["by"] = ("text", by)
        if event.outcome:
            row["outcome"] = ("closing_outcome", event.outcome)
        text = _need(
            vault.text("case_events.reason", event.id, head.account_compartment_id, event.reason_sealed)
        )
        if text:
            row["reason"] = _typed(text)
        rows.append(row)
    return rows
