"""Changing a part that two people may edit at once: nothing typed is lost, no earlier wording either.

A part is a few fields of one row with one version. The row before a change is kept, sealed in the same
compartment.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm.attributes import flag_modified

from casework.errors import KeyMissing, Stale
from casework.sealed import Locked
from casework.services.vault import Vault
from casework.transaction import Work
from models.accounts import Account
from models.base import new_id
from models.people import Revision


@dataclass(frozen=True)
class Part:
    """Fields of a row that are edited together. ``target`` names the part in ``revisions``; ``sealed`` and
    ``clear`` are field names, a sealed one without its suffix; ``version`` the attribute that counts its
    edits.
    """

    table: str
    target: str
    sealed: tuple[str, ...]
    clear: tuple[str, ...] = ()
    version: str = "version"


def words_of(vault: Vault, part: Part, row: Any, compartment_id: int) -> dict[str, Any]:
    """Every field of the part; a sealed one may be Locked."""
    words: dict[str, Any] = {
        name: vault.text(f"{part.table}.{name}", row.id, compartment_id, getattr(row, f"{name}_sealed"))
        for name in part.sealed
    }
    return words | {name: getattr(row, name) for name in part.clear}


def as_text(value: object) -> str:
    """A value as the person who compares two versions reads it; codes stay codes, lists are joined by
    commas.
    """
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return ",".join(str(item) for item in value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def save(
    work: Work,
    vault: Vault,
    part: Part,
    row: Any,
    compartment_id: int,
    words: Mapping[str, Any],
    version: int,
    beside: Mapping[str, Any] | None = None,
) -> list[str]:
    """Puts new words into the row, keeps the row before, counts the version up; gives the names that changed.

    ``beside`` holds current values that lie in other tables and are compared and kept with the part;
    writing them is the caller's. Raises Stale when somebody else saved since ``version``, KeyMissing
    without the key.
    """
    # A party and an incident lie in compartments of their case.
    vault.ready_to_write(work, getattr(row, "case_id", row.id), [compartment_id])
    current = words_of(vault, part, row, compartment_id) | dict(beside or {})
    if any(isinstance(value, Locked) for value in current.values()):
        raise KeyMissing
    changed = [name for name in words if (words[name] or None) != (current[name] or None)]
    held = getattr(row, part.version)
    if not changed:
        return []
    if held != version:
        raise _stale(work, part, row.id, held, words, current)
    keep(work, vault, part, row.id, held, compartment_id, current)
    for name in changed:
        if name in part.sealed:
            sealed = vault.seal(f"{part.table}.{name}", row.id, compartment_id, words[name] or None)
            setattr(row, f"{name}_sealed", sealed)
        elif name in part.clear:
            setattr(row, name, words[name])
    if inspect(type(row)).version_id_col is None:
        setattr(row, part.version, held + 1)
    else:
        # What lies beside the row counts as an edit of it too.
        first = f"{part.sealed[0]}_sealed"
        # A row just added has not loaded a field that nothing was written to, which can't be flagged.
        setattr(row, first, getattr(row, first))
        flag_modified(row, first)
    work.session.flush()
    return changed


def keep(
    work: Work,
    vault: Vault,
    part: Part,
    row_id: int,
    version: int,
    compartment_id: int,
    words: Mapping[str, Any],
) -> None:
    """Keeps the words of one version, sealed under the part's own compartment."""
    revision = Revision(
        id=new_id(),
        target=part.target,
        target_id=row_id,
        version=version,
        compartment_id=compartment_id,
        account_id=work.actor.account_id if work.actor else None,
        at=work.at,
    )
    text = json.dumps({name: as_text(value) for name, value in words.items()}, ensure_ascii=False)
    revision.row_sealed = vault.seal("revisions.row", revision.id, compartment_id, text) or b""
    work.session.add(revision)


def _stale(
    work: Work, part: Part, row_id: int, held: int, yours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> Stale:
    saved = work.session.execute(
        select(Account.display_name, Revision.at)
        .outerjoin(Account, Account.id == Revision.account_id)
        .where(Revision.target == part.target, Revision.target_id == row_id, Revision.version == held - 1)
    ).first()
    return Stale(
        yours={name: as_text(value) for name, value in yours.items()},
        theirs={name: as_text(theirs[name]) for name in yours},
        their_name=(saved.display_name if saved else None) or "",
        their_at=saved.at if saved else work.at,
        version=held,
    )
