"""Forms being filled in: saved every few seconds, sealed for their author alone, gone when the form is saved.

A draft survives lock, sign-out and restart. The trail has its first save, each resumption and its end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from casework.actor import Actor
from casework.crypto import boxes
from casework.crypto.encoding import packed
from casework.crypto.errors import SealBroken
from casework.errors import Invalid, KeyMissing, NotFound
from casework.transaction import Work, reader, write
from models.base import new_id
from models.drafts import Draft

# The forms that keep drafts; a name never changes while drafts of it may exist.
FORMS = frozenset(
    {
        "call",
        "case_account",
        "case_identity",
        "case_contact",
        "follow_up",
        "new_case",
        "search",
        "first_interview",
        "person",
        "incident",
        "assessment",
        "safety_plan",
        "plan_item",
        "service_given",
        "case_note",
        "consent",
        "closing",
        "approval",
        "handover",
        "check_in",
        "rights_request",
        "access_request",
    }
)
LONGEST_BYTES = 1024 * 1024

Fields = Mapping[str, list[str]]

_of = select(Draft).where(
    Draft.account_id == bindparam("account"),
    Draft.form == bindparam("of_form"),
    Draft.subject_id == bindparam("subject"),
)
_listed = (
    select(Draft.subject_id, Draft.started_at, Draft.saved_at)
    .where(Draft.account_id == bindparam("account"), Draft.form == bindparam("of_form"))
    .order_by(Draft.saved_at.desc())
)


@dataclass(frozen=True)
class DraftLine:
    """One unfinished form: what it is about, when it was begun and last saved (microseconds UTC)."""

    subject_id: int
    started_at: int
    saved_at: int


@dataclass(frozen=True, repr=False)
class Resumed:
    """What had been typed; ``fields`` is None when it can't be opened: her password was reset since."""

    line: DraftLine
    fields: Fields | None


def _bound(account_id: int, form: str, subject_id: int) -> bytes:
    return packed("draft", account_id, form, subject_id)


def _row(session: Session, actor: Actor, form: str, subject_id: int) -> Draft | None:
    keys = {"account": actor.account_id, "of_form": form, "subject": subject_id}
    return session.scalars(_of, keys).one_or_none()


def _key(actor: Actor) -> bytes:
    if actor.keychain is None:
        raise KeyMissing
    return actor.keychain.draft_key


def put(work: Work, actor: Actor, form: str, subject_id: int, fields: Fields) -> None:
    """Saves what has been typed, within a transaction; NotFound for a form that keeps no drafts.

    Raises Invalid when it is longer than a mebibyte.
    """
    if form not in FORMS:
        raise NotFound
    content = json.dumps(dict(fields), ensure_ascii=False).encode()
    if len(content) > LONGEST_BYTES:
        raise Invalid({"draft": "long"})
    sealed = boxes.seal(_key(actor), content, _bound(actor.account_id, form, subject_id))
    row = _row(work.session, actor, form, subject_id)
    if row is None:
        row = Draft(id=new_id(), account_id=actor.account_id, form=form, subject_id=subject_id)
        row.started_at = work.at
        work.session.add(row)
        work.record("draft.begin", subject_kind="draft", subject_id=row.id, fields=(form,))
    row.content_sealed, row.saved_at = sealed, work.at


def save(actor: Actor, form: str, subject_id: int, fields: Fields) -> int:
    """Saves what has been typed so far in a form about one thing (0: about nothing yet); gives when, UTC."""
    with write(actor) as work:
        put(work, actor, form, subject_id, fields)
        return work.at


def listing(actor: Actor, form: str) -> list[DraftLine]:
    """Her unfinished forms of this kind, last saved first."""
    rows = reader().execute(_listed, {"account": actor.account_id, "of_form": form})
    return [DraftLine(row.subject_id, row.started_at, row.saved_at) for row in rows]


def resume(actor: Actor, form: str, subject_id: int) -> Resumed | None:
    """What she had typed, or None where there is no draft. A page that shows it is recorded."""
    row = _row(reader(), actor, form, subject_id)
    if row is None:
        return None
    line = DraftLine(subject_id, row.started_at, row.saved_at)
    bound = _bound(actor.account_id, form, subject_id)
    try:
        content = boxes.open_sealed(_key(actor), row.content_sealed, bound)
    except SealBroken:
        actor.shown("draft.unreadable", subject_kind="draft", subject_id=row.id, fields=(form,))
        return Resumed(line, None)
    actor.shown("draft.resume", subject_kind="draft", subject_id=row.id, fields=(form,))
    return Resumed(line, json.loads(content))


def is_open(session: Session, actor: Actor, form: str, subject_id: int) -> bool:
    """Whether she has such a draft now."""
    return _row(session, actor, form, subject_id) is not None


def end(work: Work, actor: Actor, form: str, subject_id: int) -> None:
    """Deletes the draft in the transaction that saved its form; nothing where there is none."""
    row = _row(work.session, actor, form, subject_id)
    if row is not None:
        work.session.execute(delete(Draft).where(Draft.id == row.id))
        work.session.expunge(row)
        work.record("draft.end", subject_kind="draft", subject_id=row.id, fields=(form,))


def discard(actor: Actor, form: str, subject_id: int) -> None:
    """Throws a draft away on its author's word; NotFound where there is none."""
    with write(actor) as work:
        if not is_open(work.session, actor, form, subject_id):
            raise NotFound
        end(work, actor, form, subject_id)
