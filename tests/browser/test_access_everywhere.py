"""No barrier, no sideways scrolling and nothing broken on any main screen, for every role, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from casework.clock import now_us, today
from casework.extensions import db
from casework.services import assignments, follow_ups, statistics
from casework.services.follow_ups import Planned
from tests.browser import screens
from tests.browser.served import OFFICE_SCREEN, PHONE, served, sign_in, watched, window
from tests.make import PASSWORD, Office, copied
from tests.make_cases import open_case
from tests.make_counts import record

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}}
TABLET = (1024, 700)
CALL = {"result": "information_given", "phone": "13800000388", "said": "丈夫酒后打人", "issues": ["divorce"]}


def fill(office: Office) -> None:
    """A desk with a call, a team with cases in hand and contacts late, due and ahead, and a year's figures."""
    with office.at_work():
        last = today().year - 1
        months = [f"{last}-{month:02d}" for month in range(1, 13)]
        record(office, {(month, "asks_for_help"): 30 for month in months}, dict.fromkeys(months, 4))
        db.session.close()
        statistics.publish_due(now_us())
        db.session.close()
    operator = office.visitor("operator")
    operator.get("/calls/new")
    operator.submit("结束并保存", CALL)
    with office.at_work():
        numbers = [open_case(office, violent=violent) for violent in (False, True, True)]
        db.session.close()
        for number in numbers[1:]:
            head, _people = assignments.candidates(office.actor("lead"), number)
            assignments.assign(office.actor("lead"), number, office.account_id("caseworker"), head.version)
        worker = office.actor("caseworker")
        for number, urgent in zip(numbers[1:], (True, False), strict=True):
            follow_ups.plan(worker, number, Planned("routine", today(), purpose="问孩子上学", urgent=urgent))
        db.session.close()
        follow_ups.raise_due(now_us())


@pytest.fixture(scope="module")
def address(office_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An office with work in it, built once for all that is looked at."""
    office = copied(office_template, tmp_path_factory.mktemp("everywhere") / "instance")
    fill(office)
    with served(office.app) as where:
        yield where
    office.close()


class Look:
    """Everybody's pages in one language and size, and what is wrong with them."""

    def __init__(self, browser: Browser, address: str, language: str, size: tuple[int, int]) -> None:
        self.browser, self.address, self.language, self.size = browser, address, language, size
        self.pages: dict[str, Page] = {}
        self.broken: dict[str, list[str]] = {}

    def page(self, who: str) -> Page:
        """The page of this person, signed in at the first call."""
        if who not in self.pages:
            page = window(self.browser, self.address, language=self.language).new_page()
            self.pages[who], self.broken[who] = page, watched(page)
            if who:
                sign_in(page, who, PASSWORD, self.language)
            page.set_viewport_size({"width": self.size[0], "height": self.size[1]})
        return self.pages[who]

    def faults(self, screen: screens.Screen, address: str, others: tuple[tuple[int, int], ...]) -> list[str]:
        """Sentences about one screen; none where all is well. At the other sizes only its width is looked at."""
        page = self.page(screen.who)
        status = screens.show(page, screen, address)
        found = [] if status == screen.status else [f"answered {status}"]
        for fault in Axe().run(page, options=OPTIONS).response["violations"]:
            found.append(f"{fault['id']}: {fault['nodes'][0]['html'][:200]}")
        for width, height in (*others, self.size):
            page.set_viewport_size({"width": width, "height": height})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"scrolls sideways at {width}")
        found += self.broken[screen.who]
        self.broken[screen.who].clear()
        return [f"{screen.name}: {it}" for it in found]

    def close(self) -> None:
        """Everybody goes home."""
        for page in self.pages.values():
            page.context.close()


@pytest.mark.parametrize(
    ("language", "size", "others"),
    [("zh", OFFICE_SCREEN, (PHONE, TABLET)), ("en", PHONE, (OFFICE_SCREEN, TABLET))],
)
def test_every_screen_is_open_to_everybody(
    browser: Browser, address: str, language: str, size: tuple[int, int], others: tuple[tuple[int, int], ...]
) -> None:
    look = Look(browser, address, language, size)
    shown = list(screens.there(screens.find(look.page)))
    assert len(shown) == len(screens.SCREENS)
    faults = [it for screen, where in shown for it in look.faults(screen, where, others)]
    look.close()
    assert not faults, "\n".join(faults)
