"""What is stored: sealed bytes, the few clear columns with their reasons, constraints. Knows only SQLAlchemy.

Importing this package registers every table on ``models.base.Base.metadata``.
"""

from models import (  # noqa: F401
    access,
    accounts,
    audit,
    calls,
    cases,
    drafts,
    follow_ups,
    incidents,
    jobs,
    keys,
    people,
    sessions,
    statistics,
)
