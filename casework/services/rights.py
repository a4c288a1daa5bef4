"""Her rights over her data (PIPL 44 to 50): asked in person, alone, by herself; answered on paper, or refused.

Whoever asks at the other party's side is refused with the reason. Where coercion is suspected nothing is printed, the
lead is told, and no page shows that anything else happened than papers to be checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from casework import codes
from casework.actor import Actor
from casework.clock import local_date
from casework.errors import AlreadyDone, Invalid, KeyMissing, NotFound, Stale
from casework.sealed import Locked
from casework.services import cases, incidents, notices, paper_facts, papers, revisions
from casework.services.case_work import changing
from casework.services.papers import Stamp
from casework.services.revisions import Part
from casework.services.sealed_words import opened, packed
from casework.services.vault import Vault
from casework.transaction import reader
from models.accounts import Account, AccountRole
from models.audit import AuditEntry
from models.base import new_id
from models.cases import Assessment, Case, CaseEvent, Consent
from models.casework import CaseNote, PlanItem, SafetyPlan, ServiceGiven
from models.enums import CompartmentKind, PartyRole
from models.evidence import Attachment
from models.incidents import Incident
from models.papers import Paper, RightsRequest
from models.people import Party

KIND = "rights_answer"
ALARM = "rights.alarm"
NOW, LATER = "now", "later"
NOTE = Part("rights_requests", "rights_requests", ("note",))
# Her own facts on her copy; how she may be reached stays off it, since a paper can be found at home.
OWN_FACTS = (
    "name",
    "identity_number",
    "birth_date",
    "phone",
    "address_town",
    "address_rest",
    "home_town",
    "home_rest",
)

_requests = (
    select(RightsRequest, Account.display_name, Paper.number.label("paper_number"))
    .join(Account, Account.id == RightsRequest.account_id)
    .outerjoin(Paper, Paper.id == RightsRequest.paper_id)
    .where(RightsRequest.case_id == bindparam("case"))
    .order_by(RightsRequest.asked_at.desc(), RightsRequest.id.desc())
)
_looks = (
    select(AuditEntry.at, AuditEntry.account_id, AuditEntry.action)
    .where(
        AuditEntry.subject_id == bindparam("case"),
        AuditEntry.subject_kind == "case",
        AuditEntry.account_id.is_not(None),
    )
    .order_by(AuditEntry.sequence)
)
_roles = (
    select(AccountRole.account_id, AccountRole.role, AccountRole.from_on, AccountRole.until_on)
    .where(
        AccountRole.approved_at.is_not(None),
        AccountRole.account_id.in_(bindparam("accounts", expanding=True)),
    )
    .order_by(AccountRole.from_on)
)

Compose = Callable[[Mapping[str, Any], Stamp], dict[str, Any]]


@dataclass(frozen=True, repr=False)
class Asked:
    """What is asked at the desk: codes of rights_kind, rights_asker and rights_identity; ``way`` is now or later."""

    kind: str
    asker: str
    identity: str
    is_alone: bool
    way: str = NOW
    words: str | None = None


@dataclass(frozen=True, repr=False)
class RequestLine:
    """One request as it may be shown with somebody beside: who asked, what came of it, the words typed (or Locked)."""

    request_id: int
    kind: str
    result: str
    asked_at: int
    by: str
    asker: str | None
    identity: str | None
    words: str | Locked | None
    paper_number: str | None
    version: int


@dataclass(frozen=True, repr=False)
class Listing:
    """The requests of a case, newest first."""

    head: cases.CaseHead
    lines: list[RequestLine]


@dataclass(frozen=True, repr=False)
class Answer:
    """An answer made: its words are here alone, to be handed to her; the office keeps the digest."""

    head: cases.CaseHead
    number: str
    words: dict[str, Any]
    digest: str
    made_at: int


def listing(actor: Actor, number: str) -> Listing:
    """The requests of a case that the actor may see, recorded as shown; NotFound otherwise."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    lines = [_line(vault, *row) for row in reader().execute(_requests, {"case": head.case_id})]
    actor.shown(
        "rights.read",
        subject_kind="case",
        subject_id=head.case_id,
        ids=[line.request_id for line in lines],
        fields=["rights_requests.note"],
    )
    return Listing(head, lines)


def _line(vault: Vault, row: RightsRequest, by: str, paper_number: str | None) -> RequestLine:
    held = opened(vault.text("rights_requests.note", row.id, row.compartment_id, row.note_sealed))
    words: dict[str, Any] = {"words": held} if isinstance(held, Locked) else held
    return RequestLine(
        row.id,
        row.kind,
        row.result,
        row.asked_at,
        by,
        words.get("asker"),
        words.get("identity"),
        words.get("words"),
        paper_number,
        row.version,
    )


def request_for(actor: Actor, number: str, request_id: int) -> tuple[cases.CaseHead, RequestLine]:
    """One request of a case; NotFound when either is not hers to see."""
    read = listing(actor, number)
    for line in read.lines:
        if line.request_id == request_id:
            return read.head, line
    raise NotFound


def _check(asked: Asked) -> None:
    faults: dict[str, str] = {}
    for name, codes_of in (
        ("kind", "rights_kind"),
        ("asker", "rights_asker"),
        ("identity", "rights_identity"),
    ):
        if not codes.exists(codes_of, getattr(asked, name)):
            faults[name] = "choice"
    if asked.way not in (NOW, LATER):
        faults["way"] = "choice"
    if not faults and result_of(asked) == "recorded" and not asked.words:
        faults["words"] = "required"
    if faults:
        raise Invalid(faults)


def result_of(asked: Asked) -> str:
    """What comes of a request, a code of rights_result: the other side is refused first, then doubt, then the rest."""
    side = codes.get("rights_asker", asked.asker).flag("side")
    if side == "other":
        return "refused_other_side"
    if asked.way == LATER:
        return "raised_alarm"
    if side != "her":
        return "refused_not_herself"
    if asked.identity == "not_checked":
        return "refused_unidentified"
    if not asked.is_alone:
        return "refused_not_alone"
    return "to_answer" if codes.get("rights_kind", asked.kind).flag("printed") else "recorded"


def record(actor: Actor, number: str, asked: Asked) -> tuple[int, str]:
    """Records what was asked and what comes of it; gives its id and the result. Invalid for codes not in their lists.

    Suspected coercion raises a notice for the leads of the case's team within the same transaction.
    """
    _check(asked)
    result = result_of(asked)
    with changing(actor, number, CompartmentKind.ACCOUNT, ended=True) as doing:
        row = RightsRequest(
            id=new_id(),
            case_id=doing.case.id,
            compartment_id=doing.account_id,
            kind=asked.kind,
            result=result,
            asked_at=doing.work.at,
            asked_on=local_date(doing.work.at),
            account_id=actor.account_id,
        )
        note = {
            "asker": asked.asker,
            "identity": asked.identity,
            "alone": asked.is_alone,
            "words": asked.words or "",
        }
        row.note_sealed = doing.vault.seal("rights_requests.note", row.id, doing.account_id, packed(note))
        doing.work.session.add(row)
        if result == "raised_alarm":
            notices.raise_once(doing.work, ALARM, doing.case.id, team_id=doing.case.team_id)
        doing.record("rights.record", ids=(row.id,), fields=("rights_requests.note",), row=row)
        return row.id, result


def change(actor: Actor, number: str, request_id: int, words: str | None, version: int) -> None:
    """Rewrites what was typed of a request; the earlier wording is kept. Stale when somebody else saved first."""
    with changing(actor, number, CompartmentKind.ACCOUNT, ended=True) as doing:
        row = doing.work.session.get(RightsRequest, request_id, with_for_update=True)
        if row is None or row.case_id != doing.case.id:
            raise NotFound
        held = opened(doing.vault.text("rights_requests.note", row.id, row.compartment_id, row.note_sealed))
        if isinstance(held, Locked):
            raise KeyMissing
        note = {"note": packed({**held, "words": words or ""})}
        try:
            changed = revisions.save(doing.work, doing.vault, NOTE, row, row.compartment_id, note, version)
        except Stale as stale:
            theirs = str(held.get("words", ""))
            raise Stale(
                {"words": words or ""}, {"words": theirs}, stale.their_name, stale.their_at, stale.version
            ) from stale
        if changed:
            doing.record("rights.change", ids=(row.id,), fields=("rights_requests.note",), row=row)


def answer(actor: Actor, number: str, request_id: int, compose: Compose) -> Answer:
    """Makes the answer to a request that may be answered, once; its words are kept nowhere, so that no second copy
    can be found. AlreadyDone for one that was answered or refused.
    """
    head, line = request_for(actor, number, request_id)
    if line.result != "to_answer":
        raise AlreadyDone
    facts = paper_facts.cleared(KIND, _facts(actor, head, line.kind))
    with changing(actor, number, CompartmentKind.ACCOUNT, ended=True) as doing:
        row = doing.work.session.get(RightsRequest, request_id, with_for_update=True, populate_existing=True)
        if row is None or row.result != "to_answer":
            raise AlreadyDone
        made, words, digest = papers.make(doing, KIND, lambda stamp: compose(facts, stamp))
        row.paper_id = doing.work.session.scalar(select(Paper.id).where(Paper.number == made))
        row.result = "answered"
        doing.record("rights.answer", ids=(row.id,), row=row)
        return Answer(head, made, words, digest, doing.work.at)


def _facts(actor: Actor, head: cases.CaseHead, kind: str) -> dict[str, Any]:
    vault = Vault(actor, reader())
    known = paper_facts.known_of(vault, reader(), head.case_id, own=True)
    client = known.first(PartyRole.CLIENT)
    words = client.words if client else {}
    facts: dict[str, Any] = {
        "kind": kind,
        "cases.number": head.number,
        "cases.accepted_on": (head.accepted_on or local_date(head.received_at)).isoformat(),
        "client.name": words.get("name", ""),
    }
    if kind == "held":
        facts["held.counts"] = _counts(head.case_id)
    elif kind == "who_looked":
        facts["looks"] = who_looked(head.case_id)
    else:
        facts["client.facts"] = {name: words[name] for name in OWN_FACTS if name in words}
        facts["entries"] = _copied(vault, head, known)
        actor.shown(
            "rights.copy",
            subject_kind="case",
            subject_id=head.case_id,
            fields=[
                "parties.name",
                "cases.account_text",
                "cases.wish",
                "incidents.narrative",
                "case_notes.text",
            ],
        )
    return facts


def _counts(case_id: int) -> dict[str, int]:
    """How many rows each part of the case holds."""
    models: dict[str, Any] = {
        "people": Party,
        "incidents": Incident,
        "assessments": Assessment,
        "safety_plans": SafetyPlan,
        "plan_items": PlanItem,
        "services": ServiceGiven,
        "notes": CaseNote,
        "consents": Consent,
        "evidence": Attachment,
        "papers": Paper,
        "steps": CaseEvent,
    }
    columns = [
        select(func.count()).where(model.case_id == case_id).scalar_subquery().label(name)
        for name, model in models.items()
    ]
    return {name: int(count) for name, count in reader().execute(select(*columns)).one()._mapping.items()}


def who_looked(case_id: int) -> list[dict[str, Any]]:
    """Who has looked at a case or changed it: local day, the roles she had that day, what was done, how often.

    From the trail, the oldest first; no name of anybody on the staff.
    """
    rows = reader().execute(_looks, {"case": case_id}).all()
    accounts = sorted({row.account_id for row in rows})
    held: dict[int, list[Any]] = {}
    for role in reader().execute(_roles, {"accounts": accounts}):
        held.setdefault(role.account_id, []).append(role)
    counted: Counter[tuple[str, tuple[str, ...], str]] = Counter()
    for row in rows:
        on = local_date(row.at)
        roles = tuple(
            sorted(
                {
                    str(role.role)
                    for role in held.get(row.account_id, ())
                    if role.from_on <= on and (role.until_on is None or on < role.until_on)
                }
            )
        )
        counted[(on.isoformat(), roles, row.action)] += 1
    return [
        {"on": on, "roles": list(roles), "action": action, "times": times}
        for (on, roles, action), times in sorted(counted.items())
    ]


def _copied(vault: Vault, head: cases.CaseHead, known: paper_facts.Known) -> list[dict[str, Any]]:
    """What she told and what was written of her, with all that is of others taken out."""

    def clear(text: str | Locked | None) -> str:
        if isinstance(text, Locked):
            raise KeyMissing
        return paper_facts.without(known, text, own=True) if text else ""

    session, case_id = reader(), head.case_id
    row = session.execute(select(Case.account_text_sealed, Case.wish_sealed).where(Case.id == case_id)).one()
    entries: list[dict[str, Any]] = []
    for name in ("account_text", "wish"):
        sealed = getattr(row, f"{name}_sealed")
        words = clear(vault.text(f"cases.{name}", case_id, head.account_compartment_id, sealed))
        entries += [{"kind": name, "on": None, "words": words}] if words else []
    for line in incidents.lines_of(vault, case_id):
        on = line.occurred_on.isoformat() if line.occurred_on else None
        entries.append({"kind": "incident", "on": on, "words": clear(line.narrative)})
    for note in session.scalars(select(CaseNote).where(CaseNote.case_id == case_id).order_by(CaseNote.at)):
        words = clear(vault.text("case_notes.text", note.id, note.compartment_id, note.text_sealed))
        entries.append({"kind": "note", "on": note.on.isoformat(), "words": words})
    given = (
        select(ServiceGiven.given_on, ServiceGiven.service)
        .where(ServiceGiven.case_id == case_id, ServiceGiven.voided_at.is_(None))
        .order_by(ServiceGiven.given_on)
    )
    for service in session.execute(given):
        entries.append(
            {"kind": "service", "on": service.given_on.isoformat(), "code": service.service, "words": ""}
        )
    agreed = select(Consent.given_on, Consent.scope).where(Consent.case_id == case_id).order_by(Consent.id)
    for consent in session.execute(agreed):
        entries.append(
            {"kind": "consent", "on": consent.given_on.isoformat(), "code": consent.scope, "words": ""}
        )
    return entries
