"""A process killed while it writes loses nothing that it acknowledged, and leaves nothing half made."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text

from casework import migrating
from casework.actor import Actor
from casework.crypto.errors import SealBroken
from casework.errors import DomainError
from casework.extensions import db
from casework.services import call_register, calls, follow_up_lists, narratives
from casework.transaction import reader
from config import ROOT
from models.calls import Call
from tests import postgres
from tests.faults import whole, writer
from tests.make import Office, built_in, copied, office_in

# A kill falls somewhere within this time after the last acknowledged write that is waited for.
LONGEST_DELAY_SECONDS = 0.06
MOST_WRITES = 14
# After so many kills the drill takes a fresh database: the fuller it is, the longer it takes to read back.
KILLS_A_DATABASE = 20


@dataclass
class Outcome:
    """What a number of kills came to; ``lost`` are sentences and must be none."""

    kills: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)


def killed_while_writing(folder: Path, database_url: str, seed: int) -> list[dict[str, Any]]:
    """Starts a writer, kills it at a moment that the seed chooses, and gives what it had acknowledged."""
    chance = random.Random(seed)
    command = [sys.executable, "-m", "tests.faults.writer", str(folder), str(seed)]
    child = subprocess.Popen(
        [*command, *([database_url] if database_url else [])],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"CASEWORK_KIND": "test"},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    lines = [child.stdout.readline() for _ in range(chance.randint(0, MOST_WRITES))]
    with suppress(subprocess.TimeoutExpired):
        child.wait(chance.uniform(0, LONGEST_DELAY_SECONDS))
    child.send_signal(signal.SIGKILL)
    lines += child.stdout.readlines()
    assert child.wait() == -signal.SIGKILL, "the writer ended by itself"
    child.stdout.close()
    return [json.loads(line) for line in lines if line.endswith("\n")]


def _call_is_there(operator: Actor, _caseworker: Actor, line: dict[str, Any]) -> bool:
    page = call_register.get_for(operator, line["number"], with_card=True)
    named = page.card is not None and page.card["caller_name"] == f"{line['words']} 女士"
    # What was said is the team's once the call has its case.
    return named and page.said == (None if page.case_number else f"{writer.SAID} {line['words']}")


def _words_are_there(_operator: Actor, caseworker: Actor, line: dict[str, Any]) -> bool:
    account = narratives.of_case(caseworker, line["number"])
    rest = isinstance(account.account_text, str) and line["words"] in account.account_text
    return rest and account.wish == f"{writer.WISH} {line['words']}" and len(account.incidents) == 1


def _second_wording_is_there(operator: Actor, caseworker: Actor, line: dict[str, Any]) -> bool:
    account = narratives.of_case(caseworker, line["number"])
    return account.account_text == f"二稿 {line['words']}" and account.version == 2


def _plan_is_there(_operator: Actor, caseworker: Actor, line: dict[str, Any]) -> bool:
    _, contact = follow_up_lists.get_for(caseworker, line["number"], line["id"])
    return contact.purpose == f"事由 {line['words']}"


def _try_is_there(_operator: Actor, caseworker: Actor, line: dict[str, Any]) -> bool:
    read, contact = follow_up_lists.get_for(caseworker, line["number"], line["id"])
    notes = [it.note for it in read.tries[contact.follow_up_id]]
    return notes == [f"记录 {line['words']}"] and not contact.is_open


IS_THERE: dict[str, Callable[[Actor, Actor, dict[str, Any]], bool]] = {
    "call": _call_is_there,
    "case": _words_are_there,
    "account": _second_wording_is_there,
    "plan": _plan_is_there,
    "try": _try_is_there,
}


def _is_there(operator: Actor, caseworker: Actor, line: dict[str, Any]) -> bool:
    try:
        return IS_THERE[line["kind"]](operator, caseworker, line)
    except (DomainError, SealBroken):
        return False


def losses(office: Office, acknowledged: list[dict[str, Any]]) -> list[str]:
    """What is missing or half made in an office that was started again."""
    with office.at_work():
        operator, caseworker = office.actor("operator"), office.actor("caseworker")
        found = [f"lost: {line}" for line in acknowledged if not _is_there(operator, caseworker, line)]
        found += whole.faults()
        # The next write goes through, with the next number.
        before = len(reader().scalars(select(Call.number)).all())
        number = calls.record(operator, writer.a_call(operator, "after")).number
        if not number.endswith(f"-{before + 1:04}"):
            found.append(f"the next call got {number} after {before}")
        return found


def _wait_for_the_dead(database_url: str) -> None:
    """Until the database server has noticed that its killed client is gone."""
    engine = create_engine(database_url)
    others = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    until = time.monotonic() + 10
    with engine.connect() as connection:
        while connection.scalar(others):
            assert time.monotonic() < until, "a killed client's transaction is still open"
            connection.rollback()
    engine.dispose()


def kill(folder: Path, database_url: str, seed: int, outcome: Outcome) -> None:
    """One kill, the next start, and what it found."""
    acknowledged = killed_while_writing(folder, database_url, seed)
    if database_url:
        _wait_for_the_dead(database_url)
    again = office_in(folder, database_url)
    migrating.upgrade(again.settings)
    outcome.kills += 1
    outcome.acknowledged += len(acknowledged)
    outcome.lost += [f"kill {seed}: {it}" for it in losses(again, acknowledged)]
    with again.at_work():
        db.session.close()
    again.close()


def drill(n: int, seed: int = 1) -> Outcome:
    """``n`` kills on SQLite."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory(prefix="casework-kills-") as temporary:
        template = built_in(Path(temporary) / "template")
        for number in range(n):
            folder = Path(temporary) / f"instance-{number // KILLS_A_DATABASE}"
            if number % KILLS_A_DATABASE == 0:
                copied(template, folder).close()
            kill(folder, "", seed * 10_000 + number, outcome)
    return outcome


def drill_postgres(n: int, seed: int = 2) -> Outcome:
    """``n`` kills on a PostgreSQL that syncs to the disk; the server goes down with every fifth client."""
    outcome = Outcome()
    folder = Path(tempfile.mkdtemp(prefix="casework-kills-postgres-"))
    try:
        server = postgres.start(folder, durable=True)
        instance = folder / "office"
        database = server.template(lambda url: _built_and_closed(instance, url), "office")
        with server.fresh(database) as url:
            for number in range(n):
                kill(instance, url, seed * 10_000 + number, outcome)
                if number % 5 == 4:
                    postgres.crash(folder)
                    postgres.start(folder, durable=True)
    finally:
        postgres.stop(folder)
    return outcome


def _built_and_closed(folder: Path, url: str) -> None:
    built_in(folder, url)


@pytest.mark.drill
def test_a_killed_writer_loses_nothing_that_it_acknowledged(office: Office) -> None:
    outcome = Outcome()
    for seed in range(5):
        kill(office.settings.instance_path, "", seed, outcome)
    assert outcome.lost == []
    assert outcome.kills == 5 and outcome.acknowledged >= 10


@pytest.mark.drill
@pytest.mark.postgres
def test_a_killed_client_leaves_nothing_half_made_on_postgres(any_office: Office) -> None:
    if not any_office.settings.database_url:
        return
    outcome = Outcome()
    for seed in (11, 12):
        kill(any_office.settings.instance_path, any_office.settings.database_url, seed, outcome)
    assert outcome.lost == [] and outcome.acknowledged >= 2
