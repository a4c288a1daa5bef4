"""What a part said before each of its changes: read back, never written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from casework.sealed import Locked
from casework.services.vault import Vault
from casework.transaction import reader
from models.accounts import Account
from models.people import Revision

_of = (
    select(
        Revision.id,
        Revision.target_id,
        Revision.version,
        Revision.compartment_id,
        Revision.row_sealed,
        Revision.at,
        Account.display_name,
    )
    .outerjoin(Account, Account.id == Revision.account_id)
    .where(
        Revision.target == bindparam("of_target"), Revision.target_id.in_(bindparam("ids", expanding=True))
    )
    .order_by(Revision.target_id, Revision.version.desc())
)


@dataclass(frozen=True, repr=False)
class Wording:
    """One earlier version: its words by field as text, and who replaced it when (microseconds UTC)."""

    row_id: int
    version: int
    words: dict[str, str] | Locked
    replaced_at: int
    replaced_by: str | None


def of_rows(vault: Vault, target: str, row_ids: Iterable[int]) -> dict[int, list[Wording]]:
    """The earlier wordings of these rows, newest first; that the rows are hers to see was asked before."""
    found: dict[int, list[Wording]] = {}
    for row in reader().execute(_of, {"of_target": target, "ids": list(row_ids)}):
        text = vault.text("revisions.row", row.id, row.compartment_id, row.row_sealed)
        words = text if isinstance(text, Locked) else json.loads(text or "{}")
        found.setdefault(row.target_id, []).append(
            Wording(row.target_id, row.version, words, row.at, row.display_name)
        )
    return found
