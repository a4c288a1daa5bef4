"""The counts behind the indicators, straight from the records. Exact: nothing here may leave undisguised.

Statements only; who runs them brings the connection. Dates are local dates of the jurisdiction, both ends
included.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, extract, func, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from casework import codes
from casework.indicators.months import last_day
from casework.indicators.tables import TOTAL, Key, Table
from models.calls import Call
from models.cases import Case
from models.enums import YesNoUnknown
from models.incidents import Incident

_Day = InstrumentedAttribute[date] | InstrumentedAttribute[date | None]


def hotline_calls(reader: Session | Connection, months: Sequence[str], *, is_closed: bool) -> Table:
    """L10.5: calls by the month of their start and by category. Columns are all categories that are counted.

    Answered, missed and abandoned, inside the line's hours or not; tests and calls entered in error are out,
    and so are categories that the code list marks as not counted. Source: the catalogue, readings "Calls".
    """
    shown = [entry for entry in codes.listing("call_category") if entry.flag("counted", True)]
    columns = tuple(entry.code for entry in shown)
    counts: dict[Key, int] = {}
    for year, month, category, count in reader.execute(_calls(months)) if months else ():
        if category in columns:
            counts[f"{int(year):04d}-{int(month):02d}", category] = count
    return Table(tuple(months), columns, counts, is_closed)


def domestic_violence_cases(
    reader: Session | Connection, months: Sequence[str], *, is_closed: bool, until: date | None = None
) -> Table:
    """L6.1: cases by the month of their acceptance, with at least one domestic incident.

    An incident dated after the end of the period makes no case, an undated one does. The period is each month
    itself, so that a month once published never changes; `until` makes it end for all of them on that day
    instead. A merged duplicate is not counted, its incidents are its survivor's. Source: the catalogue,
    "Domestic", "Merged".
    """
    counts: dict[Key, int] = {}
    for year, month, count in reader.execute(_cases(months, until)) if months else ():
        counts[f"{int(year):04d}-{int(month):02d}", TOTAL] = count
    return Table(tuple(months), (), counts, is_closed)


def _calls(months: Sequence[str]) -> Select[int, int, str, int]:
    year, month = extract("year", Call.started_on), extract("month", Call.started_on)
    return (
        select(year, month, Call.category, func.count())
        .where(_within(Call.started_on, months), Call.is_test.is_(False), Call.in_error.is_(False))
        .group_by(year, month, Call.category)
    )


def _cases(months: Sequence[str], until: date | None) -> Select[int, int, int]:
    year, month = extract("year", Case.accepted_on), extract("month", Case.accepted_on)
    return (
        select(year, month, func.count())
        .where(
            _within(Case.accepted_on, months),
            Case.survivor_id == Case.id,
            Case.is_test.is_(False),
            Case.in_error.is_(False),
            _has_domestic_incident(until),
        )
        .group_by(year, month)
    )


def _has_domestic_incident(until: date | None) -> ColumnElement[bool]:
    part = aliased(Case)
    always = sorted(codes.flagged("relationship", "domestic", "always"))
    cohabiting = sorted(codes.flagged("relationship", "domestic", "cohabiting"))
    domestic = or_(
        Incident.relationship.in_(always),
        and_(Incident.relationship.in_(cohabiting), Incident.living_together == YesNoUnknown.YES),
    )
    in_time = _month_number(Incident.occurred_on) <= _month_number(Case.accepted_on)
    if until is not None:
        in_time = Incident.occurred_on <= until
    return exists().where(
        part.survivor_id == Case.id,
        part.is_test.is_(False),
        part.in_error.is_(False),
        Incident.case_id == part.id,
        or_(Incident.occurred_on.is_(None), in_time),
        domestic,
    )


def _month_number(day: _Day) -> ColumnElement[int]:
    return extract("year", day) * 12 + extract("month", day)


def _within(day: _Day, months: Sequence[str]) -> ColumnElement[bool]:
    first, last = min(months), max(months)
    return day.between(date.fromisoformat(f"{first}-01"), last_day(last))
