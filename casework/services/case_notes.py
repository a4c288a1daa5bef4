"""Notes in a case, with author and time. Only the author corrects one, and its first wording stays readable."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable, bindparam, select, tuple_

from casework import codes
from casework.actor import Actor
from casework.clock import local_date
from casework.errors import Invalid, NotFound
from casework.sealed import Locked
from casework.services import cases, drafts, earlier_wordings, revisions
from casework.services.case_work import changing
from casework.services.earlier_wordings import Wording
from casework.services.revisions import Part
from casework.services.vault import Vault
from casework.transaction import reader
from models.accounts import Account
from models.base import new_id
from models.casework import CaseNote
from models.enums import CompartmentKind

FORM = "case_note"
PAGE = 30
NOTE = Part("case_notes", "case_notes", ("text",), ("kind",))

_columns = select(CaseNote.__table__, Account.display_name.label("by")).outerjoin(
    Account, Account.id == CaseNote.account_id
)


def _listed(narrowed: bool, later: bool) -> Executable:
    """A page of a case's notes, newest first; its index is read in order."""
    wanted = [CaseNote.case_id == bindparam("case")]
    if narrowed:
        wanted.append(CaseNote.kind == bindparam("kind"))
    if later:
        wanted.append(tuple_(CaseNote.at, CaseNote.id) < tuple_(bindparam("before"), bindparam("below")))
    return _columns.where(*wanted).order_by(CaseNote.at.desc(), CaseNote.id.desc()).limit(PAGE + 1)


_PAGES = {
    (narrowed, later): _listed(narrowed, later) for narrowed in (False, True) for later in (False, True)
}
_one = _columns.where(CaseNote.case_id == bindparam("case"), CaseNote.id == bindparam("note"))


@dataclass(frozen=True, repr=False)
class NoteLine:
    """One note as read; ``text`` may be Locked, ``at`` is microseconds UTC, ``times_changed`` its corrections."""

    note_id: int
    kind: str
    text: str | Locked | None
    at: int
    on: datetime.date
    by: str | None
    is_own: bool
    times_changed: int
    version: int


@dataclass(frozen=True, repr=False)
class NotePage:
    """One page of the notes of a case, newest first; ``after`` is the key of the next page, None on the last."""

    head: cases.CaseHead
    lines: list[NoteLine]
    after: str | None
    is_locked: bool


def _key(text: str | None) -> tuple[int, int] | None:
    at, _, row_id = (text or "").partition("_")
    if not (at.isascii() and at.isdecimal() and row_id.isascii() and row_id.isdecimal()):
        return None
    return min(int(at), 2**63 - 1), min(int(row_id), 2**63 - 1)


def of_case(actor: Actor, number: str, kind: str | None = None, after: str | None = None) -> NotePage:
    """The notes of a case that the actor may see, recorded as shown; NotFound otherwise."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    narrowed = kind is not None and codes.exists("note_kind", kind)
    # Twenty digits at most: a longer number is no key of ours.
    key = _key(after) if after is None or len(after) < 42 else None
    bound: dict[str, Any] = {"case": head.case_id}
    bound |= {"kind": kind} if narrowed else {}
    bound |= {"before": key[0], "below": key[1]} if key else {}
    rows = reader().execute(_PAGES[narrowed, key is not None], bound).all()
    vault.load(row.compartment_id for row in rows[:PAGE])
    lines = [_line(vault, actor, row) for row in rows[:PAGE]]
    _shown(actor, head, [line.note_id for line in lines])
    last = lines[-1] if len(rows) > PAGE else None
    after_this = f"{last.at}_{last.note_id}" if last else None
    return NotePage(head, lines, after_this, not vault.holds(head.account_compartment_id))


def _shown(actor: Actor, head: cases.CaseHead, ids: list[int]) -> None:
    fields = ["parties.name", "case_notes.text"]
    actor.shown("case.read_notes", subject_kind="case", subject_id=head.case_id, ids=ids, fields=fields)


def _line(vault: Vault, actor: Actor, row: Any) -> NoteLine:
    return NoteLine(
        row.id,
        row.kind,
        vault.text("case_notes.text", row.id, row.compartment_id, row.text_sealed),
        row.at,
        row.on,
        row.by,
        row.account_id == actor.account_id,
        row.version - 1,
        row.version,
    )


def note_for(actor: Actor, number: str, note_id: int) -> tuple[cases.CaseHead, NoteLine, list[Wording]]:
    """One note with its earlier wordings, newest first, recorded as shown; NotFound when it is not hers to see."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    row = reader().execute(_one, {"case": head.case_id, "note": note_id}).one_or_none()
    if row is None:
        raise NotFound
    _shown(actor, head, [note_id])
    earlier = earlier_wordings.of_rows(vault, NOTE.target, [note_id]).get(note_id, [])
    return head, _line(vault, actor, row), earlier


def _check(kind: str, text: str | None) -> None:
    faults: dict[str, str] = {}
    if not codes.exists("note_kind", kind):
        faults["kind"] = "choice"
    if not text:
        faults["text"] = "required"
    if faults:
        raise Invalid(faults)


def add(actor: Actor, number: str, *, kind: str, text: str | None) -> int:
    """Writes a note into a case, one that has ended too; gives its id. Invalid without words."""
    _check(kind, text)
    with changing(actor, number, CompartmentKind.ACCOUNT, ended=True) as doing:
        row = CaseNote(
            id=new_id(),
            case_id=doing.case.id,
            compartment_id=doing.account_id,
            kind=kind,
            at=doing.work.at,
            on=local_date(doing.work.at),
            account_id=actor.account_id,
        )
        row.text_sealed = doing.vault.seal("case_notes.text", row.id, doing.account_id, text)
        doing.work.session.add(row)
        drafts.end(doing.work, actor, FORM, doing.case.id)
        doing.record("note.add", ids=(row.id,), fields=("case_notes.text",), row=row)
        return row.id


def correct(actor: Actor, number: str, note_id: int, *, kind: str, text: str | None, version: int) -> None:
    """Corrects a note of one's own; what it said before stays. NotFound for somebody else's, Stale as ever."""
    _check(kind, text)
    with changing(actor, number, CompartmentKind.ACCOUNT, ended=True) as doing:
        row = doing.work.session.get(CaseNote, note_id, with_for_update=True)
        if row is None or row.case_id != doing.case.id or row.account_id != actor.account_id:
            raise NotFound
        given = {"kind": kind, "text": text}
        changed = revisions.save(doing.work, doing.vault, NOTE, row, row.compartment_id, given, version)
        drafts.end(doing.work, actor, FORM, row.id)
        if changed:
            doing.record("note.correct", ids=(row.id,), fields=("case_notes.text",), row=row)
