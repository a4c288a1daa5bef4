"""What is stored: sealed bytes, the few clear columns with their reasons, constraints. Knows only SQLAlchemy.

Importing this package registers every table on ``models.base.Base.metadata``.
"""

from models import (  # noqa: F401
    access,
    accounts,
    approval_files,
    audit,
    calls,
    cases,
    casework,
    drafts,
    duties,
    evidence,
    follow_ups,
    incidents,
    instruments,
    jobs,
    keys,
    merges,
    papers,
    people,
    sessions,
    staff_care,
    statistics,
)
