"""The numbers that people see: 2026-0417 for a case, by kind and local year, counted in the transaction."""

from __future__ import annotations

from sqlalchemy import select

from casework.clock import local_date
from casework.transaction import Work
from models.jobs import Counter


def next_number(work: Work, kind: str) -> str:
    """The next number of this kind ('case', 'call') in the local year of the transaction, from 0001 on.

    Never given twice; a transaction that fails gives its number back.
    """
    year = local_date(work.at).year
    counter = work.session.scalars(
        select(Counter).where(Counter.kind == kind, Counter.year == year).with_for_update()
    ).one_or_none()
    if counter is None:
        counter = Counter(kind=kind, year=year, value=0)
        work.session.add(counter)
    counter.value += 1
    work.session.flush()
    return f"{year}-{counter.value:04d}"
