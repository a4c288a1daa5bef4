"""One sealed name to attack, and the door of somebody who writes into the database past every service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.actor import Actor
from casework.sealed import Locked
from casework.services.vault import Vault
from casework.transaction import reader, record_views, write
from models.base import new_id
from models.enums import CompartmentKind, OwnerKind

NAME = "林小满"
# A field of each kind of compartment.
FIELD_OF = {
    CompartmentKind.CONTACT: "cases.alias",
    CompartmentKind.IDENTITY: "parties.name",
    CompartmentKind.ACCOUNT: "cases.wish",
}


@dataclass
class SealedName:
    """A name in a compartment of its own: where it lies, the bytes that are stored, and as which field."""

    row_id: int
    compartment_id: int
    sealed: bytes
    field: str = FIELD_OF[CompartmentKind.IDENTITY]


def seal_name(
    actor: Actor, *team_ids: int, kind: CompartmentKind = CompartmentKind.IDENTITY, words: str = NAME
) -> SealedName:
    """Seals the name in a new compartment for these teams, as this actor."""
    row_id = new_id()
    with write(actor) as work:
        vault = Vault(actor, work.session)
        compartment_id = vault.create(work, kind, OwnerKind.CASE, row_id, team_ids)
        sealed = vault.seal(FIELD_OF[kind], row_id, compartment_id, words)
    assert sealed is not None
    return SealedName(row_id, compartment_id, sealed, FIELD_OF[kind])


def read_name(actor: Actor, name: SealedName) -> str | Locked | None:
    """What this actor reads, and then what her page would record."""
    reader().expire_all()
    words = Vault(actor, reader()).text(name.field, name.row_id, name.compartment_id, name.sealed)
    record_views(actor)
    return words


def write_name(actor: Actor, name: SealedName, words: str = "改过的名字") -> SealedName:
    """The name sealed anew by this actor, after whatever new key is due."""
    with write(actor) as work:
        vault = Vault(actor, work.session)
        vault.ready_to_write(work, name.row_id, [name.compartment_id])
        sealed = vault.seal(name.field, name.row_id, name.compartment_id, words)
    assert sealed is not None
    return SealedName(name.row_id, name.compartment_id, sealed, name.field)


def change(*statements: Any) -> None:
    """What somebody with the database in his hands does to it."""
    with write(None) as work:
        for statement in statements:
            if hasattr(statement, "__table__"):
                work.session.add(statement)
            else:
                work.session.execute(statement)
