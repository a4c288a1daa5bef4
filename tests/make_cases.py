"""Cases for tests, opened by the operator as in life: through the service, handed on to a team."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, delete, event, select

from casework.clock import ZONE, now_us, today
from casework.extensions import db
from casework.services import cases
from casework.services.case_facts import ContactCard, IncidentFacts
from casework.services.vault import Vault
from casework.transaction import reader, write
from models.access import Conflict
from models.cases import Case
from models.enums import CompartmentKind
from models.keys import KeyCopy, TeamKey
from tests.make import Office

# A Tuesday morning ahead of the office's making, so that every role is in force.
_AHEAD = today() + datetime.timedelta(days=30)
TUESDAY = _AHEAD + datetime.timedelta(days=(1 - _AHEAD.weekday()) % 7)
MORNING = datetime.datetime.combine(TUESDAY, datetime.time(9), ZONE)
CARD = ContactCard("138 0000 0417", "周二下午", "图书馆小何", "书到了吗", "不提妇联")
BEATEN = IncidentFacts(datetime.date(2026, 11, 1), "exact", "spouse", "yes", ("physical",), "推倒在门口")


def open_case(office: Office, *, team: str = "个案一组", violent: bool = False, **changes: Any) -> str:
    """Opens a case for a team and gives its number; inside an application context."""
    facts: dict[str, Any] = {
        "town": "002",
        "source": "line_12338",
        "contact": CARD,
        "said": "他昨晚又来了",
        "wish": "先把孩子保住",
        "client_name": "陈某英",
        "client_sex": "female",
        "incident": BEATEN if violent else None,
        "issues": ["domestic_violence"] if violent else ["divorce"],
        "received_at": now_us(),
        "desk_team_id": office.desk_id,
    }
    actor = office.actor("operator")
    with write(actor) as work:
        made = cases.create(
            work, Vault(actor, work.session), team_id=office.facts.teams[team], **(facts | changes)
        )
    db.session.close()
    return made[1]


def case_row(number: str) -> Case:
    """The stored row."""
    return reader().scalars(select(Case).where(Case.number == number)).one()


def build_wall(office: Office, username: str, number: str) -> None:
    """Puts the conflict wall between a person and a case."""
    with write(None) as work:
        work.session.add(
            Conflict(account_id=office.account_id(username), case_id=case_row(number).id, declared_at=work.at)
        )
    db.session.close()


def take_keys(office: Office, username: str, compartment: CompartmentKind) -> None:
    """Takes a person's copies of the keys of one compartment; she signs in anew without them."""
    with write(None) as work:
        work.session.execute(
            delete(KeyCopy).where(
                KeyCopy.account_id == office.account_id(username),
                KeyCopy.key_id.in_(select(TeamKey.id).where(TeamKey.compartment == compartment)),
            )
        )


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Every statement that runs meanwhile, reads and writes."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
