"""A number looked up while a call is open: what the desk itself knows of it, and which team has her file.

It must not serve as an oracle: a full number only, inside an open draft of a call, so many an hour for each
person, each one in the trail by a token of its own. What is behind the conflict wall answers like what does
not exist, with the same statements.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, exists, func, select, union
from sqlalchemy.orm import aliased

from casework.actor import Actor
from casework.clock import HOUR, now_us
from casework.errors import Invalid, NotFound
from casework.law.phone_numbers import Kind
from casework.services import blind_indexes, drafts
from casework.services.call_facts import read_phone
from casework.services.settings import value_of
from casework.transaction import reader, write
from models.access import Conflict
from models.accounts import Team
from models.audit import AuditEntry
from models.calls import Call
from models.cases import Case
from models.enums import CaseState, Role
from models.keys import BlindIndex
from models.people import Party

PHONE = "phone"
PER_HOUR_SETTING, PER_HOUR = "look_ups_per_hour", 60
CALLS_SHOWN, CASES_SHOWN = 4, 3
# A service number has callers and no owner; "138" alone reads as one.
BELONGS_TO_SOMEBODY = (Kind.MOBILE, Kind.LAND_LINE, Kind.FOREIGN)
SHUT = (CaseState.DECLINED, CaseState.CLOSED, CaseState.TRANSFERRED, CaseState.MERGED)


def _rows_of(target: str) -> Any:
    return select(BlindIndex.target_id).where(
        BlindIndex.purpose == PHONE,
        BlindIndex.digest.in_(bindparam("digests", expanding=True)),
        BlindIndex.target == target,
    )


_calls_with = _rows_of("calls.phone")
_cases_with = union(
    _rows_of("cases.phone"),
    select(Party.case_id).where(Party.id.in_(_rows_of("parties.phone"))),
    select(Call.case_id).where(Call.id.in_(_calls_with), Call.case_id.is_not(None)),
)
_part = aliased(Case)
_walled = exists().where(
    Conflict.account_id == bindparam("viewer"), Conflict.case_id.in_(_cases_with.subquery().select())
)
_earlier_calls = (
    select(
        Call.id,
        Call.number,
        Call.started_at,
        Call.category,
        func.count().over().label("in_all"),
    )
    .where(
        Call.id.in_(_calls_with),
        # Plus nothing: the way in is the number, never all calls of the desk.
        (Call.team_id + 0).in_(bindparam("desks", expanding=True)),
        Call.is_test.is_(False),
        Call.in_error.is_(False),
        ~_walled,
    )
    .order_by(Call.started_at.desc())
    .limit(CALLS_SHOWN)
)
_open_cases = (
    select(Case.id, Case.number, Team.name)
    .join(Team, Team.id == Case.team_id)
    .where(
        # The file that is worked on: a number of a duplicate leads to where it was merged into.
        Case.id.in_(select(_part.survivor_id).where(_part.id.in_(_cases_with.subquery().select()))),
        Case.state.not_in(SHUT),
        Case.in_error.is_(False),
        ~_walled,
    )
    .order_by(Case.id.desc())
    .limit(CASES_SHOWN)
)
# The newest few hundred of everybody's, by their index: an account's whole history is never read.
_newest = (
    select(AuditEntry.account_id, AuditEntry.at)
    .where(AuditEntry.action == "number.look_up")
    .order_by(AuditEntry.sequence.desc())
    .limit(300)
    .subquery()
)
_made_lately = (
    select(func.count())
    .select_from(_newest)
    .where(_newest.c.account_id == bindparam("account"), _newest.c.at > bindparam("since"))
)


@dataclass(frozen=True)
class EarlierCall:
    """One earlier call of the desk from this number."""

    number: str
    started_at: int
    category: str


@dataclass(frozen=True)
class OpenCase:
    """An open case that this number belongs to: its number and team, nothing of its content."""

    number: str
    team: str


@dataclass(frozen=True)
class Match:
    """What a number answers. ``calls`` are the newest of ``calls_in_all``."""

    calls_in_all: int
    calls: tuple[EarlierCall, ...]
    cases: tuple[OpenCase, ...]


def full_number(typed: str) -> str:
    """The canonical form of a whole number; Invalid for part of one, or for what is none."""
    number = read_phone(typed)
    if number.kind not in BELONGS_TO_SOMEBODY:
        raise Invalid({"phone": "not_whole" if number.canonical else "no_digits"})
    return number.canonical


def look_up(actor: Actor, *, call_id: int, typed: str) -> Match:
    """What the desk knows of a whole number, inside an open draft of this call.

    Raises Invalid where the number is not whole, or too many were looked up within the hour (``too_many``);
    NotFound outside an open call; KeyMissing without the index key.
    """
    canonical = full_number(typed)
    desks = actor.team_ids(Role.HOTLINE_OPERATOR)
    if not desks or not drafts.is_open(reader(), actor, "call", call_id):
        raise NotFound
    digests = list(blind_indexes.digests(actor, PHONE, canonical).values())
    # Not the digest itself: a shredded number must not stay findable through the trail.
    tokens = blind_indexes.digests(actor, PHONE, f"look-up {canonical}")
    token = tokens[max(tokens)].hex()[:16]
    _count(actor, call_id, token)
    keys = {"digests": digests, "viewer": actor.account_id, "desks": desks}
    calls = reader().execute(_earlier_calls, keys).all()
    cases = reader().execute(_open_cases, keys).all()
    return Match(
        calls_in_all=calls[0].in_all if calls else 0,
        calls=tuple(EarlierCall(row.number, row.started_at, row.category) for row in calls),
        cases=tuple(OpenCase(row.number, row.name) for row in cases),
    )


def _count(actor: Actor, call_id: int, token: str) -> None:
    """Records the look-up before it is answered; beyond the hourly number it is refused, and recorded so."""
    most = int(value_of(PER_HOUR_SETTING, str(PER_HOUR)))
    made = reader().scalar(_made_lately, {"account": actor.account_id, "since": now_us() - HOUR}) or 0
    action = "number.look_up" if made < most else "number.look_up_refused"
    with write(actor) as work:
        work.record(action, subject_kind="call", subject_id=call_id, fields=(f"token:{token}",))
    if made >= most:
        raise Invalid({"phone": "too_many"})
