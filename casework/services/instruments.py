"""The instruments that an assessment may use: what the product ships, and what the office entered itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import AlreadyDone, NotFound
from casework.law.danger_scale import Instrument, InstrumentFault, instrument_from, shipped
from casework.transaction import reader, write
from models.base import new_id
from models.instruments import Instrument as Row

_all = select(Row).order_by(Row.code, Row.entered_at)


@dataclass(frozen=True)
class Entered:
    """An instrument of the office's own and when it entered or retired it (microseconds UTC)."""

    instrument: Instrument
    entered_at: int
    retired_at: int | None


def offered(session: Session) -> list[Instrument]:
    """What may be chosen for a new assessment, the shipped ones first."""
    rows = session.scalars(_all.where(Row.retired_at.is_(None)))
    return [*shipped().values(), *(instrument_from(row.definition) for row in rows)]


def named(session: Session, name: str) -> Instrument:
    """The instrument that an assessment names, retired or not; NotFound for a name that never was."""
    if name in shipped():
        return shipped()[name]
    code, _, edition = name.partition("/")
    row = session.scalars(select(Row).where(Row.code == code, Row.edition == edition)).one_or_none()
    if row is None:
        raise NotFound
    return instrument_from(row.definition)


def entered() -> list[Entered]:
    """What the office entered itself, retired ones included."""
    return [
        Entered(instrument_from(row.definition), row.entered_at, row.retired_at)
        for row in reader().scalars(_all)
    ]


def add(text: str) -> Instrument:
    """Enters an edition of an instrument from its TOML text.

    InstrumentFault for a definition that can't be used or that takes the name of a shipped one, AlreadyDone when
    this code and edition were entered before: what assessments were made with never changes.
    """
    found = instrument_from(text)
    if found.code in {known.code for known in shipped().values()}:
        raise InstrumentFault(
            [f"The code {found.code} belongs to an instrument that comes with the program."]
        )
    with write(None) as work:
        taken = work.session.scalar(
            select(Row.id).where(Row.code == found.code, Row.edition == found.edition)
        )
        if taken is not None:
            raise AlreadyDone
        row = Row(id=new_id(), code=found.code, edition=found.edition, definition=text, entered_at=work.at)
        work.session.add(row)
        work.record("instrument.add", subject_kind="instrument", subject_id=row.id)
    return found


def retire(code: str, edition: str) -> None:
    """Offers an edition no longer; assessments made with it stay readable. NotFound, AlreadyDone."""
    with write(None) as work:
        row = work.session.scalars(
            select(Row).where(Row.code == code, Row.edition == edition).with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound
        if row.retired_at is not None:
            raise AlreadyDone
        row.retired_at = work.at
        work.record("instrument.retire", subject_kind="instrument", subject_id=row.id)
