"""The office of the county: everybody invited, approved and admitted as in a real one, then signed in once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from casework.actor import Actor
from casework.clock import pretending
from casework.demo.county import County, Staff, TeamPlan
from casework.extensions import db
from casework.runtime import runtime
from casework.services import (
    accounts,
    approvals,
    leader_keys,
    members,
    own_keys,
    sessions,
    setup,
    sign_in,
)
from casework.services.setup import FirstPerson
from models.enums import Role, TeamKind

Progress = Callable[[str, int, int], None]
DEVICE = "demonstration"
# What a new team's lead is invited as, until the team is opened with her at its head.
UNTIL_OPENED = Role.APPROVING_LEADER


@dataclass(repr=False)
class Cast:
    """Who plays: signed-in people and their open cases by username, ids of accounts and teams."""

    county: County
    actors: dict[str, Actor] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)
    caseload: Counter[str] = field(default_factory=Counter)

    def sign_in(self, person: Staff) -> Actor:
        """A fresh session of this person, with the keys that she has now."""
        signed = sign_in.sign_in(
            username=person.username,
            password=person.password,
            code="",
            source=DEVICE,
            device_secret="",
            device=DEVICE,
        )
        actor = sessions.resume(signed.cookie.encoded(), runtime().boot_secret)
        actor.pending.clear()
        db.session.remove()
        self.actors[person.username] = actor
        return actor

    def lead_of(self, team: str) -> Actor:
        """The lead of a team, by its code."""
        return self.actors[next(plan.lead for plan in self.county.teams if plan.code == team)]


def build(county: County, at: int, progress: Progress) -> Cast:
    """Opens the office of an empty instance at an instant (microseconds UTC) and signs everybody in."""
    cast = Cast(county)
    with pretending(at):
        _open(cast)
        ordered = sorted(_to_invite(cast), key=lambda one: one.role != Role.TEAM_LEAD)
        for number, person in enumerate(ordered, start=1):
            progress("people admitted", number, len(ordered))
            _invite(cast, person)
        for person in county.people_with(Role.APPROVING_LEADER):
            _admit_leader(cast, person)
        for plan in county.teams:
            if plan.code not in cast.teams:
                _open_beside(cast, plan)
        for person in county.staff:
            cast.sign_in(person)
    return cast


def _open(cast: Cast) -> None:
    """Set-up with the kit, and the first four people at work."""
    token = setup.new_token()
    if token is None:
        raise RuntimeError("the instance is in use")
    kit = setup.make_kit(token)
    first = {
        one.role: FirstPerson(one.username, one.name, one.password)
        for one in cast.county.staff
        if one.at_setup
    }
    lead = next(one for one in cast.county.staff if one.at_setup and one.role == Role.TEAM_LEAD)
    desk = next(team for team in cast.county.teams if team.kind == TeamKind.DESK)
    team = next(plan for plan in cast.county.teams if plan.code == lead.team)
    office_name = str(cast.county.words["office"]["name"])
    setup.open_office(
        token, kit.shares[0], kit.shares[1], setup.Office(office_name, team.name, desk.name, False, first)
    )
    names = {plan.name: plan.code for plan in cast.county.teams}
    cast.teams = {names[name]: team_id for team_id, name, _ in accounts.teams()}
    cast.accounts = {line.username: line.account_id for line in accounts.listing()}
    for person in cast.county.staff:
        if person.at_setup:
            cast.sign_in(person)


def _to_invite(cast: Cast) -> list[Staff]:
    return [one for one in cast.county.staff if not one.at_setup]


def _actor(cast: Cast, role: Role) -> Actor:
    return cast.actors[cast.county.people_with(role)[0].username]


def _invite(cast: Cast, person: Staff) -> None:
    plan = next((team for team in cast.county.teams if team.code == person.team), None)
    opens = plan is not None and plan.code not in cast.teams and plan.lead == person.username
    account_id, token = accounts.invite(
        _actor(cast, Role.SYSTEM_ADMINISTRATOR),
        username=person.username,
        display_name=person.name,
        role=UNTIL_OPENED if opens else person.role,
        team_id=None if opens or plan is None else cast.teams[plan.code],
    )
    cast.accounts[person.username] = account_id
    accounts.accept_invitation(token, person.password)
    officer = _actor(cast, Role.SECURITY_OFFICER)
    for asked in approvals.waiting():
        (approvals.decline if opens else approvals.approve)(officer, asked.role_id)
    if plan is None:
        return
    code = own_keys.own_admission_code(cast.sign_in(person)) or ""
    if opens:
        _open_team(cast, plan, account_id, code)
    else:
        members.admit(cast.lead_of(plan.code), cast.teams[plan.code], account_id, code)


def _open_team(cast: Cast, plan: TeamPlan, account_id: int, code: str) -> None:
    cast.teams[plan.code] = approvals.open_team(
        _actor(cast, Role.SECURITY_OFFICER),
        name=plan.name,
        kind=plan.kind,
        lead_account_id=account_id,
        typed_code=code,
    )
    # Her first request makes the team's keys, the first lead's shares the index key with her.
    lead = next(one for one in cast.county.staff if one.username == plan.lead)
    members.rotate_where_due(cast.sign_in(lead))
    members.share_index_where_due(cast.lead_of("one"))
    cast.sign_in(lead)


def _admit_leader(cast: Cast, person: Staff) -> None:
    """Her keys are signed by the security officer, so that a case can be put before her."""
    code = own_keys.own_admission_code(cast.sign_in(person)) or ""
    leader_keys.admit(_actor(cast, Role.SECURITY_OFFICER), cast.accounts[person.username], code)


def _open_beside(cast: Cast, plan: TeamPlan) -> None:
    """Opens a team of people who have a place already, and gives each her second one."""
    by_name = {one.username: one for one in cast.county.staff}
    lead = by_name[plan.lead]
    code = own_keys.own_admission_code(cast.sign_in(lead)) or ""
    _open_team(cast, plan, cast.accounts[plan.lead], code)
    officer = _actor(cast, Role.SECURITY_OFFICER)
    for place in cast.county.second_places:
        if place.team != plan.code:
            continue
        account_id, team_id = cast.accounts[place.username], cast.teams[plan.code]
        accounts.ask_role(_actor(cast, Role.SYSTEM_ADMINISTRATOR), account_id, place.role, team_id)
        for asked in approvals.waiting():
            approvals.approve(officer, asked.role_id)
        code = own_keys.own_admission_code(cast.sign_in(by_name[place.username])) or ""
        members.admit(cast.lead_of(plan.code), team_id, account_id, code)


def sign_everybody_out(cast: Cast) -> None:
    """Ends the sessions that the story was told with."""
    for actor in cast.actors.values():
        sessions.end(actor)
