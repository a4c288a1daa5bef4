"""The moves of a case on its pages: what is offered, what is barred and why, two people at once."""

from __future__ import annotations

import pytest

from casework.services import assignments, case_moves
from tests.make import Office
from tests.make_cases import case_row, open_case

FORMS = ("closing/propose", "moves/transfer", "moves/decline", "moves/reopen")


@pytest.fixture
def number(office: Office) -> str:
    with office.at_work():
        made = open_case(office)
        assignments.assign(office.actor("lead"), made, office.account_id("caseworker"), 1)
        return made


def test_from_the_first_day_to_the_last(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}")
    page = visitor.submit("开始服务")
    assert "已开始服务" in page.text and "撤销开始服务" in page.text
    visitor.submit("转入回访")
    visitor.submit("恢复服务")
    visitor.click("提出结案")
    visitor.submit("提出结案", {"outcome": "withdrew"}, status=422)
    page = visitor.submit("提出结案", {"outcome": "withdrew", "rating": "satisfied", "summary": "她回娘家了"})
    assert "等组长审核" in page.text and "她回娘家了" in page.text
    lead = office.visitor("lead")
    assert number in lead.get("/approvals").text
    lead.click("审核")
    lead.submit("记下决定", {"decision": "return"}, status=422)
    assert "已结案" in lead.submit("记下决定", {"decision": "approve"}).text
    visitor.get(f"/cases/{number}")
    assert "保存期限" in visitor.click("重新打开").text
    visitor.submit("重新打开", {"reason": "又打来了"})
    with office.at_work():
        assert case_row(number).state == "in_service"


def test_the_page_says_why_something_cant_be_done(office: Office) -> None:
    with office.at_work():
        violent = open_case(office, violent=True)
        assignments.assign(office.actor("lead"), violent, office.account_id("caseworker"), 1)
    page = office.visitor("caseworker").get(f"/cases/{violent}")
    assert "先做危险评估" in page.text and not page.has_button("开始服务")
    with office.at_work():
        plain = open_case(office)
    assert "由承办人办" in office.visitor("colleague").get(f"/cases/{plain}").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_of_a_move_answers_in_both_languages(office: Office, number: str, language: str) -> None:
    lead = office.visitor("lead", language=language)
    for form in FORMS:
        assert "陈某英" in lead.get(f"/cases/{number}/{form}").text
        office.visitor("stranger").get(f"/cases/{number}/{form}", status=404)


def test_the_second_of_two_sees_what_happened_and_keeps_what_she_typed(office: Office, number: str) -> None:
    with office.at_work():
        case_moves.start(office.actor("caseworker"), number)
    worker = office.visitor("caseworker")
    worker.get(f"/cases/{number}/closing/propose")
    with office.at_work():
        case_moves.to_follow_up(office.actor("colleague"), number)
    sent = {"outcome": "withdrew", "rating": "satisfied", "summary": "她回娘家了"}
    page = worker.submit("提出结案", sent, status=409)
    assert "梁静" in page.text and "转入回访" in page.text and "她回娘家了" in page.one("textarea").text
    worker.submit("提出结案", {})
    with office.at_work():
        assert case_row(number).state == "closing_review"


def test_a_button_pressed_too_late_says_who_was_quicker(office: Office, number: str) -> None:
    worker = office.visitor("caseworker")
    worker.get(f"/cases/{number}")
    with office.at_work():
        case_moves.start(office.actor("caseworker"), number)
        case_moves.to_follow_up(office.actor("colleague"), number)
    page = worker.submit("开始服务")
    assert "梁静" in page.flashes[0] and "转入回访" in page.flashes[0]


def test_one_button_takes_the_last_step_back(office: Office, number: str) -> None:
    worker = office.visitor("caseworker")
    worker.get(f"/cases/{number}")
    worker.submit("开始服务")
    page = worker.submit("撤销")
    assert "已撤销" in page.flashes[0] and page.has_button("开始服务")
    assert "撤销上一步，回到已受理" in page.text
