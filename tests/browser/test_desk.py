"""What the script adds to the call screen: the clock, the keys, the match in place, the draft that outlives a crash."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from casework.transaction import reader
from models.calls import Call
from tests.browser.served import watched, window
from tests.make import Office

pytestmark = pytest.mark.browser
SAID = "他在砸门，小孩在我旁边。"


def desk(browser: Browser, address: str, office: Office) -> Page:
    """The call screen before an operator in a browser of her own."""
    with office.at_work():
        cookie = office.cookie("operator")
    page = window(browser, address, cookie=cookie).new_page()
    page.goto("/calls/new")
    return page


@pytest.fixture
def page(browser: Browser, address: str, office: Office) -> Iterator[Page]:
    opened = desk(browser, address, office)
    broken = watched(opened)
    yield opened
    opened.context.close()
    assert broken == []


def test_a_whole_call_is_taken_by_keyboard_alone(page: Page, office: Office) -> None:
    keys = page.keyboard
    keys.press("Alt+1")
    keys.press("ArrowLeft")
    keys.press("Alt+2")
    keys.type("13800000388")
    expect(page.locator("#match")).to_contain_text("比对到 0 次来电")
    keys.press("Alt+3")
    keys.type("家庭暴力")
    keys.press("Enter")
    expect(page.locator("[data-picked]")).to_contain_text("家庭暴力")
    keys.press("Alt+4")
    keys.type(SAID)
    keys.press("Alt+5")
    keys.type("14:00–15:00")
    keys.press("Alt+6")
    keys.press("Space")
    keys.press("Control+Enter")
    expect(page.locator("h1")).to_contain_text("来电 20")
    expect(page.locator("main")).to_contain_text(SAID)
    with office.at_work():
        assert reader().scalars(select(Call.result)).all() == ["information_given"]


def test_one_key_opens_the_emergency_panel_and_none_closes_it(page: Page) -> None:
    panel = page.locator("#emergency")
    assert panel.get_attribute("open") is None
    page.keyboard.press("F2")
    expect(page.locator("#place")).to_be_focused()
    page.keyboard.press("F2")
    assert panel.get_attribute("open") is not None
    page.keyboard.press("F3")
    assert page.locator("#told_120").input_value().count(":") == 2


def test_danger_opens_the_panel_by_itself_and_parts_follow_the_answers(page: Page) -> None:
    page.locator("label[for=hurt_or_danger-1]").click()
    expect(page.locator("#place")).to_be_visible()
    expect(page.locator("#case-part")).to_be_hidden()
    expect(page.locator("#other-party")).to_be_hidden()
    page.select_option("#town", "002")
    page.get_by_text("新建个案", exact=True).click()
    expect(page.locator("#case_town")).to_have_value("002")
    page.select_option("#category", "other_party")
    expect(page.locator("#other-party")).to_be_visible()


def test_enter_in_a_line_never_ends_the_call(page: Page, office: Office) -> None:
    page.fill("#wish", "先保住孩子")
    page.press("#wish", "Enter")
    page.press("#phone", "Enter")
    expect(page.locator("#wish")).to_have_value("先保住孩子")
    with office.at_work():
        assert reader().scalars(select(Call.id)).all() == []


def test_a_killed_browser_loses_nothing_that_was_saved(
    page: Page, browser: Browser, address: str, office: Office
) -> None:
    page.fill("#said", SAID)
    page.keyboard.press("Control+s")
    expect(page.locator(".saved")).to_contain_text("草稿已加密保存")
    page.context.close()
    later = desk(browser, address, office)
    expect(later.locator("#said")).to_have_value(SAID)
    expect(later.locator("main")).to_contain_text("一个字都没有丢")
    later.context.close()


@pytest.mark.parametrize("width", [1366, 390])
def test_the_call_screen_has_no_barrier_and_no_sideways_scroll(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.keyboard.press("F2")
    page.get_by_text("新建个案", exact=True).click()
    found = Axe().run(page).response["violations"]
    assert [(it["id"], [node["html"] for node in it["nodes"]]) for it in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
