"""The first interview in a browser: typed with the keyboard alone, and not lost when the browser is killed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, expect

from casework.services import first_interview
from models.enums import PartyRole
from tests.browser.served import FLAGS, watched, window
from tests.browser_path import find_chromium
from tests.make import Office
from tests.make_cases import open_case

pytestmark = pytest.mark.browser
SAID = "他掐住我的脖子，孩子在门口。"


@pytest.fixture
def number(office: Office) -> str:
    with office.at_work():
        return open_case(office, violent=False)


def screen(browser: Browser, address: str, office: Office, number: str, language: str = "zh") -> Page:
    """The interview before a caseworker in a browser of her own."""
    with office.at_work():
        cookie = office.cookie("caseworker")
    page = window(browser, address, cookie=cookie, language=language).new_page()
    page.goto(f"/cases/{number}/interview")
    return page


@pytest.fixture
def page(browser: Browser, address: str, office: Office, number: str) -> Iterator[Page]:
    opened = screen(browser, address, office, number)
    broken = watched(opened)
    yield opened
    opened.context.close()
    assert broken == []


def mark(page: Page, section: str) -> str:
    """What the row of sections says of one."""
    return page.locator(f"[data-mark={section}]").inner_text()


def tab_to(page: Page, field: str) -> None:
    """Presses Tab until this field has the focus."""
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == field:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{field} is not reached by Tab")


def test_an_interview_is_typed_with_the_keyboard_alone_and_saved(
    page: Page, office: Office, number: str
) -> None:
    keys = page.keyboard
    keys.press("Alt+1")
    keys.press("1")
    expect(page.locator("[data-mark=safe]")).to_have_text("已记")
    keys.press("Alt+2")
    keys.type("陈某英")
    keys.press("Alt+3")
    keys.press("ArrowDown")
    tab_to(page, "other-name")
    keys.type("梁某强")
    keys.press("Alt+4")
    keys.press("1")
    tab_to(page, "child0-name")
    keys.type("小明")
    keys.press("Alt+5")
    tab_to(page, "incident-violence_types-0")
    keys.press("Space")
    tab_to(page, "incident-narrative")
    keys.type(SAID)
    keys.press("Alt+0")
    keys.type("，先住下")
    keys.press("Alt+Minus")
    tab_to(page, "card-never")
    keys.type("不打座机")
    keys.press("Alt+Equal")
    keys.press("6")
    assert mark(page, "needs") == "已记" and mark(page, "police") == "未问到"
    keys.press("Control+Enter")
    expect(page.locator(".flash")).to_contain_text("首次面谈已存入案卷")
    with office.at_work():
        read = first_interview.of_case(office.actor("caseworker"), number)
        assert read.incident is not None and read.incident.narrative == SAID
        assert read.incident.relationship == "spouse" and "先住下" in str(read.account.wish)
        assert [it.words["name"] for it in read.identity.of_role(PartyRole.CHILD)] == ["小明"]
        assert read.answers["safe_to_talk"] == "yes" and read.answers["needs"] == ["shelter"]


def test_a_killed_browser_loses_at_most_the_last_five_seconds(
    browser: Browser, address: str, office: Office, number: str
) -> None:
    doomed = browser.browser_type.launch(executable_path=str(find_chromium()), args=FLAGS)
    page = screen(doomed, address, office, number)
    page.fill("#incident-narrative", SAID)
    page.locator("#answers-lives_now-1 + label").click()
    # The mark comes by itself: nobody pressed anything.
    expect(page.locator(".saved-text")).to_contain_text("草稿已加密保存", timeout=10_000)
    with pytest.raises(Error):
        doomed.new_browser_cdp_session().send("Browser.crash")
    later = screen(browser, address, office, number)
    expect(later.locator("#incident-narrative")).to_have_value(SAID)
    expect(later.locator("#answers-lives_now-1")).to_be_checked()
    expect(later.locator("main")).to_contain_text("接着上次没有存完的写")
    later.get_by_role("button", name="丢弃草稿").click()
    expect(later.locator("#incident-narrative")).to_have_value("")
    later.context.close()


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_screen_has_no_barrier_and_no_sideways_scroll(
    browser: Browser, address: str, office: Office, number: str, width: int, language: str
) -> None:
    page = screen(browser, address, office, number, language)
    page.set_viewport_size({"width": width, "height": 844})
    found = Axe().run(page).response["violations"]
    assert [(it["id"], [node["html"] for node in it["nodes"]]) for it in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_what_is_printed_of_the_screen_holds_no_answer(page: Page) -> None:
    page.fill("#client-address_rest", "新村 3 栋")
    page.emulate_media(media="print")
    expect(page.locator("form#interview")).to_be_hidden()
