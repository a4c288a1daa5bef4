"""What tests of access need beyond the office: an admitted approving leader, the night duty team, a grant."""

from __future__ import annotations

from casework.clock import HOUR, now_us
from casework.extensions import db
from casework.services import accounts, approvals, cases, grants, leader_keys, members, own_keys
from casework.services.vault import Vault
from casework.transaction import write
from models.enums import CompartmentKind, Role, TeamKind
from tests.make import Office

DUTY_TEAM = "夜间值班组"
PARTS = (CompartmentKind.CONTACT, CompartmentKind.ACCOUNT)


def code_of(office: Office, username: str) -> str:
    """The code that stands on this person's own screen."""
    return own_keys.own_admission_code(office.actor(username)) or ""


def admit_leader(office: Office, username: str = "leader") -> None:
    """The security officer signs the approving leader's keys."""
    code = code_of(office, username)
    leader_keys.admit(office.actor("officer"), office.account_id(username), code)


def open_duty_team(office: Office, *members_of_it: str, lead: str = "lead") -> int:
    """The team that carries the duty phone, with these caseworkers in it; gives its id."""
    team_id = approvals.open_team(
        office.actor("officer"),
        name=DUTY_TEAM,
        kind=TeamKind.DUTY,
        lead_account_id=office.account_id(lead),
        typed_code=code_of(office, lead),
    )
    office.facts.teams[DUTY_TEAM] = team_id
    members.rotate_where_due(office.actor(lead))
    for username in members_of_it:
        accounts.ask_role(office.actor("admin"), office.account_id(username), Role.CASEWORKER, team_id)
        for asked in approvals.waiting():
            approvals.approve(office.actor("officer"), asked.role_id)
        members.admit(office.actor(lead), team_id, office.account_id(username), code_of(office, username))
    db.session.close()
    return team_id


def give(
    office: Office,
    number: str,
    *,
    to: str = "stranger",
    by: str = "caseworker",
    parts: tuple[CompartmentKind, ...] = PARTS,
    hours: int = 24,
    kind: str = "break_glass",
) -> int:
    """A grant of these compartments, given by a member of the case's team."""
    actor = office.actor(by)
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        grant_id = grants.give(
            work,
            Vault(actor, work.session),
            case,
            account_id=office.account_id(to),
            kind=kind,
            compartments=parts,
            ends_at=now_us() + hours * HOUR,
        )
    db.session.close()
    return grant_id


def end(office: Office, grant_id: int, *, by: str = "caseworker") -> None:
    """Ends a grant."""
    with write(office.actor(by)) as work:
        grants.end(work, grant_id)
    db.session.close()
