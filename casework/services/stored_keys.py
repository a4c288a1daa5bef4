"""The rows of compartments, wraps and copies of keys, as plain statements: each page and each call needs many.

Nothing here opens or checks a key; that is the vault's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Executable, String, bindparam, func, insert, select
from sqlalchemy.orm import Session

from casework.transaction import Work
from models.enums import OwnerKind, RecipientKind
from models.keys import Compartment, KeyCopy, Wrap


def _wraps_of(compartments: ColumnElement[bool]) -> Executable:
    return select(
        Wrap.compartment_id,
        Wrap.key_id,
        Wrap.key_version,
        Wrap.recipient_id,
        Wrap.key_sealed,
        Wrap.id,
        Wrap.signer_record_id,
        Wrap.signature,
    ).where(compartments, Wrap.recipient_kind == RecipientKind.TEAM_KEY)


# All ids in one value: a statement with a hundred of them costs as much to write down as to run.
_listed = func.json_each(bindparam("compartments", type_=String)).table_valued("value")
_wraps = {
    "sqlite": _wraps_of(Wrap.compartment_id.in_(select(_listed.c.value))),
    "postgresql": _wraps_of(
        Wrap.compartment_id == func.any(bindparam("compartments", type_=ARRAY(BigInteger)))
    ),
}
_copies = select(KeyCopy.key_id, KeyCopy.key_sealed).where(
    KeyCopy.account_id == bindparam("account"),
    KeyCopy.key_id.in_(bindparam("keys", expanding=True)),
    KeyCopy.is_index_key.is_(False),
)
_new_compartment = insert(Compartment)
_new_wrap = insert(Wrap)


def team_wraps(session: Session, compartment_ids: Sequence[int]) -> list[Any]:
    """The wraps for teams, older key versions first; the first four columns of a row are those of a WrapPlace."""
    # What this transaction has added itself must be there.
    session.flush()
    connection = session.connection()
    dialect = connection.dialect.name
    given = json.dumps(compartment_ids) if dialect == "sqlite" else compartment_ids
    rows = connection.execute(_wraps[dialect], {"compartments": given}).all()
    return sorted(rows, key=lambda row: row[2])


def copies_for(session: Session, account_id: int, team_key_ids: Sequence[int]) -> Sequence[Any]:
    """(key id, sealed copy) of these team keys for one account."""
    return session.connection().execute(_copies, {"account": account_id, "keys": team_key_ids}).all()


def add_compartment(work: Work, compartment: Compartment, owner_kind: OwnerKind) -> None:
    """Stores a new compartment in its first key version."""
    work.connection.execute(
        _new_compartment,
        {
            "id": compartment.id,
            "kind": compartment.kind,
            "owner_kind": owner_kind,
            "owner_id": compartment.owner_id,
            "key_version": compartment.key_version,
            "rekey_needed": False,
            "created_at": work.at,
        },
    )


def add_wraps(work: Work, wraps: list[dict[str, Any]]) -> None:
    """Stores new wraps for teams, given by column."""
    if wraps:
        always = {"recipient_kind": RecipientKind.TEAM_KEY, "created_at": work.at}
        work.connection.execute(_new_wrap, [{**wrap, **always} for wrap in wraps])
