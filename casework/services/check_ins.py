"""A worker's own check-in: her words sealed for herself alone; that she would like to talk reaches her lead.

Never an appraisal: no count, no list and no export of them exists; a lead sees a name and a day, where its
author ticked that she would like to talk, and nothing else.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select

from casework import codes
from casework.actor import Actor
from casework.clock import local_date, today
from casework.crypto import boxes
from casework.crypto.encoding import packed
from casework.crypto.errors import SealBroken
from casework.errors import Invalid, KeyMissing, NotFound
from casework.services import drafts, notices, sealed_words
from casework.transaction import Work, reader, write
from models.accounts import Account, AccountRole
from models.base import new_id
from models.enums import AccountState, Role
from models.staff_care import CheckIn

QUESTIONS = ("sleep", "heavy", "alone", "rest")
PAGE = 30
TALK = "staff.talk"


@dataclass(frozen=True, repr=False)
class CheckInLine:
    """One of her own check-ins; ``answers`` and ``words`` are None where a reset password shut them for good."""

    check_in_id: int
    at: int
    wants_talk: bool
    is_talked: bool
    answers: Mapping[str, str] | None
    words: str | None


@dataclass(frozen=True)
class Wish:
    """Somebody of a lead's team who would like to talk: who and since when, nothing else."""

    check_in_id: int
    display_name: str
    on: datetime.date


def _bound(account_id: int, check_in_id: int) -> bytes:
    return packed("check-in", account_id, check_in_id)


def _key(actor: Actor) -> bytes:
    if actor.keychain is None:
        raise KeyMissing
    return actor.keychain.draft_key


def leads_of(actor: Actor) -> list[tuple[int, str]]:
    """Who would be told that she wants to talk: the leads of her teams, never herself (account id, name)."""
    rows = reader().execute(
        select(Account.id, Account.display_name)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(
            AccountRole.team_id.in_(actor.team_ids()),
            AccountRole.role == Role.TEAM_LEAD,
            AccountRole.approved_at.is_not(None),
            or_(AccountRole.until_on.is_(None), AccountRole.until_on > today()),
            Account.state == AccountState.ACTIVE,
            Account.id != actor.account_id,
        )
        .distinct()
        .order_by(Account.display_name)
    )
    return [(row.id, row.display_name) for row in rows]


def write_down(
    actor: Actor, *, answers: Mapping[str, str], words: str | None, wants_talk: bool = False
) -> int:
    """Keeps a check-in for its author; gives its id. Her draft of it ends with this.

    Invalid for a question or an answer that is not in the list, or for nothing written at all.
    """
    given = {name: answer for name, answer in answers.items() if answer}
    if any(name not in QUESTIONS or not codes.exists("strain", answer) for name, answer in given.items()):
        raise Invalid({"words": "choice"})
    if not given and not words and not wants_talk:
        raise Invalid({"words": "empty"})
    with write(actor) as work:
        row = CheckIn(id=new_id(), account_id=actor.account_id, at=work.at, on=local_date(work.at))
        text = sealed_words.packed({"answers": given, "words": words or ""})
        row.words_sealed = boxes.seal(_key(actor), text.encode(), _bound(actor.account_id, row.id))
        row.wants_talk = wants_talk
        work.session.add(row)
        if wants_talk:
            _tell(work, actor)
        drafts.end(work, actor, "check_in", 0)
        # Neither the row nor what she ticked is named: the trail tells nobody how she is.
        work.record("check_in.write", subject_kind="check_in")
        return row.id


def _tell(work: Work, actor: Actor) -> None:
    for account_id, _name in leads_of(actor):
        notices.raise_once(work, TALK, actor.account_id, account_id=account_id)


def own(actor: Actor, before: int | None = None) -> tuple[list[CheckInLine], int | None]:
    """Her own check-ins, newest first, and what to ask for the next page with; nobody else's, whoever asks."""
    wanted = select(CheckIn).where(CheckIn.account_id == actor.account_id)
    if before is not None:
        wanted = wanted.where(CheckIn.id < before)
    rows = reader().scalars(wanted.order_by(CheckIn.id.desc()).limit(PAGE + 1)).all()
    if rows:
        actor.shown("check_in.read", subject_kind="check_in")
    more = rows[PAGE - 1].id if len(rows) > PAGE else None
    return [_line(actor, row) for row in rows[:PAGE]], more


def _line(actor: Actor, row: CheckIn) -> CheckInLine:
    answers: Mapping[str, str] | None = None
    words: str | None = None
    try:
        text = boxes.open_sealed(_key(actor), row.words_sealed or b"", _bound(row.account_id, row.id))
    except SealBroken:
        # Sealed under the key that a reset of her password ended.
        pass
    else:
        opened = sealed_words.opened(text.decode())
        assert isinstance(opened, dict)
        answers, words = opened["answers"], opened["words"]
    return CheckInLine(row.id, row.at, row.wants_talk, row.talked_at is not None, answers, words)


def _her_teams(actor: Actor) -> list[int]:
    return actor.team_ids(Role.TEAM_LEAD)


def wishes(actor: Actor) -> list[Wish]:
    """Who of the teams that the actor leads would like to talk and has not been talked with, oldest first."""
    people = select(AccountRole.account_id).where(
        AccountRole.team_id.in_(_her_teams(actor)),
        AccountRole.approved_at.is_not(None),
        or_(AccountRole.until_on.is_(None), AccountRole.until_on > today()),
    )
    rows = reader().execute(
        select(CheckIn.id, Account.display_name, CheckIn.on)
        .join(Account, Account.id == CheckIn.account_id)
        .where(
            CheckIn.account_id.in_(people),
            CheckIn.account_id != actor.account_id,
            CheckIn.wants_talk,
            CheckIn.talked_at.is_(None),
        )
        .order_by(CheckIn.id)
        .limit(PAGE)
    )
    return [Wish(row.id, row.display_name, row.on) for row in rows]


def talked(actor: Actor, check_in_id: int) -> None:
    """The lead has talked with her: the wish is off the list. NotFound unless it is one of ``wishes``."""
    if check_in_id not in {wish.check_in_id for wish in wishes(actor)}:
        raise NotFound
    with write(actor) as work:
        row = work.session.get(CheckIn, check_in_id, with_for_update=True)
        if row is None:
            raise NotFound
        row.talked_at = row.talked_at or work.at
        work.record("check_in.talked", subject_kind="check_in")
