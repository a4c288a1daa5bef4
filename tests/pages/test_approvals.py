"""Approval files, small-office mode, caseload, hand-over and check-in on their pages, in both languages."""

from __future__ import annotations

import pytest

from casework.services import approval_files, assignments, case_moves, check_ins
from casework.services.approval_files import Asked
from tests.make import Office
from tests.make_access import admit_leader
from tests.make_cases import case_row, open_case

WORDS = "昨晚又梦到她"


@pytest.fixture
def number(office: Office) -> str:
    with office.at_work():
        admit_leader(office)
        made = open_case(office, violent=True)
        assignments.assign(office.actor("lead"), made, office.account_id("caseworker"), 1)
        return made


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_case_is_put_before_the_leader_and_comes_back(office: Office, number: str, language: str) -> None:
    worker = office.visitor("caseworker", language=language)
    put, record = (
        ("呈批", "记下决定") if language == "zh" else ("Put before the leader", "Record the decision")
    )
    worker.get(f"/cases/{number}/approvals/new")
    page = worker.submit(put, {"kind": "other"}, status=422)
    assert len(page.errors) >= 1
    asked = {"kind": "other", "approver": str(office.account_id("leader")), "asks": "请出面协调", "days": "3"}
    worker.submit(put, asked)
    leader = office.visitor("leader", language=language)
    page = leader.get("/approvals")
    assert number in page.text and "陈某英" not in page.text
    page = leader.click(number)
    assert "请出面协调" in page.text and "他昨晚又来了" in page.text and "陈某英" not in page.text
    assert "138" not in page.text
    leader.submit(record, {"decision": "return"}, status=422)
    leader.submit(record, {"decision": "return", "opinion": "先报派出所"})
    with office.at_work():
        _head, lines = approval_files.of_case(office.actor("caseworker"), number)
    page = worker.get(f"/cases/{number}/approvals/{lines[0].approval_id}")
    assert "先报派出所" in page.text
    assert "先报派出所" in worker.get(f"/cases/{number}/approvals/{lines[0].approval_id}/print").text
    assert "先报派出所" not in leader.get(f"/approvals/{lines[0].approval_id}").text


def test_a_strangers_file_is_not_there(office: Office, number: str) -> None:
    with office.at_work():
        actor = office.actor("caseworker")
        asked = Asked("other", office.account_id("leader"), "请出面协调")
        file_id = approval_files.ask(actor, number, asked)
    for username in ("lead", "stranger", "caseworker"):
        office.visitor(username).get(f"/approvals/{file_id}", status=404)
        office.visitor(username).get(f"/approvals/{file_id}/print", status=404)
    for part in ("new", str(file_id), f"{file_id}/print"):
        office.visitor("stranger").get(f"/cases/{number}/approvals/{part}", status=404)
        office.visitor("leader").get(f"/cases/{number}/approvals/{part}", status=404)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_small_office_mode_asks_for_the_leader_when_closing(office: Office, language: str) -> None:
    with office.at_work():
        admit_leader(office)
        number = open_case(office)
        assignments.assign(office.actor("lead"), number, office.account_id("lead"), 1)
        case_moves.start(office.actor("lead"), number)
    officer = office.visitor("officer", language=language)
    officer.get("/approvals/small-office")
    save = "保存" if language == "zh" else "Save"
    officer.submit(save, {"on": "y"})
    office.visitor("lead").get("/approvals/small-office", status=404)
    lead = office.visitor("lead", language=language)
    lead.get(f"/cases/{number}/closing/propose")
    propose = "提出结案" if language == "zh" else "Propose closing"
    sent = {"outcome": "withdrew", "rating": "neutral", "summary": "她撤回了", "days": "7"}
    page = lead.submit(propose, sent, status=422)
    assert "她撤回了" in page.one("textarea").text
    lead.submit(propose, sent | {"approver": str(office.account_id("leader"))})
    leader = office.visitor("leader", language=language)
    leader.get("/approvals")
    assert "她撤回了" in leader.click(number).text
    leader.submit("记下决定" if language == "zh" else "Record the decision", {"decision": "approve"})
    with office.at_work():
        assert case_row(number).state == "closed"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_load_is_previewed_and_handed_over(office: Office, number: str, language: str) -> None:
    lead = office.visitor("lead", language=language)
    lead.get("/workload")
    lead.click("移交全部" if language == "zh" else "Hand over all")
    preview = "预览" if language == "zh" else "Preview"
    lead.submit(preview, {}, status=422)
    page = lead.submit(preview, {"receivers": [str(office.account_id("colleague"))]})
    assert number in page.text and "陈某英" not in page.text
    lead.submit("移交" if language == "zh" else "Hand over", {})
    with office.at_work():
        assert case_row(number).assignee_id == office.account_id("colleague")
    for username in ("lead2", "caseworker"):
        other = office.visitor(username)
        other.get(f"/workload/teams/{office.team_id}/people/{office.account_id('colleague')}", status=404)
    assert lead.get("/workload/meeting").status == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_check_in_is_its_authors_alone(office: Office, language: str) -> None:
    worker = office.visitor("caseworker", language=language)
    worker.get("/check-in")
    keep = "记下" if language == "zh" else "Keep"
    worker.submit(keep, {}, status=422)
    page = worker.submit(keep, {"sleep": "much", "words": WORDS, "wants_talk": "y"})
    assert WORDS in page.text
    lead = office.visitor("lead", language=language)
    for address in ("/workload", "/approvals", "/check-in", "/today"):
        assert WORDS not in lead.get(address).text
    assert "何敏" in lead.get("/approvals").text
    for username in ("admin", "auditor", "officer", "leader"):
        office.visitor(username).get("/check-in", status=404)
    with office.at_work():
        wish = check_ins.wishes(office.actor("lead"))[0].check_in_id
    lead.get("/workload")
    lead.submit("谈过了" if language == "zh" else "We talked", {})
    with office.at_work():
        assert wish
        assert check_ins.wishes(office.actor("lead")) == []
