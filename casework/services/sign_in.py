"""Signing in: password and one-time code, one answer for every failure, delays that lock nobody out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

import pyotp
from sqlalchemy import delete, select

from casework.actor import Actor
from casework.clock import DAY, MINUTE, SECOND, now_us
from casework.crypto import boxes
from casework.crypto.bundles import UserBundle, bundle_key, open_bundle, seal_bundle
from casework.crypto.encoding import packed
from casework.crypto.errors import SealBroken
from casework.crypto.passwords import STRONG, Cost, new_salt, stretch
from casework.crypto.signing import digits_of, is_same_code
from casework.errors import DomainError, PasswordNeeded
from casework.runtime import runtime
from casework.services import sessions
from casework.services.sessions import Cookie
from casework.transaction import Work, reader, write
from models.accounts import Account, KnownDevice, SignInDelay
from models.enums import AccountState
from models.sessions import SignedInSession

FREE_FAILURES = 4
LONGEST_DELAY = 15 * MINUTE
STEP_SECONDS = 30
DIGITS = 6


class SignInRefused(DomainError):
    """The account, the password or the code is wrong: one answer for all of them."""


@dataclass
class TooSoon(DomainError):
    """Too many failures from this source or for this account: when the next try counts."""

    seconds: int

    def __str__(self) -> str:
        return f"{self.seconds}"


@dataclass(frozen=True, repr=False)
class SignedIn:
    """A fresh session: its cookie, the device cookie, the account and whether a one-time code is still to be set up."""

    cookie: Cookie
    device_secret: str
    account_id: int
    needs_totp: bool


@dataclass(frozen=True, repr=False)
class Opened:
    """An account whose password was right: its bundle and the key that seals it."""

    account_id: int
    bundle: UserBundle
    key: bytes


def _subject(kind: str, value: str) -> bytes:
    return hmac.digest(runtime().instance.derived("sign-in-delay"), packed(kind, value), "sha256")


def _wait(subjects: list[bytes], at: int) -> None:
    rows = reader().scalars(select(SignInDelay.not_before_at).where(SignInDelay.subject.in_(subjects)))
    latest = max(rows, default=0)
    if latest > at:
        raise TooSoon(seconds=-(-(latest - at) // SECOND))


def _failed(subjects: list[bytes], account_id: int | None) -> None:
    with write(None) as work:
        for subject in subjects:
            row = work.session.get(SignInDelay, subject)
            if row is None:
                row = SignInDelay(subject=subject, failures=0, not_before_at=0, last_failed_at=0)
                work.session.add(row)
            if work.at - row.last_failed_at > DAY:
                row.failures = 0
            row.failures += 1
            row.last_failed_at = work.at
            beyond = row.failures - FREE_FAILURES
            pause = min(LONGEST_DELAY, SECOND * 2 ** min(beyond, 12)) if beyond > 0 else 0
            row.not_before_at = work.at + pause
        work.record("sign_in.refused", subject_kind="account", subject_id=account_id)


def is_known_device(account_id: int | None, device_secret: str) -> bool:
    """Whether this browser has signed in to this account before."""
    if account_id is None or not device_secret:
        return False
    digest = hashlib.sha256(device_secret.encode()).digest()
    found = reader().scalar(
        select(KnownDevice.id).where(
            KnownDevice.account_id == account_id, KnownDevice.secret_digest == digest
        )
    )
    return found is not None


def open_with_password(account: Account | None, password: str) -> Opened | None:
    """The bundle that the password opens, or None; costs the same time for an account that does not exist."""
    if account is None or not account.bundle_sealed or not account.password_salt:
        stretch(password, new_salt(), runtime().password_cost)
        return None
    cost = Cost.decoded(account.password_cost or STRONG.encoded())
    key = bundle_key(stretch(password, account.password_salt, cost), runtime().server_secret)
    try:
        return Opened(account.id, open_bundle(key, account.id, account.bundle_sealed), key)
    except SealBroken:
        return None


def totp_purpose(account_id: int) -> bytes:
    """What a sealed one-time-code secret is bound to."""
    return packed("totp", account_id)


def accepted_step(secret: str, code: str, at: int, last_step: int | None) -> int | None:
    """The time step of a right code that was not used before; None otherwise. One step of drift either way."""
    if len(digits_of(code)) != DIGITS:
        return None
    now_step = at // SECOND // STEP_SECONDS
    one_time = pyotp.TOTP(secret, interval=STEP_SECONDS)
    for step in (now_step, now_step - 1, now_step + 1):
        right = is_same_code(one_time.at(step * STEP_SECONDS), code)
        if right and (last_step is None or step > last_step):
            return step
    return None


def _code_step(account: Account, opened: Opened, code: str, at: int) -> int | None:
    """The step of the code where one is set up; -1 where none is asked for; None for a wrong or replayed one."""
    if account.totp_sealed is None:
        return -1
    secret = boxes.open_sealed(opened.key, account.totp_sealed, totp_purpose(account.id)).decode()
    return accepted_step(secret, code, at, account.totp_last_step)


def sign_in(
    *, username: str, password: str, code: str, source: str, device_secret: str, device: str
) -> SignedIn:
    """A new session, or SignInRefused (whatever was wrong), or TooSoon.

    A device on which the account has signed in before is exempt from the account's delay, so that a stranger who
    guesses can't lock the desk out.
    """
    at = now_us()
    name = username.strip().casefold()
    account = reader().scalars(select(Account).where(Account.username == name)).one_or_none()
    by_source, by_account = _subject("source", source), _subject("account", name)
    known = is_known_device(account.id if account else None, device_secret)
    counted = [_subject("device", device_secret)] if known else [by_source, by_account]
    _wait(counted, at)
    opened = open_with_password(account, password)
    step = _code_step(account, opened, code, at) if account and opened else None
    if account is None or opened is None or step is None or account.state != AccountState.ACTIVE:
        _failed(counted, account.id if account else None)
        raise SignInRefused
    return _admit(account.id, opened, step, counted, device_secret if known else "", device)


def _admit(
    account_id: int, opened: Opened, step: int, counted: list[bytes], device_secret: str, device: str
) -> SignedIn:
    held = runtime()
    with write(None) as work:
        # Held: two sign-ins at one moment would each move the roster's head that the account has seen.
        account = work.session.get(Account, account_id, with_for_update=True)
        assert account is not None
        if account.bundle_sealed is None or account.state != AccountState.ACTIVE:
            # Reset or shut while the password was being stretched: what was just opened is no longer hers.
            raise SignInRefused
        if step >= 0:
            if account.totp_last_step is not None and step <= account.totp_last_step:
                raise SignInRefused
            account.totp_last_step = step
        keychain, roster = sessions.build_keychain(work, account_id, opened.bundle)
        if roster is not None and roster.head != opened.bundle.roster_head:
            seen = opened.bundle.having_seen(roster_head=roster.head)
            account.bundle_sealed = seal_bundle(opened.key, account_id, seen)
        work.session.execute(delete(SignInDelay).where(SignInDelay.subject.in_(counted)))
        secret = _remember_device(work, account_id, device_secret)
        cookie = sessions.open_session(
            work,
            account,
            keychain,
            boot_secret=held.boot_secret,
            device=device,
            hours=held.settings.session_hours,
        )
        work.record("sign_in", subject_kind="session", subject_id=cookie.session_id, account_id=account_id)
        needs = held.settings.totp == "required" and account.totp_sealed is None
        return SignedIn(cookie, secret, account_id, needs)


def _remember_device(work: Work, account_id: int, device_secret: str) -> str:
    secret = device_secret or secrets.token_urlsafe(32)
    digest = hashlib.sha256(secret.encode()).digest()
    row = work.session.scalars(
        select(KnownDevice).where(KnownDevice.account_id == account_id, KnownDevice.secret_digest == digest)
    ).one_or_none()
    if row is None:
        work.session.add(KnownDevice(account_id=account_id, secret_digest=digest, last_used_at=work.at))
    else:
        row.last_used_at = work.at
    return secret


def _own_account(actor: Actor) -> Account:
    account = reader().get(Account, actor.account_id)
    assert account is not None
    return account


def check_password(actor: Actor, password: str) -> Opened:
    """The actor's opened bundle, or PasswordNeeded; wrong ones are counted and delayed like a sign-in."""
    subject = _subject("again", str(actor.account_id))
    _wait([subject], now_us())
    opened = open_with_password(_own_account(actor), password)
    if opened is None:
        _failed([subject], actor.account_id)
        raise PasswordNeeded
    if reader().get(SignInDelay, subject) is not None:
        with write(actor) as work:
            work.session.execute(delete(SignInDelay).where(SignInDelay.subject == subject))
    return opened


def confirm_password(actor: Actor, password: str) -> Opened:
    """The same, remembered for five minutes in the session, for acts that ask for the password again."""
    opened = check_password(actor, password)
    with write(actor) as work:
        row = work.session.get(SignedInSession, actor.session_id)
        if row is not None:
            row.password_checked_at = work.at
            actor.password_checked_at = work.at
        work.record("password.confirm", subject_kind="account", subject_id=actor.account_id)
    return opened


def unlock(actor: Actor, cookie_text: str, password: str) -> None:
    """Opens a locked session again with the password; PasswordNeeded when it is wrong."""
    opened = check_password(actor, password)
    with write(actor) as work:
        keychain, _ = sessions.build_keychain(work, actor.account_id, opened.bundle)
    sessions.unlock(actor, cookie_text, keychain, runtime().boot_secret)
