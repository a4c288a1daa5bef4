"""The rows of compartments, wraps and copies of keys, as plain statements: each page and each call needs many.

Nothing here opens or checks a key; that is the vault's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Executable,
    String,
    bindparam,
    exists,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Session

from casework.transaction import Work
from models.access import Grant
from models.audit import AuditEntry
from models.enums import OwnerKind, RecipientKind
from models.keys import Compartment, KeyCopy, Wrap

GRANT_ENDED = "grant.end"


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
_granted = (
    select(
        Wrap.compartment_id,
        Wrap.key_id,
        Wrap.key_version,
        Wrap.key_sealed,
        Wrap.voucher,
        Wrap.signer_record_id,
        Wrap.signature,
        Compartment.kind,
        Compartment.owner_id,
        Compartment.key_version.label("newest_version"),
        Grant.id.label("grant_id"),
        Grant.account_id,
        Grant.case_id,
        Grant.ends_at,
        # The row may have been put back; the trail is asked as well.
        exists()
        .where(AuditEntry.subject_id == Grant.id, AuditEntry.action == GRANT_ENDED)
        .label("was_ended"),
    )
    .join(Grant, Grant.id == Wrap.recipient_id)
    .join(Compartment, Compartment.id == Wrap.compartment_id)
    .where(
        Wrap.recipient_kind == RecipientKind.GRANT, Grant.ended_at.is_(None), Grant.ends_at > bindparam("now")
    )
    .order_by(Wrap.key_version, Wrap.id)
)
_granted_to = _granted.where(
    Grant.account_id == bindparam("account"),
    Wrap.compartment_id.in_(bindparam("compartments", expanding=True)),
)
_granted_key = _granted.where(
    Wrap.compartment_id == bindparam("compartment"), Wrap.key_id == bindparam("key")
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


def granted_wraps(session: Session, account_id: int, compartment_ids: Sequence[int], now: int) -> list[Any]:
    """The wraps of one person's grants that have not ended by ``now`` (microseconds UTC), older versions first."""
    session.flush()
    given = {"account": account_id, "compartments": list(compartment_ids), "now": now}
    return list(session.connection().execute(_granted_to, given))


def granted_now(work: Work, compartment_id: int, key_id: int) -> list[Any]:
    """The wraps of one key for everybody whose grant has not ended."""
    work.session.flush()
    given = {"compartment": compartment_id, "key": key_id, "now": work.at}
    return list(work.connection.execute(_granted_key, given))


def add_wraps(
    work: Work, wraps: list[dict[str, Any]], recipient: RecipientKind = RecipientKind.TEAM_KEY
) -> None:
    """Stores new wraps for teams (or grants), given by column."""
    if wraps:
        always = {"recipient_kind": recipient, "created_at": work.at}
        work.connection.execute(_new_wrap, [{**wrap, **always} for wrap in wraps])
