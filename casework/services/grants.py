"""Access of one person outside the team to compartments of one case, until one moment; given and ended here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select, update

from casework import codes
from casework.crypto.grants import GrantPlace
from casework.errors import Invalid, KeyMissing, KeyUntrusted, NotFound
from casework.services import case_work, grant_keys, rosters, stored_keys
from casework.services.vault import Vault
from casework.transaction import Work
from models.access import Conflict, Grant
from models.base import new_id
from models.enums import CompartmentKind, RecipientKind
from models.keys import Compartment, Wrap

GIVEN, ENDED = "grant.give", stored_keys.GRANT_ENDED


def give(
    work: Work,
    vault: Vault,
    case: Any,
    *,
    account_id: int,
    kind: str,
    compartments: Iterable[CompartmentKind],
    ends_at: int,
    reason: str | None = None,
) -> int:
    """Seals the keys of these compartments of a case to one person's signed public key until ``ends_at``
    (microseconds UTC); gives the grant's id. ``reason`` is sealed under the case's account.

    Raises KeyMissing where the giver holds a compartment by no key of her team (what was granted is not hers to
    give on), KeyUntrusted("grantee") where the roster does not know the grantee's keys, NotFound for one behind the
    conflict wall, Invalid for an end that has passed, no compartment or a kind that is not in its list.
    """
    actor, wanted = work.actor, sorted(set(compartments))
    _check(work, wanted, kind, ends_at)
    if actor is None:
        raise KeyMissing
    if _is_walled(work, case.id, account_id):
        raise NotFound
    roster = rosters.verified_for(work.session, actor)
    if account_id not in roster.people:
        raise KeyUntrusted("grantee")
    ids = {item: case_work.compartment_of(case, item) for item in wanted}
    vault.ready_to_write(work, case.id, ids.values())
    row = Grant(
        id=new_id(),
        case_id=case.id,
        account_id=account_id,
        kind=kind,
        granted_by=actor.account_id,
        starts_at=work.at,
        ends_at=ends_at,
    )
    row.reason_sealed = vault.seal("grants.reason", row.id, case.account_compartment_id, reason or None)
    work.session.add(row)
    work.session.flush()
    for item, compartment_id in ids.items():
        keys = vault.keys_to_give(compartment_id, item)
        place = GrantPlace(row.id, account_id, case.id, ends_at, compartment_id, item.value, 0, 0)
        wraps = [
            grant_keys.wrap_for(actor, roster, key, place._replace(key_id=key.key_id, version=key.version))
            for key in keys
        ]
        stored_keys.add_wraps(work, wraps, RecipientKind.GRANT)
    work.record(
        GIVEN,
        subject_kind="case",
        subject_id=case.id,
        ids=(row.id, account_id),
        fields=[f"compartment:{item}" for item in wanted],
        row=row,
    )
    return row.id


def _check(work: Work, wanted: list[CompartmentKind], kind: str, ends_at: int) -> None:
    faults = {
        "compartments": "missing" if not wanted else None,
        "ends_at": "past" if ends_at <= work.at else None,
        "kind": "choice" if not codes.exists("grant_kind", kind) else None,
    }
    if any(faults.values()):
        raise Invalid({name: fault for name, fault in faults.items() if fault})


def _is_walled(work: Work, case_id: int, account_id: int) -> bool:
    found = select(Conflict.id).where(Conflict.case_id == case_id, Conflict.account_id == account_id)
    return work.session.scalar(found.limit(1)) is not None


def end(work: Work, grant_id: int) -> None:
    """Ends a grant: its copies of the keys are deleted, and the next write to what it opened makes a new key.

    One that has ended already stays as it is; NotFound for an absent one.
    """
    row = work.session.get(Grant, grant_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    if row.ended_at is not None:
        return
    row.ended_at = work.at
    copies = (Wrap.recipient_kind == RecipientKind.GRANT, Wrap.recipient_id == row.id)
    ids = set(work.session.scalars(select(Wrap.compartment_id).where(*copies)))
    work.session.execute(delete(Wrap).where(*copies))
    work.session.execute(
        update(Compartment)
        .where(Compartment.id.in_(ids), Compartment.owner_id == row.case_id)
        .values(rekey_needed=True)
    )
    work.record(ENDED, subject_kind="grant", subject_id=row.id, ids=(row.case_id, row.account_id), row=row)
