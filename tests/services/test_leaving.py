"""Who leaves a team, however she leaves it, opens nothing that is written afterwards, with whatever she kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from casework.actor import Actor
from casework.boot import boot_secret
from casework.crypto.errors import SealBroken
from casework.errors import NotFound, NotSignedIn, PasswordNeeded
from casework.sealed import Locked
from casework.services import accounts, approvals, members, rosters, sessions
from casework.transaction import reader
from models.enums import Role
from tests.make import PASSWORD, Office
from tests.services.people import admit, newcomer, reset
from tests.services.sealed_things import NAME, SealedName, read_name, seal_name, write_name


def _by_lead(office: Office) -> None:
    members.remove(office.actor("lead"), office.team_id, office.account_id("colleague"))


def _by_officer(office: Office) -> None:
    role = next(it for it in approvals.in_force() if it.account_id == office.account_id("colleague"))
    approvals.end_role(office.actor("officer"), role.role_id)


def _by_officer_without_keys(office: Office) -> None:
    role = next(it for it in approvals.in_force() if it.account_id == office.account_id("colleague"))
    approvals.end_role(office.actor("officer2"), role.role_id)


def _by_administrator(office: Office) -> None:
    accounts.disable(office.actor("admin"), office.account_id("colleague"))


def _by_reset(office: Office) -> None:
    approvals.reset_password(office.actor("officer"), office.account_id("colleague"))


def _by_reset_without_keys(office: Office) -> None:
    approvals.reset_password(office.actor("officer2"), office.account_id("colleague"))


WAYS = [_by_lead, _by_officer, _by_officer_without_keys, _by_administrator, _by_reset, _by_reset_without_keys]


def _opens(actor: Actor, name: SealedName) -> bool:
    """Whether the name can be read; an old key at hand and a new one beneath the words count as shut."""
    try:
        return not isinstance(read_name(actor, name), Locked)
    except SealBroken:
        return False


@pytest.mark.parametrize("leave", WAYS)
def test_what_she_kept_opens_nothing_written_afterwards(
    any_office: Office, leave: Callable[[Office], None]
) -> None:
    with any_office.at_work():
        kept: Actor = any_office.actor("colleague")
        old = seal_name(any_office.actor("caseworker"), any_office.team_id)
        assert read_name(kept, old) == NAME
        leave(any_office)
        # The lead's next request makes the new keys, where the removal itself did not.
        members.rotate_where_due(any_office.actor("lead"))
        caseworker = any_office.actor("caseworker")
        new = seal_name(caseworker, any_office.team_id)
        written_again = write_name(caseworker, old)
        assert not _opens(kept, new)
        assert not _opens(kept, written_again)
        lead = any_office.actor("lead")
        assert read_name(lead, new) == NAME
        roster = rosters.verified_for(reader(), lead)
        assert kept.account_id not in roster.members_of(any_office.team_id)


@pytest.mark.parametrize("leave", WAYS)
def test_her_sessions_end_at_once(any_office: Office, leave: Callable[[Office], None]) -> None:
    with any_office.at_work():
        cookie = any_office.cookie("colleague")
        leave(any_office)
        with pytest.raises(NotSignedIn):
            sessions.resume(cookie, boot_secret())


def test_one_ended_role_leaves_her_other_team_as_it_was(any_office: Office) -> None:
    with any_office.at_work():
        lead = any_office.account_id("lead")
        name = seal_name(any_office.actor("caseworker"), any_office.team_id)
        desk = next(
            it for it in approvals.in_force() if it.account_id == lead and it.team_name == "12338 热线"
        )
        approvals.end_role(any_office.actor("officer"), desk.role_id)
        again = any_office.actor("lead")
        assert again.team_ids(Role.TEAM_LEAD) == [any_office.team_id]
        assert read_name(again, name) == NAME
        assert again.keychain is not None and again.keychain.index_keys


def test_who_left_her_only_team_keeps_no_copy_of_the_index_key(any_office: Office) -> None:
    with any_office.at_work():
        accounts.ask_role(
            any_office.actor("admin"), any_office.account_id("colleague"), Role.APPROVING_LEADER, None
        )
        approvals.approve(any_office.actor("officer"), approvals.waiting()[0].role_id)
        _by_lead(any_office)
        still_here = any_office.actor("colleague")
        assert still_here.role_set == {Role.APPROVING_LEADER}
        assert still_here.keychain is not None
        assert still_here.keychain.index_keys == {} and still_here.keychain.team_secrets == {}


def test_a_lead_removes_neither_herself_nor_anybody_of_another_team(any_office: Office) -> None:
    with any_office.at_work():
        lead = any_office.actor("lead")
        for person in ("lead", "stranger", "supervisor"):
            with pytest.raises(NotFound):
                members.remove(lead, any_office.team_id, any_office.account_id(person))
        with pytest.raises(NotFound):
            members.remove(any_office.actor("lead2"), any_office.team_id, any_office.account_id("colleague"))


@pytest.mark.parametrize("act", ["admit", "remove"])
def test_admission_and_removal_want_the_password_typed_just_now(any_office: Office, act: str) -> None:
    with any_office.at_work():
        account_id = newcomer(any_office, "chen.yun", Role.CASEWORKER, any_office.team_id)
        lead = any_office.actor("lead")
        lead.password_checked_at -= sessions.PASSWORD_FRESH + 1
        with pytest.raises(PasswordNeeded):
            if act == "admit":
                members.admit(lead, any_office.team_id, account_id, "0000 0000 0000 0000")
            else:
                members.remove(lead, any_office.team_id, any_office.account_id("colleague"))


def test_a_lead_whose_password_was_reset_reaches_her_own_pages(any_office: Office) -> None:
    with any_office.at_work():
        newcomer(any_office, "second", Role.TEAM_LEAD, any_office.team_id)
        admit(any_office, "second", any_office.team_id, password=PASSWORD)
        reset(any_office, "lead")
        again = any_office.actor("lead", "eleven tall poplars 93")
        members.rotate_where_due(again)
        assert again.keychain is not None and again.keychain.team_secrets == {}
        second = any_office.actor("second")
        members.rotate_where_due(second)
        admit(any_office, "lead", any_office.team_id, lead="second")
        assert any_office.actor("lead", "eleven tall poplars 93").keychain.team_secrets  # type: ignore[union-attr]
