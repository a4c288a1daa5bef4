"""The main screens of every role, by whose they are: what is looked at, measured and tried everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page


@dataclass(frozen=True)
class Screen:
    """One screen: ``who`` signs in (nobody where it is empty), ``press`` is what is pressed there first.

    An address in braces is found on the way: a case, a contact, call and edition of those who see them.
    """

    name: str
    who: str
    address: str
    press: str = ""
    status: int = 200


SCREENS = (
    Screen("sign-in", "", "/sign-in"),
    Screen("elsewhere", "", "/notes"),
    Screen("call", "operator", "/calls/new?draft=new"),
    Screen("call-emergency", "operator", "/calls/new?draft=new", "label[for=hurt_or_danger-1]"),
    Screen("call-as-case", "operator", "/calls/new?draft=new", "input[value=case_opened] + label"),
    Screen("calls", "operator", "/calls"),
    Screen("call-shown", "operator", "{call}"),
    Screen("call-card", "operator", "{call}", "#safe-card button"),
    Screen("call-accept", "operator", "{call}/accept"),
    Screen("today", "caseworker", "/today"),
    Screen("cases", "caseworker", "/cases"),
    Screen("case", "caseworker", "{case}"),
    Screen("identity", "caseworker", "{case}/identity"),
    Screen("identity-form", "caseworker", "{case}/identity/client"),
    Screen("account", "caseworker", "{case}/account"),
    Screen("incident-form", "caseworker", "{case}/incidents/new"),
    Screen("contact", "caseworker", "{case}/contact"),
    Screen("contact-open", "caseworker", "{case}/contact", "#safe-card button"),
    Screen("case-follow-ups", "caseworker", "{case}/follow-ups"),
    Screen("plan", "caseworker", "{case}/follow-ups/new"),
    Screen("result", "caseworker", "{contact}"),
    Screen("week", "caseworker", "/follow-ups"),
    Screen("not-found", "caseworker", "/cases/1999-0001", status=404),
    Screen("lead-today", "lead", "/today"),
    Screen("assign", "lead", "{lead_case}/assign"),
    Screen("approvals", "lead", "/approvals"),
    Screen("members", "lead", "/teams/members"),
    Screen("leader", "leader", "/approvals"),
    Screen("shelter", "shelter", "/shelter"),
    Screen("statistics", "supervisor", "/statistics"),
    Screen("edition", "supervisor", "{edition}"),
    Screen("reports", "reporter", "/reports"),
    Screen("security", "officer", "/security"),
    Screen("new-team", "officer", "/security/teams/new"),
    Screen("recovery", "officer", "/security/recovery"),
    Screen("audit", "auditor", "/audit"),
    Screen("accounts", "admin", "/accounts"),
    Screen("invite", "admin", "/accounts/invite"),
    Screen("operations", "admin", "/operations"),
    Screen("my-account", "caseworker", "/account"),
    Screen("password", "caseworker", "/account/password"),
    Screen("totp", "caseworker", "/account/totp"),
)
DOWN = 2
# Where one of each is found: by whom, on which page, by which link.
FOUND = {
    "call": ("operator", "/calls", "main .ledger tbody a"),
    "case": ("caseworker", "/today", "main .work-who a"),
    "contact": ("caseworker", "/today", "main .work-what a"),
    "lead_case": ("lead", "/cases", "main .ledger tbody a"),
    "edition": ("supervisor", "/statistics", "main details a[href*='/statistics/']"),
}


def find(page_of: Callable[[str], Page]) -> dict[str, str]:
    """The addresses in braces, from the pages of those who see them; what an empty office lacks is left out."""
    found = {}
    for name, (who, address, link) in FOUND.items():
        page = page_of(who)
        page.goto(address)
        links = page.locator(link)
        if links.count():
            # Not the newest of a list: of that one little is known yet.
            found[name] = str(links.nth(min(links.count() - 1, DOWN)).get_attribute("href"))
    return found


def there(found: dict[str, str]) -> Iterator[tuple[Screen, str]]:
    """The screens that this office has, each with its whole address."""
    for screen in SCREENS:
        if "{" not in screen.address or screen.address[1:].partition("}")[0] in found:
            yield screen, screen.address.format(**found)


def show(page: Page, screen: Screen, address: str) -> int:
    """Brings the screen before the eye; gives the status of its page."""
    answer = page.goto(address)
    if screen.press:
        page.locator(screen.press).first.click()
        page.wait_for_load_state()
    return answer.status if answer else 0
