"""The first two indicators counted from records, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count

import pytest
import sqlalchemy as sa

from casework.indicators.months import months_between
from casework.indicators.rollup import domestic_violence_cases, hotline_calls
from casework.indicators.tables import TOTAL
from models.base import Base
from models.calls import Call
from models.cases import Case
from models.incidents import Incident

YEAR = months_between(date(2026, 1, 1), date(2026, 12, 31))
_ids = count(1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def records(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    """An empty database that asks for no row's neighbours: these tests are about counting."""
    if request.param == "sqlite":
        yield from _opened("sqlite://")
        return
    with request.getfixturevalue("postgres_server").fresh() as url:
        yield from _opened(url)


def _opened(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        Base.metadata.create_all(connection)
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SET session_replication_role = replica"))
        yield connection
        connection.rollback()
    engine.dispose()


def insert(records: sa.Connection, model: type[Base], **fields: object) -> int:
    """A row whose other columns hold whatever the table accepts."""
    number = next(_ids)
    row: dict[str, object] = {"id": number}
    for column in model.__table__.columns:
        if column.nullable or column.default is not None or column.name in row:
            continue
        kind = column.type.python_type if not isinstance(column.type, sa.types.TypeDecorator) else str
        row[column.name] = {int: 1, str: f"x{number}", date: date(2026, 1, 1), bytes: b"x"}[kind]
    records.execute(sa.insert(model).values(row | fields))
    return number


def call(records: sa.Connection, day: str, category: str = "question", **fields: object) -> None:
    insert(records, Call, started_on=date.fromisoformat(day), category=category, **fields)


def case(records: sa.Connection, accepted: str | None, **fields: object) -> int:
    day = date.fromisoformat(accepted) if accepted else None
    number = insert(records, Case, state="accepted", accepted_on=day, survivor_id=0, **fields)
    merged_into(records, number, number)
    return number


def merged_into(records: sa.Connection, duplicate: int, survivor: int) -> None:
    records.execute(sa.update(Case).where(Case.id == duplicate).values(survivor_id=survivor))


def incident(records: sa.Connection, case_id: int, day: str | None = "2026-01-01", **fields: object) -> None:
    on = date.fromisoformat(day) if day else None
    insert(records, Incident, case_id=case_id, occurred_on=on, **{"relationship": "spouse", **fields})


def counted(records: sa.Connection, until: date | None = None) -> dict[str, int]:
    table = domestic_violence_cases(records, YEAR, is_closed=True, until=until)
    return {row: value for (row, _), value in table.counts.items() if value}


def test_calls_fall_in_the_month_of_their_start_by_category(records):
    for day in ("2026-01-31", "2026-02-01", "2026-02-28"):
        call(records, day)
    call(records, "2026-02-10", "prank")
    call(records, "2025-12-31")
    call(records, "2027-01-01")
    table = hotline_calls(records, YEAR, is_closed=True)
    assert table.value("2026-01", "question") == 1
    assert table.value("2026-02", "question") == 2
    assert table.value("2026-02", "prank") == 1
    assert table.value(TOTAL, TOTAL) == 4
    assert table.rows == YEAR


def test_missed_calls_count_and_tests_and_errors_do_not(records):
    call(records, "2026-03-01", status="missed")
    call(records, "2026-03-01", is_test=True)
    call(records, "2026-03-01", in_error=True)
    call(records, "2026-03-01", "test")
    table = hotline_calls(records, YEAR, is_closed=False)
    assert table.value("2026-03", TOTAL) == 1
    assert "test" not in table.columns


def test_no_month_no_question(records):
    assert hotline_calls(records, (), is_closed=False).rows == ()
    assert domestic_violence_cases(records, (), is_closed=False).counts == {}


def test_a_case_counts_once_in_the_month_of_its_acceptance(records):
    number = case(records, "2026-02-03")
    incident(records, number)
    incident(records, number)
    incident(records, case(records, None))
    case(records, "2026-02-04")
    assert counted(records) == {"2026-02": 1}


@pytest.mark.parametrize(
    ("relationship", "living_together", "is_domestic"),
    [
        ("spouse", "no", True),
        ("cohabitant", "unknown", True),
        ("grandparent", "no", True),
        ("guardian_or_foster_carer", "no", True),
        ("ex_spouse", "yes", True),
        ("ex_spouse", "no", False),
        ("ex_spouse", "unknown", False),
        ("relative_by_marriage", "yes", True),
        ("relative_by_marriage", "unknown", False),
        ("dating_partner", "yes", False),
        ("stranger", "yes", False),
    ],
)
def test_domestic_is_by_relationship_and_for_some_by_living_together(
    records, relationship, living_together, is_domestic
):
    number = case(records, "2026-02-03")
    incident(records, number, relationship=relationship, living_together=living_together)
    assert counted(records) == ({"2026-02": 1} if is_domestic else {})


def test_an_incident_after_the_period_makes_no_case_and_an_undated_one_does(records):
    incident(records, case(records, "2026-02-03"), "2026-02-28")
    incident(records, case(records, "2026-02-03"), "2026-03-01")
    incident(records, case(records, "2026-03-03"), None)
    incident(records, case(records, "2026-04-03"), "2019-05-01")
    assert counted(records) == {"2026-02": 1, "2026-03": 1, "2026-04": 1}
    assert counted(records, until=date(2026, 12, 31)) == {"2026-02": 2, "2026-03": 1, "2026-04": 1}


def test_test_cases_and_cases_opened_in_error_do_not_count(records):
    incident(records, case(records, "2026-02-03", is_test=True))
    incident(records, case(records, "2026-02-03", in_error=True))
    assert counted(records) == {}


def test_a_merged_duplicate_lends_its_incident_to_its_survivor(records):
    survivor, duplicate = case(records, "2026-02-03"), case(records, "2026-05-03")
    incident(records, duplicate)
    merged_into(records, duplicate, survivor)
    assert counted(records) == {"2026-02": 1}


def test_a_duplicate_that_was_a_test_lends_nothing(records):
    survivor, duplicate = case(records, "2026-02-03"), case(records, "2026-05-03", is_test=True)
    incident(records, duplicate)
    merged_into(records, duplicate, survivor)
    assert counted(records) == {}
