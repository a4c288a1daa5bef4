"""What a browser, a page elsewhere or a borrowed cookie can do: nothing that its owner did not ask for."""

from __future__ import annotations

import datetime
import re

import pytest
import time_machine
from werkzeug.routing import IntegerConverter, Rule

from casework.access import permission_of
from casework.clock import local, now_us
from casework.policy import POLICY, roles_allowed
from casework.services import approvals, sessions
from casework.views.forwarding import own_path
from models.enums import Role
from tests.make import PASSWORD, Office, with_settings
from tests.make_cases import open_case

ROLE_OF = {
    "operator": {Role.HOTLINE_OPERATOR},
    "caseworker": {Role.CASEWORKER},
    "stranger": {Role.CASEWORKER},
    "lead2": {Role.TEAM_LEAD},
    "shelter": {Role.SHELTER_STAFF},
    "leader": {Role.APPROVING_LEADER},
    "supervisor": {Role.SUPERVISOR},
    "reporter": {Role.DEPARTMENT_REPORTER},
    "officer": {Role.SECURITY_OFFICER},
    "auditor": {Role.AUDITOR},
    "admin": {Role.SYSTEM_ADMINISTRATOR},
}


def filling(rule: Rule, known: dict[str, str]) -> dict[str, str]:
    """A value for each part of an address; the number one where nothing better is known."""
    numbers = {name for name, kind in rule._converters.items() if isinstance(kind, IntegerConverter)}
    given = {name: known.get(name, "1") for name in rule.arguments}
    return {name: "1" if name in numbers and not text.isdigit() else text for name, text in given.items()}


def token_in(html: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "target",
    [
        "//elsewhere.example",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        "/\r/elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "https://elsewhere.example",
        "javascript:alert(1)",
        " //elsewhere.example",
        "/\u2028/elsewhere.example",
        "/\x00/elsewhere.example",
        "",
        None,
    ],
)
def test_no_address_elsewhere_is_gone_to(target: str | None) -> None:
    assert own_path(target) == "/"


def test_our_own_addresses_are_gone_to() -> None:
    for target in ("/", "/cases/2026-0417/contact", "/cases?state=accepted&after=12", "/calls/new?draft=5"):
        assert own_path(target) == target


def test_a_tab_in_the_address_leads_nowhere_else(office: Office) -> None:
    answer = office.visitor("caseworker").client.get("/unlock?next=/%09/elsewhere.example")
    assert answer.headers["Location"] == "/"


def test_somebody_can_sign_in_where_the_server_ends_tls_itself(office: Office) -> None:
    # Our pages send no Referer, so no browser sends one with the form.
    client = office.app.test_client()
    page = client.get("/sign-in", base_url="https://127.0.0.1")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    sent = {"csrf_token": token_in(page.text), "username": "caseworker", "password": PASSWORD}
    assert client.post("/sign-in", base_url="https://127.0.0.1", data=sent).status_code == 303


def test_behind_tls_every_cookie_is_bound_to_the_host(office: Office) -> None:
    started = with_settings(office, trusted_proxy=True, host="0.0.0.0")
    client = started.app.test_client()
    page = client.get("/sign-in", base_url="https://casework.example")
    sent = {"csrf_token": token_in(page.text), "username": "caseworker", "password": PASSWORD}
    answer = client.post("/sign-in", base_url="https://casework.example", data=sent)
    cookies = page.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    assert len(cookies) >= 3
    for cookie in cookies:
        assert cookie.startswith("__Host-") and "Domain" not in cookie
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
    started.close()


def test_every_change_needs_the_token_of_this_browser(office: Office) -> None:
    visitor = office.visitor("caseworker")
    visitor.get("/account")
    other = token_in(office.visitor("colleague").client.get("/account").text)
    asked = 0
    for rule in office.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint in ("sessions.leave", "sessions.lock"):
            continue
        permission = permission_of(office.app, rule.endpoint)
        if permission in (None, "public") or not roles_allowed(str(permission)) & {Role.CASEWORKER}:
            continue
        values = filling(rule, {})
        path = rule.build(values)[1]  # type: ignore[index]
        for token in ("", other):
            assert visitor.client.post(path, data={"csrf_token": token}).status_code == 400, path
        asked += 1
    assert asked > 15


def test_leaving_and_locking_need_no_token(office: Office) -> None:
    for path, lands_on in (("/leave", "/notes"), ("/lock", "/unlock?next=/")):
        visitor = office.visitor("caseworker")
        answer = visitor.client.post(path, data={})
        assert (answer.status_code, answer.headers["Location"]) == (303, lands_on)
        assert visitor.client.get("/account").headers["Location"].startswith("/unlock")


def test_a_locked_session_answers_nothing_but_the_lock(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
    visitor = office.visitor("caseworker")
    visitor.client.post("/lock")
    allowed = {"sessions.sign_out", "sessions.lock", "sessions.unlock", "sessions.open_again"}
    for rule in office.app.url_map.iter_rules():
        permission = permission_of(office.app, rule.endpoint)
        if permission in (None, "public") or rule.endpoint in allowed:
            continue
        values = filling(rule, {"number": number})
        path = rule.build(values)[1]  # type: ignore[index]
        for method in {"GET", "HEAD", "OPTIONS", "POST"} & set(rule.methods or ()):
            mine = roles_allowed(str(permission)) & {Role.CASEWORKER}
            answer = visitor.client.open(path, method=method, headers={"Accept": "application/json"})
            assert answer.status_code == (423 if mine else 404), (method, path)
            assert number not in answer.text and "陈某英" not in answer.text


def test_each_route_knows_whose_it_is(office: Office) -> None:
    """Every address with another team's case: who may not is answered like for one that never was."""
    with office.at_work():
        number = open_case(office)
        known = {
            "number": number,
            "team_id": str(office.team_id),
            "account_id": str(office.account_id("caseworker")),
        }
    absent = {"number": "2026-9999", "team_id": "7", "account_id": "8"}
    for username in (
        "operator",
        "stranger",
        "lead2",
        "shelter",
        "leader",
        "supervisor",
        "reporter",
        "auditor",
    ):
        visitor = office.visitor(username)
        page = visitor.client.get("/account").text
        token = token_in(page)
        for rule in office.app.url_map.iter_rules():
            permission = permission_of(office.app, rule.endpoint)
            if not rule.arguments & set(known) or permission in (None, "public"):
                continue
            if roles_allowed(str(permission)) == frozenset(Role):
                continue
            there = rule.build(filling(rule, known))[1]  # type: ignore[index]
            nowhere = rule.build(filling(rule, absent))[1]  # type: ignore[index]
            for method in {"GET", "POST"} & set(rule.methods or ()):
                sent = {"data": {"csrf_token": token}} if method == "POST" else {}
                one = visitor.client.open(there, method=method, **sent)  # type: ignore[arg-type]
                other = visitor.client.open(nowhere, method=method, **sent)  # type: ignore[arg-type]
                assert one.status_code == other.status_code == 404, (username, method, there)
                shown, hidden = (re.sub(r'value="[^"]*"', "", it.text) for it in (one, other))
                assert shown == hidden, (username, there)


def test_a_page_left_open_ends_with_the_role(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
    visitor = office.visitor("caseworker")
    page = visitor.client.get(f"/cases/{number}/account/words")
    sent = {"csrf_token": token_in(page.text), "version": "1", "account_text": "改写", "wish": ""}
    with office.at_work():
        role = next(
            line for line in approvals.in_force() if line.account_id == office.account_id("caseworker")
        )
        approvals.end_role(office.actor("officer"), role.role_id)
    answer = visitor.client.post(f"/cases/{number}/account/words", data=sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert "改写" not in answer.text


def test_a_cookie_ends_with_its_session(office: Office) -> None:
    visitor = office.visitor("caseworker")
    page = visitor.client.get("/account")
    kept = visitor.client.get_cookie("casework-session")
    assert kept is not None
    visitor.client.post("/sign-out", data={"csrf_token": token_in(page.text)})
    again = office.app.test_client()
    again.set_cookie("casework-session", kept.value)
    assert again.get("/account").headers["Location"] == "/sign-in"


def test_signing_in_takes_no_session_that_was_planted(office: Office) -> None:
    client = office.app.test_client()
    with office.at_work():
        planted = office.cookie("stranger")
    client.set_cookie("casework-session", planted)
    page = client.get("/sign-in")
    sent = {"csrf_token": token_in(page.text), "username": "caseworker", "password": PASSWORD}
    assert client.post("/sign-in", data=sent).status_code == 303
    cookie = client.get_cookie("casework-session")
    assert cookie is not None and cookie.value != planted


def test_where_no_page_is_left_to_lock_the_server_does(office: Office) -> None:
    visitor = office.visitor("caseworker")
    assert visitor.client.get("/account").status_code == 200
    with time_machine.travel(local(now_us()) + datetime.timedelta(minutes=61), tick=False):
        assert visitor.client.get("/account").headers["Location"].startswith("/unlock")
        with office.at_work():
            assert sessions.sweep(now_us()) >= 1
    # The keys are gone from the row too: setting the clock back opens nothing.
    assert visitor.client.get("/account").headers["Location"].startswith("/unlock")


def test_the_policy_names_nobody_twice_over() -> None:
    """What each role reaches, in one place to look at when a permission is added."""
    reach = {name: {key for key in POLICY if roles_allowed(key) & roles} for name, roles in ROLE_OF.items()}
    own = {"own.account", "own.drafts", "own.notices"}
    assert reach["supervisor"] - own == {"statistics.read"}
    assert reach["reporter"] - own == {"report.list"}
    assert reach["auditor"] - own == {"audit.read"}
    assert reach["admin"] - own == {"account.manage", "operations.read"}
    assert reach["officer"] - own == {"security.decide", "access.review"}
