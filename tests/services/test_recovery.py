"""A forgotten password loses nothing: admitted again by the lead, or, when nobody is left, by two shares of the kit."""

from __future__ import annotations

import itertools

import pytest

from casework.errors import CodeMismatch, Invalid, NotFound, PasswordNeeded, WrongKit
from casework.services import announcements, approvals, members, recovery, sessions, setup
from casework.services.setup import PrintedKit
from models.enums import CompartmentKind, Role, TeamKind
from tests.make import PASSWORD, Office
from tests.services.people import ANOTHER, admit, code_of, newcomer, reset
from tests.services.sealed_things import NAME, read_name, seal_name


def _recover(office: Office, username: str, *, by: str = "officer") -> PrintedKit:
    one, other = office.facts.shares[:2]
    return recovery.readmit(
        office.actor(by),
        one,
        other,
        account_id=office.account_id(username),
        typed_code=code_of(office, username, ANOTHER),
    )


def test_a_member_who_forgot_reads_her_old_cases_after_admission(any_office: Office) -> None:
    with any_office.at_work():
        name = seal_name(any_office.actor("caseworker"), any_office.team_id)
        reset(any_office, "caseworker")
        between = any_office.actor("caseworker", ANOTHER)
        assert not read_name(between, name)
        admit(any_office, "caseworker", any_office.team_id)
        assert read_name(any_office.actor("caseworker", ANOTHER), name) == NAME


def test_what_she_handed_on_before_she_forgot_still_opens(any_office: Office) -> None:
    with any_office.at_work():
        name = seal_name(any_office.actor("operator"), any_office.team_id, kind=CompartmentKind.ACCOUNT)
        reset(any_office, "operator")
        admit(any_office, "operator", any_office.desk_id)
        assert read_name(any_office.actor("caseworker"), name) == NAME


def test_a_code_read_wrong_admits_nobody(any_office: Office) -> None:
    with any_office.at_work():
        reset(any_office, "caseworker")
        right = code_of(any_office, "caseworker", ANOTHER)
        wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
        for typed in (wrong, "", right[:-1], "四个零"):
            with pytest.raises(CodeMismatch):
                members.admit(
                    any_office.actor("lead"), any_office.team_id, any_office.account_id("caseworker"), typed
                )
        full_width = right.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
        members.admit(
            any_office.actor("lead"), any_office.team_id, any_office.account_id("caseworker"), full_width
        )


def _everybody_forgot(office: Office) -> None:
    for username in ("lead", "caseworker", "colleague"):
        reset(office, username)


def test_the_kit_gives_a_team_back_to_its_lead(any_office: Office) -> None:
    with any_office.at_work():
        name = seal_name(any_office.actor("caseworker"), any_office.team_id)
        _everybody_forgot(any_office)
        waiting = recovery.candidates(any_office.actor("officer"))
        assert {(it.display_name, it.places) for it in waiting} == {
            ("李组", ("个案一组", "12338 热线")),
            ("邓安", (None,)),
        }
        _recover(any_office, "lead")
        lead = any_office.actor("lead", ANOTHER)
        assert read_name(lead, name) == NAME
        members.rotate_where_due(lead)
        members.admit(
            any_office.actor("lead", ANOTHER),
            any_office.team_id,
            any_office.account_id("caseworker"),
            code_of(any_office, "caseworker", ANOTHER),
        )
        assert read_name(any_office.actor("caseworker", ANOTHER), name) == NAME


def test_the_used_kit_opens_nothing_more_and_the_new_one_does(any_office: Office) -> None:
    with any_office.at_work():
        _everybody_forgot(any_office)
        new = _recover(any_office, "lead")
        for one, other in itertools.combinations(any_office.facts.shares, 2):
            with pytest.raises(WrongKit):
                setup.open_kit(one, other)
        with pytest.raises(WrongKit):
            setup.open_kit(new.shares[0], any_office.facts.shares[1])
        for one, other in itertools.combinations(new.shares, 2):
            assert setup.open_kit(other, one).version == 2
        any_office.facts.shares = list(new.shares)
        reset(any_office, "lead")
        _recover(any_office, "lead")


def test_use_of_the_kit_is_told_to_everybody_until_read(any_office: Office) -> None:
    with any_office.at_work():
        _everybody_forgot(any_office)
        assert announcements.unread(any_office.actor("supervisor")) == []
        _recover(any_office, "lead")
        for username in ("supervisor", "operator", "officer", "admin"):
            assert len(announcements.unread(any_office.actor(username))) == 1
        supervisor = any_office.actor("supervisor")
        told = announcements.unread(supervisor)[0]
        with pytest.raises(NotFound):
            announcements.mark_read(any_office.actor("operator"), told.notice_id)
        announcements.mark_read(supervisor, told.notice_id)
        assert announcements.unread(any_office.actor("supervisor")) == []
        assert announcements.unread(any_office.actor("operator"))


def test_a_second_officer_signed_with_the_kit_may_open_teams(any_office: Office) -> None:
    with any_office.at_work():
        one, other = any_office.facts.shares[1:]
        recovery.readmit(
            any_office.actor("officer2"),
            one,
            other,
            account_id=any_office.account_id("officer2"),
            typed_code=code_of(any_office, "officer2"),
        )
        officer2 = any_office.actor("officer2")
        assert approvals.may_sign(officer2)
        approvals.open_team(
            officer2,
            name="个案三组",
            kind=TeamKind.CASEWORK,
            lead_account_id=any_office.account_id("leader"),
            typed_code=code_of(any_office, "leader"),
        )
        reset(any_office, "officer2")
        assert not approvals.may_sign(any_office.actor("officer2", ANOTHER))


def test_the_kit_signs_only_who_was_approved_to_lead(any_office: Office) -> None:
    with any_office.at_work():
        one, other = any_office.facts.shares[:2]
        for username in ("caseworker", "leader", "lead"):
            with pytest.raises(NotFound):
                recovery.readmit(
                    any_office.actor("officer"),
                    one,
                    other,
                    account_id=any_office.account_id(username),
                    typed_code=code_of(any_office, username),
                )


def test_the_kit_wants_the_officer_s_password_and_the_lead_s_code(any_office: Office) -> None:
    with any_office.at_work():
        reset(any_office, "lead")
        one, other = any_office.facts.shares[:2]
        account_id = any_office.account_id("lead")
        officer = any_office.actor("officer")
        with pytest.raises(CodeMismatch):
            recovery.readmit(officer, one, other, account_id=account_id, typed_code="1" * 16)
        officer.password_checked_at -= sessions.PASSWORD_FRESH + 1
        with pytest.raises(PasswordNeeded):
            _ = recovery.readmit(
                officer,
                one,
                other,
                account_id=account_id,
                typed_code=code_of(any_office, "lead", ANOTHER),
            )
        assert setup.open_kit(one, other).version == 1


def test_a_mistyped_share_is_named(any_office: Office) -> None:
    with any_office.at_work():
        one, other = any_office.facts.shares[:2]
        assert setup.open_kit(one.lower().replace("-", " "), f" {other} ").version == 1
        wrong = one[:-1] + ("A" if one[-1] != "A" else "B")
        for pair, faults in (
            ((wrong, other), {"share_one": "mistyped"}),
            ((one, ""), {"share_other": "mistyped"}),
            ((one, one), {"share_other": "same_share"}),
            (("１２３", "☃" * 32), {"share_one": "mistyped", "share_other": "mistyped"}),
        ):
            with pytest.raises(Invalid) as refused:
                setup.open_kit(*pair)
            assert refused.value.faults == faults


def test_a_new_person_may_lead_after_her_team_was_lost(any_office: Office) -> None:
    with any_office.at_work():
        name = seal_name(any_office.actor("caseworker"), any_office.team_id)
        newcomer(any_office, "chen.yun", Role.TEAM_LEAD, any_office.team_id)
        one, other = any_office.facts.shares[:2]
        recovery.readmit(
            any_office.actor("officer"),
            one,
            other,
            account_id=any_office.account_id("chen.yun"),
            typed_code=code_of(any_office, "chen.yun", PASSWORD),
        )
        assert read_name(any_office.actor("chen.yun"), name) == NAME
