"""The signed roster, team keys and their copies, compartments and wraps, blind indexes, the kit."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Text, WithId, one_of
from models.enums import CompartmentKind, OwnerKind, RecipientKind


class RosterRecord(WithId, Base):
    """One signed statement; ``sequence`` is its place in the chain."""

    __tablename__ = "roster"
    __table_args__ = (UniqueConstraint("sequence"),)

    sequence: Mapped[int]
    kind: Mapped[str]
    statement: Mapped[bytes]
    signature: Mapped[bytes]
    at: Mapped[int]


class TeamKey(WithId, Base):
    """One version of a team's key pair for one compartment kind."""

    __tablename__ = "team_keys"
    __table_args__ = (
        UniqueConstraint("team_id", "compartment", "key_version"),
        one_of("compartment", CompartmentKind),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    compartment: Mapped[CompartmentKind] = mapped_column(Text(CompartmentKind))
    key_version: Mapped[int]
    public: Mapped[bytes]
    created_at: Mapped[int]
    retired_at: Mapped[int | None]


class IndexKey(WithId, Base):
    """One version of the blind-index key; the key itself exists only in sealed copies."""

    __tablename__ = "index_keys"

    key_version: Mapped[int] = mapped_column(unique=True)
    created_at: Mapped[int]


class KeyCopy(WithId, Base):
    """A team key or index key sealed to one account's public key, or to the recovery key (account_id NULL)."""

    __tablename__ = "key_copies"
    __table_args__ = (
        UniqueConstraint("key_id", "account_id"),
        Index("ix_key_copies_account_id", "account_id"),
    )

    key_id: Mapped[int]
    is_index_key: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    key_sealed: Mapped[bytes]
    created_at: Mapped[int]


class Compartment(WithId, Base):
    """What is sealed together under one key: of a case, a call, a stay …"""

    __tablename__ = "compartments"
    __table_args__ = (
        one_of("kind", CompartmentKind),
        one_of("owner_kind", OwnerKind),
        Index("ix_compartments_owner_id_kind", "owner_id", "kind"),
    )

    kind: Mapped[CompartmentKind] = mapped_column(Text(CompartmentKind))
    owner_kind: Mapped[OwnerKind] = mapped_column(Text(OwnerKind))
    owner_id: Mapped[int]
    key_version: Mapped[int] = mapped_column(default=1)
    rekey_needed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[int]


class Wrap(WithId, Base):
    """A compartment key for one recipient; handed on (sealed to a public key and signed) until first opened.

    ``voucher`` proves that a holder of the compartment's key named this recipient.
    """

    __tablename__ = "wraps"
    __table_args__ = (
        UniqueConstraint("key_id", "recipient_kind", "recipient_id"),
        one_of("recipient_kind", RecipientKind),
        Index("ix_wraps_compartment_id", "compartment_id"),
        Index("ix_wraps_recipient_id", "recipient_id"),
    )

    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    key_id: Mapped[int]
    key_version: Mapped[int]
    recipient_kind: Mapped[RecipientKind] = mapped_column(Text(RecipientKind))
    recipient_id: Mapped[int]
    key_sealed: Mapped[bytes]
    voucher: Mapped[bytes]
    signer_record_id: Mapped[int | None]
    signature: Mapped[bytes | None]
    created_at: Mapped[int]


class BlindIndex(Base):
    """A keyed digest under which one field of one row is found; no foreign key, the table is named by ``target``."""

    __tablename__ = "blind_indexes"
    __table_args__ = (Index("ix_blind_indexes_purpose_digest", "purpose", "digest"),)

    target: Mapped[str] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    key_version: Mapped[int]
    digest: Mapped[bytes]


class KitWrap(Base):
    """The recovery private key wrapped under one pair of shares."""

    __tablename__ = "kit_wraps"

    kit_version: Mapped[int] = mapped_column(primary_key=True)
    pair: Mapped[str] = mapped_column(primary_key=True)
    recovery_public: Mapped[bytes]
    key_sealed: Mapped[bytes]


class RecoveryItem(Base):
    """What only the kit opens: the office root's private half and a copy of the server secret."""

    __tablename__ = "recovery_items"

    name: Mapped[str] = mapped_column(primary_key=True)
    item_sealed: Mapped[bytes]
