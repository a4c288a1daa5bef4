"""Named settings of the instance, stored as text."""

from __future__ import annotations

from casework.transaction import Work, reader
from models.jobs import Setting


def value_of(name: str, default: str) -> str:
    """The setting, or the default when it was never set."""
    row = reader().get(Setting, name, populate_existing=True)
    return row.value if row is not None else default


def put(work: Work, name: str, value: str) -> None:
    """Sets a value within a transaction."""
    row = work.session.get(Setting, name)
    if row is None:
        row = Setting(name=name, value=value, changed_at=work.at)
        work.session.add(row)
    row.value, row.changed_at = value, work.at
    row.changed_by = work.actor.account_id if work.actor else None
