"""The case file on its pages: nothing for a stranger, locks without keys, two editors, nothing typed is lost."""

from __future__ import annotations

import pytest
from bs4 import Tag

from casework.clock import today
from casework.extensions import db
from casework.services import assignments, follow_ups, narratives
from casework.services.follow_ups import Planned
from models.enums import CompartmentKind
from tests.make import Office
from tests.make_cases import TUESDAY, build_wall, case_row, counted, open_case, take_keys
from tests.page import Page, Visitor

PARTS = (
    "",
    "/identity",
    "/identity/client",
    "/identity/other-party",
    "/account",
    "/account/words",
    "/incidents/new",
    "/contact",
    "/follow-ups",
    "/follow-ups/new",
)
POSTS = (
    "/identity/client",
    "/identity/other-party",
    "/account/words",
    "/incidents/new",
    "/contact",
    "/contact/edit",
    "/contact/save",
    "/follow-ups/new",
    "/start",
    "/assign",
)


@pytest.fixture
def number(office: Office) -> str:
    with office.at_work():
        return open_case(office, violent=True)


def element(page: Page | None, selector: str) -> Tag:
    """The one element that a selector finds."""
    found = page.soup.select_one(selector) if page else None
    assert found is not None, selector
    return found


def token_of(visitor: Visitor) -> str:
    """A form token of this person, from any page of hers."""
    page = visitor.get("/today")
    return str(element(page, "input[name=csrf_token]")["value"])


def parts_of(office: Office, number: str) -> list[str]:
    """Every address below a case, with an incident and a follow-up in it."""
    with office.at_work():
        actor = office.actor("caseworker")
        incident = narratives.of_case(actor, number).incidents[0].incident_id
        planned = follow_ups.plan(actor, number, Planned("routine", TUESDAY))
        db.session.close()
    return [f"/incidents/{incident}", f"/follow-ups/{planned}"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_part_answers_its_worker_in_both_languages(office: Office, number: str, language: str) -> None:
    more = parts_of(office, number)
    visitor = office.visitor("caseworker", language=language)
    for part in (*PARTS, *more):
        assert "陈某英" in visitor.get(f"/cases/{number}{part}").text


@pytest.mark.parametrize(
    "username", ["stranger", "lead2", "operator", "supervisor", "admin", "auditor", "leader"]
)
def test_a_stranger_gets_the_answer_of_an_absent_case_everywhere(
    office: Office, number: str, username: str
) -> None:
    more = parts_of(office, number)
    visitor = office.visitor(username)
    absent = visitor.get("/cases/2026-9999", 404).main
    for part in (*PARTS, *more, "/assign"):
        assert visitor.get(f"/cases/{number}{part}", 404).main == absent
    if username in ("stranger", "lead2"):
        token = token_of(visitor)
        for part in (*POSTS, *more, f"{more[1]}/cancel"):
            visitor.post(f"/cases/{number}{part}", {"csrf_token": token}, 404)
        assert number not in visitor.get("/cases").text
        assert number not in visitor.get("/follow-ups?week=" + TUESDAY.isoformat()).text


def test_the_conflict_wall_answers_as_if_the_case_were_absent(office: Office, number: str) -> None:
    more = parts_of(office, number)
    with office.at_work():
        build_wall(office, "colleague", number)
        build_wall(office, "lead", number)
    for username in ("colleague", "lead"):
        visitor = office.visitor(username)
        for part in (*PARTS, *more, "/assign"):
            visitor.get(f"/cases/{number}{part}", 404)
        for page in ("/cases", "/today", "/follow-ups?week=" + TUESDAY.isoformat()):
            assert number not in visitor.get(page).text


def test_without_a_key_a_part_shows_locks_and_offers_no_form(office: Office, number: str) -> None:
    with office.at_work():
        for compartment in (CompartmentKind.IDENTITY, CompartmentKind.ACCOUNT, CompartmentKind.CONTACT):
            take_keys(office, "caseworker", compartment)
    visitor = office.visitor("caseworker")
    for part in ("", "/identity", "/account", "/contact"):
        page = visitor.get(f"/cases/{number}{part}")
        assert "陈某英" not in page.text and page.soup.select(".locked")
    assert "修改" not in visitor.get(f"/cases/{number}/identity").main
    visitor.get(f"/cases/{number}/identity/client", 403)
    visitor.get(f"/cases/{number}/contact")
    opened = visitor.submit("打开")
    assert opened.soup.select("a[href^='tel:']") == [] and len(opened.soup.select(".safe .locked")) == 5
    assert len(visitor.get("/cases").soup.select(".ledger .locked")) >= 3


def test_the_number_stands_on_the_open_card_and_nowhere_else(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    for part in ("", "/identity", "/account", "/contact", "/follow-ups"):
        page = visitor.get(f"/cases/{number}{part}")
        assert "0417" not in page.main and "tel:" not in page.html
    visitor.get(f"/cases/{number}/contact")
    opened = visitor.submit("打开")
    assert opened.soup.select_one("a[href='tel:+8613800000417']") is not None
    assert "书到了吗" in opened.main
    assert "138 0000 0417" not in visitor.get(f"/cases/{number}/contact").main


def test_the_identity_is_completed_and_a_number_fills_in_the_rest(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/identity/client")
    page = visitor.submit(
        "保存",
        {"identity_number": "11010519491231002X", "address_town": "002", "address_rest": "幸福新村 3 栋"},
    )
    assert page.flashes == ["已保存，并由证件号填入：出生日期。"]
    assert "1949-12-31" in page.main and "长沙街道" in page.main
    visitor.click("修改")
    page = visitor.submit("保存", {"identity_number": "110105194912310021"})
    assert "校验位不对" in page.main


def test_bad_input_keeps_every_word_that_was_typed(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/identity/client")
    typed = {"name": "陈某英 又名陈英", "birth_date": "2026-13-40", "address_rest": "幸福新村"}
    page = visitor.submit("保存", typed, 422)
    for name, value in typed.items():
        assert element(page, f"#{name}")["value"] == value
    visitor.get(f"/cases/{number}/incidents/new")
    page = visitor.submit("保存", {"occurred_on": "2999-01-01", "narrative": "掐脖"}, 422)
    assert "掐脖" in element(page, "#narrative").text and len(page.errors) == 2
    page = visitor.submit("保存", {"violence_types": ["physical"], "relationship": "spouse"}, 422)
    assert page.errors == ["日期：不能晚于现在"]
    page = visitor.submit("保存", {"occurred_on": ""})
    assert page.flashes == ["已记下这次暴力事件。"] and "日期未问到" in page.main


def test_the_second_editor_sees_both_versions_and_saves_on_top(office: Office, number: str) -> None:
    one, two = office.visitor("caseworker"), office.visitor("colleague")
    for visitor in (one, two):
        visitor.get(f"/cases/{number}/account/words")
    one.submit("保存", {"account_text": "甲写的一段", "wish": "先把孩子保住"})
    page = two.submit("保存", {"account_text": "乙写的一段", "wish": "先把孩子保住"}, 409)
    assert "甲写的一段" in page.main and "何敏" in page.main
    assert "乙写的一段" in element(page, "#account_text").text
    page = two.submit("保存", {"account_text": "甲写的一段\n乙写的一段"})
    assert page.flashes == ["已保存。"] and "甲写的一段 乙写的一段" in page.main


def test_two_editors_of_the_contact_card(office: Office, number: str) -> None:
    one, two = office.visitor("caseworker"), office.visitor("colleague")
    for visitor in (one, two):
        visitor.get(f"/cases/{number}/contact")
        visitor.submit("打开")
        visitor.submit("修改联系卡")
    one.submit("保存", {"safe_hours": "周三下午"})
    page = two.submit("保存", {"safe_hours": "周四上午"}, 409)
    assert "周三下午" in page.main and element(page, "#safe_hours")["value"] == "周四上午"


def test_two_editors_of_an_incident_read_labels_not_codes(office: Office, number: str) -> None:
    incident = parts_of(office, number)[0]
    one, two = office.visitor("caseworker"), office.visitor("colleague")
    for visitor in (one, two):
        visitor.get(f"/cases/{number}{incident}")
    one.submit("保存", {"violence_types": ["physical", "economic_control"]})
    page = two.submit("保存", {"violence_types": ["sexual"]}, 409)
    assert "身体、经济控制" in page.main or "经济控制、身体" in page.main


def test_a_lead_assigns_and_the_worker_begins_where_the_law_lets_her(office: Office, number: str) -> None:
    with office.at_work():
        plain = open_case(office)
    lead = office.visitor("lead")
    for case in (number, plain):
        lead.get(f"/cases/{case}")
        lead.click("分派")
        page = lead.submit("保存", {"assignee": str(office.account_id("caseworker"))})
        assert page.flashes == ["已分派，承办人会在今日看到。"]
    worker = office.visitor("caseworker")
    assert not worker.get(f"/cases/{number}").has_button("开始服务")
    assert "先做危险评估" in worker.get(f"/cases/{number}").main
    page = worker.post(f"/cases/{number}/start", {"csrf_token": token_of(worker)})
    assert page.flashes == ["家庭暴力个案先做危险评估，再开始服务。"]
    worker.get(f"/cases/{plain}")
    assert worker.submit("开始服务").flashes == ["已开始服务。"]
    assert not worker.page or not worker.page.has_button("开始服务")


def test_an_assignment_that_another_lead_made_first_is_shown(office: Office, number: str) -> None:
    lead = office.visitor("lead")
    lead.get(f"/cases/{number}/assign")
    with office.at_work():
        version = case_row(number).version
        assignments.assign(office.actor("lead"), number, office.account_id("colleague"), version)
        db.session.close()
    page = lead.submit("保存", {"assignee": str(office.account_id("caseworker"))}, 409)
    assert "梁静" in page.main and "何敏" in page.main


def test_a_contact_is_planned_tried_after_the_card_and_closed(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/follow-ups/new")
    page = visitor.submit("保存", {"due_on": "2020-01-01", "purpose": "问孩子"}, 422)
    assert page.errors == ["哪一天：不能早于今天"] and element(page, "#purpose")["value"] == "问孩子"
    visitor.submit("保存", {"due_on": today().isoformat()})
    page = visitor.click("记结果")
    assert "先打开联系卡" in page.main and not page.has_button("保存")
    visitor.submit("打开联系卡")
    visitor.get(f"/cases/{number}/follow-ups")
    visitor.click("记结果")
    page = visitor.submit("保存", {"result": "not_reached", "note": "没有人接"}, 422)
    assert page.errors == ["没联系上，下次哪一天：请填写"] and "没有人接" in element(page, "#note").text
    page = visitor.submit("保存", {"next_on": today().isoformat()})
    assert "已试 1 次" in page.main
    visitor.click("记结果")
    page = visitor.submit("保存", {"result": "new_incident"})
    assert page.address.endswith("/incidents/new")


def test_a_new_list_costs_as_many_statements_for_fifty_rows_as_for_one(office: Office) -> None:
    visitor = office.visitor("caseworker")

    def cost(address: str) -> int:
        with office.at_work(), counted(db.engine) as seen:
            visitor.get(address)
        return len(seen)

    with office.at_work():
        first = open_case(office)
    visitor.get("/cases")
    one = cost("/cases")
    with office.at_work():
        for _ in range(49):
            open_case(office)
    # The first look re-wraps what was handed on; from then on it is a plain list.
    visitor.get("/cases")
    assert cost("/cases") == one <= 25
    with office.at_work():
        actor = office.actor("caseworker")
        for _ in range(20):
            follow_ups.plan(actor, first, Planned("routine", today()))
        db.session.close()
    visitor.get(f"/cases/{first}/follow-ups")
    many = cost(f"/cases/{first}/follow-ups")
    assert many <= 25
    with office.at_work():
        actor = office.actor("caseworker")
        for _ in range(20):
            follow_ups.plan(actor, first, Planned("routine", today()))
        db.session.close()
    assert cost(f"/cases/{first}/follow-ups") == many
