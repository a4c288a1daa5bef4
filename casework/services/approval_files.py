"""Approval files (呈批件): one case put before one leader, read under a grant that ends with her decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import aliased

from casework import codes
from casework.actor import Actor
from casework.clock import DAY, today
from casework.errors import AlreadyDone, Invalid, MoveRefused, NotFound
from casework.law import moves
from casework.sealed import Locked
from casework.services import (
    approval_withdrawals,
    assignments,
    case_moves,
    cases,
    closings,
    drafts,
    grants,
    members,
    narratives,
    notices,
    rosters,
    small_office,
)
from casework.services.case_moves import Moving
from casework.services.sealed_words import opened, packed
from casework.services.vault import Vault
from casework.transaction import Work, reader, write
from models.accounts import Account, AccountRole
from models.approval_files import ApprovalFile
from models.base import new_id
from models.cases import Case
from models.enums import AccountState, ApprovalState, CaseState, CompartmentKind, Role

# What may be opened to her beside the account of what happened, without which nothing can be decided.
PARTS = (CompartmentKind.ACCOUNT, CompartmentKind.IDENTITY, CompartmentKind.LEGAL)
ALWAYS = CompartmentKind.ACCOUNT
DAYS = (3, 7, 15)
PAST_SHOWN = 20

_asker, _approver = aliased(Account), aliased(Account)


@dataclass(frozen=True, repr=False)
class Asked:
    """What is put before a leader: ``parts`` are kinds of compartments, ``days`` how long she may read."""

    kind: str
    approver_id: int
    asks: str
    parts: tuple[str, ...] = ()
    days: int = 7


@dataclass(frozen=True, repr=False)
class ApprovalLine:
    """One approval file as read; words may be Locked once its grant has ended."""

    approval_id: int
    case_id: int
    number: str
    kind: str
    state: ApprovalState
    asks: str | Locked | None
    parts: tuple[str, ...]
    opinion: str | Locked | None
    asked_by: str
    asked_at: int
    approver_id: int
    approver: str
    decided_at: int | None
    version: int

    @property
    def is_waiting(self) -> bool:
        """Whether it is not decided yet."""
        return self.state == ApprovalState.WAITING


@dataclass(frozen=True, repr=False)
class BeforeHer:
    """What the leader reads: the file, the case as far as its parts are opened to her, a closing proposal."""

    line: ApprovalLine
    account: narratives.Account | None
    proposal: closings.Proposal | None


def _files() -> Any:
    return (
        select(
            ApprovalFile,
            Case.number,
            Case.account_compartment_id,
            _asker.display_name.label("asked_by_name"),
            _approver.display_name.label("approver_name"),
        )
        .join(Case, Case.id == ApprovalFile.case_id)
        .join(_asker, _asker.id == ApprovalFile.asked_by)
        .join(_approver, _approver.id == ApprovalFile.approver_id)
    )


def _line(vault: Vault, row: Row[Any]) -> ApprovalLine:
    it: ApprovalFile = row[0]
    words = opened(vault.text("approval_files.asks", it.id, it.compartment_id, it.asks_sealed))
    return ApprovalLine(
        it.id,
        it.case_id,
        row.number,
        it.kind,
        it.state,
        words if isinstance(words, Locked) else words.get("asks"),
        () if isinstance(words, Locked) else tuple(words.get("parts", ())),
        vault.text("approval_files.opinion", it.id, it.compartment_id, it.opinion_sealed),
        row.asked_by_name,
        it.asked_at,
        it.approver_id,
        row.approver_name,
        it.decided_at,
        it.version,
    )


def approvers(actor: Actor, case_id: int) -> list[tuple[int, str]]:
    """The approving leaders before whom a case can be put (account id, name): never herself, nobody whom
    the conflict wall keeps from it.
    """
    behind = assignments.walled(reader(), case_id)
    rows = reader().execute(
        select(Account.id, Account.display_name)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(
            AccountRole.role == Role.APPROVING_LEADER,
            AccountRole.approved_at.is_not(None),
            or_(AccountRole.until_on.is_(None), AccountRole.until_on > today()),
            Account.state == AccountState.ACTIVE,
            Account.id != actor.account_id,
        )
        .distinct()
        .order_by(Account.display_name)
    )
    return [(row.id, row.display_name) for row in rows if row.id not in behind]


def _check(work: Work, actor: Actor, case: Case, asked: Asked) -> None:
    faults: dict[str, str] = {}
    if not codes.exists("approval_kind", asked.kind):
        faults["kind"] = "choice"
    if not asked.asks:
        faults["asks"] = "required"
    if asked.approver_id not in dict(approvers(actor, case.id)) or asked.approver_id == case.assignee_id:
        faults["approver"] = "choice"
    elif asked.approver_id not in rosters.verified_for(work.session, actor).people:
        faults["approver"] = "no_keys"
    if not set(asked.parts) <= set(PARTS):
        faults["parts"] = "choice"
    if asked.days not in DAYS:
        faults["days"] = "choice"
    if faults:
        raise Invalid(faults)


def ask(actor: Actor, number: str, asked: Asked) -> int:
    """Puts a case before a leader, with a grant for the parts named; gives the file's id.

    Invalid for what is missing, a leader who can't decide it, or where the same already waits ('waiting').
    A closing is put forward only while the case is under review (MoveRefused 'state').
    """
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        if not moves.is_open(case.state):
            raise MoveRefused("not_open")
        if asked.kind in approval_withdrawals.CLOSING_KINDS and case.state != CaseState.CLOSING_REVIEW:
            raise MoveRefused("state")
        return _put_before(work, Vault(actor, work.session), actor, case, asked)


def _put_before(work: Work, vault: Vault, actor: Actor, case: Case, asked: Asked) -> int:
    _check(work, actor, case, asked)
    waiting = work.session.scalar(
        select(ApprovalFile.id).where(
            ApprovalFile.case_id == case.id,
            ApprovalFile.kind == asked.kind,
            ApprovalFile.state == ApprovalState.WAITING,
        )
    )
    if waiting is not None:
        raise Invalid({"kind": "waiting"})
    parts = [part for part in PARTS if part == ALWAYS or part in asked.parts]
    if case.legal_compartment_id is None:
        parts = [part for part in parts if part != CompartmentKind.LEGAL]
    vault.ready_to_write(work, case.id, [case.account_compartment_id])
    row = ApprovalFile(
        id=new_id(),
        case_id=case.id,
        compartment_id=case.account_compartment_id,
        kind=asked.kind,
        state=ApprovalState.WAITING,
        asked_by=actor.account_id,
        asked_at=work.at,
        approver_id=asked.approver_id,
    )
    words = packed({"asks": asked.asks, "parts": [part.value for part in parts]})
    row.asks_sealed = vault.seal("approval_files.asks", row.id, row.compartment_id, words)
    row.grant_id = grants.give(
        work,
        vault,
        case,
        account_id=asked.approver_id,
        kind="approval",
        compartments=parts,
        ends_at=work.at + asked.days * DAY,
        reason=asked.asks,
    )
    work.session.add(row)
    drafts.end(work, actor, "approval", case.id)
    work.record(
        "approval.ask",
        subject_kind="case",
        subject_id=case.id,
        ids=(row.id,),
        fields=("approval_files.asks",),
        row=row,
    )
    return row.id


def propose_closing(
    actor: Actor, number: str, *, version: int, outcome: str, rating: str, summary: str, asked: Asked
) -> int:
    """Proposes closing to the approving leader, in one step with what she may read; gives the file's id.

    For small-office mode; MoveRefused("not_small_office") outside it, and else as ``closings.propose``.
    """
    closings.check(outcome, rating, summary)
    with write(actor) as work:
        moving = case_moves.begun(work, actor, number, version)
        if not small_office.is_on(work.session):
            raise MoveRefused("not_small_office")
        closings.put_forward(moving, outcome=outcome, rating=rating, summary=summary)
        work.session.flush()
        return _put_before(work, moving.vault, actor, moving.case, asked)


def of_case(actor: Actor, number: str) -> tuple[cases.CaseHead, list[ApprovalLine]]:
    """What of a case was put before a leader, newest first, recorded as shown; NotFound where it is not hers."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    return head, lines_of(actor, head, vault)


def lines_of(actor: Actor, head: cases.CaseHead, vault: Vault) -> list[ApprovalLine]:
    """The same of a case whose head was read through ``cases.get_for``."""
    rows = reader().execute(
        _files().where(ApprovalFile.case_id == head.case_id).order_by(ApprovalFile.id.desc())
    )
    lines = [_line(vault, row) for row in rows]
    if lines:
        _shown(actor, head.case_id, [line.approval_id for line in lines])
    return lines


def one_of_case(actor: Actor, number: str, approval_id: int) -> tuple[cases.CaseHead, ApprovalLine]:
    """One of them; NotFound for another case's."""
    head, lines = of_case(actor, number)
    for line in lines:
        if line.approval_id == approval_id:
            return head, line
    raise NotFound


def _shown(actor: Actor, case_id: int, ids: Iterable[int]) -> None:
    actor.shown(
        "approval.read",
        subject_kind="case",
        subject_id=case_id,
        ids=ids,
        fields=["approval_files.asks", "approval_files.opinion"],
    )


def before_her(actor: Actor, approval_id: int) -> BeforeHer:
    """One file that was put before the actor, with the case as far as she may read it now; recorded as
    shown. NotFound for anybody else's.
    """
    vault = Vault(actor, reader())
    row = (
        reader()
        .execute(_files().where(ApprovalFile.id == approval_id, ApprovalFile.approver_id == actor.account_id))
        .first()
    )
    if row is None:
        raise NotFound
    line = _line(vault, row)
    _shown(actor, line.case_id, [line.approval_id])
    try:
        account = narratives.of_case(actor, line.number) if line.is_waiting else None
    except NotFound:
        # The time she had to read it is over; she may still see that it was put before her.
        account = None
    proposal = None
    if account is not None and line.kind in approval_withdrawals.CLOSING_KINDS:
        proposal = closings.proposal_of(actor, account.head, vault)
    return BeforeHer(line, account, proposal)


def _to_decide(work: Work, actor: Actor, approval_id: int) -> ApprovalFile:
    row = work.session.get(ApprovalFile, approval_id, with_for_update=True)
    if row is None or row.approver_id != actor.account_id:
        raise NotFound
    if row.state != ApprovalState.WAITING:
        raise AlreadyDone
    return row


def decide(actor: Actor, approval_id: int, *, approves: bool, opinion: str | None) -> None:
    """The leader approves, or returns with an opinion (Invalid without one), once; her access ends with it.

    For a closing the case is closed or returned in the same transaction. AlreadyDone where it was decided or
    withdrawn meanwhile, NotFound for anybody else's, KeyMissing where her time to read it is over.
    """
    if not approves and not opinion:
        raise Invalid({"opinion": "required"})
    with write(actor) as work:
        row = _to_decide(work, actor, approval_id)
        case = work.session.get_one(Case, row.case_id, with_for_update=True)
        vault = Vault(actor, work.session)
        vault.ready_to_write(work, case.id, [row.compartment_id])
        row.state = ApprovalState.APPROVED if approves else ApprovalState.RETURNED
        row.decided_at = work.at
        row.opinion_sealed = vault.seal("approval_files.opinion", row.id, row.compartment_id, opinion or None)
        if row.kind in approval_withdrawals.CLOSING_KINDS:
            closings.decide_for_leader(Moving(work, case, vault), actor, approves, opinion)
        elif row.asked_by != actor.account_id:
            told = "approval.approved" if approves else "approval.returned"
            notices.raise_once(work, told, case.id, account_id=row.asked_by)
        work.record(
            "approval.approve" if approves else "approval.return",
            subject_kind="case",
            subject_id=case.id,
            ids=(row.id,),
            fields=("approval_files.opinion",),
            row=row,
        )
        if row.grant_id is not None:
            grants.end(work, row.grant_id)


def withdraw(actor: Actor, number: str, approval_id: int) -> None:
    """Takes back what waits before a leader: who asked, or the lead. A proposed closing goes back with it.

    AlreadyDone where it was decided meanwhile.
    """
    with write(actor) as work:
        case = cases.row_for(work, actor, number)
        row = work.session.get(ApprovalFile, approval_id, with_for_update=True)
        if row is None or row.case_id != case.id:
            raise NotFound
        if row.asked_by != actor.account_id:
            members.lead_of(actor, case.team_id)
        if row.state != ApprovalState.WAITING:
            raise AlreadyDone
        approval_withdrawals.withdraw(work, row)
