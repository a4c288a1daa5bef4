"""People and their sealed, per-case identities."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Text, WithId, one_of
from models.enums import PartyRole


class Person(WithId, Base):
    """A person who may be in several cases; no name, only what counting needs."""

    __tablename__ = "persons"

    sex: Mapped[str] = mapped_column(default="unstated")
    survivor_id: Mapped[int]


class Party(WithId, Base):
    """A person's place in one case, with that case's own sealed copy of who she is."""

    __tablename__ = "parties"
    __table_args__ = (one_of("role", PartyRole), Index("ix_parties_case_id_role", "case_id", "role"))

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    role: Mapped[PartyRole] = mapped_column(Text(PartyRole))
    age_band: Mapped[str] = mapped_column(default="unknown")
    special_protection: Mapped[str | None]
    name_sealed: Mapped[bytes | None]
    identity_number_sealed: Mapped[bytes | None]
    birth_date_sealed: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    address_town_sealed: Mapped[bytes | None]
    address_rest_sealed: Mapped[bytes | None]
    note_sealed: Mapped[bytes | None]
    # The home they share or shared, kept apart from where she is now.
    home_town_sealed: Mapped[bytes | None]
    home_rest_sealed: Mapped[bytes | None]
    # What this person is to the client, the body she works for, whether the other party is her guardian.
    relation_sealed: Mapped[bytes | None]
    body_sealed: Mapped[bytes | None]
    guardian_sealed: Mapped[bytes | None]
    # About which year she was born, where she says her age and no date.
    born_year_sealed: Mapped[bytes | None]
    left_at: Mapped[int | None]
    created_at: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Revision(WithId, Base):
    """The row before a change, sealed in the same compartment, so that no wording is lost."""

    __tablename__ = "revisions"
    __table_args__ = (Index("ix_revisions_target_target_id", "target", "target_id", "version"),)

    target: Mapped[str]
    target_id: Mapped[int]
    version: Mapped[int]
    compartment_id: Mapped[int] = mapped_column(ForeignKey("compartments.id"))
    row_sealed: Mapped[bytes]
    account_id: Mapped[int | None]
    at: Mapped[int]
