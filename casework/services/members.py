"""Members of a team: admitted by the code on their own screen, removed with new keys for those who stay."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from sqlalchemy import or_, select, update

from casework.actor import Actor
from casework.clock import today
from casework.crypto.roster import Roster
from casework.crypto.signing import admission_code
from casework.errors import CodeMismatch, KeyMissing, KeyUntrusted, NotFound, PasswordNeeded
from casework.services import rosters, sessions, team_keys
from casework.services.key_grants import MAY_LOOK_UP
from casework.services.sessions import recently_checked
from casework.services.settings import put, value_of
from casework.transaction import Work, reader, write
from models.accounts import Account, AccountRole, Team
from models.enums import AccountState, Role
from models.keys import RosterRecord

# Set when a team was opened: its lead has no index key until another lead's request seals it to her.
INDEX_SHARE_DUE = "index.share_due"


@dataclass(frozen=True)
class MemberLine:
    """One person of a team: whether her keys are admitted, waiting for her lead, or not made yet."""

    account_id: int
    display_name: str
    username: str
    role: Role
    is_admitted: bool
    has_password: bool
    is_approved: bool


def lead_of(actor: Actor, team_id: int) -> None:
    """Passes the lead of the team; NotFound for anyone else."""
    if team_id not in actor.team_ids(Role.TEAM_LEAD):
        raise NotFound


def of_team(actor: Actor, team_id: int) -> list[MemberLine]:
    """The people of a team that the actor leads, those waiting first."""
    lead_of(actor, team_id)
    roster = rosters.verified_for(reader(), actor)
    rows = reader().execute(
        select(
            Account.id,
            Account.display_name,
            Account.username,
            Account.state,
            Account.offered_box,
            AccountRole.role,
            AccountRole.approved_at,
        )
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(
            AccountRole.team_id == team_id,
            Account.state != AccountState.DISABLED,
            or_(AccountRole.until_on.is_(None), AccountRole.until_on > today()),
        )
        .order_by(Account.display_name)
    )
    lines = [
        MemberLine(
            row.id,
            row.display_name,
            row.username,
            row.role,
            row.role.value in roster.members_of(team_id).get(row.id, ()) and row.offered_box is None,
            row.state == AccountState.ACTIVE,
            row.approved_at is not None,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.is_admitted, line.display_name))


def _waiting(work: Work, team_id: int, account_id: int) -> tuple[Account, AccountRole]:
    row = work.session.execute(
        select(Account, AccountRole)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(
            Account.id == account_id,
            Account.state == AccountState.ACTIVE,
            AccountRole.team_id == team_id,
            AccountRole.approved_at.is_not(None),
            or_(AccountRole.until_on.is_(None), AccountRole.until_on > today()),
        )
        .order_by(AccountRole.id)
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def _keys_of(roster: Roster, account: Account) -> tuple[bytes, bytes]:
    """The keys she offers, or those already verified when she joins a further team."""
    if account.offered_box is not None and account.offered_signing is not None:
        return account.offered_box, account.offered_signing
    person = roster.people.get(account.id)
    if person is None:
        raise KeyUntrusted("keys")
    return person.box_public, person.signing_public


def admit(actor: Actor, team_id: int, account_id: int, typed_code: str) -> None:
    """Signs a member's keys into the roster and seals the team's keys to her.

    The lead types the code that stands on the member's own screen; the server never shows it to the lead. Raises
    CodeMismatch when it is another, PasswordNeeded when the lead's password was not typed just now.
    """
    lead_of(actor, team_id)
    if actor.keychain is None:
        raise KeyMissing
    with write(actor) as work:
        if not recently_checked(actor, work.at):
            raise PasswordNeeded
        account, role = _waiting(work, team_id, account_id)
        roster = rosters.verified_for(work.session, actor)
        team = work.session.get(Team, team_id)
        assert team is not None
        box, signing = _keys_of(roster, account)
        right = admission_code(account.id, box, signing, actor.keychain.root_public)
        typed = "".join(typed_code.split())
        if not hmac.compare_digest(right.replace(" ", ""), typed):
            raise CodeMismatch
        _, roster = rosters.sign_as(
            work,
            roster,
            actor,
            "member",
            account=account.id,
            team=team_id,
            role=role.role.value,
            box=box,
            sign=signing,
        )
        account.offered_box = account.offered_signing = None
        if team.rotation_needed:
            roster = team_keys.rotate(work, roster, actor, team)
        team_keys.share_with(work, roster, actor, team, roster.people[account.id])
        work.record("member.admit", subject_kind="account", subject_id=account.id, ids=(team_id,))


def remove(actor: Actor, team_id: int, account_id: int) -> None:
    """Ends a membership: sessions and sealed copies go, the team's keys rotate, all in this transaction."""
    lead_of(actor, team_id)
    if account_id == actor.account_id:
        raise NotFound
    with write(actor) as work:
        if not recently_checked(actor, work.at):
            raise PasswordNeeded
        roster = rosters.verified_for(work.session, actor)
        team = work.session.get(Team, team_id)
        assert team is not None
        ended = work.session.execute(
            update(AccountRole)
            .where(
                AccountRole.account_id == account_id,
                AccountRole.team_id == team_id,
                AccountRole.until_on.is_(None),
            )
            .values(until_on=today())
        )
        if ended.rowcount == 0:
            raise NotFound
        for record_id in membership_records(work, roster, account_id, team_id):
            _, roster = rosters.sign_as(work, roster, actor, "end", ends=record_id)
        team_keys.withdraw(work, account_id, team_id)
        sessions.end_all(work, account_id)
        team_keys.rotate(work, roster, actor, team)
        work.record("member.remove", subject_kind="account", subject_id=account_id, ids=(team_id,))


def membership_records(work: Work, roster: Roster, account_id: int, team_id: int) -> list[int]:
    """The newest roster record for each role that the account still has in the team."""
    newest: dict[str, int] = {}
    for row in work.session.execute(
        select(RosterRecord.id, RosterRecord.statement)
        .where(RosterRecord.kind == "member")
        .order_by(RosterRecord.sequence)
    ):
        facts = rosters.facts_of(row.statement)
        if facts.get("account") == account_id and facts.get("team") == team_id:
            newest[facts["role"]] = row.id
    held = roster.members_of(team_id).get(account_id, set())
    return [record_id for role, record_id in newest.items() if role in held]


def rotate_where_due(actor: Actor) -> None:
    """In a lead's request: new keys for teams from which the security officer took a member."""
    if actor.keychain is None or not actor.has_role(Role.TEAM_LEAD):
        return
    due = reader().scalars(
        select(Team.id).where(Team.id.in_(actor.team_ids(Role.TEAM_LEAD)), Team.rotation_needed.is_(True))
    ).all()
    for team_id in due:
        with write(actor) as work:
            team = work.session.get(Team, team_id)
            if team is not None and team.rotation_needed:
                roster = rosters.verified_for(work.session, actor)
                team_keys.rotate(work, roster, actor, team)
    if value_of(INDEX_SHARE_DUE, "no") == "yes":
        share_index_where_due(actor)


def share_index_where_due(actor: Actor) -> None:
    """In a lead's request: seals the index key to verified members who may look up and have no copy yet."""
    if actor.keychain is None or not actor.keychain.index_keys:
        return
    with write(actor) as work:
        roster = rosters.verified_for(work.session, actor)
        holders = {
            account
            for (account, _), roles in roster.members.items()
            if any(Role(role) in MAY_LOOK_UP for role in roles)
        }
        given = team_keys.share_index(work, actor, [roster.people[account] for account in holders])
        put(work, INDEX_SHARE_DUE, "no")
        work.record("index_key.share", ids=given)
