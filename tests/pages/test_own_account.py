"""One's own account, signing in, and the lock: what stays, what ends, what the answer gives away."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyotp
import pytest

from casework.clock import now_us
from casework.services import own_account
from tests.make import PASSWORD, Office, with_settings
from tests.page import Page, Visitor, words
from tests.services.people import ANOTHER

WRONG = "not her password at all"


def _sign_in(visitor: Visitor, username: str, password: str = PASSWORD, code: str = "") -> Page:
    visitor.get("/sign-in")
    response = visitor.submit("登录", {"username": username, "password": password, "code": code}, status=200)
    return response


def _refused(office: Office, username: str, password: str, code: str = "") -> Page:
    visitor = Visitor(office.app)
    visitor.get("/sign-in")
    return visitor.submit("登录", {"username": username, "password": password, "code": code}, status=401)


def _code(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(now_us() // 1_000_000 + 30 * steps)


def _without_what_varies(page: Page, username: str) -> str:
    html = re.sub(r'name="csrf_token" value="[^"]*"', "", page.html)
    return html.replace(username, "…")


def test_every_refused_sign_in_reads_the_same(office: Office) -> None:
    with office.at_work():
        secret = own_account.new_totp_secret()
        own_account.set_up_totp(office.actor("operator"), PASSWORD, secret, _code(secret))
    answers = {
        _without_what_varies(_refused(office, username, password, code), username)
        for username, password, code in (
            ("nobody.here", WRONG, ""),
            ("caseworker", WRONG, ""),
            ("operator", PASSWORD, ""),
            ("operator", PASSWORD, "123456"),
        )
    }
    assert len(answers) == 1
    assert "账号、密码或动态码不对" in answers.pop()


def test_another_browser_is_signed_out_from_here(office: Office) -> None:
    here, there = Visitor(office.app), Visitor(office.app)
    for visitor in (there, here):
        visitor.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0"
        _sign_in(visitor, "caseworker")
    page = here.get("/account")
    assert "Chrome · Windows" in page.main and "就是这里" in page.main
    assert there.get("/account").heading == "我的账号"
    here.get("/account")
    assert here.submit("让它退出").flashes == ["那一处已退出"]
    assert there.get("/account").heading == "登录"
    assert here.get("/account").heading == "我的账号"


def test_nobody_signs_another_person_out(office: Office) -> None:
    caseworker, colleague = office.visitor("caseworker"), office.visitor("colleague")
    colleague.get("/account")
    caseworker.get("/account")
    cookie = colleague.client.get_cookie("casework-session")
    assert cookie is not None
    other = cookie.value.partition(".")[0]
    assert caseworker.page is not None
    token = caseworker.page.soup.select_one("input[name=csrf_token]")["value"]  # type: ignore[index]
    caseworker.post(f"/account/sessions/{other}/end", {"csrf_token": token}, status=404)
    assert colleague.get("/account").heading == "我的账号"


def test_a_changed_password_ends_the_sessions_elsewhere(office: Office) -> None:
    here, there = office.visitor("caseworker"), office.visitor("caseworker")
    there.get("/account")
    here.get("/account/password")
    sent = {"current": PASSWORD, "password": ANOTHER, "again": ANOTHER}
    page = here.submit("改密码", sent | {"current": WRONG}, status=422)
    assert page.errors == ["现在的密码：不对，请再看一次"]
    assert ANOTHER not in page.html and PASSWORD not in page.html
    page = here.submit(
        "改密码", sent | {"password": "caseworker caseworker", "again": "caseworker caseworker"}, 422
    )
    assert page.errors == ["新密码：密码里不要含账号"]
    assert "密码已改" in here.submit("改密码", sent).flashes[0]
    assert "已准入 个案一组" in here.get("/account").text
    assert there.get("/account").heading == "登录"
    _refused(office, "caseworker", PASSWORD)
    assert _sign_in(Visitor(office.app), "caseworker", ANOTHER).heading != "登录"


def test_preferences_are_kept(office: Office) -> None:
    visitor = office.visitor("caseworker")
    visitor.get("/account")
    page = visitor.submit("存好", {"language": "en", "text_size": "large"})
    assert page.heading == "My account"
    assert page.soup.html["class"] == ["text-large"]  # type: ignore[index]
    assert "data-single-keys" not in page.soup.body.attrs  # type: ignore[union-attr]
    page = visitor.submit("Save", {"keys": []})
    assert page.soup.body["data-single-keys"] == "off"  # type: ignore[index]


@pytest.fixture
def strict(office: Office) -> Iterator[Office]:
    """The same office where everybody must have a one-time code."""
    started = with_settings(office, totp="required")
    yield started
    started.close()


def test_where_codes_are_required_nothing_else_opens_before(strict: Office) -> None:
    visitor = Visitor(strict.app)
    page = _sign_in(visitor, "caseworker")
    assert page.heading == "启用动态码" and "人人用动态码" in page.flashes[0]
    for address in ("/", "/account", "/account/password", "/cases", "/today"):
        page = visitor.get(address)
        assert page.heading == "启用动态码"
    secret = words(page.soup.select_one(".print-code")).replace(" ", "")
    assert page.soup.select_one("img.qr")["src"].startswith("data:image/svg+xml")  # type: ignore[index,union-attr]
    page = visitor.submit("启用", {"code": "000000", "password": PASSWORD}, status=422)
    assert words(page.soup.select_one(".print-code")).replace(" ", "") == secret
    code = _code(secret)
    page = visitor.submit("启用", {"code": code, "password": WRONG}, status=422)
    assert page.errors == ["您自己的密码：不对，请再看一次"]
    page = visitor.submit("启用", {"code": code, "password": PASSWORD})
    assert page.heading == "我的账号" and "动态码已启用" in page.flashes[0]
    _refused(strict, "caseworker", PASSWORD, code)
    again = Visitor(strict.app)
    assert _sign_in(again, "caseworker", code=_code(secret, steps=1)).heading != "登录"


def test_who_has_no_code_yet_may_still_leave(strict: Office) -> None:
    visitor = Visitor(strict.app)
    _sign_in(visitor, "caseworker")
    assert visitor.submit("退出登录").heading == "登录"


def test_a_form_sent_while_locked_loses_no_word(office: Office) -> None:
    admin = office.visitor("admin")
    admin.get("/accounts/invite")
    form = admin.page
    admin.submit("锁屏")
    admin.page = form
    typed = {
        "display_name": "陈云（镇街维权经办人）",
        "username": "chen.yun",
        "role": "supervisor",
        "team_id": "",
    }
    locked = admin.submit("邀请", typed, status=423)
    assert locked.heading == "输入密码继续"
    locked = admin.submit("打开", {"password": WRONG}, status=401)
    opened = admin.submit("打开", {"password": PASSWORD})
    assert "陈云（镇街维权经办人）" in opened.text
    page = admin.submit("再次送出")
    assert "只显示这一次" in page.text and "陈云（镇街维权经办人）" in page.text


def test_a_locked_session_shows_no_page_and_holds_no_keys(office: Office) -> None:
    visitor = office.visitor("caseworker")
    visitor.get("/account")
    assert visitor.submit("锁屏").heading == "输入密码继续"
    for address in ("/account", "/cases", "/today"):
        assert visitor.get(address).heading == "输入密码继续"
    visitor.submit("打开", {"password": PASSWORD})
    assert "已准入 个案一组" in visitor.get("/account").text


def test_a_restarted_server_asks_for_the_password(office: Office) -> None:
    import casework.boot as boot

    visitor = office.visitor("caseworker")
    visitor.get("/account")
    held = boot._held
    boot._held = boot.new_secret()
    try:
        restarted = with_settings(office)
        cookie = visitor.client.get_cookie("casework-session")
        assert cookie is not None
        again = Visitor(restarted.app)
        again.client.set_cookie("casework-session", cookie.value)
        assert again.get("/account").heading == "输入密码继续"
        again.submit("打开", {"password": PASSWORD})
        assert "已准入 个案一组" in again.get("/account").text
        restarted.close()
    finally:
        boot._held = held
