"""Uploading with script: the bar moves, a cut connection is waited out, a closed browser goes on later."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from casework.crypto.streams import CHUNK_BYTES
from casework.services import evidence, evidence_uploads
from tests import make_files
from tests.browser.served import watched, window
from tests.make import Office
from tests.make_cases import open_case

LENGTH = 3 * CHUNK_BYTES + 1000


@pytest.fixture
def number(office: Office) -> str:
    with office.at_work():
        return open_case(office)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """A file of four parts."""
    path = tmp_path / "门口监控.mp4"
    path.write_bytes(make_files.mp4(length=LENGTH))
    return path


def at_the_form(browser: Browser, office: Office, address: str, number: str) -> Page:
    """A caseworker before the form."""
    with office.at_work():
        cookie = office.cookie("caseworker")
    page = window(browser, address, cookie=cookie).new_page()
    page.goto(f"/cases/{number}/evidence/new")
    return page


def choose(page: Page, video: Path) -> None:
    """The file and what is said of it."""
    page.set_input_files("form[data-upload] input[type=file]", video)
    page.select_option("#kind", "recording")
    page.fill("#description", "11月3日夜里")


def test_a_file_goes_up_in_parts_with_its_progress(
    browser: Browser, office: Office, address: str, number: str, video: Path
) -> None:
    page = at_the_form(browser, office, address, number)
    broken = watched(page)
    parts: list[str] = []
    page.on("request", lambda it: parts.append(it.url) if re.search(r"/uploads/\d+/\d+$", it.url) else None)
    choose(page, video)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/evidence/\d+$"))
    expect(page.locator("main")).to_contain_text("E01")
    expect(page.locator("main")).to_contain_text("门口监控.mp4")
    assert [url.rpartition("/")[2] for url in parts] == ["0", "1", "2", "3"]
    assert broken == []
    page.context.close()


def test_a_cut_connection_is_told_and_waited_out(
    browser: Browser, office: Office, address: str, number: str, video: Path
) -> None:
    page = at_the_form(browser, office, address, number)
    cut = {"left": 2}

    def flaky(route: Route) -> None:
        if cut["left"] and route.request.url.endswith("/2"):
            cut["left"] -= 1
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(re.compile(r"/uploads/\d+/\d+$"), flaky)
    choose(page, video)
    page.click("form[data-upload] button[type=submit]")
    expect(page.locator("form[data-upload] [role=status]")).to_contain_text("连接断了")
    page.wait_for_url(re.compile(r"/evidence/\d+$"), timeout=30_000)
    assert cut["left"] == 0
    page.context.close()


def test_after_the_browser_was_closed_the_same_file_goes_on(
    browser: Browser, office: Office, address: str, number: str, video: Path, tmp_path: Path
) -> None:
    page = at_the_form(browser, office, address, number)
    page.route(re.compile(r"/uploads/\d+/2$"), lambda route: route.abort())
    choose(page, video)
    page.click("form[data-upload] button[type=submit]")
    expect(page.locator("form[data-upload] [role=status]")).to_contain_text("连接断了")
    page.close(run_before_unload=False)
    page = at_the_form(browser, office, address, number)
    page.goto(f"/cases/{number}/evidence")
    expect(page.locator(".ev-unfinished")).to_contain_text("已收 2 / 4 段")
    other = tmp_path / "另一个.mp4"
    other.write_bytes(bytes(LENGTH))
    page.set_input_files("form[data-resume] input[type=file]", other)
    expect(page.locator("form[data-resume]")).to_contain_text("请选同一个文件")
    page.set_input_files("form[data-resume] input[type=file]", video)
    page.wait_for_url(re.compile(r"/evidence/\d+$"))
    with office.at_work():
        actor = office.actor("caseworker")
        read = evidence.of_case(actor, number)
        assert read.unfinished == []
        copy = evidence.copy(actor, number, read.groups[0][1][0].attachment_id)
        assert b"".join(copy.pieces(0, copy.length_bytes)) == video.read_bytes()
    page.context.close()


def test_what_is_refused_stands_beside_its_field(
    browser: Browser, office: Office, address: str, number: str, tmp_path: Path
) -> None:
    page = at_the_form(browser, office, address, number)
    program = tmp_path / "照片.jpg"
    program.write_bytes(b"MZ" + bytes(5000))
    page.set_input_files("form[data-upload] input[type=file]", program)
    page.fill("#description", "写好的字")
    page.click("form[data-upload] button[type=submit]")
    expect(page.locator(".field:has(#kind) .field-error")).to_contain_text("请从列表里选")
    page.select_option("#kind", "other")
    page.click("form[data-upload] button[type=submit]")
    expect(page.locator(".field:has(#file) .field-error")).to_contain_text("不收这种文件")
    expect(page.locator(".field:has(#kind) .field-error")).to_have_count(0)
    expect(page.locator("#description")).to_have_value("写好的字")
    page.context.close()


def test_a_locked_screen_stops_the_upload_and_says_how_it_goes_on(
    browser: Browser, office: Office, address: str, number: str, video: Path
) -> None:
    page = at_the_form(browser, office, address, number)
    page.route(re.compile(r"/uploads/\d+/1$"), lambda route: route.fulfill(status=423, body="{}"))
    choose(page, video)
    page.click("form[data-upload] button[type=submit]")
    expect(page.locator("form[data-upload] [role=status]")).to_contain_text("屏幕已锁")
    page.unroute_all()
    page.click("form[data-upload] button[type=submit]")
    page.wait_for_url(re.compile(r"/evidence/\d+$"))
    with office.at_work():
        assert evidence_uploads.sweep(0) == 0
    page.context.close()
