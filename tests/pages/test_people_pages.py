"""People on the screen: invited, approved, admitted, removed, reset, recovered; each link and kit shown once."""

from __future__ import annotations

import re

from tests.make import PASSWORD, Office
from tests.page import Page, Visitor, words
from tests.services.people import ANOTHER


def _one_link(page: Page) -> str:
    found = re.search(r"/invitations/[\w-]+", words(page.soup.select_one(".once")))
    assert found is not None
    return found.group()


def _code(page: Page) -> str:
    return words(page.soup.select_one(".code-big"))


def _signed_in(office: Office, username: str, password: str = ANOTHER) -> Visitor:
    visitor = Visitor(office.app)
    visitor.get("/sign-in")
    visitor.submit("登录", {"username": username, "password": password})
    return visitor


def _invite(office: Office, role: str = "caseworker") -> str:
    admin = office.visitor("admin")
    admin.get("/accounts/invite")
    page = admin.submit(
        "邀请",
        {
            "display_name": "陈云",
            "username": "Chen.Yun",
            "role": role,
            "team_id": str(office.team_id) if role == "caseworker" else "",
        },
    )
    assert "只显示这一次" in page.text
    return _one_link(page)


def test_from_an_invitation_to_the_keys_of_a_team(office: Office) -> None:
    link = _invite(office)
    guest = Visitor(office.app)
    assert "陈云，您的账号是 chen.yun" in guest.get(link).text
    page = guest.submit("设好密码", {"password": "short", "again": "short"}, status=422)
    assert page.errors == ["密码：至少 12 个字。可以用几个不相干的词连起来"]
    page = guest.submit("设好密码", {"password": ANOTHER, "again": ANOTHER + "x"}, status=422)
    assert page.errors == ["再输一次：两次输入的不一样，请再输一次"]
    page = guest.submit("设好密码", {"password": ANOTHER, "again": ANOTHER})
    assert page.heading == "登录" and "我的账号" in page.flashes[0]
    guest.get(link, status=404)
    member = _signed_in(office, "chen.yun")
    assert "等批准 个案工作者" in member.get("/account").text
    officer = office.visitor("officer")
    officer.get("/security")
    assert officer.submit("批准").flashes == ["已批准。小组里的角色还要组长当面准入。"]
    page = member.get("/account")
    assert "等准入" in page.text
    code = _code(page)
    lead = office.visitor("lead")
    waiting = lead.get("/teams/members")
    assert "陈云" in waiting.rows()[0] and code not in waiting.html
    lead.click("准入")
    page = lead.submit("准入", {"typed_code": "1234 5678 1234 5678", "password": PASSWORD}, status=422)
    assert page.errors == ["她屏幕上的准入码：与组员屏幕上的码不符，请当面再核对一次"]
    page = lead.submit("准入", {"typed_code": code, "password": "wrong password"}, status=422)
    assert page.errors == ["您自己的密码：不对，请再看一次"]
    assert page.soup.find(id="typed_code")["value"] == code  # type: ignore[index]
    page = lead.submit("准入", {"typed_code": code, "password": PASSWORD})
    assert page.flashes and "已准入" in page.flashes[0]
    assert "已准入 个案一组" in member.get("/account").text


def test_somebody_without_a_role_yet_sees_her_own_account_and_nothing_else(office: Office) -> None:
    link = _invite(office, "supervisor")
    guest = Visitor(office.app)
    guest.get(link)
    guest.submit("设好密码", {"password": ANOTHER, "again": ANOTHER})
    member = _signed_in(office, "chen.yun")
    assert member.page is not None and member.page.heading == "我的账号"
    for address in ("/cases", "/statistics", "/security", "/accounts", "/teams/members"):
        member.get(address, status=404)
    member.get("/account")
    assert member.submit("退出登录").heading == "登录"


def test_an_invitation_that_the_rules_refuse_keeps_what_was_typed(office: Office) -> None:
    admin = office.visitor("admin")
    admin.get("/accounts/invite")
    sent = {"display_name": "陈云", "username": "lead", "role": "caseworker", "team_id": ""}
    page = admin.submit("邀请", sent, status=422)
    assert page.errors == ["账号：已经有人用了，请换一个"]
    page = admin.submit("邀请", sent | {"username": "陈云"}, status=422)
    assert "请用小写字母开头" in page.errors[0]
    page = admin.submit("邀请", sent | {"username": "chen.yun"}, status=422)
    assert page.errors == ["小组：这个角色要选小组，其他角色不选"]
    assert page.soup.find(id="display_name")["value"] == "陈云"  # type: ignore[index]


def test_a_disabled_account_is_out_at_once(office: Office) -> None:
    colleague, admin = office.visitor("colleague"), office.visitor("admin")
    colleague.get("/account")
    admin.get(f"/accounts/{office.account_id('colleague')}/disable")
    page = admin.submit("停用")
    assert "已停用" in page.flashes[0]
    assert colleague.get("/account").heading == "登录"
    admin.get(f"/accounts/{office.account_id('admin')}/disable")
    assert "您自己的" in admin.submit("停用").flashes[0]


def test_a_removed_member_is_out_at_once(office: Office) -> None:
    colleague, lead = office.visitor("colleague"), office.visitor("lead")
    colleague.get("/account")
    lead.get(f"/teams/{office.team_id}/members/{office.account_id('colleague')}/remove")
    page = lead.submit("移出，换新钥匙", {"password": "wrong password"}, status=422)
    assert page.errors == ["您自己的密码：不对，请再看一次"]
    assert "已移出本组" in lead.submit("移出，换新钥匙", {"password": PASSWORD}).flashes[0]
    assert colleague.get("/account").heading == "登录"
    assert "梁静" not in lead.get(f"/teams/{office.team_id}/members").text


def test_a_lead_reaches_no_team_but_her_own(office: Office) -> None:
    lead = office.visitor("lead2")
    colleague = office.account_id("colleague")
    for address in ("members", f"members/{colleague}/admit", f"members/{colleague}/remove"):
        lead.get(f"/teams/{office.team_id}/{address}", status=404)
    own = office.facts.teams["个案二组"]
    lead.get(f"/teams/{own}/members/{colleague}/remove", status=404)
    lead.get(f"/teams/{own}/members/{office.account_id('stranger')}/admit", status=404)


def test_a_reset_shows_its_link_once_and_the_member_comes_back(office: Office) -> None:
    officer = office.visitor("officer")
    officer.get(f"/security/accounts/{office.account_id('caseworker')}/reset")
    link = _one_link(officer.submit("重设，显示链接", {"password": PASSWORD}))
    assert link not in officer.get("/security").html
    guest = Visitor(office.app)
    guest.get(link)
    guest.submit("设好密码", {"password": ANOTHER, "again": ANOTHER})
    member, lead = _signed_in(office, "caseworker"), office.visitor("lead")
    lead.get(f"/teams/{office.team_id}/members")
    lead.click("准入")
    lead.submit("准入", {"typed_code": _code(member.get("/account")), "password": PASSWORD})
    assert "已准入 个案一组" in member.get("/account").text


def test_an_officer_does_not_decide_about_herself(office: Office) -> None:
    admin, officer = office.visitor("admin"), office.visitor("officer")
    own = office.account_id("officer")
    admin.get(f"/accounts/{own}/role")
    admin.submit("交安全保密员批准", {"role": "approving_leader", "team_id": ""})
    page = officer.get("/security")
    assert "请另一位办理" in page.rows()[0] and not page.has_button("批准")
    other = office.visitor("officer2")
    other.get("/security")
    assert "已批准" in other.submit("批准").flashes[0]
    officer.get(f"/security/accounts/{own}/reset")
    page = officer.submit("重设，显示链接", {"password": PASSWORD}, status=422)
    assert page.errors == ["不能批自己的，请另一位安全保密员办理"]


def test_a_role_is_ended_after_a_page_that_says_what_happens(office: Office) -> None:
    officer = office.visitor("officer")
    page = officer.get("/security")
    row = next(it for it in page.soup.select("#part-people tbody tr") if "冯庇" in words(it))
    officer.get(str(row.select_one("a[href*=roles]")["href"]))  # type: ignore[index]
    assert "角色已结束" in officer.submit("结束角色", {"password": PASSWORD}).flashes[0]
    officer.get(str(row.select_one("a[href*=roles]")["href"]), status=404)  # type: ignore[index]


def test_a_team_is_opened_by_the_lead_s_code(office: Office) -> None:
    officer, leader = office.visitor("officer"), office.visitor("leader")
    code = _code(leader.get("/account"))
    officer.get("/security/teams/new")
    sent = {
        "name": "个案三组",
        "lead": str(office.account_id("leader")),
        "typed_code": code,
        "password": PASSWORD,
    }
    page = officer.submit("开设小组", sent | {"name": "个案一组"}, status=422)
    assert page.errors == ["小组名称：已经有人用了，请换一个"]
    for nobody in ("abc", "9" * 30, ""):
        assert officer.submit("开设小组", sent | {"lead": nobody}, status=422).errors[0].startswith("组长")
    page = officer.submit("开设小组", sent | {"typed_code": "1" * 16}, status=422)
    assert page.errors == ["她屏幕上的准入码：与组员屏幕上的码不符，请当面再核对一次"]
    officer.submit("开设小组", sent)
    assert "个案三组" in officer.get("/security").text
    assert "已准入 个案三组" in leader.get("/account").text


def test_recovery_prints_the_new_kit_and_everybody_is_told(office: Office) -> None:
    officer = office.visitor("officer")
    for username in ("lead", "caseworker", "colleague"):
        officer.get(f"/security/accounts/{office.account_id(username)}/reset")
        link = _one_link(officer.submit("重设，显示链接", {"password": PASSWORD}))
        guest = Visitor(office.app)
        guest.get(link)
        guest.submit("设好密码", {"password": ANOTHER, "again": ANOTHER})
    lead = _signed_in(office, "lead")
    code = _code(lead.get("/account"))
    officer.get("/security/recovery")
    one, other, third = office.facts.shares
    whom = str(office.account_id("lead"))
    sent = {"share_one": one, "share_other": other, "whom": whom, "typed_code": code, "password": PASSWORD}
    page = officer.submit("用套件准入", sent | {"share_other": one}, status=422)
    assert page.errors == ["另一份：两栏是同一份，请用另一份"]
    page = officer.submit("用套件准入", sent)
    assert page.heading == "恢复套件" and len(page.soup.select(".share")) == 3
    assert not any(share in page.html for share in (one, other, third))
    assert "已准入 个案一组、12338 热线" in lead.get("/account").text
    supervisor = office.visitor("supervisor")
    assert any("用过恢复套件" in it for it in supervisor.get("/").flashes)
    assert not supervisor.get("/account").flashes
    supervisor.get("/")
    supervisor.submit("知道了")
    assert not supervisor.get("/").flashes
    assert any("用过恢复套件" in it for it in office.visitor("operator").get("/").flashes)
