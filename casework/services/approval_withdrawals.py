"""Approval files that nobody needs to decide any more: withdrawn, and their grants ended with them."""

from __future__ import annotations

from sqlalchemy import select

from casework import codes
from casework.services import grants
from casework.transaction import Work
from models.approval_files import ApprovalFile
from models.enums import ApprovalState

CLOSING_KINDS = sorted(codes.flagged("approval_kind", "closing"))


def withdraw(work: Work, row: ApprovalFile) -> None:
    """Takes one waiting file back within a transaction; the leader's access ends at once."""
    row.state = ApprovalState.WITHDRAWN
    row.decided_at = work.at
    work.session.flush()
    if row.grant_id is not None:
        grants.end(work, row.grant_id)
    work.record("approval.withdraw", subject_kind="case", subject_id=row.case_id, ids=(row.id,))


def _waiting(work: Work, case_id: int) -> list[ApprovalFile]:
    wanted = select(ApprovalFile).where(
        ApprovalFile.case_id == case_id, ApprovalFile.state == ApprovalState.WAITING
    )
    return list(work.session.scalars(wanted.with_for_update()))


def withdraw_closing(work: Work, case_id: int) -> None:
    """Takes back what waits before a leader about the closing of a case: it was decided elsewhere."""
    for row in _waiting(work, case_id):
        if row.kind in CLOSING_KINDS:
            withdraw(work, row)


def withdraw_all(work: Work, case_id: int) -> None:
    """Takes back everything that waits before a leader about a case that was given away."""
    for row in _waiting(work, case_id):
        withdraw(work, row)
