"""By which index each hot statement reaches its rows: without statistics, as here, SQLite always chooses the same.

On a million cases each of these took a second or more by the other way.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from casework.clock import today
from casework.errors import NotFound
from casework.extensions import db
from casework.services import call_register, case_lists, cases, drafts, follow_up_lists, look_up
from casework.services.vault import Vault
from casework.transaction import reader
from tests.make import Office


def ways_in(act: Callable[[], Any]) -> str:
    """What SQLite says of how it runs every statement of an act."""
    seen: list[tuple[str, Any]] = []

    def keep(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", keep)
    try:
        act()
    except NotFound:
        pass
    finally:
        event.remove(db.engine, "before_cursor_execute", keep)
    raw = reader().connection().connection.driver_connection
    assert raw is not None and seen
    return "\n".join(
        row[3] for statement, given in seen for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", given)
    )


def test_a_case_is_reached_by_its_number(office: Office) -> None:
    with office.at_work():
        actor = office.actor("caseworker")
        plan = ways_in(lambda: cases.get_for(actor, "2026-0001"))
    assert "cases USING INDEX sqlite_autoindex_cases" in plan
    assert "matters USING INDEX ix_matters_case_id" in plan
    assert "ix_cases_team_id" not in plan


def test_a_page_of_cases_is_read_in_order(office: Office) -> None:
    with office.at_work():
        actor = office.actor("caseworker")
        plan = ways_in(lambda: case_lists.listing(actor, case_lists.Filters()))
    assert "cases USING COVERING INDEX ix_cases_team_id_id (team_id=?)" in plan
    assert "SCAN cases" not in plan


def test_planned_contacts_are_reached_by_date(office: Office) -> None:
    first = today()
    last = first + datetime.timedelta(days=6)
    with office.at_work():
        for name, index in (("lead", "team_id"), ("caseworker", "assignee_id")):
            actor = office.actor(name)
            vault = Vault(actor, reader())
            for act in (
                lambda actor=actor: follow_up_lists.week(actor, first, None),
                lambda actor=actor, vault=vault: follow_up_lists.open_between(actor, vault, first, last),
            ):
                plan = ways_in(act)
                assert f"ix_follow_ups_{index}_state_due_on ({index}=? AND state=? AND due_on>?" in plan


def test_calls_of_several_desks_are_read_in_order(office: Office) -> None:
    with office.at_work():
        actor = office.actor("lead")
        plan = ways_in(lambda: call_register.listing(actor))
    assert plan.count("ix_calls_team_id_started_at (team_id=? AND started_at>? AND started_at<?)") == 2


def test_a_number_is_reached_by_its_digest(office: Office) -> None:
    with office.at_work():
        actor = office.actor("operator")
        drafts.save(actor, "call", 7, {"phone": ["1"]})
        plan = ways_in(lambda: look_up.look_up(actor, call_id=7, typed="13812345678"))
    assert "ix_blind_indexes_purpose_digest" in plan
    assert "ix_calls_team_id_started_at" not in plan
