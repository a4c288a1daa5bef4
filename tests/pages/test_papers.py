"""Papers, timeline and her rights on their pages: what is asked first, what is said, what nobody else sees."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casework.extensions import db
from casework.services import narratives, timelines
from casework.services.case_facts import IncidentFacts
from casework.transaction import write
from models.base import new_id
from models.cases import Case, Consent
from models.enums import AttachmentState
from models.evidence import Attachment
from tests.make import Office
from tests.make_cases import build_wall, counted, open_case
from tests.page import Page, Visitor

PARTS = (
    "/papers",
    "/papers/court-extract",
    "/timeline",
    "/timeline?group=papers&from_on=2026-01-01&to_on=x",
    "/rights",
    "/rights/new",
)


@pytest.fixture
def number(office: Office) -> str:
    with office.at_work():
        made = open_case(office, violent=True)
        consent_to_court(office, made)
        return made


def consent_to_court(office: Office, number: str) -> None:
    """Her consent that the court may have it."""
    author = office.account_id("caseworker")
    with write(None) as work:
        case = work.session.scalars(select(Case).where(Case.number == number)).one()
        on = datetime.date(2026, 11, 1)
        given: dict[str, Any] = {"given_on": on, "recorded_by": author, "recorded_at": work.at}
        work.session.add(Consent(case_id=case.id, scope="share_court", **given))
    db.session.close()


def made_paper(visitor: Visitor, number: str) -> Page:
    """The page of an extract made from her account."""
    visitor.get(f"/cases/{number}/papers/court-extract")
    visitor.submit("看成稿", {"purpose": "divorce", "entries": ["told"], "he_reads": "y"})
    return visitor.submit("确认制作")


def token_of(page: Page) -> str:
    found = page.soup.select_one("input[name=csrf_token]")
    assert found is not None
    return str(found["value"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_answers_in_both_languages(office: Office, number: str, language: str) -> None:
    visitor = office.visitor("lead", language=language)
    for part in (*PARTS, "/internal-volume"):
        assert "陈某英" in visitor.get(f"/cases/{number}{part}").text


@pytest.mark.parametrize("username", ["stranger", "lead2", "operator", "admin", "leader"])
def test_for_a_stranger_nothing_of_it_is_there(office: Office, number: str, username: str) -> None:
    made = made_paper(office.visitor("caseworker"), number).address.rpartition("/")[2]
    visitor = office.visitor(username)
    absent = visitor.get("/cases/2026-9999", 404).main
    for part in (*PARTS, "/internal-volume", f"/papers/{made}", "/rights/1"):
        assert visitor.get(f"/cases/{number}{part}", 404).main == absent
    if username == "stranger":
        token = token_of(visitor.get("/today"))
        for part in ("/papers/court-extract/make", f"/papers/{made}/file", "/rights/new", "/rights/1/answer"):
            data = {"csrf_token": token, "form": "docx"}
            visitor.post(f"/cases/{number}{part}", data, 404)


def test_behind_the_wall_nothing_of_it_is_there(office: Office, number: str) -> None:
    with office.at_work():
        build_wall(office, "colleague", number)
    visitor = office.visitor("colleague")
    for part in PARTS:
        visitor.get(f"/cases/{number}{part}", 404)


def test_a_caseworker_has_no_internal_volume(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    assert not visitor.get(f"/cases/{number}/papers").soup.select("a[href$=internal-volume]")
    visitor.get(f"/cases/{number}/internal-volume", 404)


def test_an_extract_is_made_in_two_steps_and_says_who_will_read_it(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    page = visitor.get(f"/cases/{number}/papers/court-extract")
    assert "对方会在法庭上看到这份材料" in page.main
    page = visitor.submit("看成稿", {}, 422)
    assert len(page.errors) == 2
    page = visitor.submit("看成稿", {"purpose": "divorce", "he_reads": "y"}, 422)
    assert "摘录哪些：至少选一条" in page.errors
    page = visitor.submit("看成稿", {"purpose": "divorce", "entries": ["told"], "he_reads": "y"})
    assert "对方会在法庭上看到这份材料" in page.main and "他昨晚又来了" in page.main
    assert "没有" not in visitor.get(f"/cases/{number}/papers/court-extract").errors
    page = made_paper(visitor, number)
    assert page.flashes == ["文书已制作。"] and "内容校验码" in page.main
    assert "还没有交出" in visitor.get(f"/cases/{number}/papers").main


def test_without_consent_the_next_step_is_said(office: Office) -> None:
    with office.at_work():
        number = open_case(office, violent=True)
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/papers/court-extract")
    page = visitor.submit("看成稿", {"purpose": "divorce", "entries": ["told"], "he_reads": "y"}, 422)
    assert "同意与告知" in " ".join(page.errors)


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_file_leaves_under_a_neutral_name_and_verifies(
    office: Office, number: str, form: str, tmp_path: Path
) -> None:
    visitor = office.visitor("caseworker")
    page = made_paper(visitor, number)
    made = page.address.rpartition("/")[2]
    data = {"csrf_token": token_of(page), "form": form}
    answer = visitor.client.post(f"/cases/{number}/papers/{made}/file", data=data)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{made}.{form}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    left, changed = tmp_path / f"one.{form}", tmp_path / f"two.{form}"
    left.write_bytes(answer.data)
    changed.write_bytes(answer.data + b"\n")
    (tmp_path / "three").write_bytes(b"nothing of ours")
    runner = office.app.test_cli_runner()
    for name, code, zh, en in (
        (left, 0, "真", "True"),
        (changed, 1, "不符", "Altered"),
        (tmp_path / "three", 2, "查不到", "Unknown"),
    ):
        result = runner.invoke(args=["evidence", "verify", str(name)])
        assert result.exit_code == code and zh in result.output and en in result.output
    assert runner.invoke(args=["evidence", "verify"]).exit_code == 2
    assert "出过 1 份" in visitor.get(f"/cases/{number}/papers").main


def test_coercion_shows_nothing_to_who_stands_beside(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/rights/new")
    asked = {"kind": "copy", "asker": "herself", "identity": "identity_card", "alone": "no", "way": "later"}
    page = visitor.submit("登记", asked)
    shown = page.soup.select_one("#request")
    assert page.flashes == ["已登记。"] and shown is not None and "资料待核对" in shown.text
    for word in ("胁迫", "报警", "组长", "安全"):
        assert word not in shown.text
    assert not page.has_button("下载 DOCX") and not page.has_button("打印版")
    assert "疑似受胁迫" in office.visitor("lead").get("/today").main
    assert "疑似受胁迫" not in visitor.get("/today").main


def test_the_other_side_is_refused_with_the_reason(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/rights/new")
    asked = {
        "kind": "held",
        "asker": "lawyer_other",
        "identity": "identity_card",
        "alone": "yes",
        "way": "now",
    }
    page = visitor.submit("登记", asked)
    assert "不确认、不否认" in page.main and not page.has_button("打印版")
    visitor.get(f"/cases/{number}/rights/new")
    assert len(visitor.submit("登记", {}, 422).errors) == 4


def test_an_answer_is_given_once(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/rights/new")
    asked = {"kind": "held", "asker": "herself", "identity": "identity_card", "alone": "yes", "way": "now"}
    page = visitor.submit("登记", asked)
    data = {"csrf_token": token_of(page), "form": "print", "written_in": "en"}
    printed = visitor.client.post(f"{page.address}/answer", data=data)
    assert printed.status_code == 200 and "article 45" in printed.text
    assert visitor.client.post(f"{page.address}/answer", data=data).status_code == 303
    assert "已当面答复" in visitor.get(page.address).main


def test_two_who_rewrite_a_correction_both_keep_their_words(office: Office, number: str) -> None:
    one, two = office.visitor("caseworker"), office.visitor("colleague")
    one.get(f"/cases/{number}/rights/new")
    asked = {
        "kind": "correction",
        "asker": "herself",
        "identity": "identity_card",
        "alone": "yes",
        "words": "原话",
    }
    address = one.submit("登记", asked).address
    for visitor in (one, two):
        visitor.get(f"{address}/words")
    one.submit("保存", {"words": "甲的补充"})
    page = two.submit("保存", {"words": "乙的补充"}, 409)
    assert "甲的补充" in page.main and "乙的补充" in page.main
    assert "甲的补充 乙的补充" in two.submit("保存", {"words": "甲的补充 乙的补充"}).main


def fill(office: Office, number: str, entries: int, files: int) -> None:
    """Entries of the account and files of evidence."""
    actor = office.actor("caseworker")
    for day in range(entries):
        on = datetime.date(2026, 1, 1) + datetime.timedelta(days=day)
        narratives.add_incident(
            actor, number, IncidentFacts(on, "exact", "spouse", "yes", ("physical",), "又一次")
        )
    with write(actor) as work:
        case = work.session.scalars(select(Case).where(Case.number == number)).one()
        for place in range(files):
            row_id = new_id()
            work.session.add(
                Attachment(
                    id=row_id,
                    case_id=case.id,
                    compartment_id=case.account_compartment_id,
                    state=AttachmentState.KEPT,
                    stored_under=f"made-up-{row_id}",
                    file_key_sealed=b"",
                    received_at=work.at + place,
                    received_on=datetime.date(2026, 11, 1),
                    touched_at=work.at,
                    account_id=actor.account_id,
                )
            )
    db.session.close()


def test_a_full_case_costs_as_many_statements_as_an_empty_one(office: Office) -> None:
    with office.at_work():
        empty, full = open_case(office, violent=True), open_case(office, violent=True)
        fill(office, full, 200, 50)
    visitor = office.visitor("caseworker")

    def cost(address: str) -> int:
        visitor.get(address)
        with office.at_work(), counted(db.engine) as seen:
            visitor.get(address)
        return len(seen)

    for part in ("", "/timeline"):
        assert cost(f"/cases/{full}{part}") <= cost(f"/cases/{empty}{part}") <= 40


def test_the_timeline_is_paged_by_key_and_loses_no_line(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
        fill(office, number, 60, 50)
    visitor = office.visitor("caseworker")
    seen: list[str] = []
    page = visitor.get(f"/cases/{number}/timeline")
    while True:
        lines = [" ".join(line.get_text(" ").split()) for line in page.soup.select("ol.timeline > li")]
        assert 0 < len(lines) <= timelines.PAGE
        seen += lines
        following = page.soup.select_one("a[rel=next]")
        if following is None:
            break
        page = visitor.get(str(following["href"]))
    assert sum("收到证据" in line for line in seen) == 50
    assert sum("记下暴力事件" in line for line in seen) == 60
    assert "又一次" not in " ".join(seen)


def test_the_timeline_is_narrowed_by_group_and_days(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    page = visitor.get(f"/cases/{number}/timeline?group=incidents")
    assert len(page.soup.select("ol.timeline > li")) == 1 and "2026-11-01" in page.main
    assert "这段时间没有记录" in visitor.get(f"/cases/{number}/timeline?to_on=2020-01-01").main
    for odd in ("?after=x", "?after=1.2", "?from_on=9999-99-99", "?group=nothing", "?to_on=9999-12-31"):
        visitor.get(f"/cases/{number}/timeline{odd}")
