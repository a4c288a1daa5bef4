"""The danger assessment and the duties on their pages: without script, in both languages, nothing typed is lost."""

from __future__ import annotations

import datetime

import pytest

from casework.clock import today
from casework.services import assessments, duties
from casework.services.assessments import NewAssessment
from casework.services.case_facts import IncidentFacts
from models.enums import CompartmentKind
from tests.make import Office
from tests.make_cases import open_case, take_keys
from tests.page import Visitor

ALL_NO = {f"q{key}": "no" for key in (*"123456789", "A", "B")}
ASKED = {"own_life": "no", "children_safe": "yes"}
PARENT = IncidentFacts(datetime.date(2026, 11, 1), "exact", "parent", "yes", ("physical",))


@pytest.fixture
def number(office: Office) -> str:
    with office.at_work():
        return open_case(office, violent=True)


def assess(visitor: Visitor, number: str, **changes: str):
    """Fills and saves the form."""
    visitor.get(f"/cases/{number}/danger/new")
    return visitor.submit("保存评估", ALL_NO | ASKED | changes)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_answers_in_both_languages_empty_and_full(
    office: Office, number: str, language: str
) -> None:
    visitor = office.visitor("caseworker", language=language)
    for part in ("/danger", "/danger/new", "/duties", "/duties/village"):
        visitor.get(f"/cases/{number}{part}")
    assess(
        office.visitor("colleague"), number, qA="yes", children_safe="no", own_life="yes", told="14:02 110"
    )
    page = visitor.get(f"/cases/{number}/danger")
    assert "14:02 110" in page.main
    visitor.get(f"/cases/{number}/danger/new")
    visitor.get(f"/cases/{number}/duties")
    with office.at_work():
        lines = duties.of_case(office.actor("caseworker"), number).lines
    for line in lines:
        visitor.get(f"/cases/{number}/duties/{line.duty_id}")
        visitor.get(f"/cases/{number}/duties/{line.duty_id}/drop", 200 if line.may_drop else 404)


def test_the_result_is_shown_before_saving_and_nothing_typed_is_lost(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    page = visitor.get(f"/cases/{number}/danger/new")
    assert "还有 11 项未问到" in page.main and "至少 低危 ，也可能 高危致命" in page.one(".verdict").get_text(
        " ", strip=True
    )
    typed = {
        "q1": "yes",
        "q2": "yes",
        "q6": "yes",
        "q7": "yes",
        "q3": "no",
        "q5": "no",
        "qA": "no",
        "reason": "她很怕",
    }
    page = visitor.submit("看结果", typed)
    assert page.one(".verdict").get_text(" ", strip=True) == "至少 中危 ，也可能 高危致命"
    assert [li.get("class") for li in page.soup.select(".ruler li")] == (
        [["is-known"]] * 4 + [["is-maybe"]] * 3 + [None] * 2
    )
    assert "第 4 题 第 8 题 第 9 题 特别提示 B" in page.main
    # Left and come back to: the draft goes on.
    page = office.visitor("caseworker").get(f"/cases/{number}/danger/new")
    assert page.one("#q1 input[checked]")["value"] == "yes" and "她很怕" in page.text
    with office.at_work():
        assert assessments.of_case(office.actor("caseworker"), number).lines == []


def test_an_answer_that_raises_an_alarm_opens_the_panel(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    page = visitor.get(f"/cases/{number}/danger/new")
    assert not page.one("#emergency").has_attr("open")
    for alarm in ({"own_life": "yes", "children_safe": "yes"}, {"own_life": "no", "children_safe": "no"}):
        page = visitor.submit("看结果", alarm)
        panel = page.one("#emergency")
        assert panel.has_attr("open")
        assert all(line in panel.get_text() for line in ("110", "120", "12356", "12110750"))
    page = visitor.submit("看结果", ASKED)
    assert not page.one("#emergency").has_attr("open")


def test_saving_tells_what_follows_and_a_second_one_shows_what_changed(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    page = assess(visitor, number, q1="yes")
    assert "低危" in page.one(".verdict").get_text() and page.flashes == ["已保存，并按等级安排了回访。"]
    page = visitor.get(f"/cases/{number}/danger/new")
    assert page.one("#q1 .scale-prev").get_text(strip=True).startswith("上次 是")
    page = visitor.submit("保存评估", ALL_NO | ASKED | {"qB": "yes", "q2": "not_asked"})
    assert "高危致命" in page.one(".verdict").get_text()
    for change in ("第 1 题 是 → 否", "第 2 题 否 → 未问到", "特别提示 B 否 → 是"):
        assert change in page.main
    assert "高危致命，不调解、不劝和" in page.main
    page = visitor.click("应办事项")
    for duty in ("报告公安机关", "报告上级妇联", "当日写成书面方案", "当日定承办人"):
        assert duty in page.main


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/danger/new")
    page = visitor.submit("保存评估", {"reason": "还没问"}, 422)
    assert page.errors == ["一题都没问到，不能算评估。先保留草稿，问到了再存"] and "还没问" in page.text
    page = visitor.submit("保存评估", ALL_NO | {"raise_to": "high_lethal", "reason": ""}, 422)
    assert page.errors == ["理由：请填写"]
    page = visitor.submit("保存评估", {"q1": "maybe", "reason": "x"}, 422)
    assert len(page.errors) == 1
    page = visitor.submit(
        "保存评估", ALL_NO | {"q4": "yes"} | {f"q{n}": "yes" for n in "12356"} | {"raise_to": "medium"}, 422
    )
    assert page.errors == ["您的判断：只可提高，不可降低"]
    with office.at_work():
        assert assessments.of_case(office.actor("caseworker"), number).lines == []


def test_other_kin_are_judged_with_a_reason(office: Office) -> None:
    with office.at_work():
        number = open_case(office, violent=True, incident=PARENT)
    visitor = office.visitor("caseworker")
    page = visitor.get(f"/cases/{number}/danger/new")
    assert "量表不适用" in page.main and "等级由您判断" in page.main and not page.soup.select("#instruments")
    visitor.get(f"/cases/{number}/danger/new?instrument=federation_2018", 404)
    visitor.get(f"/cases/{number}/danger/new")
    sent = {f"q{key}": "no" for key in (*"123456789", "10", "A", "B", "C")} | ASKED
    page = visitor.submit("保存评估", sent, 422)
    assert page.errors == ["您判断的等级：请填写", "理由：请填写"]
    page = visitor.submit("保存评估", {"level": "low", "reason": "已搬到姑姑家"})
    # One lethal item was not asked.
    assert page.one(".verdict").get_text(" ", strip=True) == "至少 低危 ，也可能 高危致命"
    assert "已搬到姑姑家" in page.main


def test_two_at_once_see_each_other_before_the_second_is_kept(office: Office, number: str) -> None:
    first, second = office.visitor("caseworker"), office.visitor("colleague")
    for visitor in (first, second):
        visitor.get(f"/cases/{number}/danger/new")
    first.submit("保存评估", ALL_NO | ASKED | {"q1": "yes"})
    page = second.submit("保存评估", ALL_NO | ASKED | {"q2": "yes", "reason": "我问到的"}, 409)
    assert "何敏" in page.flashes[0] and "我问到的" in page.text
    assert page.one("#q1 .scale-prev").get_text(strip=True).startswith("上次 是")
    page = second.submit("保存评估")
    assert "第 1 题 是 → 否" in page.main


def test_the_script_gets_the_result_alone(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    token = visitor.get(f"/cases/{number}/danger/new").one("input[name=csrf_token]")["value"]
    sent = {"csrf_token": str(token), "show": "1", "instrument": "federation_2018", "qA": "yes", "pA": "no"}
    for who, status in ((visitor, 200), (office.visitor("stranger"), 404)):
        if status == 404:
            sent["csrf_token"] = str(who.get("/today").one("input[name=csrf_token]")["value"])
        answer = who.client.post(f"/cases/{number}/danger/new", data=sent, headers={"X-Part": "result"})
        assert answer.status_code == status
        if status == 200:
            html = answer.get_data(as_text=True)
            assert html.lstrip().startswith("<section") and "特别提示 A 否 → <b>是</b>" in html.replace(
                "\n", ""
            )


def test_a_duty_is_recorded_once_with_time_and_person(office: Office, number: str) -> None:
    assess(office.visitor("caseworker"), number, qA="yes", children_safe="no")
    visitor = office.visitor("caseworker")
    page = visitor.get(f"/cases/{number}/duties")
    assert "法发〔2022〕10号第十三条" in page.main and "法律援助法第三十二条第四项" in page.main
    assert "只问、只记报告需要的事实" in page.main and "未保法" not in page.main
    with office.at_work():
        ids = {line.kind: line.duty_id for line in duties.of_case(office.actor("caseworker"), number).lines}
    address = f"/cases/{number}/duties/{ids['police_told']}"
    colleague = office.visitor("colleague")
    colleague.get(address)
    visitor.get(address)
    page = visitor.submit("保存", {"person": "", "done_on": "2999-01-01"}, 422)
    assert page.errors == ["哪一天：不能晚于现在", "对谁说的、谁接的：请填写"]
    page = visitor.submit(
        "保存", {"done_on": today().isoformat(), "done_time": "00:00", "person": "长沙派出所 陈警官"}
    )
    assert "长沙派出所 陈警官" in page.main and "何敏 记录" in page.main
    page = colleague.submit("保存", {"person": "我也打了"}, 422)
    assert page.errors == ["别人已经办过了，请先看最新的记录。"] and "我也打了" in page.html
    visitor.get(f"/cases/{number}/duties/{ids['mandatory_report']}")
    page = visitor.submit("保存", {"person": "民政局", "receipt": ""}, 422)
    assert page.errors == ["回执编号：请填写"]
    visitor.get(f"/cases/{number}/duties/{ids['civil_affairs_told']}/drop")
    assert visitor.submit("保存", {"reason": ""}, 422).errors
    page = visitor.submit("保存", {"reason": "没有未成年子女"})
    assert "没有未成年子女" in page.main
    visitor.get(f"/cases/{number}/duties/{ids['order_told']}/drop", 404)


def test_the_village_stays_open_until_she_was_asked(office: Office, number: str) -> None:
    visitor, colleague = office.visitor("caseworker"), office.visitor("colleague")
    assert "任何事都不能交给村（社区）" in visitor.get(f"/cases/{number}/duties").main
    for who in (visitor, colleague):
        who.get(f"/cases/{number}/duties/village")
    page = visitor.submit("保存", {"answer": "no", "must_not_know": "村主任是他堂兄"})
    assert "村主任是他堂兄" in page.main and "任何事都不能交给" not in page.main
    page = colleague.submit("保存", {"answer": "yes"}, 409)
    assert "不放心" in page.main and "放心" in page.main


@pytest.mark.parametrize("username", ["stranger", "lead2", "operator", "supervisor", "auditor", "shelter"])
def test_a_stranger_gets_the_answer_of_an_absent_case(office: Office, number: str, username: str) -> None:
    assess(office.visitor("caseworker"), number, qA="yes")
    with office.at_work():
        made = assessments.of_case(office.actor("caseworker"), number).lines[0].assessment_id
        duty = duties.of_case(office.actor("caseworker"), number).lines[0].duty_id
    visitor = office.visitor(username)
    absent = visitor.get("/cases/2026-9999", 404).main
    for part in (
        "/danger",
        "/danger/new",
        f"/danger/{made}",
        "/duties",
        f"/duties/{duty}",
        "/duties/village",
    ):
        assert visitor.get(f"/cases/{number}{part}", 404).main == absent


def test_a_row_of_another_case_is_not_found_under_this_one(office: Office, number: str) -> None:
    with office.at_work():
        other = open_case(office, violent=True)
        actor = office.actor("caseworker")
        new = NewAssessment("federation_2018", {"1": "yes"}, "no", "yes")
        made = assessments.record(actor, other, new).assessment_id
        duty = duties.of_case(actor, other).lines[0].duty_id
    visitor = office.visitor("caseworker")
    for part in (f"/danger/{made}", f"/duties/{duty}"):
        visitor.get(f"/cases/{number}{part}", 404)


def test_without_the_key_the_level_is_seen_and_the_answers_are_locks(office: Office, number: str) -> None:
    assess(office.visitor("caseworker"), number, qA="yes", reason="掐过脖子")
    with office.at_work():
        take_keys(office, "colleague", CompartmentKind.ACCOUNT)
    visitor = office.visitor("colleague")
    page = visitor.get(f"/cases/{number}/danger")
    assert "高危致命" in page.main and "掐过脖子" not in page.text and "您看得到等级" in page.main
    assert not page.has_button("保存") and "/danger/new" not in page.main
    visitor.get(f"/cases/{number}/danger/new", 403)
    assert "记为已办" not in visitor.get(f"/cases/{number}/duties").main
