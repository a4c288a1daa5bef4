"""How the system runs, for its administrator: version, database, scheduler, trail, disk; nothing about anybody."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from sqlalchemy import func, select

from casework import migrating
from casework.clock import now_us
from casework.extensions import db
from casework.runtime import runtime
from casework.services import scheduling
from casework.services.scheduling import JobLine
from casework.transaction import reader
from models.accounts import Account
from models.audit import AuditHead
from models.enums import AccountState


@dataclass(frozen=True)
class Condition:
    """The system's condition at one moment; sizes in bytes, instants in microseconds UTC."""

    kind: str
    database: str
    revision: str | None
    newest_revision: str
    free_bytes: int
    total_bytes: int
    scheduler: str | None
    scheduler_until: int
    is_scheduler_alive: bool
    jobs: list[JobLine]
    trail_entries: int
    last_anchor: str | None
    accounts: int
    without_code: int

    @property
    def is_low_on_disk(self) -> bool:
        """Less than a tenth, or less than one gigabyte, is free."""
        return self.free_bytes < max(self.total_bytes // 10, 1_000_000_000)


def _last_anchor() -> str | None:
    path = runtime().instance.anchor_path
    if not path.exists():
        return None
    lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    return lines[-1].split(" ")[0] if lines else None


def condition() -> Condition:
    """Looks at everything once."""
    held = runtime()
    disk = shutil.disk_usage(held.instance.path)
    lease = scheduling.lease_holder()
    active = select(func.count()).select_from(Account).where(Account.state == AccountState.ACTIVE)
    session = reader()
    return Condition(
        kind=held.settings.kind,
        database="PostgreSQL" if held.settings.database_url else "SQLite",
        revision=migrating.current_revision(db.engine),
        newest_revision=migrating.newest_revision(),
        free_bytes=disk.free,
        total_bytes=disk.total,
        scheduler=lease[0] if lease else None,
        scheduler_until=lease[1] if lease else 0,
        is_scheduler_alive=bool(lease and lease[1] > now_us()),
        jobs=scheduling.last_runs(),
        trail_entries=session.scalar(select(AuditHead.sequence)) or 0,
        last_anchor=_last_anchor(),
        accounts=session.scalar(active) or 0,
        without_code=session.scalar(active.where(Account.totp_sealed.is_(None))) or 0,
    )
