"""Accounts and roles: what may not be one person's, who may not approve what, what a link opens and when no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from casework.clock import local, now_us
from casework.crypto.passwords import stretch
from casework.errors import AlreadyDone, Invalid, KeyMissing, LinkSpent, NotFound, NotSignedIn
from casework.services import accounts, approvals, own_account, password_rules
from casework.transaction import reader
from models.enums import Role, TeamKind
from tests.make import PASSWORD, Office
from tests.services.people import ANOTHER, code_of, newcomer
from tests.services.sealed_things import NAME, read_name, seal_name

SEPARATE = (Role.SECURITY_OFFICER, Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR)


@pytest.mark.parametrize("held", SEPARATE)
def test_the_three_powers_are_three_people(held: Role) -> None:
    for other in SEPARATE:
        assert (accounts.forbidden_together({held, other}) is not None) == (held != other)


@pytest.mark.parametrize("watcher", [Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR, Role.SUPERVISOR])
@pytest.mark.parametrize(
    "worker", [Role.HOTLINE_OPERATOR, Role.CASEWORKER, Role.TEAM_LEAD, Role.SHELTER_STAFF]
)
def test_who_runs_or_counts_works_on_no_case(watcher: Role, worker: Role) -> None:
    assert accounts.forbidden_together({watcher, worker}) == frozenset({watcher, worker})


@pytest.mark.parametrize(
    ("person", "role", "in_team", "fault"),
    [
        ("auditor", Role.SYSTEM_ADMINISTRATOR, False, {"role": "forbidden_pair"}),
        ("supervisor", Role.CASEWORKER, True, {"role": "forbidden_pair"}),
        ("leader", Role.CASEWORKER, False, {"team_id": "team"}),
        ("leader", Role.SUPERVISOR, True, {"team_id": "team"}),
        ("leader", Role.SHELTER_STAFF, True, {"team_id": "team_kind"}),
        ("caseworker", Role.CASEWORKER, True, {"role": "held"}),
    ],
)
def test_a_role_that_may_not_be_is_refused_when_asked(
    any_office: Office, person: str, role: Role, in_team: bool, fault: dict[str, str]
) -> None:
    with any_office.at_work():
        team_id = any_office.team_id if in_team else None
        with pytest.raises(Invalid) as refused:
            accounts.ask_role(any_office.actor("admin"), any_office.account_id(person), role, team_id)
        assert refused.value.faults == fault
        assert approvals.waiting() == []


def test_a_waiting_role_counts_for_forbidden_pairs(any_office: Office) -> None:
    with any_office.at_work():
        newcomer(any_office, "chen.yun", Role.AUDITOR, None, approved=False)
        with pytest.raises(Invalid, match="forbidden_pair"):
            accounts.ask_role(
                any_office.actor("admin"), any_office.account_id("chen.yun"), Role.SECURITY_OFFICER, None
            )


def test_an_officer_approves_neither_her_own_role_nor_one_she_asked_for(any_office: Office) -> None:
    with any_office.at_work():
        officer_id = any_office.account_id("officer")
        accounts.ask_role(any_office.actor("admin"), officer_id, Role.APPROVING_LEADER, None)
        accounts.ask_role(any_office.actor("officer"), any_office.account_id("leader"), Role.SUPERVISOR, None)
        for asked in approvals.waiting():
            with pytest.raises(Invalid, match="own"):
                approvals.approve(any_office.actor("officer"), asked.role_id)
            approvals.approve(any_office.actor("officer2"), asked.role_id)
        assert approvals.waiting() == []


def test_an_officer_opens_no_team_for_herself_and_ends_no_role_of_her_own(any_office: Office) -> None:
    with any_office.at_work():
        officer = any_office.actor("officer")
        with pytest.raises(Invalid, match="own"):
            approvals.open_team(
                officer,
                name="个案三组",
                kind=TeamKind.CASEWORK,
                lead_account_id=officer.account_id,
                typed_code=code_of(any_office, "officer"),
            )
        own = next(it for it in approvals.in_force() if it.account_id == officer.account_id)
        with pytest.raises(Invalid, match="own"):
            approvals.end_role(officer, own.role_id)
        with pytest.raises(Invalid, match="own"):
            approvals.reset_password(officer, officer.account_id)


def test_an_officer_appointed_later_opens_no_team_before_the_root_signed_her(any_office: Office) -> None:
    with any_office.at_work():
        assert approvals.may_sign(any_office.actor("officer"))
        assert not approvals.may_sign(any_office.actor("officer2"))
        with pytest.raises(KeyMissing):
            approvals.open_team(
                any_office.actor("officer2"),
                name="个案三组",
                kind=TeamKind.CASEWORK,
                lead_account_id=any_office.account_id("leader"),
                typed_code=code_of(any_office, "leader"),
            )


def _invited(office: Office) -> tuple[int, str]:
    return accounts.invite(
        office.actor("admin"), username="chen.yun", display_name="陈云", role=Role.SUPERVISOR, team_id=None
    )


def test_a_link_is_used_once(any_office: Office) -> None:
    with any_office.at_work():
        _, token = _invited(any_office)
        assert accounts.invited_by(token).username == "chen.yun"
        accounts.accept_invitation(token, PASSWORD)
        with pytest.raises(LinkSpent):
            accounts.invited_by(token)
        with pytest.raises(LinkSpent):
            accounts.accept_invitation(token, ANOTHER)
        assert any_office.actor("chen.yun").username == "chen.yun"


def test_a_link_ends_after_seven_days(any_office: Office) -> None:
    with any_office.at_work():
        _, token = _invited(any_office)
        with time_machine.travel(local(now_us()) + timedelta(days=7, minutes=-1), tick=False):
            assert accounts.invited_by(token)
        too_late = time_machine.travel(local(now_us()) + timedelta(days=7, minutes=1), tick=False)
        with too_late, pytest.raises(LinkSpent):
            accounts.accept_invitation(token, PASSWORD)


def test_a_newer_link_ends_the_earlier_one(any_office: Office) -> None:
    with any_office.at_work():
        account_id, token = _invited(any_office)
        newer = approvals.reset_password(any_office.actor("officer"), account_id)
        with pytest.raises(LinkSpent):
            accounts.accept_invitation(token, PASSWORD)
        accounts.accept_invitation(newer, PASSWORD)


def test_a_link_of_a_disabled_account_opens_nothing(any_office: Office) -> None:
    with any_office.at_work():
        account_id, token = _invited(any_office)
        accounts.disable(any_office.actor("admin"), account_id)
        with pytest.raises(LinkSpent):
            accounts.accept_invitation(token, PASSWORD)
        assert accounts.line_of(account_id).state == "disabled"
        with pytest.raises(AlreadyDone):
            accounts.disable(any_office.actor("admin"), account_id)
        with pytest.raises(NotFound):
            approvals.reset_password(any_office.actor("officer"), account_id)


def test_a_refused_password_leaves_the_link_good(any_office: Office) -> None:
    with any_office.at_work():
        _, token = _invited(any_office)
        with pytest.raises(Invalid, match="short"):
            accounts.accept_invitation(token, "too short")
        accounts.accept_invitation(token, PASSWORD)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", "short"),
        ("x" * 201, "long"),
        ("123456789012", "common"),
        ("woaini5201314", "common"),
        ("Password123456", "common"),
        ("aaaaaaaaaaaaaa", "common"),
        ("13800138000138", "common"),
        ("chen.yun and more", "username"),
        ("seven quiet herons 41", None),
        ("七只安静的苍鹭站在水边四十一", None),
    ],
)
def test_which_passwords_are_refused(password: str, fault: str | None) -> None:
    assert password_rules.fault(password, "chen.yun") == fault


def test_a_changed_password_opens_what_the_old_one_did(any_office: Office) -> None:
    with any_office.at_work():
        name = seal_name(any_office.actor("caseworker"), any_office.team_id)
        own_account.change_password(any_office.actor("caseworker"), PASSWORD, ANOTHER)
        again = any_office.actor("caseworker", ANOTHER)
        assert read_name(again, name) == NAME
        colleague = seal_name(any_office.actor("colleague"), any_office.team_id)
        assert read_name(again, colleague) == NAME


def test_a_reset_stands_against_a_password_being_changed(
    any_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")

        def slowly(*given: object) -> bytes:
            approvals.reset_password(any_office.actor("officer"), actor.account_id)
            reader().expire_all()
            return stretch(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(own_account, "stretch", slowly)
        with pytest.raises(NotSignedIn):
            own_account.change_password(actor, PASSWORD, ANOTHER)
        line = next(it for it in approvals.review() if it.account_id == actor.account_id)
        assert not line.has_password
