"""What was typed about anybody is in the pages of those who may read it, and nowhere else."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select
from werkzeug.test import TestResponse

from casework import migrating, transaction
from casework.instance import open_instance
from casework.services import follow_ups, narratives
from casework.services.vault import Vault
from casework.transaction import reader
from models.cases import Case
from tests.faults import whole
from tests.faults.canaries import CANARIES, EVERYTHING, NUMBERS, PART_NAMES, Finder, shapes
from tests.faults.test_withheld import somebody_writes
from tests.make import PASSWORD, Office
from tests.page import Page, words

C, N = CANARIES, NUMBERS
FINDER = Finder()


class Watched:
    """A visitor whose every answer is looked at: address, headers, title; and who keeps what its pages showed."""

    def __init__(self, office: Office, username: str) -> None:
        self.visitor = office.visitor(username)
        self.shown = ""
        self.leaks: list[str] = []
        self._cookies = SecureCookieSessionInterface().get_signing_serializer(office.app)
        asked = self.visitor.client.open

        def watched(*given: Any, **facts: Any) -> TestResponse:
            answer = asked(*given, **facts)
            self._look(answer)
            return answer

        self.visitor.client.open = watched  # type: ignore[method-assign]

    def _look(self, answer: TestResponse) -> None:
        where = f"{answer.request.method} {answer.request.path}"
        self.leaks += FINDER.in_words(f"the address of {where}", answer.request.url)
        for name, value in answer.headers.items():
            self.leaks += FINDER.in_words(f"{name} of {where}", value)
        cookie = self.visitor.client.get_cookie("session")
        if cookie is not None and self._cookies is not None:
            held = self._cookies.loads(cookie.value)
            self.leaks += FINDER.in_words(f"the form cookie after {where}", repr(held))
            assert set(held) <= {"csrf_token", "language", "_flashes"}, held
        if answer.mimetype == "text/html":
            page = Page(answer, where)
            self.leaks += FINDER.in_words(f"the title of {where}", words(page.soup.title))
            self.leaks += [
                leak
                for tag in page.soup.find_all(["a", "form"])
                for leak in FINDER.in_words(
                    f"a link on {where}", _without_dialler(tag.get("href") or tag.get("action"))
                )
            ]
            self.shown += page.html


def _without_dialler(address: Any) -> str:
    # An open card may dial; nothing else may hold a number.
    return "" if str(address).startswith("tel:") else str(address or "")


@pytest.fixture
def watched_places(any_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files of this process alone."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("SQLITE_TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    yield temporary


class Log:
    """Everything that was said on the log, on standard output and standard error."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._lines, self._capfd = io.StringIO(), capfd
        # The application holds the stream that it was started with.
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(self._lines))

    def words(self) -> str:
        """All of it so far."""
        said = self._capfd.readouterr()
        return self._lines.getvalue() + said.out + said.err


@pytest.fixture
def log(capfd: pytest.CaptureFixture[str]) -> Iterator[Log]:
    """The log of whatever office is asked for before it."""
    before = structlog.get_config()["logger_factory"]
    yield Log(capfd)
    structlog.configure(logger_factory=before)


THE_CALL = {
    "said": C["said"],
    "caller_name": C["caller_name"],
    "wish": C["wish"],
    "phone": N["caller_phone"],
    "place": C["place"],
    "said_now": C["said_now"],
    "safe_hours": C["safe_hours"],
    "alias": C["alias"],
    "watchword": C["watchword"],
    "never": C["never"],
    "issues": ["domestic_violence"],
}


def takes_a_call(watched: Watched, monkeypatch: pytest.MonkeyPatch, office: Office) -> str:
    """The operator's part, with everything that can come in between; gives the number of the case."""
    visitor = watched.visitor
    page = visitor.get("/calls/new")
    token = str(page.one("input[name=csrf_token]")["value"])
    draft_url = str(page.one("form[data-draft-url]")["data-draft-url"])
    typed = {"json": {"fields": {"said": C["draft"]}}, "headers": {"X-CSRFToken": token}}
    assert visitor.client.post(draft_url, **typed).status_code == 200
    assert C["draft"] in visitor.get("/calls/new").html
    visitor.submit("比对", {"phone": N["looked_up_phone"]})
    # No result chosen: the form comes back.
    visitor.submit("结束并保存", {**THE_CALL, "said": C["form_error"]}, status=422)
    # The token is stale: what was typed comes back to be sent again.
    assert visitor.page is not None
    visitor.page.one("form#call input[name=csrf_token]")["value"] = "stale"
    visitor.submit("结束并保存", {"said": C["stale_form"]}, status=400)
    _locked_in_between(watched, {"said": C["locked_form"]})
    monkeypatch.setattr(transaction, "LOCK_SECONDS", 0.2)
    if not office.settings.database_url:
        visitor.get("/calls/new")
        with somebody_writes(office):
            visitor.submit("结束并保存", {"result": "none", "said": C["busy_form"]}, status=503)
    visitor.get("/calls/new")
    accepted = {
        "result": "case_opened",
        "team_id": str(office.team_id),
        "case_town": "002",
        "relationship": "spouse",
        "violence_types": ["physical"],
        "precision": "unknown",
        "desk_keeps_card": "y",
    }
    visitor.submit("结束并保存", {**THE_CALL, **accepted})
    visitor.submit("打开")
    with office.at_work():
        return str(reader().scalars(select(Case.number)).one())


def _locked_in_between(watched: Watched, typed: dict[str, str]) -> None:
    """The session is locked in another tab while she types; the password brings everything back."""
    visitor = watched.visitor
    visitor.get("/calls/new")
    assert visitor.page is not None
    form = visitor.page
    visitor.submit("锁屏")
    visitor.page = form
    visitor.submit("结束并保存", {**typed, "result": "none"}, status=423)
    visitor.submit("打开", {"password": PASSWORD})
    visitor.submit("再次送出")


def works_on_the_case(watched: Watched, other: Watched, case: str) -> None:
    """The caseworker's part, a colleague in her way once."""
    visitor = watched.visitor
    visitor.get(f"/cases/{case}/identity/client")
    client = {
        "name": C["client_name"],
        "identity_number": N["identity_number"],
        "birth_date": N["birth_date"],
        "phone": N["client_phone"],
        "address_rest": C["address_rest"],
    }
    visitor.submit("保存", client)
    visitor.get(f"/cases/{case}/identity/other-party")
    visitor.submit("保存", {"name": C["other_name"], "phone": N["other_phone"]})
    for who in (watched, other):
        who.visitor.get(f"/cases/{case}/account/words")
    visitor.submit("保存", {"account_text": C["account_text"], "wish": C["case_wish"]})
    other.visitor.submit("保存", {"account_text": C["second_account"]}, status=409)
    other.visitor.submit("保存")
    visitor.get(f"/cases/{case}/incidents/new")
    incident = {"violence_types": ["physical"], "relationship": "spouse", "narrative": C["narrative"]}
    visitor.submit("保存", incident)
    visitor.get(f"/cases/{case}/account")
    visitor.get(f"/cases/{case}/contact")
    visitor.submit("打开")
    visitor.submit("修改联系卡")
    visitor.submit("保存", {"phone": N["card_phone"], "alias": C["card_alias"], "never": C["card_never"]})
    visitor.get(f"/cases/{case}/follow-ups/new")
    visitor.submit("保存", {"purpose": C["purpose"], "due_on": "2999-01-01"})
    visitor.get(f"/cases/{case}/contact")
    visitor.submit("打开")
    visitor.get(f"/cases/{case}/follow-ups")
    visitor.click("记结果")
    visitor.submit("保存", {"result": "reached_safely", "note": C["note"]})
    for part in ("", "/identity", "/identity/client", "/account", "/follow-ups"):
        visitor.get(f"/cases/{case}{part}")
    for address in ("/today", "/cases", "/follow-ups?week=2999-01-01"):
        visitor.get(address)


def test_what_was_typed_is_in_the_pages_and_nowhere_else(
    any_office: Office,
    watched_places: Path,
    monkeypatch: pytest.MonkeyPatch,
    log: Log,
) -> None:
    office = any_office
    operator, caseworker = Watched(office, "operator"), Watched(office, "caseworker")
    colleague = Watched(office, "colleague")
    case = takes_a_call(operator, monkeypatch, office)
    works_on_the_case(caseworker, colleague, case)
    said = log.words()
    if not office.settings.database_url:
        migrating._copy_first(open_instance(office.settings), "9998")
    leaks = operator.leaks + caseworker.leaks + colleague.leaks
    leaks += FINDER.in_words("the log", said)
    leaks += FINDER.in_folder(office.settings.instance_path) + FINDER.in_folder(watched_places)
    leaks += FINDER.in_tables(office)
    assert leaks == []
    shown = operator.shown + caseworker.shown + colleague.shown
    never_sent = {
        "raised",
        "new_narrative",
        "search_number",
        "child_phone",
        "staff_phone",
        *PART_NAMES,
        "busy_form" if office.settings.database_url else "",
    }
    # The phone on the card is shown with spaces; a number looked up for is not shown by the answer.
    missing = {name for name, word in EVERYTHING.items() if word not in shown} - never_sent
    assert missing == set()
    with office.at_work():
        assert whole.faults() == []


def test_a_failure_in_the_middle_shows_and_logs_no_word(
    office: Office, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    from tests.faults.worked import begun_case

    case = begun_case(office).case
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{case}/account/words")

    def broken(*_given: Any, **_facts: Any) -> Any:
        raise RuntimeError(f"could not seal {C['raised']}")

    monkeypatch.setattr(Vault, "seal", broken)
    monkeypatch.setattr(follow_ups, "today", broken)
    page = visitor.submit("保存", {"account_text": C["account_text"]}, status=500)
    pages = [page.html, visitor.get("/today", status=200).html]
    answer = visitor.client.post(
        f"/cases/{case}/follow-ups/new",
        data={
            "csrf_token": str(
                visitor.get(f"/cases/{case}/account/words").one("input[name=csrf_token]")["value"]
            ),
            "kind": "routine",
            "due_on": "2999-01-01",
            "purpose": C["purpose"],
        },
    )
    assert answer.status_code == 500
    pages.append(answer.get_data(as_text=True))
    said = log.words()
    assert "RuntimeError" in said
    assert FINDER.in_words("the log", said) == []
    finder = Finder({"raised": C["raised"]})
    assert [leak for text in pages for leak in finder.in_words("a page", text)] == []
    assert not any("Traceback" in text or "RuntimeError" in text for text in pages)


def test_a_statement_that_fails_says_none_of_its_values(
    any_office: Office, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    from tests.faults.worked import begun_case

    case = begun_case(any_office).case
    visitor = any_office.visitor("caseworker")
    visitor.get(f"/cases/{case}/account/words")

    def broken(_actor: Any, _number: str, *, account_text: str | None, **_rest: Any) -> None:
        from sqlalchemy import text

        with transaction.write(None) as work:
            work.session.execute(text("SELECT nothing FROM nowhere WHERE it = :word"), {"word": account_text})

    monkeypatch.setattr(narratives, "change", broken)
    page = visitor.submit("保存", {"account_text": C["raised"]}, status=500)
    said = log.words()
    assert FINDER.in_words("the log", said) + Finder({"it": C["raised"]}).in_words("", page.html) == []


@pytest.mark.parametrize("encoding", shapes(C["said"]))
def test_the_search_finds_each_shape(encoding: str, tmp_path: Path) -> None:
    shape = shapes(C["said"])[encoding]
    (tmp_path / "file").write_bytes(b"before" + shape + b"after")
    assert any(encoding in leak or shape in leak.encode() for leak in FINDER.in_folder(tmp_path))
