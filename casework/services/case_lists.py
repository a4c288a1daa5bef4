"""The list of cases: fifty rows a page, four sealed fields, three statements, one entry of the trail."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Executable, bindparam, or_, select, union_all

from casework.actor import Actor
from casework.clock import today
from casework.law.age import years_on
from casework.sealed import Locked
from casework.services.vault import Vault
from casework.services.visibility import case_teams, visible_in_team
from casework.transaction import reader
from models.accounts import Account, AccountRole
from models.cases import Case
from models.enums import CaseState, PartyRole, Role
from models.people import Party

PAGE = 50
SEALED = ("parties.name", "parties.birth_date", "cases.safe_hours", "cases.alias")

_CONDITIONS = {
    "state": Case.state == bindparam("state"),
    "town": Case.town == bindparam("town"),
    "assignee": Case.assignee_id == bindparam("assignee"),
    "unassigned": Case.assignee_id.is_(None),
    "after": Case.id < bindparam("after"),
}


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; nothing by default. ``unassigned`` goes before ``assignee``."""

    state: CaseState | None = None
    town: str | None = None
    assignee: int | None = None
    unassigned: bool = False

    def bound(self) -> dict[str, Any]:
        """The filters in force and their values."""
        wanted: dict[str, Any] = {"state": self.state, "town": self.town}
        wanted |= {"unassigned": True} if self.unassigned else {"assignee": self.assignee}
        return {name: value for name, value in wanted.items() if value}


@dataclass(slots=True, repr=False)
class CaseLine:
    """One row of the list. Sealed fields may be Locked; ``age`` is in whole years today."""

    number: str
    state: CaseState
    town: str
    accepted_on: datetime.date | None
    assignee_name: str | None
    has_card: bool
    client_name: str | Locked | None
    age: int | Locked | None
    safe_hours: str | Locked | None
    alias: str | Locked | None


@dataclass(frozen=True, repr=False)
class CasePage:
    """One page of the list, newest first; ``next_after`` is None on the last one."""

    rows: list[CaseLine]
    next_after: int | None


@cache
def _statement(teams: int, narrowed: frozenset[str]) -> Executable:
    """The page's statement for so many teams and these filters: each team's index is read in order, never
    sorted.
    """
    conditions = [_CONDITIONS[name] for name in sorted(narrowed)]
    parts = [
        select(Case.id)
        .where(visible_in_team(f"team_{index}"), *conditions)
        .order_by(Case.id.desc())
        .limit(PAGE + 1)
        for index in range(teams)
    ]
    chosen = union_all(*(select(part.subquery().c.id) for part in parts))
    return (
        select(
            Case.id,
            Case.number,
            Case.state,
            Case.town,
            Case.accepted_on,
            Account.display_name,
            Case.contact_compartment_id,
            Case.safe_hours_sealed,
            Case.alias_sealed,
            Case.phone_sealed.is_not(None).label("has_card"),
            Party.id.label("party_id"),
            Party.compartment_id.label("identity_compartment_id"),
            Party.name_sealed,
            Party.birth_date_sealed,
        )
        .outerjoin(Account, Account.id == Case.assignee_id)
        .outerjoin(Party, (Party.case_id == Case.id) & (Party.role == PartyRole.CLIENT))
        .where(Case.id.in_(chosen))
        .order_by(Case.id.desc())
        .limit(PAGE + 1)
    )


def listing(actor: Actor, filters: Filters, after: int | None = None) -> CasePage:
    """The cases that the actor may see, newest first, from below the id ``after`` on."""
    teams = case_teams(actor)
    if not teams:
        return CasePage([], None)
    bound = filters.bound() | ({"after": after} if after else {})
    values = {f"team_{index}": team for index, team in enumerate(teams)} | {"viewer": actor.account_id}
    statement = _statement(len(teams), frozenset(bound))
    # As plain rows: the statement is built of columns, and the ORM's way to them costs a third of its time.
    rows = reader().connection().execute(statement, values | bound).all()
    shown = rows[:PAGE]
    vault = Vault(actor, reader())
    vault.load(key for row in shown for key in (row.contact_compartment_id, row.identity_compartment_id))
    on = today()
    lines = [_line(vault, row, on) for row in shown]
    actor.shown("case.list", subject_kind="case", ids=[row.id for row in shown], fields=SEALED)
    return CasePage(lines, shown[-1].id if len(rows) > PAGE else None)


def _line(vault: Vault, row: Any, on: datetime.date) -> CaseLine:
    case_id, number, state, town, accepted_on, assignee, contact, hours, alias, has_card, *party = row
    party_id, identity, name, birth_date = party
    born = vault.text("parties.birth_date", party_id, identity, birth_date)
    age: int | Locked | None = born if isinstance(born, Locked) else None
    if isinstance(born, str) and born:
        age = years_on(datetime.date.fromisoformat(born), on)
    return CaseLine(
        number,
        state,
        town,
        accepted_on,
        assignee,
        has_card,
        vault.text("parties.name", party_id, identity, name),
        age,
        vault.text("cases.safe_hours", case_id, contact, hours),
        vault.text("cases.alias", case_id, contact, alias),
    )


_colleagues = (
    select(Account.id, Account.display_name)
    .join(AccountRole, AccountRole.account_id == Account.id)
    .where(
        AccountRole.team_id.in_(bindparam("teams", expanding=True)),
        AccountRole.role.in_([Role.CASEWORKER, Role.TEAM_LEAD]),
        AccountRole.approved_at.is_not(None),
        or_(AccountRole.until_on.is_(None), AccountRole.until_on > bindparam("today")),
    )
    .distinct()
    .order_by(Account.display_name)
)


def colleagues(actor: Actor) -> list[tuple[int, str]]:
    """(account id, name) of everybody who may be working on a case of the actor's teams."""
    rows = reader().connection().execute(_colleagues, {"teams": case_teams(actor), "today": today()})
    return [(row.id, row.display_name) for row in rows]
