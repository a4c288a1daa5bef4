"""When mediation is barred. The reasons are codes of ``mediation_refusal``; the screens show their sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from casework.services import consents, danger_levels

CONSENT = "mediation"


def _by_danger(session: Session, case_id: int) -> str | None:
    """High-lethal, or it may be; and a case of violence that nobody assessed."""
    standing = danger_levels.newest(session, case_id)
    if standing is None:
        return "not_assessed" if danger_levels.violent(session, case_id) else None
    if standing.is_high_lethal:
        return "high_lethal"
    return "range_reaches_high" if standing.reaches_high_lethal else None


def _by_consent(session: Session, case_id: int) -> str | None:
    """Her own separate consent to mediation, in force today."""
    return None if consents.has(session, case_id, CONSENT) else "no_consent"


# Every rule that may bar it, in the order in which the screens say so. A warning and an order in force are rules of
# the same form; they join with the tables that hold them.
RULES: tuple[Callable[[Session, int], str | None], ...] = (_by_danger, _by_consent)


def refusals(session: Session, case_id: int) -> tuple[str, ...]:
    """Why this case can't be mediated, codes of ``mediation_refusal``; empty: it may. Needs no key."""
    found: list[Any] = [rule(session, case_id) for rule in RULES]
    return tuple(reason for reason in found if reason is not None)
