"""What several tests do to people: bring somebody new in, give a forgotten password back."""

from __future__ import annotations

from casework.services import accounts, approvals, members, own_keys
from models.enums import Role
from tests.make import PASSWORD, Office

ANOTHER = "eleven tall poplars 93"


def code_of(office: Office, username: str, password: str = PASSWORD) -> str:
    """The code that stands on this person's own screen."""
    code = own_keys.own_admission_code(office.actor(username, password))
    assert code is not None
    return code


def newcomer(office: Office, username: str, role: Role, team_id: int | None, *, approved: bool = True) -> int:
    """Somebody invited who has set her password; her role approved or still waiting."""
    account_id, token = accounts.invite(
        office.actor("admin"), username=username, display_name="陈云", role=role, team_id=team_id
    )
    accounts.accept_invitation(token, PASSWORD)
    office.facts.accounts[username] = account_id
    for asked in approvals.waiting() if approved else ():
        if asked.account_id == account_id:
            approvals.approve(office.actor("officer"), asked.role_id)
    return account_id


def reset(office: Office, username: str, *, by: str = "officer", password: str = ANOTHER) -> None:
    """A forgotten password: the officer resets it, the person sets a new one."""
    token = approvals.reset_password(office.actor(by), office.account_id(username))
    accounts.accept_invitation(token, password)


def admit(
    office: Office, username: str, team_id: int, *, lead: str = "lead", password: str = ANOTHER
) -> None:
    """A lead types the code from this person's screen."""
    code = code_of(office, username, password)
    members.admit(office.actor(lead), team_id, office.account_id(username), code)
