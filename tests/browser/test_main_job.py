"""The main job, walked by four people in a real browser: a call, a case, a contact that comes due, a count."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from casework import codes
from casework.clock import instant, now_us, pretending, today
from casework.extensions import db
from casework.presentation.locale import translations
from casework.services import follow_ups, statistics
from tests.browser.served import served, sign_in, watched, window
from tests.make import PASSWORD, Office, copied
from tests.make_counts import record
from tests.postgres import Postgres

pytestmark = pytest.mark.browser

PHONE, SHOWN_PHONE = "13800000388", "138 0000 0388"
NAME, SAID, WISH = "陈某英", "他昨晚又来了，把门踢坏了。", "先保住孩子"
HOURS, ALIAS, NEVER = "周二、周四 14:00–15:00", "图书馆小何", "不提妇联，不发短信"
PURPOSE, NOTE = "问问门修好没有", "可以说话，她说这两天安静。"
HUNDREDS, DOZENS, FEW = 40, 12, 3
QUIET_MONTH = 9


class Walk:
    """Four people's work on one office, read in one language."""

    def __init__(self, browser: Browser, address: str, office: Office, language: str) -> None:
        self.browser, self.address, self.office, self.language = browser, address, office, language
        self.broken: list[str] = []
        self.day = today()

    def say(self, sentence: str, **values: object) -> str:
        """A sentence of the product as this reader sees it."""
        words = sentence if self.language == "zh" else str(translations("en").ugettext(sentence))
        return words % values if values else words

    def code(self, listed: str, code: str) -> str:
        """What an entry of a code list is called."""
        return codes.label(listed, code, self.language)

    def sign_in(self, username: str) -> Page:
        """Somebody at a computer of her own, signed in through the form and reading her language."""
        page = window(self.browser, self.address, language=self.language).new_page()
        self.broken = watched(page)
        sign_in(page, username, PASSWORD, self.language)
        return page

    def leave(self, page: Page) -> None:
        """She signs out, and nothing went wrong on her pages."""
        page.click(f".whoami >> text={self.say('退出登录')}")
        page.wait_for_url("**/sign-in")
        page.context.close()
        assert self.broken == []

    def press(self, page: Page, sentence: str) -> None:
        """Presses the button or follows the link of the main part with these words."""
        words = self.say(sentence)
        page.locator("main").locator(f"button:has-text('{words}'), a:has-text('{words}')").first.click()


@pytest.fixture(params=["zh", "en"])
def walk(request: pytest.FixtureRequest, browser: Browser, address: str, office: Office) -> Walk:
    return Walk(browser, address, office, request.param)


@pytest.fixture
def on_postgres(
    browser: Browser, postgres_server: Postgres, postgres_template: tuple[Path, str], tmp_path: Path
) -> Iterator[Walk]:
    folder, template = postgres_template
    with postgres_server.fresh(template) as url:
        office = copied(folder, tmp_path / "instance", url)
        with served(office.app) as address:
            yield Walk(browser, address, office, "zh")
        office.close()


def choose(page: Page, name: str, *values: str) -> None:
    """Answers a question as a hand does: by its words, the input itself is out of sight."""
    for value in values:
        control = page.locator(f"input[name='{name}'][value='{value}']")
        page.click(f"label[for='{control.get_attribute('id')}']")


def fill(page: Page, **typed: str) -> None:
    """Writes into fields by their names."""
    for name, words in typed.items():
        page.fill(f"[name={name}]", words)


def take_call(walk: Walk) -> str:
    """The operator takes a call and hands it to a team as a case; gives the case's number."""
    page = walk.sign_in("operator")
    expect(page.locator("h1")).to_have_text(walk.say("接听"))
    expect(page.locator("[data-clock]")).to_have_text(re.compile(r"00:\d\d"))
    choose(page, "safe_to_talk", "yes")
    choose(page, "hurt_or_danger", "no")
    page.fill("#phone", PHONE)
    expect(page.locator("#match")).to_contain_text("0")
    choose(page, "issues", "domestic_violence")
    fill(page, said=SAID, wish=WISH, caller_name=NAME, safe_hours=HOURS, alias=ALIAS, never=NEVER)
    page.select_option("#category", "asks_for_help")
    page.select_option("#town", "002")
    choose(page, "result", "case_opened")
    page.select_option("#team_id", str(walk.office.team_id))
    choose(page, "violence_types", "physical")
    page.select_option("#relationship", "spouse")
    choose(page, "living_together", "yes")
    fill(page, occurred_on=(today() - datetime.timedelta(days=1)).isoformat())
    walk.press(page, "结束并保存")
    number = page.locator("#case b")
    expect(number).to_have_text(re.compile(r"2\d{3}-\d{4}"))
    case_number = number.inner_text()
    main = page.locator("main")
    expect(main).to_contain_text(walk.code("call_category", "asks_for_help"))
    expect(main).not_to_contain_text(SAID)
    expect(main).not_to_contain_text(SHOWN_PHONE)
    page.goto("/calls")
    expect(page.locator(".ledger tbody tr")).to_contain_text([case_number])
    walk.leave(page)
    return case_number


def assign(walk: Walk, number: str) -> None:
    """The lead finds the new case on her Today and hands it to a caseworker."""
    page = walk.sign_in("lead")
    page.click(f"#notices a:has-text('{number}')")
    expect(page.locator(".case-name")).to_have_text(NAME)
    walk.press(page, "分派")
    choose(page, "assignee", str(walk.office.account_id("caseworker")))
    walk.press(page, "保存")
    expect(page.locator(".case-line")).to_contain_text("何敏")
    walk.leave(page)


def complete(walk: Walk, page: Page, number: str) -> None:
    """The caseworker finds the case in her list, reads it, completes who she is and what happened."""
    page.goto("/cases")
    page.click(f"main a:has-text('{number}')")
    expect(page.locator(".case-name")).to_have_text(NAME)
    part(walk, page, "基本信息")
    page.locator("#client").get_by_text(walk.say("修改")).click()
    fill(page, identity_number="44079919900307002X", address_rest="幸福新村 3 栋")
    walk.press(page, "保存")
    expect(page.locator("#client")).to_contain_text("1990")
    part(walk, page, "受暴情况")
    expect(page.locator("#words")).to_contain_text(SAID)
    expect(page.locator("#wish")).to_contain_text(WISH)
    expect(page.locator("#incidents")).to_contain_text(walk.code("violence_type", "physical"))
    page.locator("#words").get_by_text(walk.say("修改")).click()
    fill(page, account_text=SAID + "孩子在场。")
    walk.press(page, "保存")
    expect(page.locator("#words")).to_contain_text("孩子在场")


def part(walk: Walk, page: Page, name: str) -> Locator:
    """Goes to another part of the case."""
    page.click(f".partnav a:text-is('{walk.say(name)}')")
    return page.locator("main")


def open_card(walk: Walk, page: Page) -> None:
    """Nothing leads to her number but the card, and the card is opened by a press of its own."""
    main = part(walk, page, "联系卡")
    expect(main).not_to_contain_text(SHOWN_PHONE)
    page.click("#safe-card button")
    for words in (SHOWN_PHONE, HOURS, ALIAS, NEVER):
        expect(page.locator("#safe-card")).to_contain_text(words)
    expect(page.locator("#safe-card a[href^='tel:']")).to_have_count(1)


def plan(walk: Walk, page: Page) -> None:
    """She plans a contact for today; the sweep raises it, and once only."""
    part(walk, page, "回访")
    walk.press(page, "安排回访")
    fill(page, due_on=today().isoformat(), purpose=PURPOSE)
    walk.press(page, "保存")
    expect(page.locator("#waiting")).to_contain_text(PURPOSE)
    with walk.office.at_work():
        assert follow_ups.raise_due(now_us()) == 1
        db.session.close()
        assert follow_ups.raise_due(now_us()) == 0


def record_result(walk: Walk, page: Page, number: str) -> None:
    """It stands on her Today, among the messages too; its result closes it."""
    page.goto("/today")
    row = page.locator(".work", has_text=PURPOSE)
    expect(row).to_contain_text(number)
    expect(page.locator("#notices")).to_contain_text(codes.label("notice", "follow_up_due", walk.language))
    row.locator(".work-what a").click()
    choose(page, "result", "reached_safely")
    fill(page, note=NOTE)
    walk.press(page, "保存")
    expect(page.locator("#past")).to_contain_text(NOTE)
    expect(page.locator("#past")).to_contain_text(walk.code("follow_up_result", "reached_safely"))
    page.goto("/today")
    expect(page.locator(".work")).to_have_count(0)


def publish(walk: Walk) -> int:
    """Other people's calls and cases of the year, and the day on which the year is over; gives that instant."""
    year, here = walk.day.year, f"{walk.day:%Y-%m}"
    months = [f"{year}-{month:02d}" for month in range(1, 13)]
    busy, second, rare = [it.code for it in codes.listing("call_category") if it.flag("counted", True)][:3]
    calls = {
        (month, category): count
        for month in months
        for category, count in ((busy, HUNDREDS), (second, DOZENS), (rare, FEW if month == here else 0))
    }
    over = instant(datetime.datetime(year + 1, 1, 2, 6))
    with walk.office.at_work():
        record(walk.office, calls, {month: QUIET_MONTH for month in months if month != here})
        db.session.close()
        with pretending(over):
            assert statistics.publish_due(now_us()) == 2
        db.session.close()
    return over


def read_figures(walk: Walk, number: str) -> None:
    """The supervisor sees both tables by month, marks where a number would be small, and no single person."""
    page = walk.sign_in("supervisor")
    expect(page.locator("h1")).to_have_text(walk.say("概览"))
    month, mark = walk.day.month - 1, walk.say("少于%(least)s或须保密", least=5)
    calls, cases = page.locator("#L10-5"), page.locator("#L6-1")
    row = calls.locator("table.ledger-wide tbody tr").nth(month).locator("td").all_inner_texts()
    # Hers is one of 41 calls for help this month
    assert str(HUNDREDS + 1) in row and mark in row
    # One case this month is a hidden figure; another is hidden with it, or the total would give it away
    shown = cases.locator(".chart-pair tbody td").all_inner_texts()
    hidden = [text == mark for text in shown]
    assert len(shown) == 12 and hidden[month] and hidden.count(True) >= 2
    assert {text for text in shown if text != mark} == {str(QUIET_MONTH)}
    # Every month that has a figure has its point, and no other has one
    points = cases.locator("circle title").all_text_contents()
    assert [text.split()[-1] for text in points] == [text for text in shown if text != mark]
    for address in ("/cases", "/calls", "/audit", f"/cases/{number}", f"/cases/{number}/contact", "/today"):
        answer = page.goto(address)
        assert answer is not None and answer.status == 404, address
        expect(page.locator("body")).not_to_contain_text(NAME)
    page.goto("/statistics")
    walk.leave(page)


def whole(walk: Walk) -> None:
    """The main job from the call to the count."""
    number = take_call(walk)
    assign(walk, number)
    page = walk.sign_in("caseworker")
    complete(walk, page, number)
    open_card(walk, page)
    plan(walk, page)
    record_result(walk, page, number)
    walk.leave(page)
    with pretending(publish(walk)):
        read_figures(walk, number)


def test_a_call_becomes_a_case_a_visit_and_a_count(walk: Walk) -> None:
    whole(walk)


@pytest.mark.postgres
def test_the_same_on_postgresql(on_postgres: Walk) -> None:
    whole(on_postgres)
