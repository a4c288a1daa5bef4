"""What everybody must be told once: that the recovery kit was used. It stands on her first screen until read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from casework.actor import Actor
from casework.errors import NotFound
from casework.transaction import reader, write
from models.follow_ups import Notice

KIT_USED = "kit_used"


@dataclass(frozen=True)
class Announcement:
    """One announcement that a person has not read yet."""

    notice_id: int
    kind: str
    raised_at: int


def unread(actor: Actor) -> list[Announcement]:
    """The actor's unread announcements, newest first; what else was raised for her is not among them."""
    rows = reader().execute(
        select(Notice.id, Notice.kind, Notice.raised_at)
        .where(
            Notice.account_id == actor.account_id,
            Notice.read_at.is_(None),
            Notice.kind == KIT_USED,
        )
        .order_by(Notice.id.desc())
    )
    return [Announcement(row.id, row.kind, row.raised_at) for row in rows]


def mark_read(actor: Actor, notice_id: int) -> None:
    """The actor has read one of her announcements; NotFound for another person's, or one read before."""
    with write(actor) as work:
        read = work.changed(
            update(Notice)
            .where(
                Notice.id == notice_id,
                Notice.account_id == actor.account_id,
                Notice.kind == KIT_USED,
                Notice.read_at.is_(None),
            )
            .values(read_at=work.at)
        )
        if read != 1:
            raise NotFound
        work.record("notice.read", subject_kind="notice", subject_id=notice_id)
