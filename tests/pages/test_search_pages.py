"""Searching, opening after a search, duplicates and the wall on their pages, in both languages."""

from __future__ import annotations

import re

import pytest

from casework.extensions import db
from casework.services import merges, settings
from casework.transaction import write
from tests.make import Office
from tests.make_cases import build_wall, case_row, open_case
from tests.page import Page, Visitor

KNOWN, UNKNOWN = "13800000417", "13911119417"


def token_of(visitor: Visitor) -> str:
    """A form token of this person."""
    return str(visitor.get("/search").one("input[name=csrf_token]")["value"])


def bare(page: Page) -> str:
    """The bytes of a page less what differs by nature: tokens, ids, clocks, versions of what was typed."""
    html = re.sub(r'name="csrf_token" value="[^"]*"', "", page.html)
    html = re.sub(r"\d{13,}", "ID", html.replace(KNOWN, "PHONE").replace(UNKNOWN, "PHONE"))
    return re.sub(r"\d\d:\d\d(:\d\d)?", "", html)


def searched(visitor: Visitor, words: str, status: int = 200) -> Page:
    """One search from the page's own field."""
    visitor.get("/search")
    return visitor.submit("查找", {"q": words}, status)


@pytest.fixture
def number(office: Office) -> str:
    with office.at_work():
        return open_case(office)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_found_by_name_pinyin_and_phone_with_no_word_in_the_address(
    office: Office, number: str, language: str
) -> None:
    visitor = office.visitor("caseworker", language=language)
    for words in ("陈某英", "cmy", KNOWN):
        token = token_of(visitor)
        page = visitor.post("/search", {"csrf_token": token, "q": words})
        assert number in page.main and "陈某英" in page.main
        assert re.fullmatch(r"/search/\d+", page.address) or words not in page.address
        assert words not in page.address
    page = visitor.post("/search", {"csrf_token": token, "q": number})
    assert page.address.endswith(f"/cases/{number}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_empty_page_says_what_to_do_next(office: Office, language: str) -> None:
    visitor = office.visitor("caseworker", language=language)
    page = visitor.post("/search", {"csrf_token": token_of(visitor), "q": "黄丽芳"})
    assert page.soup.select_one("main a[href='/cases/new']") is not None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("13800", "号码要完整"), ("%", "至少写一个汉字"), ("", "至少写一个汉字"), ("长" * 70, "最多 60")],
)
def test_a_poor_search_gets_its_sentence_beside_the_field(office: Office, words: str, sentence: str) -> None:
    page = searched(office.visitor("caseworker"), words, 422)
    assert sentence in page.errors[0] and page.one("main #q")["value"] == words


def test_walled_strange_and_unknown_are_the_same_bytes(office: Office, number: str) -> None:
    with office.at_work():
        build_wall(office, "colleague", number)
    for username in ("colleague", "stranger"):
        visitor = office.visitor(username)
        assert bare(searched(visitor, KNOWN)) == bare(searched(visitor, UNKNOWN))
        pages = []
        for phone in (KNOWN, UNKNOWN):
            visitor.get("/cases/new")
            pages.append(bare(visitor.submit("查，再往下填", {"phone": phone})))
        assert pages[0] == pages[1]


def test_a_search_belongs_to_who_made_it(office: Office, number: str) -> None:
    address = searched(office.visitor("caseworker"), "陈某英").address
    office.visitor("colleague").get(address, 404)
    for username in ("operator", "admin", "auditor", "supervisor", "officer"):
        office.visitor(username).get("/search", 404)


def test_too_many_searches_are_told_so(office: Office, number: str) -> None:
    with office.at_work(), write(None) as work:
        settings.put(work, "searches_per_hour", "1")
    visitor = office.visitor("caseworker")
    address = searched(visitor, "陈某英").address
    assert "次数已满" in visitor.get(address, 429).main
    visitor.get("/cases/new")
    page = visitor.submit("查，再往下填", {"name": "陈某英"})
    assert "次数已满" in page.main and number not in page.main


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_new_case_begins_with_a_search_and_links_her_earlier_one(
    office: Office, number: str, language: str
) -> None:
    visitor = office.visitor("caseworker", language=language)
    visitor.get("/cases/new")
    again = visitor.submit({"zh": "查，再往下填", "en": "Search, then go on"}[language], {"town": "002"}, 422)
    assert again.errors
    page = visitor.submit(
        {"zh": "查，再往下填", "en": "Search, then go on"}[language], {"phone": KNOWN, "name": "陈某英"}
    )
    assert number in page.main and page.one("#phone")["value"] == KNOWN
    party = str(page.one("input[name=same_as]")["value"])
    save = {"zh": "新建个案", "en": "New case"}[language]
    page = visitor.submit(save, {"said": "她又来了", "same_as": party}, 422)
    assert page.one("#said").get_text().strip() == "她又来了" and len(page.errors) == 1
    page = visitor.submit(save, {"issues": ["divorce"]})
    made = page.address.rpartition("/")[2]
    assert made != number and page.flashes
    page = visitor.get(f"/cases/{made}/related")
    assert number in page.main


def test_a_draft_goes_on_where_it_was_left_or_is_thrown_away(office: Office) -> None:
    visitor = office.visitor("caseworker")
    visitor.get("/cases/new")
    address = visitor.submit("查，再往下填", {"name": "黄丽芳"}).address
    assert visitor.get(address).one("#name")["value"] == "黄丽芳"
    office.visitor("colleague").get(address, 404)
    visitor.get("/cases/new")
    assert "接着写" in visitor.page.main if visitor.page else False
    assert visitor.submit("丢弃").flashes == ["草稿已丢弃"]
    visitor.get(address, 404)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_duplicates_from_mark_to_undo(office: Office, number: str, language: str) -> None:
    with office.at_work():
        other = open_case(office)
    worker, lead = office.visitor("caseworker", language=language), office.visitor("lead", language=language)
    say = {
        "zh": ("标为重复件", "确认并案", "撤销这次并案"),
        "en": ("Mark as a duplicate", "Merge", "Take the merge back"),
    }[language]
    worker.get(f"/cases/{other}/related")
    page = worker.submit(say[0], {"survivor": other, "reason": "同一件事"}, 422)
    assert page.errors and "同一件事" in page.one("#reason").get_text()
    page = worker.submit(say[0], {"survivor": number})
    assert page.flashes and not page.has_button(say[1])
    assert "同一件事" in lead.get(f"/cases/{number}/related").main
    page = lead.submit(say[1])
    assert number in page.main and page.flashes
    assert number in worker.get(f"/cases/{other}/related").main
    assert other in worker.get(f"/cases/{number}/related").main
    lead.get(f"/cases/{other}/related")
    lead.submit(say[2], {"reason": ""}, 422)
    assert lead.submit(say[2], {"reason": "看错了"}).flashes
    assert not lead.get(f"/cases/{number}/related").has_button(say[2])


def test_strangers_get_the_answer_of_an_absent_case(office: Office, number: str) -> None:
    with office.at_work():
        other = open_case(office)
        merge_id = merges.ask(office.actor("caseworker"), other, number, "同一件事")
        mine = office.account_id("caseworker")
        db.session.close()
    posts = ("related", f"related/{merge_id}/confirm", f"related/{merge_id}/refuse", "related/undo")
    for username in ("stranger", "lead2"):
        visitor = office.visitor(username)
        token = token_of(visitor)
        visitor.get(f"/cases/{other}/related", 404)
        sent = {"csrf_token": token, "survivor": number, "reason": "x", "pair": "1-2"}
        for part in (*posts, "related/same", "related/1/part", "wall", f"wall/{mine}/take-back"):
            visitor.post(f"/cases/{other}/{part}", sent, 404)


def test_she_who_knows_a_party_loses_the_case_and_the_lead_is_told(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/related")
    page = visitor.submit("我认识案里的人，回避")
    assert page.address == "/cases" and number not in page.main
    visitor.get(f"/cases/{number}", 404)
    lead = office.visitor("lead")
    assert "有组员回避这个个案" in lead.get("/today").main
    lead.get(f"/cases/{number}/related")
    assert lead.submit("取消回避").flashes
    visitor.get(f"/cases/{number}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_relation_is_declared_and_never_read_back(office: Office, number: str, language: str) -> None:
    visitor = office.visitor("caseworker", language=language)
    declare = {"zh": "申报", "en": "Declare"}[language]
    visitor.get("/relations")
    page = visitor.submit(declare, {"relation": "spouse", "phone": "138"}, 422)
    assert page.errors
    answers = []
    for phone in (UNKNOWN, KNOWN):
        visitor.get("/relations")
        answers.append(visitor.submit(declare, {"relation": "spouse", "phone": phone}).flashes)
        assert phone not in (visitor.page.html if visitor.page else phone)
    assert answers[0] == answers[1]
    with office.at_work():
        assert case_row(number).assignee_id is None
    visitor.get(f"/cases/{number}", 404)
    lead = office.visitor("lead", language=language)
    page = lead.get("/relations")
    assert "何敏" in page.main
    assert lead.submit({"zh": "取消", "en": "Cancel"}[language]).flashes
    office.visitor("supervisor").get("/relations", 404)
