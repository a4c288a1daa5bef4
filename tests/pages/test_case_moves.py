"""The moves of a case on its pages: what is offered, what is barred and why, two people at once."""

from __future__ import annotations

import pytest

from casework.services import assignments
from tests.make import Office
from tests.make_cases import case_row, open_case


@pytest.fixture
def number(office: Office) -> str:
    with office.at_work():
        made = open_case(office)
        assignments.assign(office.actor("lead"), made, office.account_id("caseworker"), 1)
        return made


def test_whole_way(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}")
    page = visitor.submit("开始服务")
    assert "已开始服务" in page.text and "撤销开始服务" in page.text
    page = visitor.click("提出结案")
    page = visitor.submit("提出结案", {"outcome": "withdrew"}, status=422)
    page = visitor.submit("提出结案", {"outcome": "withdrew", "rating": "satisfied", "summary": "她回娘家了"})
    assert "等组长审核" in page.text and "她回娘家了" in page.text
    lead = office.visitor("lead")
    assert number in lead.get("/approvals").text
    lead.click("审核")
    lead.submit("记下决定", {"decision": "return"}, status=422)
    page = lead.submit("记下决定", {"decision": "approve"})
    assert "已结案" in page.text
    with office.at_work():
        assert case_row(number).state == "closed"
