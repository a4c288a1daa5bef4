"""Who works on a case: handed out by the lead, started by the one it was handed to."""

from __future__ import annotations

from sqlalchemy import exists, select, update

from casework.actor import Actor
from casework.errors import Invalid, MoveRefused, Stale
from casework.law import moves
from casework.services import cases, members, notices
from casework.services.danger_levels import VIOLENT_ISSUES
from casework.services.vault import Vault
from casework.transaction import Work, reader, write
from models.access import Conflict
from models.accounts import Account
from models.calls import Matter
from models.cases import Case, CaseEvent
from models.enums import CaseState, FollowUpState, FollowUpSubject, Role
from models.follow_ups import FollowUp
from models.incidents import Incident


def candidates(actor: Actor, number: str) -> tuple[cases.CaseHead, list[tuple[int, str]]]:
    """A case of a team that the actor leads, and the admitted members who may take it (account id, name).

    Left out is who stands behind the conflict wall. NotFound unless she leads the team. Recorded as shown.
    """
    head = cases.get_for(actor, number, Vault(actor, reader()))
    lines = _admitted(actor, head.team_id)
    walled = set(reader().scalars(select(Conflict.account_id).where(Conflict.case_id == head.case_id)))
    actor.shown("case.read", subject_kind="case", subject_id=head.case_id, fields=["parties.name"])
    return head, [line for line in lines if line[0] not in walled]


def _admitted(actor: Actor, team_id: int) -> list[tuple[int, str]]:
    people = {
        line.account_id: line.display_name
        for line in members.of_team(actor, team_id)
        if line.is_admitted and line.is_approved and line.role in (Role.CASEWORKER, Role.TEAM_LEAD)
    }
    return sorted(people.items(), key=lambda item: item[1])


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
        walled = work.session.scalar(
            select(exists().where(Conflict.case_id == case.id, Conflict.account_id == assignee_id))
        )
        if walled or assignee_id not in dict(_admitted(actor, case.team_id)):
            raise Invalid({"assignee": "choice"})
        if case.assignee_id == assignee_id:
            return
        if case.version != version:
            raise _stale(work, case, assignee_id)
        case.assignee_id = assignee_id
        case.version += 1
        cases.add_event(work, case, "assigned", to_assignee_id=assignee_id)
        work.session.execute(
            update(FollowUp)
            .where(
                FollowUp.subject_kind == FollowUpSubject.CASE,
                FollowUp.subject_id == case.id,
                FollowUp.state.in_([FollowUpState.PLANNED, FollowUpState.DUE]),
            )
            .values(assignee_id=assignee_id)
        )
        if assignee_id != actor.account_id:
            notices.raise_once(work, notices.CASE_ASSIGNED, case.id, account_id=assignee_id)
        work.record("case.assign", subject_kind="case", subject_id=case.id, ids=(assignee_id,))


def _stale(work: Work, case: Case, wanted: int) -> Stale:
    rows = work.session.execute(
        select(Account.id, Account.display_name).where(Account.id.in_([case.assignee_id or 0, wanted]))
    )
    names = {row.id: row.display_name for row in rows}
    last = work.session.execute(
        select(Account.display_name, CaseEvent.at)
        .outerjoin(Account, Account.id == CaseEvent.account_id)
        .where(CaseEvent.case_id == case.id)
        .order_by(CaseEvent.at.desc(), CaseEvent.id.desc())
        .limit(1)
    ).first()
    return Stale(
        yours={"assignee": names.get(wanted, "")},
        theirs={"assignee": names.get(case.assignee_id or 0, "")},
        their_name=(last.display_name if last else None) or "",
        their_at=last.at if last else work.at,
        version=case.version,
    )


def is_violent(work: Work, case: Case) -> bool:
    """Whether the case is one of domestic violence: by an incident, or by what was asked for."""
    return bool(
        work.session.scalar(
            select(
                exists().where(Incident.case_id == case.id)
                | exists().where(Matter.case_id == case.id, Matter.issue.in_(VIOLENT_ISSUES))
            )
        )
    )


def start(actor: Actor, number: str) -> None:
    """The assignee begins service. MoveRefused for anybody else ('not_assignee'), for a case of domestic
    violence that was not assessed ('assess_first'), and from a state that has no such move ('state').
    """
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        before = case.state
        try:
            move = moves.move_between(before, CaseState.IN_SERVICE)
        except moves.NotAllowed:
            raise MoveRefused("state") from None
        if move.name != "case.start_service":
            raise MoveRefused("state")
        if case.assignee_id != actor.account_id:
            raise MoveRefused("not_assignee")
        if moves.Need.NOT_DOMESTIC_VIOLENCE in move.needs and is_violent(work, case):
            raise MoveRefused("assess_first")
        case.state = CaseState.IN_SERVICE
        case.version += 1
        cases.add_event(work, case, "started", from_state=before)
        work.record(move.name, subject_kind="case", subject_id=case.id)


def may_start(actor: Actor, head: cases.CaseHead) -> bool:
    """Whether the page should offer her to begin service."""
    return head.assignee_id == actor.account_id and (
        head.state == CaseState.ASSESSED or (head.state == CaseState.ACCEPTED and not head.is_violent)
    )


def leads(actor: Actor, head: cases.CaseHead) -> bool:
    """Whether she leads the case's team."""
    return head.team_id in actor.team_ids(Role.TEAM_LEAD)
