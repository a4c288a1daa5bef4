"""Plans, services and notes on their pages."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import update

from casework.clock import today
from casework.extensions import db
from casework.services import case_notes, case_plans, drafts, safety_plans, services_given
from casework.services.case_plans import ItemFacts
from casework.services.safety_plans import PlanFacts
from casework.services.services_given import ServiceFacts
from casework.transaction import write
from models.casework import PlanItem, SafetyPlan
from models.enums import CompartmentKind
from tests.make import Office
from tests.make_cases import case_row, open_case, take_keys

DAY = datetime.timedelta(days=1)
READ = ("/plan", "/services", "/notes")
FORMS = ("/plan/edit", "/plan/items/new", "/services/new", "/notes/new")


@pytest.fixture
def number(office: Office) -> str:
    with office.at_work():
        return open_case(office, violent=True)


def filled_in(office: Office, number: str) -> list[str]:
    """A plan, a line of it, a service and a note; their addresses below the case."""
    with office.at_work():
        worker = office.actor("caseworker")
        plan = PlanFacts({"bag": "在妹妹家", "safe_person": "妹妹阿珍"}, today(), today() + DAY)
        safety_plans.save(worker, number, plan, 0)
        item = case_plans.add(worker, number, ItemFacts("押金", "搬走", "何敏", "resettlement", today()))
        service = services_given.record(
            worker, number, ServiceFacts("counselling", today(), "given", "谈了一小时")
        )
        note = case_notes.add(worker, number, kind="phone_talk", text="她说周三来")
        db.session.close()
    below = [f"/plan/items/{item}", f"/services/{service}/void", f"/notes/{note}", f"/notes/{note}/correct"]
    return [*below, "/plan/copy"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_answers_empty_and_full(office: Office, number: str, language: str) -> None:
    visitor = office.visitor("caseworker", language=language)
    for address in (*READ, *FORMS):
        assert "陈某英" in visitor.get(f"/cases/{number}{address}").text
    for address in (*filled_in(office, number), *READ, *FORMS):
        assert "陈某英" in visitor.get(f"/cases/{number}{address}").text


@pytest.mark.parametrize("username", ["stranger", "lead2", "operator", "supervisor", "leader"])
def test_a_stranger_finds_none_of_it(office: Office, number: str, username: str) -> None:
    more = filled_in(office, number)
    visitor = office.visitor(username)
    absent = visitor.get("/cases/2026-9999", 404).main
    for address in (*READ, *FORMS, *more):
        assert visitor.get(f"/cases/{number}{address}", 404).main == absent


def test_another_cases_line_is_not_found_below_this_one(office: Office, number: str) -> None:
    more = filled_in(office, number)
    with office.at_work():
        other = open_case(office)
    visitor = office.visitor("caseworker")
    for address in more:
        visitor.get(f"/cases/{other}{address}", 404)


def test_a_plan_is_written_read_again_and_prints_without_its_words(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/plan")
    visitor.click("写安全计划")
    page = visitor.submit("保存", {"bag": "在妹妹家"}, 422)
    assert page.errors == ["下次一起看的日期：请填写"] and "在妹妹家" in page.one("#bag").text
    page = visitor.submit("保存", {"review_on": (today() + DAY).isoformat(), "safe_person": "妹妹阿珍"})
    assert page.flashes == ["安全计划已保存。"] and "妹妹阿珍" in page.main
    assert page.soup.select_one(".d-print-none .facts") is not None
    visitor.click("修改安全计划")
    page = visitor.submit("保存", {"bag": "在单位"})
    assert "在妹妹家" in page.one("#earlier details").text
    visitor.click("她要带走一份")
    page = visitor.submit("做成备忘", {"chosen": ["bag", "documents"]}, 422)
    assert len(page.errors) == 2
    page = visitor.submit("做成备忘", {"wanted": "yes", "warned": "y"})
    for word in ("妹妹", "单位", "妇联", "陈某英", number, "安全"):
        assert word not in page.main
    assert "出门的包收拾好" in page.main and page.heading == "出门备忘"


def test_an_overdue_review_and_an_overdue_line_are_said(office: Office, number: str) -> None:
    filled_in(office, number)
    visitor = office.visitor("caseworker")
    assert not visitor.get(f"/cases/{number}/plan").soup.select(".late")
    with office.at_work(), write(None) as work:
        work.session.execute(update(SafetyPlan).values(review_on=today() - DAY))
        work.session.execute(update(PlanItem).values(due_on=today() - DAY))
    late = [tag.text for tag in visitor.get(f"/cases/{number}/plan").soup.select(".late")]
    assert len(late) == 2 and "已过期" in late[0] and "已逾期" in late[1]


def test_a_draft_comes_back_and_goes_with_the_form(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    with office.at_work():
        case_id = case_row(number).id
        drafts.save(
            office.actor("caseworker"), "case_note", case_id, {"text": ["没写完"], "kind": ["supervision"]}
        )
    page = visitor.get(f"/cases/{number}/notes/new")
    assert "没写完" in page.one("#text").text and "接着您没存的草稿写" in page.main
    page = visitor.submit("丢弃草稿")
    assert page.one("#text").text.strip() == ""
    with office.at_work():
        drafts.save(office.actor("caseworker"), "case_note", case_id, {"text": ["又写"], "kind": ["note"]})
    visitor.get(f"/cases/{number}/notes/new")
    page = visitor.submit("保存")
    assert page.flashes == ["已记下。"] and "又写" in page.main
    assert "草稿写" not in visitor.get(f"/cases/{number}/notes/new").main
    assert "又写" not in office.visitor("colleague").get(f"/cases/{number}/notes/new").main


def test_two_editors_of_a_plan_and_of_a_line_see_both(office: Office, number: str) -> None:
    item = filled_in(office, number)[0]
    for address, name in (("/plan/edit", "bag"), (item, "need")):
        one, two = office.visitor("caseworker"), office.visitor("colleague")
        for visitor in (one, two):
            visitor.get(f"/cases/{number}{address}")
        one.submit("保存", {name: "甲写的"})
        page = two.submit("保存", {name: "乙写的"}, 409)
        assert "甲写的" in page.main and "何敏" in page.main and page.one(f"#{name}").text.strip() == "乙写的"
        page = two.submit("保存", {name: "甲写的、乙写的"})
        assert "甲写的、乙写的" in page.main


def test_mediation_says_why_not_and_where_to_go_on(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    page = visitor.get(f"/cases/{number}/services/new")
    assert page.link("问她，在这里记下").endswith("/consents/new?scope=mediation")
    page = visitor.submit("保存", {"service": "mediation", "mediation_result": "agreed"}, 422)
    assert page.errors == ["服务：现在不能调解，原因写在上面"]
    page = visitor.submit("保存", {"service": "counselling", "note": "谈了一小时"})
    assert page.flashes == ["已登记这项服务。"] and "谈了一小时" in page.main
    visitor.click("作废")
    page = visitor.submit("确认作废")
    assert "已作废" in page.main and "谈了一小时" in page.main
    assert "没有这一类服务" in visitor.get(f"/cases/{number}/services?service=legal_aid").main


def test_only_the_author_is_offered_to_correct(office: Office, number: str) -> None:
    note = filled_in(office, number)[3]
    author, colleague = office.visitor("caseworker"), office.visitor("colleague")
    assert "更正" not in colleague.get(f"/cases/{number}/notes").main
    colleague.get(f"/cases/{number}{note}", 404)
    author.get(f"/cases/{number}/notes")
    author.click("更正")
    author.submit("保存", {"text": "她说周四来"})
    colleague.get(f"/cases/{number}/notes")
    page = colleague.click("改过 1 次")
    assert "她说周三来" in page.main and "她说周四来" in page.main


def test_without_a_key_there_are_locks_and_no_form(office: Office, number: str) -> None:
    more = filled_in(office, number)
    with office.at_work():
        take_keys(office, "caseworker", CompartmentKind.ACCOUNT)
    visitor = office.visitor("caseworker")
    for address in READ:
        page = visitor.get(f"/cases/{number}{address}")
        assert page.soup.select(".locked") and "妹妹" not in page.main and "她说" not in page.main
    for address in (*FORMS, more[0], more[3]):
        visitor.get(f"/cases/{number}{address}", 403)
