"""A real browser before an application that is served in this process: what every browser test stands on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    ViewportSize,
    sync_playwright,
)
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.browser_path import find_chromium
from tests.make import Office

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OFFICE_SCREEN, PHONE = (1366, 768), (390, 844)
HTML_LANG = {"zh": "zh-CN", "en": "en"}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


class Silent(WSGIRequestHandler):
    """Requests of a test aren't worth a line each."""

    def log(self, *_args: Any, **_kwargs: Any) -> None:
        """Says nothing."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a free port of this machine; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without a window."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(find_chromium()), args=FLAGS)
        yield launched
        launched.close()


def window(
    browser: Browser,
    address: str,
    *,
    language: str = "zh",
    size: tuple[int, int] = OFFICE_SCREEN,
    cookie: str = "",
    **more: Any,
) -> BrowserContext:
    """A browser of somebody's own, signed in where a session cookie is given."""
    viewport: ViewportSize = {"width": size[0], "height": size[1]}
    context = browser.new_context(base_url=address, locale=LOCALES[language], viewport=viewport, **more)
    context.set_default_timeout(10_000)
    if cookie:
        context.add_cookies([{"name": "casework-session", "value": cookie, "url": address}])
    return context


def sign_in(page: Page, username: str, password: str, language: str = "zh") -> None:
    """Signs somebody in through the form and has her read this language."""
    page.goto("/sign-in")
    page.fill("#username", username)
    page.fill("#password", password)
    page.click("main button[type=submit]")
    page.wait_for_selector(".rail")
    if page.locator("html").get_attribute("lang") != HTML_LANG[language]:
        page.click(f".topbar button[value={language}]")
        page.wait_for_selector(f"html[lang={HTML_LANG[language]}]")


def watched(page: Page) -> list[str]:
    """A list that fills with what goes wrong in the page: script errors, refusals of the policy, files missing."""
    broken: list[str] = []

    def console(line: ConsoleMessage) -> None:
        # A page that answers 404 on purpose is a line of the console too.
        if line.type in ("error", "warning") and "Failed to load resource" not in line.text:
            broken.append(line.text)

    def answered(response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            broken.append(f"{response.status} {response.url}")

    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", console)
    page.on("response", answered)
    return broken


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a module."""
    with chromium() as launched:
        yield launched


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """Where the office of this test is served."""
    with served(office.app) as where:
        yield where
