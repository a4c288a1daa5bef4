"""The signed roster as stored: read, verified for one person, appended to."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework.actor import Actor
from casework.crypto import roster as signed_roster
from casework.crypto.encoding import packed, raw
from casework.crypto.errors import RosterBroken
from casework.crypto.roster import Roster, SignedRecord
from casework.crypto.signing import signing_public
from casework.errors import Busy, KeyMissing, KeyUntrusted
from casework.transaction import Work
from models.base import new_id
from models.keys import RosterRecord

_all = select(RosterRecord.id, RosterRecord.statement, RosterRecord.signature).order_by(RosterRecord.sequence)


def records(session: Session) -> tuple[SignedRecord, ...]:
    """Every roster row in its order."""
    return tuple(SignedRecord(row.id, row.statement, row.signature) for row in session.execute(_all))


class _Known(dict[tuple[bytes, bytes], Roster]):
    """The rosters verified last, by digest of every byte and root; public facts alone."""

    MOST = 8

    def keep(self, key: tuple[bytes, bytes], roster: Roster) -> Roster:
        if len(self) >= self.MOST:
            self.clear()
        self[key] = roster
        return roster


_known = _Known()


def verified(session: Session, root_public: bytes, seen_head: bytes = b"") -> Roster:
    """The roster under a root that the caller already trusts; KeyUntrusted when it does not reach it.

    Only public facts are kept between requests, under the digest of every byte that was verified.
    """
    rows = session.execute(_all).all()
    digest = hashlib.sha256()
    for record_id, statement, signature in rows:
        digest.update(packed(record_id, statement, signature))
    # Kept for all: whoever has seen which head is asked of what was verified, not verified again for each.
    key = (digest.digest(), root_public)
    roster = _known.get(key)
    try:
        if roster is None:
            held = [SignedRecord(*row) for row in rows]
            roster = _known.keep(key, signed_roster.verify(held, root_public))
        roster.refuse_unless_seen(seen_head)
    except RosterBroken as failure:
        raise KeyUntrusted(str(failure)) from failure
    return roster


def verified_for(session: Session, actor: Actor) -> Roster:
    """The roster as this person may trust it: under the root and head in her own bundle."""
    if actor.keychain is None:
        raise KeyMissing
    return verified(session, actor.keychain.root_public, actor.keychain.roster_head)


def append(
    work: Work, roster: Roster, kind: str, *, signing_private: bytes, signer: int, **facts: Any
) -> tuple[int, Roster]:
    """Signs and stores one record; gives its id and the roster with it.

    ``signer`` is the roster record of the signing person, or 0 for the root. Raises KeyUntrusted when the new
    record would not verify, so that nobody signs what she may not; Busy when another record took its place.
    """
    record_id = new_id()
    body = signed_roster.statement(kind, signer=signer, previous=roster.head, at=work.at, **facts)
    record = signed_roster.signed(record_id, signing_private, body)
    last = work.session.scalar(select(func.coalesce(func.max(RosterRecord.sequence), 0)))
    row = RosterRecord(
        id=record_id,
        sequence=(last or 0) + 1,
        kind=kind,
        statement=record.statement,
        signature=record.signature,
        at=work.at,
    )
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as failure:
        # Somebody else signed the next record meanwhile; this one follows none.
        raise Busy from failure
    newer = verified(work.session, roster.root_public)
    if newer.head != record.hash():
        raise KeyUntrusted(kind)
    work.record("roster.append", subject_kind="roster", subject_id=record_id, fields=(kind,))
    return record_id, newer


def sign_as(work: Work, roster: Roster, actor: Actor, kind: str, **facts: Any) -> tuple[int, Roster]:
    """The same, signed with the acting person's own key; KeyMissing when the roster does not know it."""
    person = roster.people.get(actor.account_id)
    if actor.keychain is None or person is None:
        raise KeyMissing
    if person.signing_public != signing_public(actor.keychain.signing_private):
        raise KeyMissing
    return append(
        work, roster, kind, signing_private=actor.keychain.signing_private, signer=person.record_id, **facts
    )


root_of = select(RosterRecord.statement).where(RosterRecord.sequence == 1)


def root_public_of(statement: bytes) -> bytes:
    """The root's public key in the first record; trusted only at set-up and by a new member, whose code proves it."""
    return raw(json.loads(statement)["root"])


def facts_of(statement: bytes) -> dict[str, Any]:
    """The facts of a stored statement; an unreadable one has none."""
    try:
        facts = json.loads(statement)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}
