"""Members of a team: admitted by the code on their own screen, removed with new keys for those who stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select, update

from casework.actor import Actor
from casework.clock import today
from casework.crypto.roster import Roster
from casework.crypto.signing import admission_code, is_same_code
from casework.errors import AlreadyDone, CodeMismatch, KeyMissing, NotFound, PasswordNeeded
from casework.services import own_keys, rosters, sessions, team_keys
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

    @property
    def may_be_admitted(self) -> bool:
        """Whether nothing but her code is missing."""
        return self.has_password and self.is_approved and not self.is_admitted


@dataclass(frozen=True)
class TeamLed:
    """One team of a lead, and how many there wait for nothing but their code."""

    team_id: int
    name: str
    waiting: int


def lead_of(actor: Actor, team_id: int) -> None:
    """Passes the lead of the team; NotFound for anyone else."""
    if team_id not in actor.team_ids(Role.TEAM_LEAD):
        raise NotFound


def teams_led(actor: Actor) -> list[TeamLed]:
    """The teams that the actor leads, by name."""
    rows = reader().execute(
        select(Team.id, Team.name).where(Team.id.in_(actor.team_ids(Role.TEAM_LEAD))).order_by(Team.name)
    )
    return [
        TeamLed(row.id, row.name, sum(line.may_be_admitted for line in of_team(actor, row.id)))
        for row in rows.all()
    ]


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
            Account.bundle_sealed.is_not(None).label("has_keys"),
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
            row.state == AccountState.ACTIVE and row.has_keys,
            row.approved_at is not None,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.is_admitted, line.display_name))


def line_of(actor: Actor, team_id: int, account_id: int) -> MemberLine:
    """One person of a team that the actor leads; NotFound for anybody else."""
    found = next((line for line in of_team(actor, team_id) if line.account_id == account_id), None)
    if found is None:
        raise NotFound
    return found


def waiting_line(actor: Actor, team_id: int, account_id: int) -> MemberLine:
    """The same, for somebody whose code is all that is missing; NotFound otherwise."""
    for line in of_team(actor, team_id):
        if line.account_id == account_id and line.may_be_admitted:
            return line
    raise NotFound


def roles_waiting(actor: Actor, team_id: int, account_id: int) -> list[Role]:
    """The roles that an admission of this person would sign, as its page must name them."""
    return sorted(
        line.role
        for line in of_team(actor, team_id)
        if line.account_id == account_id and line.may_be_admitted
    )


def _waiting(work: Work, team_id: int, account_id: int) -> tuple[Account, list[Role]]:
    rows = work.session.execute(
        select(Account, AccountRole.role)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(
            Account.id == account_id,
            Account.state == AccountState.ACTIVE,
            AccountRole.team_id == team_id,
            AccountRole.approved_at.is_not(None),
            or_(AccountRole.until_on.is_(None), AccountRole.until_on > today()),
        )
        .order_by(AccountRole.id)
    ).all()
    if not rows:
        raise NotFound
    return rows[0][0], [row[1] for row in rows]


def keys_of(roster: Roster, account: Account) -> tuple[bytes, bytes]:
    """The keys that somebody offers, or those verified already when she joins a further team; NotFound."""
    if account.offered_box is not None and account.offered_signing is not None:
        return account.offered_box, account.offered_signing
    person = roster.people.get(account.id)
    if person is None:
        raise NotFound
    return person.box_public, person.signing_public


def check_code(actor: Actor, account_id: int, keys: tuple[bytes, bytes], typed_code: str) -> None:
    """Passes the code that stands on this person's own screen for these keys; CodeMismatch for any other."""
    if actor.keychain is None:
        raise KeyMissing
    right = admission_code(account_id, keys[0], keys[1], actor.keychain.root_public)
    if not is_same_code(right, typed_code):
        raise CodeMismatch


def admit(
    actor: Actor, team_id: int, account_id: int, typed_code: str, named: Iterable[str] | None = None
) -> None:
    """Signs a member's keys into the roster, for each approved role here, and seals the team's keys to her.

    The lead types the code that stands on the member's own screen; the server never shows it to the lead. ``named``
    are the roles that the lead's page named: no other is signed, whatever was approved since or written past her.
    Raises CodeMismatch when it is another, PasswordNeeded when the lead's password was not typed just now.
    """
    lead_of(actor, team_id)
    with write(actor) as work:
        if not recently_checked(actor, work.at):
            raise PasswordNeeded
        account, roles = _waiting(work, team_id, account_id)
        roster = rosters.verified_for(work.session, actor)
        team = work.session.get(Team, team_id)
        assert team is not None
        keys = keys_of(roster, account)
        check_code(actor, account.id, keys, typed_code)
        person = roster.people.get(account.id)
        known = person is not None and (person.box_public, person.signing_public) == keys
        held = roster.members_of(team_id).get(account.id, set()) if known else set()
        agreed = [role.value for role in roles] if named is None else set(named)
        missing = [role.value for role in roles if role.value not in held and role.value in agreed]
        if not missing:
            raise AlreadyDone
        for role in missing:
            _, roster = rosters.sign_as(
                work,
                roster,
                actor,
                "member",
                account=account.id,
                team=team_id,
                role=role,
                box=keys[0],
                sign=keys[1],
            )
        account.offered_box = account.offered_signing = None
        if team.rotation_needed:
            roster = _rotate(work, roster, actor, team)
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
        ended = work.changed(
            update(AccountRole)
            .where(
                AccountRole.account_id == account_id,
                AccountRole.team_id == team_id,
                AccountRole.until_on.is_(None),
            )
            .values(until_on=today())
        )
        if ended == 0:
            raise NotFound
        roster = end_membership(work, roster, actor, account_id, team_id)
        sessions.end_all(work, account_id)
        _rotate(work, roster, actor, team)
        work.record("member.remove", subject_kind="account", subject_id=account_id, ids=(team_id,))


def membership_records(work: Work, roster: Roster, account_id: int, team_id: int) -> dict[str, int]:
    """The newest roster record for each role that the account still has in the team, by role."""
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
    return {role: record_id for role, record_id in newest.items() if role in held}


def end_membership(
    work: Work, roster: Roster, actor: Actor, account_id: int, team_id: int, roles: Iterable[str] = ()
) -> Roster:
    """Ends these roles of an account in the roster (all when none is named); her copies of the keys go."""
    for role, record_id in membership_records(work, roster, account_id, team_id).items():
        if not roles or role in roles:
            _, roster = rosters.sign_as(work, roster, actor, "end", ends=record_id)
    team_keys.withdraw(work, account_id, team_id)
    team_keys.withdraw_index(work, roster, account_id)
    return roster


def _rotate(work: Work, roster: Roster, actor: Actor, team: Team) -> Roster:
    """New keys for those who are members still: whom officer or administrator took out is ended first."""
    stands = {
        (row.account_id, row.role.value): (row.has_keys, row.offered_box)
        for row in work.session.execute(
            select(
                AccountRole.account_id,
                AccountRole.role,
                Account.bundle_sealed.is_not(None).label("has_keys"),
                Account.offered_box,
            )
            .join(Account, Account.id == AccountRole.account_id)
            .where(
                AccountRole.team_id == team.id,
                AccountRole.approved_at.is_not(None),
                Account.state == AccountState.ACTIVE,
                or_(AccountRole.until_on.is_(None), AccountRole.until_on > today()),
            )
        )
    }
    for account_id, roles in roster.members_of(team.id).items():
        box = roster.people[account_id].box_public
        gone = {
            role
            for role in roles
            if not stands.get((account_id, role), (False, None))[0]
            or stands[(account_id, role)][1] not in (None, box)
        }
        if gone and account_id != actor.account_id:
            roster = end_membership(work, roster, actor, account_id, team.id, gone)
    return team_keys.rotate(work, roster, actor, team)


def rotate_where_due(actor: Actor) -> None:
    """In an admitted lead's request: new keys for teams from which somebody was taken out."""
    if actor.keychain is None or not actor.has_role(Role.TEAM_LEAD):
        return
    due = (
        reader()
        .scalars(
            select(Team.id).where(Team.id.in_(actor.team_ids(Role.TEAM_LEAD)), Team.rotation_needed.is_(True))
        )
        .all()
    )
    for team_id in due:
        if not _leads_with_own_keys(actor, team_id):
            continue
        with write(actor) as work:
            team = work.session.get(Team, team_id)
            if team is not None and team.rotation_needed:
                _rotate(work, rosters.verified_for(work.session, actor), actor, team)
    if value_of(INDEX_SHARE_DUE, "no") == "yes":
        share_index_where_due(actor)


def _leads_with_own_keys(actor: Actor, team_id: int) -> bool:
    """Whether the roster names the actor's present keys as this team's lead; one not admitted waits."""
    roster = rosters.verified_for(reader(), actor)
    return own_keys.has_own_place(roster, actor) and roster.leads(actor.account_id, team_id)


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
