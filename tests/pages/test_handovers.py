"""The page of notes between shifts."""

from __future__ import annotations

import pytest

from tests.make import Office
from tests.make_cases import open_case


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_page_says_what_it_is_for(office: Office, language: str) -> None:
    for username in ("caseworker", "lead", "operator"):
        page = office.visitor(username, language=language).get("/handovers")
        assert page.soup.select_one("textarea[name=text]")
        assert page.soup.select_one(".empty")
    # A lead of the shelter alone has no shift notes and no form for one.
    assert office.visitor("house", language=language).get("/handovers").soup.select_one("textarea") is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_note_is_left_and_taken_over(office: Office, language: str) -> None:
    with office.at_work():
        number = open_case(office)
    writer = office.visitor("caseworker", language=language)
    writer.get("/handovers")
    leave, take = ("留下", "我来接班") if language == "zh" else ("Leave it", "Take over")
    page = writer.submit(leave, {"text": f"{number} 她今晚会再打来"})
    assert "她今晚会再打来" in page.main
    assert page.link(number).endswith(f"/cases/{number}")
    assert not page.has_button(take)
    reader = office.visitor("colleague", language=language)
    assert reader.get("/handovers").soup.select_one(".chip-due")
    page = reader.submit(take)
    assert "梁静" in page.main
    assert page.soup.select_one("article .chip-due") is None


def test_two_teams_are_chosen_between(office: Office) -> None:
    lead = office.visitor("lead")
    page = lead.get("/handovers")
    assert len(page.soup.select("select[name=team_id] option")) == 2
    assert "夜班" in lead.submit("留下", {"team_id": str(office.desk_id), "text": "夜班缺人"}).main
    assert "夜班缺人" in office.visitor("operator").get("/handovers").main
    assert "夜班缺人" not in office.visitor("caseworker").get("/handovers").main


def test_wrong_input_stands_beside_its_field(office: Office) -> None:
    visitor = office.visitor("caseworker")
    visitor.get("/handovers")
    assert "请填写" in visitor.submit("留下", {"text": "  "}, 422).main
    page = visitor.submit("留下", {"text": "长" * 8001}, 422)
    assert "最多 8000 个字" in page.main
    assert "长长长" in page.main


def test_taking_over_what_was_taken_is_told(office: Office) -> None:
    writer, first, second = (office.visitor(name) for name in ("caseworker", "colleague", "lead"))
    writer.get("/handovers")
    writer.submit("留下", {"text": "钥匙在门卫"})
    first.get("/handovers")
    second.get("/handovers")
    first.submit("我来接班")
    assert "别人已经接了" in second.submit("我来接班").main


@pytest.mark.parametrize("username", ["shelter", "supervisor", "admin", "auditor", "leader", "reporter"])
def test_for_others_the_page_is_not_there(office: Office, username: str) -> None:
    office.visitor(username).get("/handovers", 404)


def test_another_teams_note_is_absent(office: Office) -> None:
    from casework.services import handovers

    with office.at_work():
        note = handovers.leave(office.actor("caseworker"), office.team_id, "x")
    stranger = office.visitor("stranger")
    token = stranger.get("/handovers").one("main input[name=csrf_token]")["value"]
    stranger.post(f"/handovers/{note}/take-over", {"csrf_token": token}, 404)
    stranger.post("/handovers/1/take-over", {"csrf_token": token}, 404)


def test_a_draft_comes_back(office: Office) -> None:
    visitor = office.visitor("caseworker")
    token = visitor.get("/handovers").one("main input[name=csrf_token]")["value"]
    answer = visitor.client.post(
        "/drafts/handover/0",
        json={"fields": {"text": "写到一半", "team_id": str(office.team_id)}},
        headers={"X-CSRFToken": str(token)},
    )
    assert answer.status_code == 200
    page = visitor.get("/handovers")
    assert "写到一半" in page.main
    assert "草稿已加密保存" in page.main


def test_a_draft_that_no_browser_sends_breaks_nothing(office: Office) -> None:
    visitor = office.visitor("caseworker")
    token = str(visitor.get("/handovers").one("main input[name=csrf_token]")["value"])
    odd: list[dict[str, object]] = [{"team_id": [], "text": []}, {"team_id": "x"}, {}]
    for fields in odd:
        visitor.client.post("/drafts/handover/0", json={"fields": fields}, headers={"X-CSRFToken": token})
        visitor.get("/handovers")
