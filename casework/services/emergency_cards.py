"""The emergency card of any case, on the phone that the duty team carries at night.

The contact card alone, on the ground of life and safety (PIPL 13(4)); with a reason, in the trail before it is shown,
and reviewed the next working day.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select

from casework.actor import Actor
from casework.clock import HOUR, local_date
from casework.errors import Invalid, NotFound
from casework.jurisdictions import load
from casework.law import phone_numbers
from casework.sealed import Locked
from casework.services import blind_indexes, cases, closings, look_up, notices
from casework.services.danger_levels import is_violent, newest_level
from casework.services.vault import Vault
from casework.services.visibility import beyond_no_wall
from casework.transaction import Work, reader, write
from models.access import EmergencyOpening
from models.accounts import Account, Team
from models.audit import AuditEntry
from models.base import new_id
from models.calls import Call
from models.cases import Case
from models.enums import CaseState, Role, TeamKind
from models.people import Party

OPENED, REFUSED, TOLD = "emergency.open", "emergency.refused", "emergency.opened"
PER_HOUR, SHOWN = 20, 5
FIELDS = tuple(f"cases.{name}" for name in cases.CARD_FIELDS)
_TARGETS = ("cases.phone", "parties.phone", "calls.phone")


@dataclass(frozen=True, repr=False)
class EmergencyCard:
    """What the duty phone shows: the contact rule, how dangerous it stands, who has the case. Words may be Locked."""

    number: str
    state: CaseState
    team_name: str
    assignee_name: str | None
    is_violent: bool
    danger_level: str | None
    words: dict[str, str | Locked | None]
    dial: str | None
    shown_phone: str | None


@dataclass(frozen=True)
class Found:
    """The card; or, where a phone number belongs to several cases, their numbers to choose from."""

    card: EmergencyCard | None
    numbers: tuple[str, ...] = ()


def duty_team_of(actor: Actor) -> int | None:
    """The duty team in which the actor works; None for whoever carries no duty phone."""
    held = actor.team_ids(Role.CASEWORKER, Role.TEAM_LEAD)
    wanted = select(Team.id).where(Team.kind == TeamKind.DUTY, Team.id.in_(held)).order_by(Team.id)
    return reader().scalar(wanted.limit(1))


def open_card(actor: Actor, typed: str, reason: str) -> Found:
    """Opens the card of a case by its number, or by a whole phone number; recorded, and the case's leads are told.

    NotFound outside the duty team. Invalid ``typed``: ``unknown`` for what is not there and for what is behind the
    wall alike, ``shut`` for a card that was never shared with the night, ``too_many`` beyond twenty an hour.
    """
    if duty_team_of(actor) is None:
        raise NotFound
    fault = None
    with write(actor) as work:
        found = _cases(work, actor, typed)
        if _opened_lately(work, actor) >= PER_HOUR:
            fault = "too_many"
        elif not found:
            fault = "unknown"
        elif len(found) > 1:
            work.record(REFUSED, fields=("several",))
            return Found(None, tuple(row.number for row in found))
        else:
            row = found[0]
            vault = Vault(actor, work.session)
            if vault.holds(row.contact_compartment_id):
                card = _opened(work, vault, actor, row, reason)
            else:
                fault = "shut"
        if fault is not None:
            work.record(REFUSED, fields=(fault,))
    if fault is not None:
        raise Invalid({"typed": fault})
    return Found(card)


def _opened_lately(work: Work, actor: Actor) -> int:
    made = select(func.count()).where(
        AuditEntry.account_id == actor.account_id,
        AuditEntry.action.in_((OPENED, REFUSED)),
        AuditEntry.at > work.at - HOUR,
    )
    return work.session.scalar(made) or 0


def _cases(work: Work, actor: Actor, typed: str) -> list[Case]:
    """The cases of a number, less those behind the actor's wall; a phone number's newest open ones."""
    seen = select(Case).where(beyond_no_wall)
    given = {"viewer": actor.account_id}
    exact = work.session.scalars(seen.where(Case.number == typed), given).all()
    if exact:
        return list(exact)
    try:
        canonical = look_up.full_number(typed)
    except Invalid:
        return []
    hits = blind_indexes.find(work.session, actor, "phone", canonical, _TARGETS)
    by_target: dict[str, list[int]] = {target: [] for target in _TARGETS}
    for target, row_id in hits:
        by_target[target].append(row_id)
    calls = select(Call.case_id).where(Call.id.in_(by_target["calls.phone"]), Call.case_id.is_not(None))
    named = or_(
        Case.id.in_(by_target["cases.phone"]),
        exists().where(Party.case_id == Case.id, Party.id.in_(by_target["parties.phone"])),
        Case.id.in_(calls),
    )
    wanted = seen.where(named, Case.in_error.is_(False), Case.state != CaseState.MERGED)
    return list(work.session.scalars(wanted.order_by(Case.id.desc()).limit(SHOWN), given))


def _opened(work: Work, vault: Vault, actor: Actor, case: Case, reason: str) -> EmergencyCard:
    compartment_id = case.contact_compartment_id
    vault.ready_to_write(work, case.id, [compartment_id])
    on = local_date(work.at)
    opening = EmergencyOpening(
        id=new_id(),
        case_id=case.id,
        account_id=actor.account_id,
        compartment_id=compartment_id,
        opened_at=work.at,
        review_due_on=closings.calendar(work.session).add_working_days(on, 1),
    )
    opening.reason_sealed = vault.seal("emergency_openings.reason", opening.id, compartment_id, reason)
    work.session.add(opening)
    notices.raise_once(work, TOLD, case.id, team_id=case.team_id)
    work.record(
        OPENED, subject_kind="case", subject_id=case.id, ids=(opening.id,), fields=FIELDS, row=opening
    )
    return _card(work, vault, case)


def _card(work: Work, vault: Vault, case: Case) -> EmergencyCard:
    about = (
        select(
            Team.name, Account.display_name, is_violent.label("violent"), newest_level.label("danger_level")
        )
        .select_from(Case)
        .join(Team, Team.id == Case.team_id)
        .outerjoin(Account, Account.id == Case.assignee_id)
        .where(Case.id == case.id)
    )
    row = work.session.execute(about).one()
    words = {
        name: vault.text(
            f"cases.{name}", case.id, case.contact_compartment_id, getattr(case, f"{name}_sealed")
        )
        for name in cases.CARD_FIELDS
    }
    dial, shown = _numbers(words["phone"])
    return EmergencyCard(
        number=case.number,
        state=case.state,
        team_name=row.name,
        assignee_name=row.display_name,
        is_violent=row.violent,
        danger_level=row.danger_level,
        words=words,
        dial=dial,
        shown_phone=shown,
    )


def _numbers(typed: str | Locked | None) -> tuple[str | None, str | None]:
    """What a dialler takes, and what people read."""
    if not isinstance(typed, str) or not typed:
        return None, None
    found = phone_numbers.read(typed, load().area_code)
    return (found.canonical, phone_numbers.display(found.canonical)) if found.is_valid else (None, typed)
