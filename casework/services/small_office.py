"""Small-office mode: where the lead works on cases herself, the approving leader decides on each closing."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework.actor import Actor
from casework.services.settings import put
from casework.transaction import reader, write
from models.jobs import Setting

NAME = "office.small"
ON, OFF = "yes", "no"


def is_on(session: Session | None = None) -> bool:
    """Whether closing goes to the approving leader; off until somebody sets it."""
    row = (session or reader()).get(Setting, NAME, populate_existing=True)
    return row is not None and row.value == ON


def switch(actor: Actor | None, on: bool) -> bool:
    """Sets the mode; ``actor`` is the security officer, None at the command line. Gives whether it changed.

    Proposals that wait already are decided by the rule that is in force when they are decided.
    """
    with write(actor) as work:
        if is_on(work.session) == on:
            return False
        put(work, NAME, ON if on else OFF)
        work.record("setting.change", subject_kind="setting", fields=(NAME,))
        return True
