"""An approving leader belongs to no team: the security officer signs her keys by the code on her own screen.

Only then can a case be sealed to her.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.actor import Actor
from casework.clock import today
from casework.crypto.roster import Roster
from casework.errors import AlreadyDone, NotFound, PasswordNeeded
from casework.services import members, rosters
from casework.services.sessions import recently_checked
from casework.transaction import reader, write
from models.accounts import Account, AccountRole
from models.enums import AccountState, Role


@dataclass(frozen=True)
class LeaderLine:
    """One approving leader: whether her present keys are signed, and whether she has any yet."""

    account_id: int
    display_name: str
    is_admitted: bool
    has_password: bool


def _approved(session: Session, account_id: int | None = None) -> list[Account]:
    statement = (
        select(Account)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(
            AccountRole.role == Role.APPROVING_LEADER,
            AccountRole.approved_at.is_not(None),
            or_(AccountRole.until_on.is_(None), AccountRole.until_on > today()),
            Account.state != AccountState.DISABLED,
        )
        .order_by(Account.display_name)
    )
    if account_id is not None:
        statement = statement.where(Account.id == account_id)
    return list(session.scalars(statement))


def _stands(roster: Roster, account: Account) -> bool:
    return account.offered_box is None and account.id in roster.people


def listing(actor: Actor) -> list[LeaderLine]:
    """Every approving leader in office; KeyMissing while the officer is locked."""
    roster = rosters.verified_for(reader(), actor)
    return [
        LeaderLine(
            account.id,
            account.display_name,
            _stands(roster, account),
            account.offered_box is not None or account.id in roster.people,
        )
        for account in _approved(reader())
    ]


def line_of(actor: Actor, account_id: int) -> LeaderLine:
    """One of them whose keys wait; NotFound for anybody else."""
    for line in listing(actor):
        if line.account_id == account_id and line.has_password and not line.is_admitted:
            return line
    raise NotFound


def admit(actor: Actor, account_id: int, typed_code: str) -> None:
    """Signs a leader's keys into the roster as the acting security officer.

    Raises NotFound for somebody who is no leader, CodeMismatch for another code, PasswordNeeded unless the officer's
    password was typed just now, AlreadyDone where her keys are signed, KeyUntrusted for an officer who may not sign.
    """
    with write(actor) as work:
        if not recently_checked(actor, work.at):
            raise PasswordNeeded
        found = _approved(work.session, account_id)
        if not found or account_id == actor.account_id:
            raise NotFound
        account, roster = found[0], rosters.verified_for(work.session, actor)
        if _stands(roster, account):
            raise AlreadyDone
        keys = members.keys_of(roster, account)
        members.check_code(actor, account_id, keys, typed_code)
        rosters.sign_as(work, roster, actor, "key", account=account_id, box=keys[0], sign=keys[1])
        account.offered_box = account.offered_signing = None
        work.record("leader.admit", subject_kind="account", subject_id=account_id)
