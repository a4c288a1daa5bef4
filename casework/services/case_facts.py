"""What is known when a case is opened; plain words, sealed by the service that stores them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, repr=False)
class ContactCard:
    """How she may be reached: number as typed, hours, our alias, the code word, what must never be done."""

    phone: str | None = None
    safe_hours: str | None = None
    alias: str | None = None
    code_word: str | None = None
    never: str | None = None


@dataclass(frozen=True, repr=False)
class IncidentFacts:
    """One incident of violence. ``precision``, ``relationship``, ``violence_types``: codes of those lists.

    ``living_together`` is yes, no or unknown; ``occurred_on`` a local date, None when it is not known.
    """

    occurred_on: datetime.date | None
    precision: str
    relationship: str
    living_together: str
    violence_types: Sequence[str]
    narrative: str | None = None
