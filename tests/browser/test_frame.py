"""What the script adds to the frame, in a real browser: keys, idle lock, drafts, and one sending."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.served import served, window
from tests.pages.gallery_app import Gallery, Reader, build

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, Gallery]]:
    app, gallery = build()
    with served(app) as address:
        yield address, gallery


@pytest.fixture
def page(browser: Browser, site: tuple[str, Gallery]) -> Iterator[Page]:
    gallery = site[1]
    gallery.drafts.clear()
    gallery.posts.clear()
    gallery.draft_status = 200
    context = window(browser, site[0])
    opened = context.new_page()
    broken: list[str] = []
    opened.on("pageerror", lambda error: broken.append(str(error)))
    opened.on("console", lambda line: broken.append(line.text) if "Policy" in line.text else None)
    yield opened
    context.close()
    assert broken == []


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def test_icons_come_from_the_sprite_under_the_policy(page: Page) -> None:
    page.goto("/")
    box = page.evaluate("document.querySelector('.rail .icon use').getBBox().width")
    assert box > 0


def test_slash_finds_and_a_question_mark_opens_the_help(page: Page) -> None:
    page.goto("/form")
    page.keyboard.press("/")
    assert focused(page) == "find"
    page.keyboard.type("/?")
    assert page.input_value("#find") == "/?"
    page.click("h1")
    page.keyboard.press("?")
    assert page.evaluate("document.querySelector('details.help').open")


def test_three_escapes_leave_and_two_do_not(page: Page, site: tuple[str, Gallery]) -> None:
    page.goto("/form")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    assert site[1].posts == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url("**/leave")
    assert [path for path, _fields in site[1].posts] == ["/leave"]


def test_alt_l_locks_and_comes_back_to_the_page(page: Page, site: tuple[str, Gallery]) -> None:
    page.goto("/cases/index?after=12")
    with page.expect_request("**/lock"):
        page.keyboard.press("Alt+KeyL")
    page.wait_for_url("**/form")
    assert site[1].posts[0][1]["next"] == ["/cases/index?after=12"]


def test_j_and_k_walk_the_list_and_enter_opens(page: Page) -> None:
    page.goto("/cases/index")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == "2026-0402"
    page.keyboard.press("k")
    assert focused(page) == "2026-0401"
    page.keyboard.press("Enter")
    page.wait_for_url("**/form?case=2026-0401")


def test_letters_stay_letters_inside_a_field(page: Page) -> None:
    page.goto("/form")
    page.click("#reason")
    page.keyboard.type("jk/?n")
    assert page.input_value("#reason") == "jk/?n"


def test_single_letters_can_be_switched_off(page: Page, site: tuple[str, Gallery]) -> None:
    site[1].reader = Reader(keys_off=True)
    page.goto("/cases/index")
    site[1].reader = Reader()
    page.keyboard.press("j")
    assert not focused(page).startswith("2026")


def test_keys_are_left_to_the_input_method_while_it_composes(page: Page, site: tuple[str, Gallery]) -> None:
    page.goto("/form")
    page.click("#reason")
    page.evaluate("document.dispatchEvent(new Event('compositionstart'))")
    for _press in range(4):
        page.keyboard.press("Escape")
    page.evaluate("document.dispatchEvent(new Event('compositionend'))")
    assert page.url.endswith("/form")
    assert site[1].posts == []


def test_control_enter_sends_with_the_main_button_and_faults_take_the_focus(page: Page) -> None:
    page.goto("/form")
    page.fill("#reason", "她同意")
    with page.expect_response("**/form"):
        page.keyboard.press("Control+Enter")
    page.wait_for_selector(".errors")
    assert page.evaluate("document.activeElement.className") == "errors"
    assert page.input_value("#reason") == "她同意"


def test_control_s_saves_a_draft_without_password_or_token(page: Page, site: tuple[str, Gallery]) -> None:
    page.goto("/form")
    page.fill("#reason", "她想尽快见到孩子")
    page.fill("#secret", "not to be sent")
    page.click("label[for=violence-0]")
    page.click("label[for=violence-2]")
    with page.expect_response("**/draft"):
        page.keyboard.press("Control+s")
    page.wait_for_function("document.querySelector('.saved-text').textContent.startsWith('14:20:31')")
    fields = site[1].drafts[0]["fields"]
    assert (fields["reason"], fields["violence"]) == ("她想尽快见到孩子", ["body", "money"])
    assert "secret" not in fields
    assert "csrf_token" not in fields


def test_a_changed_form_is_saved_by_itself_and_an_unchanged_one_is_not(
    page: Page, site: tuple[str, Gallery]
) -> None:
    page.clock.install()
    page.goto("/form")
    page.clock.run_for(11_000)
    assert site[1].drafts == []
    page.fill("#reason", "改了")
    with page.expect_response("**/draft"):
        page.clock.run_for(5_100)
    page.wait_for_function("document.querySelector('.saved-text').textContent !== ''")
    page.clock.run_for(11_000)
    assert len(site[1].drafts) == 1


def test_a_draft_that_cannot_be_saved_is_said_to_be_still_here(page: Page, site: tuple[str, Gallery]) -> None:
    site[1].draft_status = 503
    page.goto("/form")
    page.fill("#reason", "网络断了")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".saved.is-kept")
    assert "您写的还在这一页" in page.inner_text(".saved")
    assert page.input_value("#reason") == "网络断了"


def test_a_second_press_sends_nothing(page: Page, site: tuple[str, Gallery]) -> None:
    page.goto("/form")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.route("**/form", lambda route: route.abort())
    page.dblclick("main button.btn-primary")
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(100)
    assert sent.count("POST") == 1


def test_it_locks_after_the_idle_minutes_and_saves_what_was_written(
    page: Page, site: tuple[str, Gallery]
) -> None:
    page.clock.install()
    page.goto("/form")
    page.fill("#reason", "写到一半")
    page.clock.run_for(9 * 60_000)
    assert site[1].posts == []
    with page.expect_request("**/lock"):
        page.clock.run_for(62_000)
        page.wait_for_timeout(50)
        page.clock.run_for(2_000)
    assert site[1].drafts[-1]["fields"]["reason"] == "写到一半"


def test_it_does_not_lock_while_a_call_runs(page: Page, site: tuple[str, Gallery]) -> None:
    page.clock.install()
    page.goto("/form")
    page.evaluate("document.body.dataset.callRunning = ''")
    page.clock.run_for(30 * 60_000)
    assert site[1].posts == []


@pytest.mark.parametrize("address", ["/?open=1", "/form", "/cases/index", "/sign-in", "/errors/stale_form"])
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1024, 700), (390, 844), (360, 640)])
def test_nothing_scrolls_sideways(page: Page, address: str, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    for language in ("zh-CN", "en"):
        page.set_extra_http_headers({"Accept-Language": language})
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_all_works_without_script(browser: Browser, site: tuple[str, Gallery]) -> None:
    context = browser.new_context(
        base_url=site[0], java_script_enabled=False, locale="zh-CN", viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto("/cases/index")
    page.click(".rail-more summary")
    page.click(".rail-more >> text=我的账号")
    assert page.url.endswith("/account/index")
    page.goto("/form")
    page.fill("#reason", "没有脚本")
    page.click("main button.btn-primary")
    assert page.input_value("#reason") == "没有脚本"
    page.click("text=快速离开")
    assert page.url.endswith("/leave")
    context.close()


@pytest.mark.parametrize("address", ["/?open=1", "/form", "/cases/index", "/sign-in", "/errors/stale_form"])
def test_no_barrier_is_found(browser: Browser, site: tuple[str, Gallery], address: str) -> None:
    context = browser.new_context(base_url=site[0], locale="en", bypass_csp=True)
    page = context.new_page()
    page.goto(address)
    found = Axe().run(page).response["violations"]
    context.close()
    assert [(it["id"], it["nodes"][0]["html"]) for it in found] == []
