"""Set-up from the link on the terminal to the first sign-in; a wrong link says only that it is of no use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.services import setup
from tests.make import PASSWORD, Office, empty_office
from tests.page import Visitor, words

PEOPLE = {
    "office_name": "开平市妇女联合会",
    "security_officer_display_name": "郑安",
    "security_officer_password": PASSWORD,
    "security_officer_again": PASSWORD,
    "team_lead_display_name": "李组",
    "team_lead_password": PASSWORD,
    "team_lead_again": PASSWORD,
    "system_administrator_display_name": "方维",
    "auditor_display_name": "罗审",
}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Office]:
    """An instance that nobody has set up."""
    office = empty_office(tmp_path / "instance")
    yield office
    office.close()


def _link(office: Office) -> str:
    with office.at_work():
        link = setup.setup_link(office.settings)
    assert link is not None and link.startswith(office.settings.address)
    return link.removeprefix(office.settings.address)


def _shares(visitor: Visitor) -> list[str]:
    assert visitor.page is not None
    return ["".join(it.get_text().split()) for it in visitor.page.soup.select(".share")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_office_is_set_up_in_three_pages(empty: Office, language: str) -> None:
    visitor, link = Visitor(empty.app, language), _link(empty)
    visitor.get(link)
    kit = visitor.submit("做套件" if language == "zh" else "Make the kit")
    shares = _shares(visitor)
    assert len(set(shares)) == 3 and [it[0] for it in shares] == ["1", "2", "3"]
    assert kit.response.headers["Cache-Control"] == "no-store"
    assert len(kit.soup.select(".sheet")) == 3
    assert not any(share in kit.address for share in shares)
    visitor.click("三张都打好了" if language == "zh" else "All three")
    done = visitor.submit(
        "完成设置" if language == "zh" else "Finish",
        PEOPLE | {"share_one": shares[2], "share_other": shares[0].lower()},
    )
    links = [words(it) for it in done.soup.select(".once")]
    assert len(links) == 2 and all(re.search(r"/invitations/[\w-]{43}$", it) for it in links)
    visitor.get(link, status=404)
    visitor.get("/sign-in")
    visitor.submit("登录" if language == "zh" else "Sign in", {"username": "lead", "password": PASSWORD})
    assert visitor.get("/account").heading == ("我的账号" if language == "zh" else "My account")
    assert ("已准入" if language == "zh" else "Admitted") in visitor.get("/account").text


def test_a_wrong_or_old_link_is_of_no_use(empty: Office) -> None:
    visitor = Visitor(empty.app)
    first, second = _link(empty), _link(empty)
    for address in ("/setup/wrong", first, f"{first}/office"):
        assert visitor.get(address, status=404).heading == "这个链接用不了了"
    assert visitor.get(second).heading == "设置系统"


def test_a_set_up_office_offers_no_link(office: Office) -> None:
    with office.at_work():
        assert setup.setup_link(office.settings) is None
    assert Visitor(office.app).get("/setup/wrong", status=404).heading == "这个链接用不了了"


def _mistyped(share: str) -> str:
    return share[:-1] + ("9" if share.endswith("8") else "8")


def test_what_was_typed_stays_and_each_fault_has_its_field(empty: Office) -> None:
    visitor, link = Visitor(empty.app), _link(empty)
    visitor.get(link)
    visitor.submit("做套件")
    shares = _shares(visitor)
    visitor.get(f"{link}/office")
    page = visitor.submit(
        "完成设置",
        PEOPLE
        | {
            "share_one": _mistyped(shares[0]),
            "share_other": shares[1],
            "security_officer_password": "woaini5201314",
            "security_officer_again": "woaini5201314",
        },
        status=422,
    )
    assert page.soup.find(id="office_name")["value"] == "开平市妇女联合会"  # type: ignore[index]
    assert PASSWORD not in page.html and "woaini" not in page.html
    assert any("安全保密员的密码：这个密码太常见" in it for it in page.errors)
    page = visitor.submit(
        "完成设置", PEOPLE | {"share_one": _mistyped(shares[0]), "share_other": shares[1]}, status=422
    )
    assert page.errors == ["第一份：这一份有字母抄错或漏了，请对着纸再核对一遍"]
    page = visitor.submit("完成设置", PEOPLE | {"share_one": shares[1]}, status=422)
    assert page.errors == ["另一份：两栏是同一份，请用另一份"]


def test_a_second_kit_voids_the_first(empty: Office) -> None:
    visitor, link = Visitor(empty.app), _link(empty)
    visitor.get(link)
    visitor.submit("做套件")
    first = _shares(visitor)
    visitor.get(link)
    visitor.submit("做套件")
    second = _shares(visitor)
    visitor.get(f"{link}/office")
    page = visitor.submit("完成设置", PEOPLE | {"share_one": first[0], "share_other": first[1]}, status=422)
    assert page.errors == ["两份套件打不开。请核对字母，或换另外两份"]
    visitor.submit("完成设置", PEOPLE | {"share_one": second[0], "share_other": second[1]})


def test_two_of_the_four_may_not_share_an_account(empty: Office) -> None:
    visitor, link = Visitor(empty.app), _link(empty)
    visitor.get(link)
    visitor.submit("做套件")
    shares = _shares(visitor)
    visitor.get(f"{link}/office")
    page = visitor.submit(
        "完成设置",
        PEOPLE | {"share_one": shares[0], "share_other": shares[1], "auditor_username": "admin"},
        status=422,
    )
    assert len(page.errors) == 2 and all("已经有人用了" in it for it in page.errors)
