"""Who works on a case: handed out by the lead, started by the one it was handed to."""

from __future__ import annotations

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from casework.actor import Actor
from casework.errors import Invalid, MoveRefused, Stale
from casework.law import moves
from casework.services import case_moves, cases, duty_raising, members, notices
from casework.services.vault import Vault
from casework.transaction import Work, reader, write
from models.access import Conflict
from models.accounts import Account
from models.cases import Case
from models.enums import CaseState, FollowUpSubject, Role
from models.follow_ups import FollowUp

is_violent = case_moves.is_violent
start = case_moves.start


def candidates(actor: Actor, number: str) -> tuple[cases.CaseHead, list[tuple[int, str]]]:
    """A case of a team that the actor leads, and the admitted members who may take it (account id, name).

    Left out is who stands behind the conflict wall. NotFound unless she leads the team. Recorded as shown.
    """
    head = cases.get_for(actor, number, Vault(actor, reader()))
    lines = admitted(actor, head.team_id)
    behind = walled(reader(), head.case_id)
    actor.shown("case.read", subject_kind="case", subject_id=head.case_id, fields=["parties.name"])
    return head, [line for line in lines if line[0] not in behind]


def admitted(actor: Actor, team_id: int) -> list[tuple[int, str]]:
    """The admitted members of a team that may carry cases, by name. NotFound unless the actor leads it."""
    people = {
        line.account_id: line.display_name
        for line in members.of_team(actor, team_id)
        if line.is_admitted and line.is_approved and line.role in (Role.CASEWORKER, Role.TEAM_LEAD)
    }
    return sorted(people.items(), key=lambda item: item[1])


def walled(session: Session, case_id: int) -> set[int]:
    """Whom the conflict wall keeps from a case."""
    return set(session.scalars(select(Conflict.account_id).where(Conflict.case_id == case_id)))


def assign(actor: Actor, number: str, assignee_id: int, version: int) -> None:
    """Hands a case to an admitted member of its team, open follow-ups with it; she is told by a notice.

    NotFound unless the actor leads the team, Invalid for anybody else than such a member, Stale when
    another lead was quicker.
    """
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        members.lead_of(actor, case.team_id)
        if not moves.is_open(case.state):
            raise MoveRefused("not_open")
        behind = work.session.scalar(
            select(exists().where(Conflict.case_id == case.id, Conflict.account_id == assignee_id))
        )
        if behind or assignee_id not in dict(admitted(actor, case.team_id)):
            raise Invalid({"assignee": "choice"})
        if case.assignee_id == assignee_id:
            return
        if case.version != version:
            raise _stale(work, case, assignee_id)
        put(work, case, assignee_id)


def put(work: Work, case: Case, assignee_id: int) -> None:
    """Hands a case to somebody within a transaction: event, open follow-ups, notice, entry of the trail."""
    case.assignee_id = assignee_id
    case.version += 1
    cases.add_event(work, case, "assigned", to_assignee_id=assignee_id)
    give_contacts(work, case.id, assignee_id)
    duty_raising.settle(work, case, duty_raising.NAMED)
    if work.actor is None or assignee_id != work.actor.account_id:
        notices.raise_once(work, notices.CASE_ASSIGNED, case.id, account_id=assignee_id)
    work.record("case.assign", subject_kind="case", subject_id=case.id, ids=(assignee_id,))


def give_contacts(work: Work, case_id: int, assignee_id: int | None) -> None:
    """Makes the open contacts of a case somebody's."""
    work.session.execute(
        update(FollowUp)
        .where(
            FollowUp.subject_kind == FollowUpSubject.CASE,
            FollowUp.subject_id == case_id,
            FollowUp.state.in_(case_moves.OPEN_CONTACTS),
        )
        .values(assignee_id=assignee_id)
    )


def _stale(work: Work, case: Case, wanted: int) -> Stale:
    rows = work.session.execute(
        select(Account.id, Account.display_name).where(Account.id.in_([case.assignee_id or 0, wanted]))
    )
    names = {row.id: row.display_name for row in rows}
    last = case_moves.overtaken(work, case)
    return Stale(
        yours={"assignee": names.get(wanted, "")},
        theirs={"assignee": names.get(case.assignee_id or 0, "")},
        their_name=last.their_name,
        their_at=last.their_at,
        version=case.version,
    )


def may_start(actor: Actor, head: cases.CaseHead) -> bool:
    """Whether the page should offer her to begin service."""
    return head.assignee_id == actor.account_id and (
        head.state == CaseState.ASSESSED or (head.state == CaseState.ACCEPTED and not head.is_violent)
    )


def leads(actor: Actor, head: cases.CaseHead) -> bool:
    """Whether she leads the case's team."""
    return head.team_id in actor.team_ids(Role.TEAM_LEAD)
