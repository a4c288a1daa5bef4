"""Keyed digests under which a full number is found again; noise without index key and server secret."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.actor import Actor
from casework.crypto import blind_index
from casework.errors import KeyMissing
from casework.runtime import runtime
from casework.transaction import Work
from models.keys import BlindIndex


def digests(actor: Actor, purpose: str, normalised: str) -> dict[int, bytes]:
    """The digest of a normalised value by index key version that the actor holds; KeyMissing without one."""
    held = actor.keychain.index_keys if actor.keychain else {}
    if not held:
        raise KeyMissing
    secret = runtime().server_secret
    return {version: blind_index.digest(key, secret, purpose, normalised) for version, key in held.items()}


def put(work: Work, *, target: str, target_id: int, purpose: str, normalised: str | None) -> None:
    """Makes one field of one row findable by its normalised value; None or empty takes it out of the index.

    ``target`` names table and field ('cases.phone'). KeyMissing when the actor holds no index key.
    """
    work.session.execute(
        delete(BlindIndex).where(
            BlindIndex.target == target, BlindIndex.target_id == target_id, BlindIndex.purpose == purpose
        )
    )
    if not normalised:
        return
    if work.actor is None:
        raise KeyMissing
    version, digest = max(digests(work.actor, purpose, normalised).items())
    work.session.add(
        BlindIndex(target=target, target_id=target_id, purpose=purpose, key_version=version, digest=digest)
    )


def find(
    session: Session, actor: Actor, purpose: str, normalised: str, targets: Iterable[str]
) -> list[tuple[str, int]]:
    """(target, row id) of every row that holds this value in a target. Who may see them is not asked here."""
    rows = session.execute(
        select(BlindIndex.target, BlindIndex.target_id).where(
            BlindIndex.purpose == purpose,
            BlindIndex.digest.in_(digests(actor, purpose, normalised).values()),
            BlindIndex.target.in_(list(targets)),
        )
    )
    return [(row.target, row.target_id) for row in rows]
