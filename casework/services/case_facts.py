"""What is known of a woman and of what happened when her case is opened; plain words, sealed by the service that stores them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, repr=False)
class ContactCard:
    """How she may be reached: number as typed, safe hours, our alias, the code word, what must never be done or said."""

    phone: str | None = None
    safe_hours: str | None = None
    alias: str | None = None
    code_word: str | None = None
    never: str | None = None


@dataclass(frozen=True, repr=False)
class IncidentFacts:
    """One incident of violence. ``precision``, ``relationship`` and ``violence_types`` are codes of the lists of those
    names, ``living_together`` is yes, no or unknown; ``occurred_on`` is a local date, None when it is not known.
    """

    occurred_on: datetime.date | None
    precision: str
    relationship: str
    living_together: str
    violence_types: Sequence[str]
    narrative: str | None = None
