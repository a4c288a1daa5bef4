"""What a printer gets: the file and the figures, who printed them, and nothing of how she may be reached."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from casework import codes
from casework.clock import now_us
from casework.extensions import db
from casework.services import follow_ups, identities, statistics
from casework.services.follow_ups import Planned
from casework.services.identities import ClientFacts
from tests.browser.served import sign_in, window
from tests.make import PASSWORD, Office
from tests.make_cases import CARD, TUESDAY, open_case
from tests.make_counts import record

pytestmark = pytest.mark.browser
OWN_PHONE, ADDRESS = "138 0000 0418", "幸福新村 3 栋"
HOW_TO_REACH_HER = (CARD.phone, CARD.safe_hours, CARD.alias, CARD.code_word, CARD.never, OWN_PHONE, ADDRESS)
COUNTED = [it for it in codes.listing("call_category") if it.flag("counted", True)]
# What is typed into a field is on the paper too.
PRINTED = """() => [document.body.innerText, ...[...document.querySelectorAll("input, textarea")]
    .filter(it => it.checkVisibility()).map(it => it.value)].join(" ")"""


@pytest.fixture
def number(office: Office) -> str:
    with office.at_work():
        number = open_case(office, violent=True)
        actor = office.actor("caseworker")
        read = identities.of_case(actor, number)
        facts = ClientFacts(
            name="陈某英", phone=OWN_PHONE, address_town="002", address_rest=ADDRESS, sex="female"
        )
        identities.change_client(actor, number, facts, read.client.version)
        follow_ups.plan(actor, number, Planned("routine", TUESDAY, purpose="问孩子上学"))
        db.session.close()
    return number


def reader(browser: Browser, address: str, username: str, language: str = "zh") -> Page:
    page = window(browser, address, language=language).new_page()
    sign_in(page, username, PASSWORD, language)
    page.emulate_media(media="print")
    return page


def digits(text: str) -> str:
    return "".join(text.split())


@pytest.fixture
def page(browser: Browser, address: str, number: str) -> Iterator[Page]:
    opened = reader(browser, address, "caseworker")
    yield opened
    opened.context.close()


def test_no_sheet_says_how_to_reach_her(page: Page, number: str) -> None:
    parts = ("", "/identity", "/identity/client", "/account", "/contact", "/follow-ups", "/follow-ups/new")
    for address in (
        *(f"/cases/{number}{part}" for part in parts),
        "/cases",
        "/today",
        "open card",
        "its form",
    ):
        if address == "open card":
            page.goto(f"/cases/{number}/contact")
            page.eval_on_selector("#safe-card form", "it => it.requestSubmit()")
            page.wait_for_selector("#safe-card dl", state="attached")
            assert str(CARD.code_word) in page.content()
        elif address == "its form":
            page.eval_on_selector("#safe-card form", "it => it.requestSubmit()")
            page.wait_for_selector("#code_word", state="attached")
        else:
            page.goto(address)
        printed = digits(page.evaluate(PRINTED))
        assert [it for it in HOW_TO_REACH_HER if digits(it or "") in printed] == [], address
        assert page.locator(".topbar, .rail, .page-acts, .partnav").locator("visible=true").count() == 0


def test_each_sheet_of_a_case_says_whose_it_is_and_who_printed_it(page: Page, number: str) -> None:
    page.goto(f"/cases/{number}")
    assert f"个案 {number}，内部资料。打印：何敏" in page.inner_text(".print-only")
    assert "陈某英" in page.inner_text("h1 + .case-name")
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_figures_print_whole_beside_their_chart(
    browser: Browser, address: str, office: Office, language: str
) -> None:
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    with office.at_work():
        calls = {
            (month, it.code): 3 + 40 * (it.code == "asks_for_help") for month in months for it in COUNTED
        }
        record(office, calls, dict.fromkeys(months, 9))
        db.session.close()
        statistics.publish_due(now_us())
    page = reader(browser, address, "supervisor", language)
    # The paper's width between its margins
    page.set_viewport_size({"width": 688, "height": 1000})
    page.goto("/statistics?year=2025")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("svg.chart").count() == 2
    assert page.locator("#L10-5 table.ledger-wide tbody tr").locator("visible=true").count() == 12
    assert "谢管" in page.inner_text(".print-only")
    page.context.close()
