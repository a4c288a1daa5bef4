"""What one shift leaves to the next: notes of a team, sealed for that team alone, taken over by name and time.

A note names cases by their numbers; a number becomes a link for whoever may see that case, and stays a number for
everybody else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from casework.actor import Actor
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.sealed import Locked
from casework.services import drafts
from casework.services.key_grants import GRANTS
from casework.services.vault import Vault
from casework.services.visibility import viewer, visible_cases
from casework.transaction import reader, write
from models.accounts import Account, Team
from models.base import new_id
from models.cases import Case
from models.enums import CompartmentKind, OwnerKind, Role
from models.staff_care import HandoverNote

TEXT = "handover_notes.text"
DRAFT, DRAFT_SUBJECT = "handover", 0
SHOWN, LONGEST = 20, 8000
# Who works in shifts: the desk and the casework teams, whose keys open what happened.
KINDS = tuple(
    kind for kind, roles in GRANTS.items() if any(CompartmentKind.ACCOUNT in held for held in roles.values())
)
_NUMBER = re.compile(r"(?<![0-9-])(\d{4}-\d{4,6})(?![0-9-])")

_taker = aliased(Account)
_listed = (
    select(
        HandoverNote,
        Team.name.label("team_name"),
        Account.display_name.label("by"),
        _taker.display_name.label("taker"),
    )
    .join(Team, Team.id == HandoverNote.team_id)
    .join(Account, Account.id == HandoverNote.account_id)
    .outerjoin(_taker, _taker.id == HandoverNote.taken_over_by)
    .where(HandoverNote.team_id.in_(bindparam("teams", expanding=True)))
    .order_by(HandoverNote.id.desc())
    .limit(SHOWN + 1)
)
_older = _listed.where(HandoverNote.id < bindparam("before"))
_named = select(Case.number).where(Case.number.in_(bindparam("numbers", expanding=True)), visible_cases)
_teams = (
    select(Team.id, Team.name)
    .where(Team.id.in_(bindparam("teams", expanding=True)), Team.kind.in_(KINDS))
    .order_by(Team.name)
)


@dataclass(frozen=True, repr=False)
class NoteLine:
    """One note. ``pieces`` are its words in order, each with whether it is the number of a case that she may see."""

    note_id: int
    team_name: str
    pieces: list[tuple[str | Locked, bool]]
    at: int
    by: str
    is_own: bool
    taken_over_at: int | None
    taken_over_by: str | None
    version: int

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has taken over yet."""
        return self.taken_over_at is None


@dataclass(frozen=True, repr=False)
class Notes:
    """A page of notes, newest first, and the teams for which she may write one."""

    lines: list[NoteLine]
    teams: list[tuple[int, str]]
    next_before: int | None
    waiting: int


def teams_of(actor: Actor) -> list[tuple[int, str]]:
    """Her teams that hand over from shift to shift: (id, name), by name."""
    held = actor.team_ids(Role.CASEWORKER, Role.TEAM_LEAD, Role.HOTLINE_OPERATOR)
    return [(row.id, row.name) for row in reader().execute(_teams, {"teams": held})]


def _cut(text: str) -> list[str]:
    """Words and numbers in turn; every second piece is a number."""
    return _NUMBER.split(text)


def _visible_numbers(actor: Actor, texts: list[str | Locked]) -> set[str]:
    numbers = {number for text in texts if isinstance(text, str) for number in _cut(text)[1::2]}
    if not numbers:
        return set()
    return set(reader().scalars(_named, {"numbers": sorted(numbers), **viewer(actor)}))


def _pieces(text: str | Locked, visible: set[str]) -> list[tuple[str | Locked, bool]]:
    if isinstance(text, Locked):
        return [(text, False)]
    return [(piece, at % 2 == 1 and piece in visible) for at, piece in enumerate(_cut(text)) if piece]


def listing(actor: Actor, before: int | None = None) -> Notes:
    """A page of her teams' notes, newest first, recorded as shown; ``before`` is the last id of the page before."""
    teams = teams_of(actor)
    keys: dict[str, Any] = {"teams": [team_id for team_id, _name in teams]}
    found = (
        reader().execute(_older if before else _listed, keys | ({"before": before} if before else {})).all()
    )
    rows = found[:SHOWN]
    vault = Vault(actor, reader())
    vault.load(row.HandoverNote.compartment_id for row in rows)
    texts = [_text(vault, row.HandoverNote) for row in rows]
    visible = _visible_numbers(actor, texts)
    lines = [_line(actor, row, _pieces(text, visible)) for row, text in zip(rows, texts, strict=True)]
    if lines:
        actor.shown("handover.read", ids=[line.note_id for line in lines], fields=[TEXT])
    following = rows[-1].HandoverNote.id if len(found) > SHOWN else None
    return Notes(lines, teams, following, waiting(actor))


def _text(vault: Vault, note: HandoverNote) -> str | Locked:
    found = vault.text(TEXT, note.id, note.compartment_id, note.text_sealed)
    return "" if found is None else found


def _line(actor: Actor, row: Any, pieces: list[tuple[str | Locked, bool]]) -> NoteLine:
    note = row.HandoverNote
    return NoteLine(
        note.id,
        row.team_name,
        pieces,
        note.at,
        row.by,
        note.account_id == actor.account_id,
        note.taken_over_at,
        row.taker,
        note.version,
    )


def waiting(actor: Actor) -> int:
    """How many notes of her teams wait for somebody to take over, her own left out."""
    held = actor.team_ids(Role.CASEWORKER, Role.TEAM_LEAD, Role.HOTLINE_OPERATOR)
    if not held:
        return 0
    found = reader().scalar(
        select(func.count())
        .select_from(HandoverNote)
        .where(
            HandoverNote.team_id.in_(held),
            HandoverNote.taken_over_at.is_(None),
            HandoverNote.account_id != actor.account_id,
        )
    )
    return int(found or 0)


def leave(actor: Actor, team_id: int, text: str | None) -> int:
    """Leaves a note for the next shift of one of her teams; gives its id. Her draft ends with it.

    Invalid for a team that is not hers, and for empty words or more than 8,000 characters.
    """
    faults = {}
    if team_id not in {held for held, _name in teams_of(actor)}:
        faults["team_id"] = "choice"
    if not text:
        faults["text"] = "required"
    elif len(text) > LONGEST:
        faults["text"] = "long_note"
    if faults:
        raise Invalid(faults)
    with write(actor) as work:
        vault = Vault(actor, work.session)
        note = HandoverNote(id=new_id(), team_id=team_id, at=work.at, account_id=actor.account_id)
        note.compartment_id = vault.create(
            work, CompartmentKind.ACCOUNT, OwnerKind.MESSAGE, note.id, [team_id]
        )
        note.text_sealed = vault.seal(TEXT, note.id, note.compartment_id, text)
        work.session.add(note)
        drafts.end(work, actor, DRAFT, DRAFT_SUBJECT)
        work.record(
            "handover.write",
            subject_kind="team",
            subject_id=team_id,
            ids=(note.id,),
            fields=(TEXT,),
            row=note,
        )
        return note.id


def take_over(actor: Actor, note_id: int) -> None:
    """Takes over what the shift before left, by name and time.

    NotFound for another team's note and for her own: nobody takes over from herself. AlreadyDone when somebody has.
    """
    teams = {team_id for team_id, _name in teams_of(actor)}
    with write(actor) as work:
        note = work.session.get(HandoverNote, note_id, with_for_update=True)
        if note is None or note.team_id not in teams or note.account_id == actor.account_id:
            raise NotFound
        if note.taken_over_at is not None:
            raise AlreadyDone
        note.taken_over_at, note.taken_over_by = work.at, actor.account_id
        work.record("handover.take_over", subject_kind="team", subject_id=note.team_id, ids=(note.id,))


def typed_so_far(actor: Actor) -> drafts.Resumed | None:
    """The note that she had begun, or None."""
    return drafts.resume(actor, DRAFT, DRAFT_SUBJECT)
