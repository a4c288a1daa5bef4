"""The declarative base, column types and ids shared by every table.

Conventions: ``…_at`` is integer microseconds UTC, ``…_on`` a local date of the jurisdiction, ``…_sealed`` an AEAD
ciphertext. Ids are 63-bit, time-ordered, made by the application and never used again.
"""

from __future__ import annotations

import datetime
import enum
import secrets
import threading
import time
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, Integer, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table's base."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        # INTEGER makes an id SQLite's own row id, which is 64 bits wide there.
        int: BigInteger().with_variant(Integer(), "sqlite"),
        bytes: LargeBinary,
        str: String,
        datetime.date: Date,
    }


_EPOCH_MS = 1_577_836_800_000  # 2020-01-01 UTC
_lock = threading.Lock()
_last = 0


def new_id() -> int:
    """A fresh 63-bit id: 42 bits of milliseconds since 2020, 21 random bits; increasing within a process."""
    global _last
    with _lock:
        candidate = ((time.time_ns() // 1_000_000 - _EPOCH_MS) << 21) | secrets.randbits(21)
        _last = candidate if candidate > _last else _last + 1 + secrets.randbits(8)
        return _last


class Text(TypeDecorator[enum.StrEnum]):
    """A StrEnum stored as its text."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[enum.StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        """The stored text; ValueError for a value outside the enumeration."""
        return None if value is None else str(self.kind(value))

    def process_result_value(self, value: Any, dialect: Any) -> enum.StrEnum | None:
        """The member of the enumeration."""
        return None if value is None else self.kind(value)


def one_of(column: str, kind: type[enum.StrEnum]) -> CheckConstraint:
    """A CHECK that the database itself refuses other values."""
    listed = ", ".join(f"'{member.value}'" for member in kind)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class WithId:
    """A row with an application-made id."""

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=new_id)
