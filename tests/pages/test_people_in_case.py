"""The people and incidents of a case on their pages, and the first interview without script."""

from __future__ import annotations

import pytest

from casework.extensions import db
from casework.services import identities, people
from casework.services.people import PersonFacts
from models.enums import CompartmentKind, PartyRole
from tests.make import Office
from tests.make_cases import open_case, take_keys

ROLES = ("other-party", "child", "relative", "reporter", "body-staff")


@pytest.fixture
def number(office: Office) -> str:
    with office.at_work():
        return open_case(office, violent=True)


@pytest.fixture
def child(office: Office, number: str) -> int:
    with office.at_work():
        facts = PersonFacts(name="小明", age=9, guardian="other_party", phone="2212338")
        made = people.add(office.actor("caseworker"), number, PartyRole.CHILD, facts).party_id
        db.session.close()
        return made


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_people_and_interview_in_both_languages(
    office: Office, number: str, child: int, language: str
) -> None:
    visitor = office.visitor("caseworker", language=language)
    for part in (
        "/identity",
        f"/people/{child}",
        "/interview",
        "/interview/print",
        *(f"/people/new/{role}" for role in ROLES),
    ):
        visitor.get(f"/cases/{number}{part}")


@pytest.mark.parametrize("username", ["stranger", "lead2", "operator", "supervisor", "auditor"])
def test_a_stranger_finds_none_of_it(office: Office, number: str, child: int, username: str) -> None:
    visitor = office.visitor(username)
    for part in (f"/people/{child}", "/people/new/child", "/interview", "/interview/print"):
        visitor.get(f"/cases/{number}{part}", 404)
    colleague = office.visitor("caseworker")
    colleague.get(f"/cases/{number}/people/{child + 1}", 404)
    colleague.get(f"/cases/{number}/people/new/client", 404)
    with office.at_work():
        other = open_case(office)
    colleague.get(f"/cases/{other}/people/{child}", 404)


def test_a_child_is_added_taken_out_and_put_back(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/identity")
    visitor.click("加孩子")
    page = visitor.submit("保存", {"name": "小红", "age": "九"}, 422)
    assert page.one("#age")["value"] == "九" and page.one("#name")["value"] == "小红"
    page = visitor.submit("保存", {"age": "9", "guardian": "other_party", "phone": "没有"}, 422)
    assert page.errors == ["电话：号码里没有数字。不知道号码就留空"]
    page = visitor.submit("保存", {"phone": "0750-2212338"})
    assert "不满 14 岁" in page.main and "约 9 岁" in page.main and "不向对方征求" in page.main
    page = visitor.submit("误加移出")
    assert page.flashes == ["已移出，可以放回。"] and "误加移出的" in page.main
    assert "不满 14 岁" not in page.main
    page = visitor.submit("放回")
    assert page.flashes == ["已放回。"] and "不满 14 岁" in page.main


def test_locks_stand_where_the_key_is_missing(office: Office, number: str, child: int) -> None:
    with office.at_work():
        take_keys(office, "caseworker", CompartmentKind.IDENTITY)
    visitor = office.visitor("caseworker")
    page = visitor.get(f"/cases/{number}/identity")
    assert "小明" not in page.html and len(page.soup.select("#child .locked")) >= 3
    assert not page.has_button("误加移出")
    visitor.get(f"/cases/{number}/people/{child}", 403)
    visitor.get(f"/cases/{number}/interview", 403)
    visitor.get(f"/cases/{number}/interview/print", 403)


def test_two_editors_of_a_person_see_both(office: Office, number: str, child: int) -> None:
    one, two = office.visitor("caseworker"), office.visitor("colleague")
    for visitor in (one, two):
        visitor.get(f"/cases/{number}/people/{child}")
    one.submit("保存", {"guardian": "both"})
    page = two.submit("保存", {"guardian": "client"}, 409)
    assert "当事人和对方" in page.main and "何敏" in page.main
    assert two.submit("保存").flashes == ["已保存。"]


def test_an_incident_keeps_place_police_and_children(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/incidents/new")
    facts = {
        "occurred_on": "2026-10-01",
        "until_on": "2026-09-01",
        "precision": "period",
        "relationship": "spouse",
        "violence_types": ["physical"],
        "place_kind": "shared_home",
        "injuries": ["neck"],
        "children_saw": "yes",
        "police_called": "yes",
        "police_number": "J20261001",
        "police_result": "warning",
    }
    page = visitor.submit("保存", facts, 422)
    assert page.errors == ["到哪天：结束日期要在开始日期之后；一段时期先写开始那天"]
    assert page.one("#police_number")["value"] == "J20261001"
    page = visitor.submit("保存", {"until_on": "2026-10-20"})
    for words in ("2026-10-01 至 2026-10-20", "颈部勒痕", "J20261001", "告诫书", "共同住处"):
        assert words in page.main


def test_the_interview_is_saved_continued_and_printed_without_how_she_is_reached(
    office: Office, number: str, child: int
) -> None:
    visitor = office.visitor("caseworker")
    page = visitor.get(f"/cases/{number}/interview")
    assert page.main.count("未问到") > 12
    # The card is shut here too.
    assert "书到了吗" not in page.html and "0417" not in page.main
    typed = {
        "answers-safe_to_talk": "yes",
        "answers-lives_now": "left",
        "client-address_town": "002",
        "client-address_rest": "新村 3 栋",
        "client-home_rest": "旧街 8 号",
        "client-phone": "13800000418",
        "other-name": "梁某强",
        "incident-narrative": "掐住脖子",
        "wish-wish": "先住下",
        "card-never": "不打座机",
        "answers-needs": ["shelter"],
    }
    page = visitor.submit("存入案卷", typed | {"incident-occurred_on": "2999-01-01"}, 422)
    assert page.errors == ["日期：不能晚于现在"] and page.one("#wish-wish").text.strip() == "先住下"
    page = visitor.submit("存入案卷", {"incident-occurred_on": "2026-11-02"})
    assert page.flashes == ["首次面谈已存入案卷。"] and "掐住脖子" in page.main
    page = visitor.get(f"/cases/{number}/interview")
    assert page.one("#other-name")["value"] == "梁某强" and page.one("#child0-name")["value"] == "小明"
    assert page.one("#card-never").get("value", "") == ""
    sheet = visitor.get(f"/cases/{number}/interview/print")
    assert "内部资料" in sheet.main and "先住下" in sheet.main and "梁某强" in sheet.main
    for secret in ("新村", "旧街", "13800000418", "不打座机", "0417"):
        assert secret not in sheet.html
    with office.at_work():
        read = identities.of_case(office.actor("caseworker"), number)
        assert read.client.words["address_rest"] == "新村 3 栋"


def test_two_interviewers_see_both_versions_and_nothing_typed_is_lost(office: Office, number: str) -> None:
    one, two = office.visitor("caseworker"), office.visitor("colleague")
    for visitor in (one, two):
        visitor.get(f"/cases/{number}/interview")
    one.submit("存入案卷", {"wish-wish": "甲听到的"})
    page = two.submit("存入案卷", {"wish-wish": "乙听到的", "answers-began": "三年前"}, 409)
    assert "甲听到的" in page.main and page.one("#wish-wish").text.strip() == "乙听到的"
    page = two.submit("存入案卷", {"wish-wish": "甲和乙听到的"}, 409)
    assert page.one("#answers-began")["value"] == "三年前"
    assert two.submit("存入案卷").flashes == ["首次面谈已存入案卷。"]
