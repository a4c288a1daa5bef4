"""Today and the week on their pages."""

from __future__ import annotations

import datetime

import pytest

from casework.clock import today
from casework.extensions import db
from casework.services import follow_ups
from casework.services.follow_ups import Planned
from tests.make import Office
from tests.make_cases import counted, open_case


def plan(office: Office, count: int = 1, urgent: bool = False) -> str:
    """A case with contacts for today, planned by its caseworker."""
    with office.at_work():
        number = open_case(office)
        actor = office.actor("caseworker")
        for _ in range(count):
            follow_ups.plan(actor, number, Planned("routine", today(), purpose="问孩子上学", urgent=urgent))
        db.session.close()
    return number


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("username", ["caseworker", "lead", "shelter"])
def test_an_empty_day_says_what_to_do_next(office: Office, username: str, language: str) -> None:
    page = office.visitor(username, language=language).get("/today")
    assert page.soup.select_one(".empty") is not None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_day_and_the_week_show_what_is_planned(office: Office, language: str) -> None:
    number = plan(office, urgent=True)
    visitor = office.visitor("caseworker", language=language)
    for address in ("/today", "/follow-ups"):
        page = visitor.get(address)
        assert len(page.rows(".work")) == 1
        assert "陈某英" in page.rows(".work")[0] and "问孩子上学" in page.rows(".work")[0]
        assert number in page.main and "138" not in page.main
    week = today() + datetime.timedelta(days=14)
    assert visitor.get(f"/follow-ups?week={week}").rows(".work") == []


@pytest.mark.parametrize(
    "query", ["week=nonsense", "week=9999-12-31", "week=0001-01-01", "after=x", "after=2026-01-01.y"]
)
def test_an_address_typed_by_hand_shows_a_week(office: Office, query: str) -> None:
    office.visitor("caseworker").get(f"/follow-ups?{query}")


@pytest.mark.parametrize(
    "query", ["state=x&town=y&assignee=z", "after=x", "after=99999999999999999999999", "assignee=nobody"]
)
def test_a_filter_typed_by_hand_shows_a_list(office: Office, query: str) -> None:
    office.visitor("caseworker").get(f"/cases?{query}")


def test_the_button_of_a_row_opens_the_card(office: Office) -> None:
    plan(office)
    visitor = office.visitor("caseworker")
    visitor.get("/today")
    assert "书到了吗" in visitor.submit("开联系卡").main


def test_a_lead_sees_the_team_s_contacts_with_their_worker(office: Office) -> None:
    plan(office)
    row = office.visitor("lead").get("/today").rows(".work")[0]
    assert "何敏" in row
    for username in ("stranger", "lead2", "colleague"):
        assert office.visitor(username).get("/today").rows(".work") == []


def test_notices_are_shown_until_they_are_read(office: Office) -> None:
    number = plan(office)
    lead = office.visitor("lead")
    page = lead.get("/today")
    assert "转来一个新个案" in page.main and number in page.main
    page = lead.submit("都看过了")
    assert "转来一个新个案" not in page.main
    other = office.visitor("lead2")
    other.get("/today")


def test_today_costs_as_many_statements_for_forty_rows_as_for_one(office: Office) -> None:
    plan(office)
    visitor = office.visitor("caseworker")

    def cost(address: str) -> int:
        visitor.get(address)
        with office.at_work(), counted(db.engine) as seen:
            visitor.get(address)
        return len(seen)

    one = {address: cost(address) for address in ("/today", "/follow-ups")}
    plan(office, 39)
    assert {address: cost(address) for address in one} == one
    assert max(one.values()) <= 25
