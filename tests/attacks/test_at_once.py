"""The same thing asked for twice at one moment: it happens once, and the other is told so."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import func, select

from casework.clock import now_us, today
from casework.errors import AlreadyDone, Busy, LinkSpent
from casework.services import accounts, approvals, contact_cards, follow_ups, own_account, setup, sign_in
from casework.services.follow_ups import Planned, Tried
from casework.services.setup import Office as FirstOffice
from casework.services.sign_in import SignedIn, SignInRefused
from casework.transaction import reader, record_views
from models.accounts import Account, AccountRole
from models.follow_ups import FollowUpTry
from tests.faults.test_two_people import at_once
from tests.make import FIRST, PASSWORD, Office, empty_office
from tests.make_cases import open_case
from tests.services.people import ANOTHER


def test_a_link_used_twice_at_once_sets_one_password(any_office: Office) -> None:
    with any_office.at_work():
        token = approvals.reset_password(any_office.actor("officer"), any_office.account_id("caseworker"))
    words = [ANOTHER, f"{ANOTHER} too"]
    results = at_once(any_office, [partial(accounts.accept_invitation, token, it) for it in words])
    assert [type(it) for it in results if it is not None] == [LinkSpent], results
    with any_office.at_work():
        any_office.actor("caseworker", words[results.index(None)])
        with pytest.raises(SignInRefused):
            any_office.actor("caseworker", words[1 - results.index(None)])


def test_a_one_time_code_used_twice_at_once_signs_in_once(any_office: Office) -> None:
    secret = own_account.new_totp_secret()
    with any_office.at_work():
        code = pyotp.TOTP(secret).at(now_us() // 1_000_000 - 30)
        own_account.set_up_totp(any_office.actor("caseworker"), PASSWORD, secret, code)
    code = pyotp.TOTP(secret).at(now_us() // 1_000_000 + 1)
    asked = partial(
        sign_in.sign_in,
        username="caseworker",
        password=PASSWORD,
        code=code,
        source="x",
        device_secret="",
        device="x",
    )
    results = at_once(any_office, [asked, asked, asked])
    assert [type(it) for it in results if not isinstance(it, SignedIn)] == [SignInRefused] * 2, results


def test_a_contact_recorded_twice_at_once_is_one_try(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        follow_up_id = follow_ups.plan(any_office.actor("caseworker"), number, Planned("routine", today()))
        actors = [any_office.actor("caseworker"), any_office.actor("colleague")]
        for actor in actors:
            contact_cards.open_card(actor, number)
            record_views(actor)
    tried = Tried("not_reached", note="响了很久", next_on=today())
    results = at_once(
        any_office, [partial(follow_ups.record, it, number, follow_up_id, tried, 1) for it in actors]
    )
    assert sum(isinstance(it, AlreadyDone | Busy) for it in results) == 1, results
    with any_office.at_work():
        assert reader().scalar(select(func.count()).select_from(FollowUpTry)) == 1


def test_a_role_decided_twice_at_once_is_decided_once(any_office: Office) -> None:
    with any_office.at_work():
        account_id = any_office.account_id("leader")
        accounts.ask_role(any_office.actor("admin"), account_id, next(iter(FIRST)), None)
        (asked,) = approvals.waiting()
        officers = [any_office.actor("officer"), any_office.actor("officer2")]
    decide = (approvals.approve, approvals.decline)
    results = at_once(
        any_office,
        [partial(act, who, asked.role_id) for act, who in zip(decide, officers, strict=True)],
    )
    assert sum(it is None for it in results) == 1, results
    assert sum(isinstance(it, AlreadyDone | Busy) for it in results) == 1, results
    with any_office.at_work():
        row = reader().get(AccountRole, asked.role_id)
        assert row is not None
        assert (row.approved_at is None) == (row.until_on is not None)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Office]:
    made = empty_office(tmp_path / "empty")
    yield made
    made.close()


def test_an_office_opened_twice_at_once_is_one_office(empty: Office) -> None:
    with empty.at_work():
        token = setup.new_token() or ""
        kit = setup.make_kit(token)
    office = FirstOffice("开平市妇女联合会", "个案一组", "12338 热线", False, FIRST)
    asked = partial(setup.open_office, token, kit.shares[0], kit.shares[1], office)
    results = at_once(empty, [asked, asked])
    assert sum(isinstance(it, AlreadyDone | LinkSpent) for it in results) == 1, results
    with empty.at_work():
        assert reader().scalar(select(func.count()).select_from(Account)) == 4
