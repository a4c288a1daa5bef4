"""What a person does with her own account: her password, her one-time code, how she likes to read."""

from __future__ import annotations

import base64
import binascii

import pyotp

from casework.actor import Actor
from casework.clock import now_us
from casework.crypto import boxes
from casework.crypto.bundles import bundle_key, seal_bundle
from casework.crypto.passwords import new_salt, stretch
from casework.errors import Invalid, NotSignedIn
from casework.runtime import runtime
from casework.services import password_rules, sessions, sign_in
from casework.transaction import write
from models.accounts import Account

TOTP_SECRET_BYTES = 20


def change_password(actor: Actor, current: str, new: str) -> None:
    """Re-seals the same keys under a new password: no access is lost, every other session ends."""
    fault = password_rules.fault(new, actor.username)
    if fault:
        raise Invalid({"password": fault})
    opened = sign_in.check_password(actor, current)
    salt = new_salt()
    key = bundle_key(stretch(new, salt, runtime().password_cost), runtime().server_secret)
    with write(actor) as work:
        account = work.session.get(Account, actor.account_id)
        if account is None or account.bundle_sealed is None:
            # Reset while the new password was being stretched: the reset stands.
            raise NotSignedIn
        account.bundle_sealed = seal_bundle(key, account.id, opened.bundle)
        account.password_salt, account.password_cost = salt, runtime().password_cost.encoded()
        if account.totp_sealed is not None:
            purpose = sign_in.totp_purpose(account.id)
            secret = boxes.open_sealed(opened.key, account.totp_sealed, purpose)
            account.totp_sealed = boxes.seal(key, secret, purpose)
        sessions.end_all(work, account.id, but=actor.session_id)
        work.record("password.change", subject_kind="account", subject_id=account.id)


def is_totp_required() -> bool:
    """Whether everybody must have a one-time code."""
    return runtime().settings.totp == "required"


def new_totp_secret() -> str:
    """A fresh one-time-code secret, base32, 160 bits; stored only once a right code proves it."""
    return pyotp.random_base32(32)


def proposed_secret(kept: str | None) -> str:
    """The secret that a form carries along while it is being proved, or a fresh one."""
    return kept if kept and _is_totp_secret(kept) else new_totp_secret()


def totp_address(actor: Actor, secret: str) -> str:
    """What the QR code says: the otpauth address of this account under this secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=actor.username, issuer_name="Casework")


def _is_totp_secret(secret: str) -> bool:
    try:
        return len(base64.b32decode(secret)) == TOTP_SECRET_BYTES
    except (ValueError, binascii.Error):
        return False


def set_up_totp(actor: Actor, password: str, secret: str, code: str) -> None:
    """Stores a one-time-code secret under the password-derived key; Invalid unless a right code proves it."""
    if not _is_totp_secret(secret):
        raise Invalid({"code": "wrong"})
    opened = sign_in.check_password(actor, password)
    step = sign_in.accepted_step(secret, code, now_us(), None)
    if step is None:
        raise Invalid({"code": "wrong"})
    with write(actor) as work:
        account = work.session.get(Account, actor.account_id)
        if account is None or account.bundle_sealed is None:
            raise NotSignedIn
        account.totp_sealed = boxes.seal(opened.key, secret.encode(), sign_in.totp_purpose(account.id))
        account.totp_last_step = step
        work.record("totp.set", subject_kind="account", subject_id=account.id)


def set_preferences(actor: Actor, *, language: str, text_size: str, keys_off: bool) -> None:
    """The actor's language (zh, en), text size (standard, large) and whether single-letter keys are off."""
    if language not in ("zh", "en") or text_size not in ("standard", "large"):
        raise Invalid({"language": "choice"})
    with write(actor) as work:
        account = work.session.get(Account, actor.account_id)
        assert account is not None
        account.language, account.text_size, account.keys_off = language, text_size, keys_off
        work.record("preferences.set", subject_kind="account", subject_id=account.id)
