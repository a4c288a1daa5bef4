"""The call screen, the list and one call, as an operator without script uses them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from casework.clock import HOUR, now_us
from casework.transaction import reader
from models.audit import AuditEntry
from models.calls import Call
from models.drafts import Draft
from tests.make import Office
from tests.page import Page, Visitor

PHONE = "13800000388"
SAID = "丈夫酒后打人，昨晚掐脖子。"
HELP = {"result": "information_given", "phone": PHONE, "said": SAID, "issues": ["domestic_violence"]}
CASE = {
    "team_id": "",
    "case_town": "002",
    "relationship": "spouse",
    "violence_types": ["physical"],
    "precision": "about",
    "occurred_on": "2020-05-01",
}
SAVE = "结束并保存"


def a_case(office: Office, **changes: Any) -> dict[str, Any]:
    """What turns the call into a case of 个案一组."""
    return {**CASE, "team_id": str(office.team_id), **changes}


def taken(office: Office, **changes: Any) -> tuple[Visitor, Page]:
    """An operator who has just saved a call, and the page she lands on."""
    operator = office.visitor("operator")
    operator.get("/calls/new?draft=new")
    return operator, operator.submit(SAVE, {**HELP, **changes})


def typed(page: Page, name: str) -> str:
    """What stands in a field of the page."""
    field = page.soup.select_one(f"[name={name}]")
    assert field is not None
    return field.get_text().strip() if field.name == "textarea" else str(field.get("value", ""))


def actions(office: Office) -> list[str]:
    """The trail's actions, oldest first."""
    with office.at_work():
        return list(reader().scalars(select(AuditEntry.action).order_by(AuditEntry.sequence)))


@pytest.mark.parametrize(("language", "save"), [("zh", SAVE), ("en", "End and save")])
def test_a_call_is_taken_saved_and_found_in_the_list(office: Office, language: str, save: str) -> None:
    operator = office.visitor("operator", language=language)
    assert operator.get("/calls").soup.select(".empty h2")
    page = operator.get("/calls/new")
    assert "data-call-running" in page.html and not page.soup.select(".held")
    page = operator.submit(save, {**HELP, "town": "002", "place": "旧粮站后面", "own_life": "no"})
    assert SAID in page.main and "旧粮站后面" in page.main and PHONE not in page.html
    listed = operator.get("/calls")
    assert PHONE not in listed.html and SAID not in listed.html
    assert ("家庭暴力" if language == "zh" else "Domestic violence") in listed.rows()[0]
    assert operator.get("/calls?category=prank").rows() == []
    assert operator.get("/calls?result=information_given&since=2020-01-01").rows()


def test_the_first_screen_of_an_operator_is_the_call(office: Office) -> None:
    assert office.visitor("operator").get("/").heading == "接听"


def test_a_fault_keeps_what_was_typed(office: Office) -> None:
    operator = office.visitor("operator")
    operator.get("/calls/new")
    page = operator.submit(SAVE, {"said": SAID, "phone": "打这个", "caller_name": "🌸"}, status=422)
    assert page.errors == ["结果：请选一项结果"]
    page = operator.submit(SAVE, {"result": "none"}, status=422)
    assert page.errors == ["来电号码：号码里没有数字。不知道号码就留空"]
    assert (typed(page, "said"), typed(page, "caller_name"), typed(page, "phone")) == (SAID, "🌸", "打这个")
    page = operator.submit(SAVE, {"phone": ""})
    assert SAID in page.main


@pytest.mark.parametrize(
    ("field", "ahead", "words"),
    [
        ("started_at", HOUR, "不能晚于现在"),
        ("ended_at", -HOUR, "结束时间早于接起时间"),
        ("started_at", -400 * 24 * HOUR, "接起时间是 15 天以前，请改用补录"),
    ],
)
def test_a_clock_that_lies_is_said_and_loses_nothing(
    office: Office, field: str, ahead: int, words: str
) -> None:
    operator = office.visitor("operator")
    operator.get("/calls/new")
    page = operator.submit(SAVE, {**HELP, field: str(now_us() + ahead)}, status=422)
    assert page.errors == [words] and typed(page, "said") == SAID


@pytest.mark.parametrize("field", ["started_at", "ended_at", "mark", "team_id"])
@pytest.mark.parametrize("value", ["", "x", "-5", "9" * 40, "٣"])
def test_a_tampered_form_never_breaks_the_page(office: Office, field: str, value: str) -> None:
    operator = office.visitor("operator")
    operator.get("/calls/new")
    page = operator.submit(SAVE, {**HELP, field: value})
    assert SAID in page.main


def test_one_key_records_a_silent_call(office: Office) -> None:
    operator = office.visitor("operator")
    operator.get("/calls/new")
    page = operator.submit("无声")
    assert "无声电话" in page.main and not page.has_button("转为个案")
    with office.at_work():
        assert reader().scalars(select(Call.category)).all() == ["silent"]


def test_the_same_form_sent_twice_is_one_call(office: Office) -> None:
    operator = office.visitor("operator")
    page = operator.get("/calls/new")
    first = operator.submit(SAVE, HELP)
    operator.page = page
    again = operator.submit(SAVE, HELP)
    assert again.heading == first.heading and again.flashes == ["这通来电已经保存过，没有重复登记"]


def test_a_number_is_matched_without_script_and_in_part_for_the_script(office: Office) -> None:
    operator, _ = taken(office)
    operator.get("/calls/new")
    page = operator.submit("比对", {"phone": PHONE, "said": "又打来了"})
    assert "比对到 1 次来电、0 个未结个案" in page.main and "求助" in page.main
    assert typed(page, "said") == "又打来了" and SAID not in page.html
    form = page.button("比对").find_parent("form")
    assert form is not None
    sent = MultiDict((n, v) for n, values in page.fields(form).items() for v in values)
    part = operator.client.post("/calls/new/number", data=sent, headers={"X-Part": "match"})
    assert part.status_code == 200 and "<html" not in part.text and "2026" in part.text
    assert "号码完整了才能比对" in operator.submit("比对", {"phone": "1380000038"}).main
    assert actions(office).count("number.look_up") == 2


def test_what_is_behind_the_wall_answers_like_an_unknown_number_in_bytes(office: Office) -> None:
    from casework.transaction import write
    from models.access import Conflict
    from models.cases import Case

    operator, _ = taken(office, **a_case(office), result="case_opened")
    with office.at_work(), write(None) as work:
        case_id = work.session.scalars(select(Case.id)).one()
        account = office.account_id("operator")
        work.session.add(Conflict(account_id=account, case_id=case_id, declared_at=work.at))
    operator.get("/calls/new")
    parts = []
    for phone in (PHONE, "13900000000"):
        page = operator.submit("比对", {"phone": phone})
        parts.append(str(page.soup.find(id="match")))
    assert parts[0] == parts[1] and "0 次来电" in parts[0]


def test_a_call_becomes_a_case_at_once(office: Office) -> None:
    operator, page = taken(
        office, **a_case(office), result="case_opened", desk_keeps_card="y", alias="超市小何"
    )
    # The form cookie carries this sentence: no number may stand in it.
    assert page.flashes == ["来电已保存，个案已交给小组"]
    assert SAID not in page.html and "由个案一组负责" in page.main
    opened = operator.submit("打开")
    assert PHONE in opened.main and "超市小何" in opened.main
    assert actions(office)[-2:] == ["call.read", "call.open_contact"]


def test_a_case_without_its_facts_is_refused_with_everything_kept(office: Office) -> None:
    operator = office.visitor("operator")
    operator.get("/calls/new")
    page = operator.submit(SAVE, {**HELP, "result": "case_opened"}, status=422)
    assert {line.partition("：")[0] for line in page.errors} == {"交给", "受理镇街", "对方是她的", "暴力类型"}
    page = operator.submit(SAVE, a_case(office, precision="exact", occurred_on=""), status=422)
    assert page.errors == ["日期：填日期，或选“日期不详”"] and typed(page, "said") == SAID
    assert "已交给小组" in operator.submit(SAVE, {"precision": "unknown"}).flashes[0]


def test_a_recorded_call_becomes_a_case_later_and_once(office: Office) -> None:
    operator, page = taken(office)
    operator.click("转为个案")
    page = operator.submit("转为个案", a_case(office, team_id=""), status=422)
    assert page.errors == ["交给：请从列表里选"]
    form = operator.page
    page = operator.submit("转为个案", a_case(office))
    assert "由个案一组负责" in page.main and SAID not in page.html
    operator.page = form
    assert operator.submit("转为个案", a_case(office)).flashes == ["这通来电已经转为个案"]


def test_a_matter_left_out_is_added_when_the_call_becomes_a_case(office: Office) -> None:
    operator, page = taken(office, issues=[])
    operator.click("转为个案")
    page = operator.submit("转为个案", a_case(office), status=422)
    assert page.errors == ["诉求：请填写"]
    page = operator.submit("转为个案", {"issues": ["domestic_violence"]})
    assert "由个案一组负责" in page.main and "家庭暴力" in page.main


def test_the_other_party_opens_no_case(office: Office) -> None:
    operator = office.visitor("operator")
    page = operator.get("/calls/new")
    assert "不确认、不否认、不转达" in page.main
    sent = {**HELP, "category": "other_party", "result": "case_opened", **a_case(office)}
    page = operator.submit(SAVE, sent, status=422)
    assert page.errors == ["结果：这类来电不能转为个案。先改来电类别"]
    page = operator.submit(SAVE, {"result": "none"})
    assert "不确认、不否认、不转达" in page.main


def test_a_draft_is_saved_by_the_script_and_goes_on_after_signing_out(office: Office) -> None:
    operator = office.visitor("operator")
    page = operator.get("/calls/new")
    form = page.soup.find(id="call")
    assert form is not None
    fields = {n: v if len(v) > 1 else v[0] for n, v in page.fields(form).items() if n != "csrf_token"}
    fields |= {"said": SAID, "issues": ["domestic_violence", "custody"], "result": "referred_on"}
    headers = {"X-CSRFToken": typed(page, "csrf_token")}
    answer = operator.client.post(str(form["data-draft-url"]), json={"fields": fields}, headers=headers)
    assert answer.status_code == 200 and len(answer.get_json()["saved_at"]) == 8
    later = office.visitor("operator")
    page = later.get("/calls/new")
    assert "一个字都没有丢" in page.main and typed(page, "said") == SAID
    assert len(page.soup.select("[name=issues][checked]")) == 2
    page = later.get("/calls/new?draft=new")
    assert typed(page, "said") == "" and "还有一通没有保存的来电" in page.main
    later.click("接着写")
    assert SAID in later.submit(SAVE).main
    with office.at_work():
        assert reader().scalars(select(Draft.id)).all() == []
    assert [a for a in actions(office) if a.startswith("draft")] == [
        "draft.begin",
        "draft.resume",
        "draft.resume",
        "draft.end",
    ]


def test_a_draft_is_thrown_away_on_her_word(office: Office) -> None:
    operator = office.visitor("operator")
    operator.get("/calls/new")
    operator.submit("比对", {"phone": PHONE, "said": SAID})
    operator.get("/calls/new")
    page = operator.submit("丢弃")
    assert page.flashes == ["草稿已丢弃"] and typed(page, "said") == ""


@pytest.mark.parametrize("sent", [None, [], {"fields": 3}, {"fields": {"said": 3}}])
def test_what_is_no_draft_is_not_kept(office: Office, sent: Any) -> None:
    operator = office.visitor("operator")
    token = typed(operator.get("/calls/new"), "csrf_token")
    answer = operator.client.post("/drafts/call/7", json=sent, headers={"X-CSRFToken": token})
    assert answer.status_code == 404
    answer = operator.client.post(
        f"/drafts/call/{2**63}", json={"fields": {}}, headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("lead", 200), ("lead2", 404), ("caseworker", 404), ("admin", 404), ("auditor", 404)]
)
def test_only_the_desk_reads_its_calls(office: Office, who: str, status: int) -> None:
    _, page = taken(office)
    other = office.visitor(who)
    other.get(page.address, status=status)
    assert other.get("/calls", status=200 if who in ("lead", "lead2") else 404)
    other.get("/calls/new", status=404)
    other.get(f"{page.address}/accept", status=404)
