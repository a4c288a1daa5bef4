"""Lists of planned contacts: of a case, of a week, of today; and how many are late."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable, and_, bindparam, func, or_, select

from casework.actor import Actor
from casework.clock import DAY, SECOND, local_date, now_us, today
from casework.errors import NotFound
from casework.sealed import Locked
from casework.services import cases, contact_cards
from casework.services.danger_levels import is_violent, newest_level
from casework.services.vault import Vault
from casework.services.visibility import beyond_no_wall, viewer, visible_cases
from casework.transaction import reader
from models.accounts import Account
from models.cases import Case
from models.enums import FollowUpState, FollowUpSubject, PartyRole, Role
from models.follow_ups import FollowUp, FollowUpTry
from models.people import Party

PAGE = 50
OPEN_STATES = (FollowUpState.PLANNED, FollowUpState.DUE)
OPEN = FollowUp.state.in_(OPEN_STATES)
FIELDS = ("parties.name", "follow_ups.purpose")

_tries = (
    select(func.count()).where(FollowUpTry.follow_up_id == FollowUp.id).correlate(FollowUp).scalar_subquery()
)
_columns = (
    select(
        FollowUp.id,
        FollowUp.kind,
        FollowUp.state,
        FollowUp.due_on,
        FollowUp.due_at,
        FollowUp.urgent,
        FollowUp.result,
        FollowUp.done_at,
        FollowUp.version,
        FollowUp.compartment_id,
        FollowUp.purpose_sealed,
        _tries.label("tries"),
        Case.number,
        is_violent.label("is_violent"),
        newest_level.label("danger_level"),
        Account.display_name.label("assignee_name"),
        Party.id.label("party_id"),
        Party.compartment_id.label("identity_compartment_id"),
        Party.name_sealed,
    )
    .join(Case, and_(FollowUp.subject_kind == FollowUpSubject.CASE, Case.id == FollowUp.subject_id))
    .outerjoin(Account, Account.id == FollowUp.assignee_id)
    .outerjoin(Party, (Party.case_id == Case.id) & (Party.role == PartyRole.CLIENT))
)
_in_span = (FollowUp.due_on >= bindparam("first")) & (FollowUp.due_on <= bindparam("last"))
_hers = FollowUp.assignee_id == bindparam("viewer")
_teams = FollowUp.team_id.in_(bindparam("led_teams", expanding=True))
_page = (FollowUp.due_on > bindparam("after_on")) | (
    (FollowUp.due_on == bindparam("after_on")) & (FollowUp.id > bindparam("after_id"))
)
_ordered = (FollowUp.due_on, FollowUp.id)
# Every state by name, since the indexes of person and team reach the date through it.
_any_state = FollowUp.state.in_(list(FollowUpState))
_week: dict[bool, Executable] = {
    leads: _columns.where(scope, _any_state, visible_cases, _in_span, _page)
    .order_by(*_ordered)
    .limit(PAGE + 1)
    for leads, scope in ((False, _hers), (True, _teams))
}
_open_in_span: dict[bool, Executable] = {
    leads: _columns.where(scope, OPEN, visible_cases, _in_span).order_by(*_ordered).limit(PAGE + 1)
    for leads, scope in ((False, _hers), (True, _teams))
}
_of_case = (
    # Its reader was let in by ``cases.get_for``, by her team or under a grant.
    _columns.where(Case.id == bindparam("case"))
    .order_by(OPEN.desc(), FollowUp.due_on.desc(), FollowUp.id.desc())
    .limit(200)
)
_is_late = or_(
    FollowUp.due_at.is_(None) & (FollowUp.due_on < bindparam("today")),
    FollowUp.due_at < bindparam("now"),
)
# Counted on every page, so bounded: an index gives the few open ones up to today.
_late: dict[bool, Executable] = {
    leads: select(func.count())
    .select_from(FollowUp)
    .join(Case, and_(FollowUp.subject_kind == FollowUpSubject.CASE, Case.id == FollowUp.subject_id))
    .where(scope, OPEN, FollowUp.due_on <= bindparam("today"), _is_late, beyond_no_wall)
    for leads, scope in ((False, _hers), (True, _teams))
}
_case_tries = (
    select(
        FollowUpTry.id,
        FollowUpTry.follow_up_id,
        FollowUpTry.tried_at,
        FollowUpTry.result,
        FollowUpTry.note_sealed,
        Account.display_name,
    )
    .join(FollowUp, FollowUp.id == FollowUpTry.follow_up_id)
    .outerjoin(Account, Account.id == FollowUpTry.account_id)
    .where(FollowUp.subject_kind == FollowUpSubject.CASE, FollowUp.subject_id == bindparam("case"))
    .order_by(FollowUpTry.tried_at)
)


@dataclass(frozen=True, repr=False)
class FollowUpLine:
    """One planned contact; name and purpose may be Locked. ``late_seconds`` is None unless it is open and
    late.
    """

    follow_up_id: int
    kind: str
    state: FollowUpState
    due_on: datetime.date
    due_at: int | None
    urgent: bool
    result: str | None
    done_at: int | None
    version: int
    tries: int
    number: str
    is_violent: bool
    danger_level: str | None
    assignee_name: str | None
    client_name: str | Locked | None
    purpose: str | Locked | None
    late_seconds: int | None

    @property
    def is_open(self) -> bool:
        """Whether it still waits to be done."""
        return self.state in OPEN_STATES

    @property
    def is_late(self) -> bool:
        """Whether it is open and its hour, or its day, has passed."""
        return self.late_seconds is not None


@dataclass(frozen=True, repr=False)
class TryLine:
    """One try at a contact; the note may be Locked."""

    tried_at: int
    result: str
    note: str | Locked | None
    by: str | None


@dataclass(frozen=True, repr=False)
class CaseFollowUps:
    """The planned contacts of a case, open ones first, with the tries at each."""

    head: cases.CaseHead
    lines: list[FollowUpLine]
    tries: dict[int, list[TryLine]]
    card_opened: bool


def leads_a_team(actor: Actor) -> bool:
    """Whether lists show her team's contacts rather than her own."""
    return actor.has_role(Role.TEAM_LEAD)


def _scope(actor: Actor) -> dict[str, Any]:
    return {**viewer(actor), "led_teams": actor.team_ids(Role.TEAM_LEAD)}


def late_by(due_on: datetime.date, due_at: int | None, now: int) -> int | None:
    """How many seconds an open contact is late at ``now`` (microseconds UTC); whole days without an hour,
    None in time.
    """
    if due_at is not None:
        return (now - due_at) // SECOND if due_at < now else None
    days = (local_date(now) - due_on).days
    return days * DAY // SECOND if days > 0 else None


def _lines(vault: Vault, rows: Iterable[Any]) -> list[FollowUpLine]:
    rows, now = list(rows), now_us()
    vault.load(key for row in rows for key in (row.compartment_id, row.identity_compartment_id))
    return [
        FollowUpLine(
            row.id,
            row.kind,
            row.state,
            row.due_on,
            row.due_at,
            row.urgent,
            row.result,
            row.done_at,
            row.version,
            row.tries,
            row.number,
            row.is_violent,
            row.danger_level,
            row.assignee_name,
            vault.text("parties.name", row.party_id, row.identity_compartment_id, row.name_sealed),
            vault.text("follow_ups.purpose", row.id, row.compartment_id, row.purpose_sealed),
            late_by(row.due_on, row.due_at, now) if row.state in OPEN_STATES else None,
        )
        for row in rows
    ]


def open_between(
    actor: Actor, vault: Vault, first: datetime.date, last: datetime.date
) -> tuple[list[FollowUpLine], bool]:
    """Open contacts due from ``first`` to ``last`` (local, inclusive), and whether more than a page of them
    wait.
    """
    bound = {**_scope(actor), "first": first, "last": last}
    rows = reader().execute(_open_in_span[leads_a_team(actor)], bound).all()
    return _lines(vault, rows[:PAGE]), len(rows) > PAGE


def week(
    actor: Actor, monday: datetime.date, after: tuple[datetime.date, int] | None
) -> tuple[list[FollowUpLine], tuple[datetime.date, int] | None]:
    """One page of the contacts of a week, whatever their state, by due date; and the key of the next page."""
    after_on, after_id = after or (datetime.date.min, 0)
    bound = {
        **_scope(actor),
        "first": monday,
        "last": monday + datetime.timedelta(days=6),
        "after_on": after_on,
        "after_id": after_id,
    }
    rows = reader().execute(_week[leads_a_team(actor)], bound).all()
    lines = _lines(Vault(actor, reader()), rows[:PAGE])
    actor.shown(
        "follow_up.list", subject_kind="follow_up", ids=[row.id for row in rows[:PAGE]], fields=FIELDS
    )
    following = (rows[PAGE - 1].due_on, rows[PAGE - 1].id) if len(rows) > PAGE else None
    return lines, following


def of_case(actor: Actor, number: str) -> CaseFollowUps:
    """The planned contacts of a case that the actor may see, recorded as shown; NotFound otherwise."""
    session = reader()
    vault = Vault(actor, session)
    head = cases.get_for(actor, number, vault)
    rows = session.execute(_of_case, {"case": head.case_id}).all()
    tries: dict[int, list[TryLine]] = {}
    for row in session.execute(_case_tries, {"case": head.case_id}):
        note = vault.text("follow_up_tries.note", row.id, head.account_compartment_id, row.note_sealed)
        tries.setdefault(row.follow_up_id, []).append(
            TryLine(row.tried_at, row.result, note, row.display_name)
        )
    actor.shown(
        "case.read_follow_ups",
        subject_kind="case",
        subject_id=head.case_id,
        ids=[row.id for row in rows],
        fields=[*FIELDS, "follow_up_tries.note"],
    )
    opened = contact_cards.was_opened(actor, head.case_id)
    lines = _lines(vault, rows)
    # What comes next stands first; what was done, the newest first.
    waiting = sorted(
        (line for line in lines if line.is_open), key=lambda line: (line.due_on, line.follow_up_id)
    )
    return CaseFollowUps(head, waiting + [line for line in lines if not line.is_open], tries, opened)


def get_for(actor: Actor, number: str, follow_up_id: int) -> tuple[CaseFollowUps, FollowUpLine]:
    """One planned contact with its case's; NotFound when either is not hers to see."""
    held = of_case(actor, number)
    for line in held.lines:
        if line.follow_up_id == follow_up_id:
            return held, line
    raise NotFound


def late_count(actor: Actor) -> int:
    """How many contacts are late now: her own, for a lead those of her teams."""
    bound = {**_scope(actor), "today": today(), "now": now_us()}
    return int(reader().connection().scalar(_late[leads_a_team(actor)], bound) or 0)
