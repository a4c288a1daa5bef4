"""Keys that a person outside the team opens under a grant: sealed to her alone, bound to the grant and its end.

What is not as a key holder made it is as if it were not there, and is recorded: a planted or changed row, an end
moved forward, the copy of a grant that ended.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy.orm import Session

from casework.actor import Actor
from casework.clock import now_us
from casework.crypto.errors import SealBroken
from casework.crypto.fields import FieldKey
from casework.crypto.grants import GrantPlace, open_for, seal_for, voucher
from casework.crypto.roster import Roster
from casework.errors import KeyUntrusted
from casework.services import stored_keys
from casework.transaction import Work
from models.base import new_id
from models.enums import RecipientKind
from models.keys import Compartment


def opened(
    actor: Actor, session: Session, compartment_ids: Iterable[int], trusted: Callable[[], Roster]
) -> list[tuple[FieldKey, str]]:
    """(key, signed kind of its compartment) of each key that the actor opens under a grant now, oldest first.

    A compartment whose newest key no grant of hers brings stays shut altogether.
    """
    rows = stored_keys.granted_wraps(session, actor.account_id, list(compartment_ids), now_us())
    found: list[tuple[FieldKey, str]] = []
    newest: dict[int, int] = {}
    refused: set[int] = set()
    for row in rows:
        key = None if row.was_ended else _open(actor, row, trusted())
        if key is None:
            refused.add(row.grant_id)
        else:
            found.append((key, row.kind.value))
            newest[row.compartment_id] = row.newest_version
    for grant_id in sorted(refused):
        actor.shown("grant.refused", subject_kind="grant", subject_id=grant_id)
    whole = {key.compartment_id for key, _ in found if key.version == newest[key.compartment_id]}
    return [(key, kind) for key, kind in found if key.compartment_id in whole]


def _open(actor: Actor, row: Any, roster: Roster) -> FieldKey | None:
    giver = roster.introduced_key(row.signer_record_id) if row.signer_record_id is not None else None
    if actor.keychain is None or giver is None or row.signature is None or row.owner_id != row.case_id:
        return None
    place = _place(row, row.key_id, row.key_version)
    try:
        key = open_for(place, row.key_sealed, row.signature, actor.keychain.box_private, giver)
    except SealBroken:
        return None
    if key is None or not hmac.compare_digest(voucher(key, place), row.voucher):
        return None
    return key


def _place(row: Any, key_id: int, version: int) -> GrantPlace:
    return GrantPlace(
        grant_id=row.grant_id,
        account_id=row.account_id,
        owner_id=row.owner_id,
        ends_at=row.ends_at,
        compartment_id=row.compartment_id,
        kind=row.kind.value,
        key_id=key_id,
        version=version,
    )


def wrap_for(actor: Actor, roster: Roster, key: FieldKey, place: GrantPlace) -> dict[str, Any]:
    """The stored form of one key for one grant; KeyUntrusted for a grantee or giver whose keys are not signed."""
    grantee, giver = roster.people.get(place.account_id), roster.record_of(actor.account_id)
    if grantee is None or giver is None or actor.keychain is None:
        raise KeyUntrusted("grantee")
    sealed, signature = seal_for(place, key, grantee.box_public, actor.keychain.signing_private)
    return {
        "id": new_id(),
        "compartment_id": place.compartment_id,
        "key_id": place.key_id,
        "key_version": place.version,
        "recipient_id": place.grant_id,
        "key_sealed": sealed,
        "voucher": voucher(key, place),
        "signer_record_id": giver,
        "signature": signature,
    }


def carry_on(
    work: Work, actor: Actor, roster: Roster, compartment: Compartment, older: FieldKey, newer: FieldKey
) -> None:
    """Seals a compartment's new key to the grantees whose grant goes on and was vouched for under the last one."""
    wraps = []
    for row in stored_keys.granted_now(work, compartment.id, older.key_id):
        meant = not row.was_ended and row.owner_id == row.case_id
        if not meant or not hmac.compare_digest(
            voucher(older, _place(row, older.key_id, older.version)), row.voucher
        ):
            work.record("grant.refused", subject_kind="grant", subject_id=row.grant_id)
        elif row.account_id in roster.people:
            place = _place(row, newer.key_id, newer.version)
            wraps.append(wrap_for(actor, roster, newer, place))
    stored_keys.add_wraps(work, wraps, RecipientKind.GRANT)
