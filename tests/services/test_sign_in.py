"""Signing in: one answer for every failure, the same work, delays that outlive a restart and lock nobody out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
import time_machine

from casework.clock import local, now_us
from casework.crypto.passwords import stretch
from casework.errors import Invalid, PasswordNeeded
from casework.services import accounts, approvals, own_account, sign_in
from casework.services.sign_in import SignedIn, SignInRefused, TooSoon
from tests.make import PASSWORD, Office, with_settings

WRONG = "not her password at all"


def _sign_in(username: str, password: str = PASSWORD, **given: str) -> SignedIn:
    told = {"code": "", "source": "10.0.0.7", "device_secret": "", "device": "Chrome"} | given
    return sign_in.sign_in(username=username, password=password, **told)


@contextlib.contextmanager
def _at(later: timedelta) -> Iterator[None]:
    with time_machine.travel(local(now_us()) + later, tick=False):
        yield


def _with_totp(office: Office, username: str) -> pyotp.TOTP:
    secret = own_account.new_totp_secret()
    one_time = pyotp.TOTP(secret)
    code = one_time.at(now_us() // 1_000_000)
    own_account.set_up_totp(office.actor(username), PASSWORD, secret, code)
    return one_time


def test_every_failure_stretches_one_password(any_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with any_office.at_work():
        _with_totp(any_office, "operator")
        stretched: list[object] = []

        def counted(*given: object) -> bytes:
            stretched.append(given[2])
            return stretch(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(sign_in, "stretch", counted)
        for number, (username, password, code) in enumerate(
            [
                ("nobody.here", WRONG, ""),
                ("caseworker", WRONG, ""),
                ("operator", PASSWORD, "000000"),
                ("operator", PASSWORD, ""),
            ]
        ):
            with pytest.raises(SignInRefused):
                _sign_in(username, password, code=code, source=f"10.0.1.{number}")
        assert len(stretched) == 4 and len(set(map(str, stretched))) == 1


def test_a_code_counts_once(any_office: Office) -> None:
    # The clock stands, so that no code changes between being made and being used.
    with _at(timedelta(0)), any_office.at_work():
        one_time = _with_totp(any_office, "operator")
        at_set_up = one_time.at(now_us() // 1_000_000)
        with pytest.raises(SignInRefused):
            _sign_in("operator", code=at_set_up)
        with _at(timedelta(seconds=60)):
            code = one_time.at(now_us() // 1_000_000)
            assert _sign_in("operator", code=f"{code[:3]} {code[3:]}").account_id
            with pytest.raises(SignInRefused):
                _sign_in("operator", code=code)
        with _at(timedelta(seconds=120)):
            wide = one_time.at(now_us() // 1_000_000).translate({48 + n: 0xFF10 + n for n in range(10)})
            assert _sign_in("operator", code=wide).account_id


@pytest.mark.parametrize("secret", ["", "ABC", "not base32 at all", "A" * 33])
def test_a_secret_that_is_none_is_refused(any_office: Office, secret: str) -> None:
    with any_office.at_work(), pytest.raises(Invalid, match="wrong"):
        own_account.set_up_totp(any_office.actor("operator"), PASSWORD, secret, "000000")


def _fail(times: int, username: str = "caseworker", source: str = "10.9.9.9") -> None:
    for _ in range(times):
        with contextlib.suppress(SignInRefused, TooSoon):
            _sign_in(username, WRONG, source=source)


def test_failures_slow_the_next_try_and_outlive_a_restart(any_office: Office) -> None:
    with any_office.at_work():
        _fail(sign_in.FREE_FAILURES)
        with pytest.raises(SignInRefused):
            _sign_in("caseworker", WRONG, source="10.9.9.9")
        with pytest.raises(TooSoon):
            _sign_in("caseworker", source="10.9.9.9")
    restarted = with_settings(any_office)
    with restarted.at_work():
        with pytest.raises(TooSoon):
            _sign_in("caseworker", source="10.2.2.2")
        with _at(timedelta(minutes=1)):
            assert _sign_in("caseworker", source="10.2.2.2").account_id
    restarted.close()


def test_an_unknown_name_is_slowed_like_a_known_one(any_office: Office) -> None:
    with any_office.at_work(), _at(timedelta(0)):
        for username in ("nobody.here", "caseworker"):
            waits = []
            for number in range(sign_in.FREE_FAILURES + 4):
                try:
                    _sign_in(username, WRONG, source=f"10.8.{len(username)}.{number}")
                except TooSoon as slowed:
                    waits.append(slowed.seconds)
                except SignInRefused:
                    waits.append(0)
            assert waits == [0, 0, 0, 0, 0, 2, 2, 2]


def test_a_known_device_signs_in_while_a_stranger_guesses(any_office: Office) -> None:
    with any_office.at_work():
        device = _sign_in("caseworker").device_secret
        _fail(12)
        with pytest.raises(TooSoon):
            _sign_in("caseworker", source="10.3.3.3")
        assert _sign_in("caseworker", source="10.3.3.3", device_secret=device).device_secret == device


def test_nobody_waits_longer_than_a_quarter_of_an_hour(any_office: Office) -> None:
    with any_office.at_work():
        for hour in range(30):
            with _at(timedelta(minutes=16 * hour)):
                _fail(1)
        with _at(timedelta(minutes=16 * 29)), pytest.raises(TooSoon) as slowed:
            _sign_in("caseworker", source="10.4.4.4")
        assert slowed.value.seconds <= 15 * 60
        with _at(timedelta(minutes=16 * 29 + 15, seconds=1)):
            assert _sign_in("caseworker", source="10.4.4.4").account_id


def test_one_s_own_slips_are_forgotten_once_the_password_was_right(any_office: Office) -> None:
    with any_office.at_work():
        for _day in range(4):
            actor = any_office.actor("caseworker")
            for _ in range(3):
                with pytest.raises(PasswordNeeded):
                    sign_in.check_password(actor, WRONG)
            sign_in.check_password(actor, PASSWORD)


def test_a_disabled_or_waiting_account_answers_like_a_wrong_password(any_office: Office) -> None:
    with any_office.at_work():
        accounts.disable(any_office.actor("admin"), any_office.account_id("colleague"))
        approvals.reset_password(any_office.actor("officer"), any_office.account_id("shelter"))
        for number, username in enumerate(("colleague", "shelter")):
            with pytest.raises(SignInRefused):
                _sign_in(username, source=f"10.5.5.{number}")
