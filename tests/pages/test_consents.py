"""The consent ledger on its pages."""

from __future__ import annotations

import pytest
from flask import render_template_string

from casework.clock import today
from casework.services import consents
from casework.transaction import reader
from tests.make import Office
from tests.make_cases import case_row, open_case


@pytest.fixture
def number(office: Office) -> str:
    with office.at_work():
        return open_case(office)


def agreed(office: Office, number: str) -> str:
    """A consent to the police, and the address where it is taken back."""
    visitor = office.visitor("colleague")
    visitor.get(f"/cases/{number}/consents/new?scope=share_police")
    visitor.submit("保存", {"recipient": "police_station", "asked_alone": "y", "note": "只给长沙派出所"})
    return str(visitor.page.link("她要撤回")) if visitor.page else ""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_answers_empty_and_full(office: Office, number: str, language: str) -> None:
    visitor = office.visitor("caseworker", language=language)
    for address in ("", "/new", "/ground"):
        assert "陈某英" in visitor.get(f"/cases/{number}/consents{address}").text
    withdraw = agreed(office, number)
    assert "只给长沙派出所" in visitor.get(f"/cases/{number}/consents").main
    assert "陈某英" in visitor.get(withdraw).text


@pytest.mark.parametrize("username", ["stranger", "lead2", "operator", "supervisor", "leader"])
def test_a_stranger_finds_none_of_it(office: Office, number: str, username: str) -> None:
    withdraw = agreed(office, number)
    visitor = office.visitor(username)
    absent = visitor.get("/cases/2026-9999", 404).main
    for address in ("", "/new", "/ground"):
        assert visitor.get(f"/cases/{number}/consents{address}", 404).main == absent
    assert visitor.get(withdraw, 404).main == absent


def test_a_consent_is_recorded_and_its_withdrawal_says_what_stops(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/consents/new?scope=share_police")
    page = visitor.submit("保存", {"recipient": "school", "note": "她点头"}, 422)
    assert page.errors == [
        "提供给谁：这个单位不在这项同意的范围里，请换一个",
        "这一项单独问过，她明确说同意：法律要求单独同意：请单独问过她这一项再登记",
    ]
    assert "她点头" in page.one("#note").text
    page = visitor.submit("保存", {"recipient": "police_station", "asked_alone": "y"})
    assert "有效" in page.main and "派出所" in page.main
    page = visitor.click("她要撤回")
    assert "已经提供的收不回来" in page.main
    page = visitor.submit("记下，从现在起停止")
    assert "已撤回" in page.main and "她要撤回" not in page.main


def test_a_guardian_who_is_the_other_party_is_refused_and_who_decides_is_said(
    office: Office, number: str
) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/consents/new?scope=guardian_for_child")
    sent = {"given_by": "guardian", "guardian_is_other_party": "yes", "asked_alone": "y"}
    page = visitor.submit("保存", sent, 422)
    assert "监护人就是对方，不能由他同意" in page.errors[0]
    assert "另一位监护人" in page.main and page.link("登记法定依据")


def test_a_ground_shows_its_article(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/consents/ground?scope=share_police")
    page = visitor.submit("保存", {"recipient": "police_station", "ground": "life_and_safety"}, 422)
    assert page.errors == ["说明：请填写"]
    page = visitor.submit("保存", {"note": "他拿刀在门口"})
    assert "个人信息保护法第十三条第一款第四项" in page.main and "依据不再成立" in page.main


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_shut_gate_draws_the_next_step_and_not_the_act(office: Office, number: str, language: str) -> None:
    source = (
        '{% from "consents/_gate.html" import gated with context %}'
        "{% call gated(gate, number) %}<b>ACT</b>{% endcall %}"
    )
    with office.at_work():
        case_id = case_row(number).id
        shut = consents.gate(reader(), case_id, "share_police")
        facts = consents.ConsentFacts("share_police", "police_station", asked_alone=True, given_on=today())
        consents.record(office.actor("caseworker"), number, facts)
    with office.app.test_request_context(headers={"Accept-Language": language}):
        page = render_template_string(source, gate=shut, number=number)
        assert "ACT" not in page and f"/cases/{number}/consents/new?scope=share_police" in page
        open_gate = consents.gate(reader(), case_id, "share_police")
        assert "ACT" in render_template_string(source, gate=open_gate, number=number)
