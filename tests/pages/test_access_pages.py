"""The pages of access and emergencies: asked, answered, opened on the duty phone, reviewed; in both languages."""

from __future__ import annotations

import pytest

from tests.make import PASSWORD, Office
from tests.make_access import admit_leader, code_of, give, open_duty_team
from tests.make_cases import build_wall, open_case

WHY = "她在派出所门口"


def test_asked_answered_read_and_taken_back(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
    asker = office.visitor("stranger")
    asker.get("/emergency/ask")
    asker.submit("送出申请", {"number": "", "reason": ""}, status=422)
    page = asker.submit("送出申请", {"number": number, "reason": WHY})
    assert "值班人马上会看到" in page.text and number not in page.text
    asker.get(f"/cases/{number}", status=404)
    lead = office.visitor("lead")
    assert WHY in lead.get("/emergency").text
    page = lead.click("答复")
    assert WHY in page.text and "周岚" in page.text
    lead.submit("答复不同意", {}, status=422)
    page = lead.submit("同意查阅", {"parts": ["contact", "account"], "hours": "4"})
    assert page.status == 200 and "已同意" in page.text
    assert "他昨晚又来了" in asker.get(f"/cases/{number}/account").text
    assert "陈某英" not in asker.get(f"/cases/{number}/identity").text
    assert number in asker.get("/cases/granted").text and number in asker.get("/emergency").text
    assert number not in asker.get("/cases").text
    assert lead.get(f"/cases/{number}/access").status == 200
    page = lead.submit("马上收回", {})
    assert "已收回" in page.text
    asker.get(f"/cases/{number}", status=404)


def test_every_number_is_answered_in_the_same_bytes(office: Office) -> None:
    with office.at_work():
        number, walled = open_case(office), open_case(office)
        build_wall(office, "stranger", walled)
    asker = office.visitor("stranger")
    pages = []
    for asked in (number, walled, "KP-2020-9999"):
        asker.get("/emergency/ask")
        pages.append(asker.submit("送出申请", {"number": asked, "reason": WHY}).text)
    assert len({page.partition("<main")[2] for page in pages}) == 1


def test_a_refusal_says_why_to_who_asked(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
    asker, lead = office.visitor("stranger"), office.visitor("lead")
    asker.get("/emergency/ask")
    asker.submit("送出申请", {"number": number, "reason": WHY})
    lead.get("/emergency")
    lead.click("答复")
    lead.submit("答复不同意", {"answer": "not_urgent"})
    assert "不急，请上班时找组长" in asker.get("/emergency").text


def test_the_card_on_the_duty_phone_and_its_review(office: Office) -> None:
    with office.at_work():
        open_duty_team(office, "stranger", lead="lead2")
        number = open_case(office, violent=True)
    phone = office.visitor("stranger")
    phone.get("/emergency/card")
    phone.submit("打开应急卡", {"typed": "0417", "reason": WHY}, status=422)
    page = phone.submit("打开应急卡", {"typed": "13800000417", "reason": WHY})
    assert "不提妇联" in page.text and "138 0000 0417" in page.text and "他昨晚又来了" not in page.text
    assert "应急卡在值班电话上打开" in office.visitor("caseworker").get("/emergency/card").text
    lead = office.visitor("lead")
    assert number in lead.get("/emergency/reviews").text
    assert WHY in lead.click("复核").text
    assert "已复核" in lead.submit("复核完毕", {}).text
    assert number not in lead.get("/emergency/reviews").text


def test_the_lead_names_who_is_on_duty(office: Office) -> None:
    lead = office.visitor("lead")
    lead.get(f"/emergency/duty/{office.team_id}")
    people = [str(office.account_id(name)) for name in ("lead", "caseworker", "colleague")]
    lead.submit("保存", {"people": people}, status=422)
    assert lead.submit("保存", {"people": people[:2]}).status == 200
    lead.get(f"/emergency/duty/{office.facts.teams['个案二组']}", status=404)
    office.visitor("caseworker").get(f"/emergency/duty/{office.team_id}", status=404)


def test_the_officer_admits_a_leader_who_then_reads_the_one_case(office: Office) -> None:
    with office.at_work():
        number, other = open_case(office), open_case(office)
        code = code_of(office, "leader")
    officer = office.visitor("officer")
    officer.get("/security/leaders")
    officer.click("准入")
    officer.submit("准入", {"typed_code": "1" * 16, "password": PASSWORD}, status=422)
    assert "已准入" in officer.submit("准入", {"typed_code": code, "password": PASSWORD}).text
    with office.at_work():
        give(office, number, to="leader", kind="approval")
    leader = office.visitor("leader")
    assert "他昨晚又来了" in leader.get(f"/cases/{number}/account").text
    assert number in leader.get("/cases/granted").text
    for shut in (f"/cases/{other}", "/cases", "/emergency", "/emergency/reviews"):
        leader.get(shut, status=404)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_answers_empty_and_full(office: Office, language: str) -> None:
    with office.at_work():
        admit_leader(office)
        number = open_case(office)
    lead = office.visitor("lead", language=language)
    officer = office.visitor("officer", language=language)
    pages = ["/emergency", "/emergency/ask", "/emergency/card", "/emergency/reviews", "/cases/granted"]
    for _ in range(2):
        for path in (*pages, f"/cases/{number}/access", f"/emergency/duty/{office.team_id}"):
            assert lead.get(path).status == 200, path
        assert officer.get("/emergency/reviews").status == 200
        assert officer.get("/security/leaders").status == 200
        with office.at_work():
            give(office, number, by="colleague")
            give(office, number, by="colleague", to="leader", kind="approval")
