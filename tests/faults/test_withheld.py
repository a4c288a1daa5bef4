"""What can't be recorded is not shown; what can't be written is said plainly, kept, and nothing is half done."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest

from casework import transaction
from tests.faults import whole
from tests.faults.worked import begun_case
from tests.make import Office

WORDS = "昨晚十点以后写下的一段话"


@contextmanager
def somebody_writes(office: Office) -> Iterator[None]:
    """Another process holds the write lock."""
    descriptor = os.open(office.settings.instance_path / "casework.db.writelock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def a_foreign_transaction(office: Office) -> Iterator[None]:
    """Somebody who knows no lock file holds a transaction open, and the head of the trail with it."""
    url = office.settings.database_url
    if not url:
        path = office.settings.instance_path / "casework.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
        return
    with psycopg.connect(url.replace("+psycopg", "", 1)) as held:
        held.execute("UPDATE audit_head SET sequence = sequence")
        yield
        held.rollback()


def test_a_page_that_cannot_be_recorded_is_withheld(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    case = begun_case(office, WORDS).case
    visitor = office.visitor("caseworker")
    assert WORDS in visitor.get(f"/cases/{case}/account").text
    monkeypatch.setattr(transaction, "LOCK_SECONDS", 0.2)
    with somebody_writes(office):
        page = visitor.get(f"/cases/{case}/account", status=503)
    assert "系统正忙" in page.heading
    assert WORDS not in page.html


def test_a_change_while_another_process_writes_is_refused_and_sent_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = begun_case(office).case
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{case}/account/words")
    monkeypatch.setattr(transaction, "LOCK_SECONDS", 0.2)
    with somebody_writes(office):
        page = visitor.submit("保存", {"account_text": WORDS}, status=503)
    assert "五秒内没有轮到" in page.main and WORDS in page.main
    visitor.submit("再次送出")
    assert WORDS in visitor.get(f"/cases/{case}/account").text
    with office.at_work():
        assert whole.faults() == []


@pytest.mark.drill
def test_a_foreign_transaction_makes_her_wait_five_seconds_at_most(
    any_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = begun_case(any_office).case
    visitor = any_office.visitor("caseworker")
    visitor.get(f"/cases/{case}/account/words")
    with a_foreign_transaction(any_office):
        began = time.monotonic()
        page = visitor.submit("保存", {"account_text": WORDS}, status=503)
        # Five seconds, and what a page costs on a machine with other work.
        assert time.monotonic() - began < 7
    assert WORDS in page.main
    visitor.submit("再次送出")
    assert WORDS in visitor.get(f"/cases/{case}/account").text


def test_a_script_is_told_in_its_own_way(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = office.visitor("operator")
    visitor.get("/calls/new")
    assert visitor.page is not None
    token = str(visitor.page.one("input[name=csrf_token]")["value"])
    monkeypatch.setattr(transaction, "LOCK_SECONDS", 0.2)
    asked: dict[str, Any] = {"json": {"fields": {"said": WORDS}}, "headers": {"X-CSRFToken": token}}
    with somebody_writes(office):
        answer = visitor.client.post("/drafts/call/7", **asked)
    assert answer.status_code == 503 and answer.get_json() == {"error": "busy"}
    assert visitor.client.post("/drafts/call/7", **asked).status_code == 200
