"""Signed-in sessions: opened, resumed, locked, ended. The keychain lives sealed in the row, opened per request."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, or_, select, update

from casework.actor import Actor, RoleHeld
from casework.clock import DAY, HOUR, MINUTE, now_us, today
from casework.crypto.bundles import UserBundle
from casework.crypto.errors import SealBroken
from casework.crypto.keychain import Keychain, open_keychain, seal_keychain, session_key
from casework.crypto.roster import Roster
from casework.crypto.wraps import open_box
from casework.errors import KeyUntrusted, NotFound, NotSignedIn
from casework.runtime import runtime
from casework.services import rosters
from casework.services.team_keys import copy_purpose, trusted_index_key, trusted_secret
from casework.transaction import Work, reader, write
from models.accounts import Account, AccountRole
from models.base import new_id
from models.enums import AccountState
from models.keys import IndexKey, KeyCopy
from models.sessions import SignedInSession

SEEN_EVERY = MINUTE
PASSWORD_FRESH = 5 * MINUTE
# The page locks after the minutes that are set. Where no page is left to do it (a browser shut, a computer asleep) the
# server does, after an hour without a request: a long call without a word typed lasts less.
UNATTENDED = HOUR

_session = (
    select(
        SignedInSession.id,
        SignedInSession.account_id,
        SignedInSession.secret_digest,
        SignedInSession.keychain_sealed,
        SignedInSession.boot,
        SignedInSession.created_at,
        SignedInSession.last_seen_at,
        SignedInSession.ends_at,
        SignedInSession.password_checked_at,
        Account.username,
        Account.display_name,
        Account.language,
        Account.text_size,
        Account.keys_off,
        Account.totp_sealed.is_not(None).label("has_totp"),
    )
    .join(Account, Account.id == SignedInSession.account_id)
    .where(
        SignedInSession.id == bindparam("session"),
        SignedInSession.ended_at.is_(None),
        SignedInSession.ends_at > bindparam("now"),
        Account.state == AccountState.ACTIVE,
    )
)
_roles = select(AccountRole.role, AccountRole.team_id).where(
    AccountRole.account_id == bindparam("account"),
    AccountRole.approved_at.is_not(None),
    AccountRole.from_on <= bindparam("today"),
    or_(AccountRole.until_on.is_(None), AccountRole.until_on > bindparam("today")),
)
_copies = (
    select(KeyCopy.key_id, KeyCopy.key_sealed, KeyCopy.is_index_key, IndexKey.key_version)
    .outerjoin(IndexKey, IndexKey.id == KeyCopy.key_id)
    .where(KeyCopy.account_id == bindparam("account"))
)


@dataclass(frozen=True, repr=False)
class Cookie:
    """What the browser holds: the session's id and a 256-bit secret."""

    session_id: int
    secret: bytes

    def encoded(self) -> str:
        """The cookie's text."""
        return f"{self.session_id}.{self.secret.hex()}"

    @classmethod
    def decoded(cls, text: str) -> Cookie:
        """The cookie behind the text; NotSignedIn when it is not one."""
        head, _, tail = text.partition(".")
        try:
            secret = bytes.fromhex(tail)
            session_id = int(head)
        except ValueError:
            raise NotSignedIn from None
        if len(secret) != 32 or not 0 < session_id < 2**63:
            raise NotSignedIn
        return cls(session_id, secret)


def build_keychain(work: Work, account_id: int, bundle: UserBundle) -> tuple[Keychain, Roster | None]:
    """Every key that the bundle opens now: team keys and index keys whose copies verify against the roster."""
    rows = work.session.execute(_copies, {"account": account_id}).all()
    roster = None
    if rows or bundle.roster_head:
        roster = rosters.verified(work.session, bundle.root_public, bundle.roster_head)
    team, index = {}, {}
    for row in rows:
        assert roster is not None
        try:
            plain = open_box(bundle.box_private, row.key_sealed, copy_purpose(row.key_id, account_id))
            if row.is_index_key:
                index[row.key_version] = trusted_index_key(roster, row.key_version, plain)
            else:
                team[row.key_id] = trusted_secret(roster, row.key_id, plain)
        except (SealBroken, KeyUntrusted):
            # A copy for keys that she no longer has, or a planted one: as if it were not there.
            work.record("key_copy.refused", subject_kind="key_copy", subject_id=row.key_id)
    keychain = Keychain(
        box_private=bundle.box_private,
        signing_private=bundle.signing_private,
        draft_key=bundle.draft_key,
        root_public=bundle.root_public,
        roster_head=roster.head if roster else bundle.roster_head,
        team_secrets=team,
        index_keys=index,
    )
    return keychain, roster


def open_session(
    work: Work, account: Account, keychain: Keychain, *, boot_secret: bytes, device: str, hours: int
) -> Cookie:
    """A new session row with its sealed keychain; the cookie's secret exists only in the browser."""
    cookie = Cookie(new_id(), secrets.token_bytes(32))
    ends_at = work.at + hours * HOUR
    work.session.add(
        SignedInSession(
            id=cookie.session_id,
            account_id=account.id,
            secret_digest=hashlib.sha256(cookie.secret).digest(),
            keychain_sealed=seal_keychain(
                session_key(cookie.secret, boot_secret),
                keychain,
                session_id=cookie.session_id,
                account_id=account.id,
                ends_at=ends_at,
            ),
            boot=boot_name(boot_secret),
            device=device[:80],
            created_at=work.at,
            last_seen_at=work.at,
            ends_at=ends_at,
            password_checked_at=work.at,
        )
    )
    return cookie


def boot_name(boot_secret: bytes) -> str:
    """A public name of this start of the server, so that a session of an earlier one is seen to be locked."""
    return hashlib.sha256(b"casework/boot-name" + boot_secret).hexdigest()[:16]


def resume(text: str, boot_secret: bytes) -> Actor:
    """The actor of a cookie: with her keychain, or without it when the session is locked or the server restarted.

    Raises NotSignedIn when the cookie is no live session.
    """
    cookie = Cookie.decoded(text)
    now = now_us()
    # Plain rows: this is asked with every request, and the ORM's way to them costs as much as the asking.
    connection = reader().connection()
    row = connection.execute(_session, {"session": cookie.session_id, "now": now}).one_or_none()
    digest = hashlib.sha256(cookie.secret).digest()
    if row is None or not hmac.compare_digest(row.secret_digest, digest):
        raise NotSignedIn
    keychain = None
    is_attended = now - row.last_seen_at < UNATTENDED
    if row.keychain_sealed is not None and row.boot == boot_name(boot_secret) and is_attended:
        try:
            keychain = open_keychain(
                session_key(cookie.secret, boot_secret),
                row.keychain_sealed,
                session_id=row.id,
                account_id=row.account_id,
                ends_at=row.ends_at,
            )
        except SealBroken:
            raise NotSignedIn from None
    on = today()
    roles = connection.execute(_roles, {"account": row.account_id, "today": on}).all()
    actor = Actor(
        account_id=row.account_id,
        username=row.username,
        display_name=row.display_name,
        roles=tuple(RoleHeld(role.role, role.team_id) for role in roles),
        session_id=row.id,
        keychain=keychain,
        language=row.language,
        text_size=row.text_size,
        keys_off=row.keys_off,
        has_totp=row.has_totp,
        signed_in_at=row.created_at,
        password_checked_at=row.password_checked_at,
        today=on,
    )
    # A refused request is nobody's presence: the next one must find the session locked as well.
    if is_attended and now - row.last_seen_at > SEEN_EVERY:
        actor.pending.append(lambda work: _seen(work, row.id))
    return actor


def _seen(work: Work, session_id: int) -> None:
    work.session.execute(
        update(SignedInSession).where(SignedInSession.id == session_id).values(last_seen_at=work.at)
    )


def lock(actor: Actor) -> None:
    """Drops the keychain; the session row stays and the password opens it again."""
    with write(actor) as work:
        work.session.execute(
            update(SignedInSession)
            .where(SignedInSession.id == actor.session_id)
            .values(keychain_sealed=None, locked_at=work.at)
        )
        work.record("session.lock", subject_kind="session", subject_id=actor.session_id)


def unlock(actor: Actor, cookie_text: str, keychain: Keychain, boot_secret: bytes) -> None:
    """Seals a keychain that the password opened into the locked session again."""
    cookie = Cookie.decoded(cookie_text)
    with write(actor) as work:
        row = work.session.get(SignedInSession, actor.session_id)
        if row is None or row.ended_at is not None:
            raise NotSignedIn
        row.keychain_sealed = seal_keychain(
            session_key(cookie.secret, boot_secret),
            keychain,
            session_id=row.id,
            account_id=row.account_id,
            ends_at=row.ends_at,
        )
        row.boot, row.locked_at = boot_name(boot_secret), None
        row.last_seen_at = row.password_checked_at = work.at
        work.record("session.unlock", subject_kind="session", subject_id=row.id)


def end(actor: Actor, session_id: int | None = None) -> None:
    """Ends one of the actor's own sessions, the present one when none is named; NotFound for any other."""
    target = actor.session_id if session_id is None else session_id
    with write(actor) as work:
        ended = work.changed(
            update(SignedInSession)
            .where(
                SignedInSession.id == target,
                SignedInSession.account_id == actor.account_id,
                SignedInSession.ended_at.is_(None),
            )
            .values(ended_at=work.at, keychain_sealed=None)
        )
        if ended != 1:
            raise NotFound
        work.record("session.end", subject_kind="session", subject_id=target)


def end_all(work: Work, account_id: int, *, but: int | None = None) -> None:
    """Ends every session of an account within a transaction; ``but`` keeps one."""
    statement = update(SignedInSession).where(
        SignedInSession.account_id == account_id, SignedInSession.ended_at.is_(None)
    )
    if but is not None:
        statement = statement.where(SignedInSession.id != but)
    work.session.execute(statement.values(ended_at=work.at, keychain_sealed=None))


@dataclass(frozen=True)
class OpenSession:
    """One line of a person's own session list."""

    session_id: int
    device: str
    created_at: int
    last_seen_at: int
    is_locked: bool
    is_current: bool


def own(actor: Actor) -> list[OpenSession]:
    """The actor's live sessions, newest first."""
    rows = reader().execute(
        select(SignedInSession)
        .where(
            SignedInSession.account_id == actor.account_id,
            SignedInSession.ended_at.is_(None),
            SignedInSession.ends_at > now_us(),
        )
        .order_by(SignedInSession.id.desc())
    )
    return [
        OpenSession(
            row.id,
            row.device,
            row.created_at,
            row.last_seen_at,
            row.keychain_sealed is None
            or row.boot != boot_name(runtime().boot_secret)
            or now_us() - row.last_seen_at >= UNATTENDED,
            row.id == actor.session_id,
        )
        for (row,) in rows
    ]


def sweep(at: int) -> int:
    """Drops the keychain of sessions that nobody attends, deletes rows that ended more than a day ago; gives how many
    of both. A job's verb.
    """
    with write(None) as work:
        unattended = work.changed(
            update(SignedInSession)
            .where(
                SignedInSession.keychain_sealed.is_not(None), SignedInSession.last_seen_at <= at - UNATTENDED
            )
            .values(keychain_sealed=None, locked_at=at)
        )
        return unattended + work.changed(
            delete(SignedInSession).where(
                func.coalesce(SignedInSession.ended_at, SignedInSession.ends_at) < at - DAY
            )
        )


def recently_checked(actor: Actor, at: int) -> bool:
    """Whether the password was typed within the last five minutes."""
    return at - actor.password_checked_at <= PASSWORD_FRESH
