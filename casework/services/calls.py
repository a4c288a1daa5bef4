"""Calls at the 12338 desk: begun, recorded, accepted into a case."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from casework import codes
from casework.actor import Actor
from casework.clock import local, local_date, now_us
from casework.crypto.passwords import join
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.runtime import runtime
from casework.sealed import Locked
from casework.services import blind_indexes, cases, drafts, numbers
from casework.services.call_facts import (
    ACCOUNT_FIELDS,
    CASE_OPENED,
    CONTACT_FIELDS,
    NOT_ASKED,
    Acceptance,
    NewCall,
    answers,
    as_words,
    faults_of,
    faults_of_acceptance,
    read_phone,
)
from casework.services.call_register import visible_to
from casework.services.case_facts import ContactCard
from casework.services.vault import Vault
from casework.transaction import Work, reader, write
from models.accounts import Team
from models.base import new_id
from models.calls import Call, Matter
from models.cases import Consent
from models.enums import CompartmentKind, OwnerKind, Role, TeamKind
from models.keys import Wrap

FORM = "call"
PHONE_TARGET = "calls.phone"
# What stays of the card when she does not want the desk to keep it.
ALWAYS_KEPT = frozenset({"phone"})

_case_teams = select(Team.id, Team.name).where(Team.kind == TeamKind.CASEWORK).order_by(Team.name)
_issues = select(Matter.issue).where(Matter.call_id == bindparam("call")).order_by(Matter.id)


@dataclass(frozen=True)
class Begun:
    """A call that an operator has just picked up: its id to be, the mark that proves it ours, and when."""

    call_id: int
    mark: str
    started_at: int


@dataclass(frozen=True)
class Recorded:
    """What was saved: the call's number, and the case's where one was opened."""

    number: str
    case_number: str | None


def _mark(actor: Actor, call_id: int) -> str:
    key = join(runtime().server_secret, purpose="casework/call-begun")
    return hmac.digest(key, f"{actor.account_id}.{call_id}".encode(), "sha256").hex()[:32]


def begin(actor: Actor) -> Begun:
    """A fresh id for a call that starts now. Nothing is stored until something was typed."""
    call_id = new_id()
    return Begun(call_id, f"{call_id}.{_mark(actor, call_id)}", now_us())


def begun(actor: Actor, mark: str) -> int:
    """The call id behind a form's mark; NotFound unless this server gave it to this person."""
    text, _, proof = mark.partition(".")
    call_id = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
    if not 0 < call_id < 2**63 or not hmac.compare_digest(_mark(actor, call_id), proof):
        raise NotFound
    return call_id


def mark_of(actor: Actor, call_id: int) -> str:
    """The mark of a call that she has a draft of."""
    return f"{call_id}.{_mark(actor, call_id)}"


def case_teams() -> list[tuple[int, str]]:
    """The teams that a call can be handed to: (id, name)."""
    return [(row.id, row.name) for row in reader().execute(_case_teams)]


def _desk_of(actor: Actor) -> int:
    desks = actor.team_ids(Role.HOTLINE_OPERATOR)
    if not desks:
        raise NotFound
    return desks[0]


def record(actor: Actor, new: NewCall, acceptance: Acceptance | None = None) -> Recorded:
    """Saves a call of the actor's desk and ends its draft; with ``acceptance`` opens its case as well.

    Raises Invalid with reason codes by field, AlreadyDone when this very call was saved before.
    """
    try:
        with write(actor) as work:
            desk_id = _desk_of(actor)
            _refuse_faults(work, new, acceptance)
            if work.session.get(Call, new.call_id) is not None:
                raise AlreadyDone
            vault = Vault(actor, work.session)
            call = _stored(work, vault, new, desk_id)
            names = [name for name in (*CONTACT_FIELDS, *ACCOUNT_FIELDS) if getattr(call, f"{name}_sealed")]
            work.record("call.record", subject_kind="call", subject_id=call.id, fields=names, row=call)
            case_number = None
            if acceptance is not None:
                case_number = _open_case(work, vault, call, list(new.issues), acceptance)
            drafts.end(work, actor, FORM, new.call_id)
            return Recorded(call.number, case_number)
    except IntegrityError:
        # Two presses at once: the other one saved it.
        raise AlreadyDone from None


def _refuse_faults(work: Work, new: NewCall, acceptance: Acceptance | None) -> None:
    faults = faults_of(new, work.at)
    if acceptance is not None:
        teams = [row.id for row in work.session.execute(_case_teams)]
        faults |= faults_of_acceptance(acceptance, new.category, new.issues, work.at, teams)
    elif new.result == CASE_OPENED:
        faults["team_id"] = "required"
    if faults:
        raise Invalid(faults)


def _json(answers: Mapping[str, str], absent: str) -> str | None:
    said = {name: answer for name, answer in answers.items() if answer and answer != absent}
    return json.dumps(said, ensure_ascii=False) if said else None


def _stored(work: Work, vault: Vault, new: NewCall, desk_id: int) -> Call:
    """The row with its compartments, matters and index."""
    started = local(new.started_at)
    call = Call(
        id=new.call_id,
        number=numbers.next_number(work, "call"),
        team_id=desk_id,
        operator_id=work.actor.account_id if work.actor else 0,
        channel=new.channel,
        category=new.category,
        result=new.result,
        started_at=new.started_at,
        started_on=started.date(),
        ended_at=max(new.started_at, min(new.ended_at or work.at, work.at)),
        hour_band=started.hour,
        is_test=not codes.get("call_category", new.category).flag("counted", True),
        created_at=work.at,
    )
    call.contact_compartment_id = vault.create(
        work, CompartmentKind.CONTACT, OwnerKind.CALL, call.id, [desk_id]
    )
    for name in CONTACT_FIELDS:
        _seal(vault, call, name, getattr(new, name), call.contact_compartment_id)
    account = {
        "safety_answers": _json(new.safety, NOT_ASKED),
        "emergency": _json(new.emergency, ""),
        "said": new.said or None,
        "wish": new.wish or None,
    }
    if any(account.values()):
        call.account_compartment_id = vault.create(
            work, CompartmentKind.ACCOUNT, OwnerKind.CALL, call.id, [desk_id]
        )
        for name, words in account.items():
            _seal(vault, call, name, words, call.account_compartment_id)
    work.session.add(call)
    work.session.flush()
    _add_matters(work, call, new.issues)
    normalised = read_phone(new.phone).canonical if new.phone else None
    blind_indexes.put(work, target=PHONE_TARGET, target_id=call.id, purpose="phone", normalised=normalised)
    return call


def _add_matters(work: Work, call: Call, issues: Iterable[str]) -> None:
    on = call.started_on
    answered_on = on if call.result == "information_given" else None
    for issue in dict.fromkeys(issues):
        work.session.add(Matter(issue=issue, call_id=call.id, received_on=on, answered_on=answered_on))
    work.session.flush()


def _seal(vault: Vault, call: Call, name: str, words: str | None, compartment_id: int) -> None:
    sealed = vault.seal(f"calls.{name}", call.id, compartment_id, words or None)
    setattr(call, f"{name}_sealed", sealed)


def _open_case(work: Work, vault: Vault, call: Call, issues: list[str], acceptance: Acceptance) -> str:
    """The case of a stored call: her words re-sealed into it, the call left with number, result and card."""
    language = work.actor.language if work.actor else "zh"
    card = {name: _plain(vault, call, name, call.contact_compartment_id) for name in CONTACT_FIELDS}
    words = {name: _plain(vault, call, name, call.account_compartment_id) for name in ACCOUNT_FIELDS}
    asked = as_words(answers(words["safety_answers"]), answers(words["emergency"]), language)
    case_id, case_number = cases.create(
        work,
        vault,
        team_id=acceptance.team_id,
        town=acceptance.town,
        source=acceptance.source,
        contact=ContactCard(
            card["phone"], card["safe_hours"], card["alias"], card["code_word"], card["never"]
        ),
        said="\n\n".join(part for part in (words["said"], asked) if part) or None,
        wish=words["wish"],
        client_name=card["caller_name"] if acceptance.source == "herself" else None,
        client_sex=acceptance.client_sex,
        incident=acceptance.incident,
        issues=issues,
        received_at=call.started_at,
        desk_team_id=call.team_id if acceptance.desk_keeps_card else None,
    )
    work.session.flush()
    _hand_over_matters(work, call, case_id)
    if acceptance.desk_keeps_card:
        work.session.add(_desk_consent(work, case_id))
    _empty(work, call, acceptance.desk_keeps_card)
    call.case_id, call.result = case_id, CASE_OPENED
    work.record(
        "call.accept",
        subject_kind="call",
        subject_id=call.id,
        ids=(case_id,),
        fields=(*ACCOUNT_FIELDS, "case_id", "result"),
        row=call,
    )
    return case_number


def _plain(vault: Vault, call: Call, name: str, compartment_id: int | None) -> str | None:
    words = vault.text(f"calls.{name}", call.id, compartment_id, getattr(call, f"{name}_sealed"))
    if isinstance(words, Locked):
        raise NotFound
    return words


def _hand_over_matters(work: Work, call: Call, case_id: int) -> None:
    """One matter is one row: the call's become the case's, in place of any that the case made of them.

    To be accepted is the answer that she is owed, so a matter not yet answered is answered today.
    """
    on = local_date(work.at)
    work.session.execute(delete(Matter).where(Matter.case_id == case_id, Matter.call_id.is_(None)))
    work.session.execute(
        update(Matter)
        .where(Matter.call_id == call.id)
        .values(case_id=case_id, accepted_on=on, answered_on=func.coalesce(Matter.answered_on, on))
    )


def _desk_consent(work: Work, case_id: int) -> Consent:
    return Consent(
        case_id=case_id,
        scope="desk_contact",
        given_on=local_date(work.at),
        recorded_by=work.actor.account_id if work.actor else 0,
        recorded_at=work.at,
    )


def _empty(work: Work, call: Call, keeps_card: bool) -> None:
    for name in ACCOUNT_FIELDS:
        setattr(call, f"{name}_sealed", None)
    if call.account_compartment_id is not None:
        work.session.execute(delete(Wrap).where(Wrap.compartment_id == call.account_compartment_id))
    for name in CONTACT_FIELDS:
        if not keeps_card and name not in ALWAYS_KEPT:
            setattr(call, f"{name}_sealed", None)


def accept(actor: Actor, number: str, acceptance: Acceptance, more_issues: Iterable[str] = ()) -> str:
    """Turns a stored call into a case for a team; gives the case's number. ``more_issues`` join the call's own.

    Raises NotFound for a call that is not hers to see, AlreadyDone when it has its case, Invalid.
    """
    with write(actor) as work:
        call = work.session.scalars(
            select(Call).where(Call.number == number, *visible_to(actor)).with_for_update()
        ).one_or_none()
        if call is None:
            raise NotFound
        if call.case_id is not None:
            raise AlreadyDone
        recorded = list(work.session.scalars(_issues, {"call": call.id}))
        issues = list(dict.fromkeys([*recorded, *more_issues]))
        teams = [row.id for row in work.session.execute(_case_teams)]
        faults = faults_of_acceptance(acceptance, call.category, issues, work.at, teams)
        if faults:
            raise Invalid(faults)
        _add_matters(work, call, [issue for issue in issues if issue not in recorded])
        vault = Vault(actor, work.session)
        vault.load([call.contact_compartment_id, call.account_compartment_id])
        return _open_case(work, vault, call, issues, acceptance)
