"""Keyed digests under which a full number is found again; noise without index key and server secret."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework.actor import Actor
from casework.crypto import blind_index
from casework.errors import KeyMissing
from casework.runtime import runtime
from casework.services import conflicts
from casework.transaction import Work
from models.keys import BlindIndex


def _putting(insert: Any) -> Any:
    statement = insert(BlindIndex)
    return statement.on_conflict_do_update(
        index_elements=[BlindIndex.target, BlindIndex.target_id, BlindIndex.purpose],
        set_={name: statement.excluded[name] for name in ("key_version", "digest")},
    )


_PUT = {"sqlite": _putting(sqlite.insert), "postgresql": _putting(postgresql.insert)}
_found = select(BlindIndex.target, BlindIndex.target_id).where(
    BlindIndex.purpose == bindparam("of_purpose"),
    BlindIndex.digest.in_(bindparam("digests", expanding=True)),
    BlindIndex.target.in_(bindparam("targets", expanding=True)),
)
_take_out = delete(BlindIndex).where(
    BlindIndex.target == bindparam("of_target"),
    BlindIndex.target_id == bindparam("of_target_id"),
    BlindIndex.purpose == bindparam("of_purpose"),
)


def digests(actor: Actor, purpose: str, normalised: str) -> dict[int, bytes]:
    """The digest of a normalised value by index key version that the actor holds; KeyMissing without one."""
    held = actor.keychain.index_keys if actor.keychain else {}
    if not held:
        raise KeyMissing
    secret = runtime().server_secret
    return {version: blind_index.digest(key, secret, purpose, normalised) for version, key in held.items()}


def put(work: Work, *, target: str, target_id: int, purpose: str, normalised: str | None) -> None:
    """Makes one field of one row findable by its normalised value; None or empty takes it out of the index.

    ``target`` names table and field ('cases.phone'). KeyMissing when the actor holds no index key. A number of
    somebody to whom one of the staff is related closes the case to her in the same transaction.
    """
    place = {"target": target, "target_id": target_id, "purpose": purpose}
    if not normalised:
        work.connection.execute(_take_out, {f"of_{name}": value for name, value in place.items()})
        return
    if work.actor is None:
        raise KeyMissing
    version, digest = max(digests(work.actor, purpose, normalised).items())
    statement = _PUT[work.connection.dialect.name]
    work.connection.execute(statement, {**place, "key_version": version, "digest": digest})
    if purpose != conflicts.PURPOSE:
        work.session.flush()
        own = digests(work.actor, conflicts.PURPOSE, normalised)
        conflicts.match(work, target, target_id, own.values())


def find(
    session: Session, actor: Actor, purpose: str, normalised: str, targets: Iterable[str]
) -> list[tuple[str, int]]:
    """(target, row id) of every row that holds this value in a target. Who may see them is not asked here."""
    held = list(digests(actor, purpose, normalised).values())
    given = {"of_purpose": purpose, "digests": held, "targets": list(targets)}
    return [(row.target, row.target_id) for row in session.connection().execute(_found, given)]
