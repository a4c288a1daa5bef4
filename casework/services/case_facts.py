"""What a call or a case is made of, as plain words on their way to being sealed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from models.enums import YesNoUnknown


@dataclass(frozen=True, repr=False)
class ContactCard:
    """How, when and by what name she may be reached; absent is None. ``phone`` is canonical."""

    phone: str | None = None
    safe_hours: str | None = None
    alias: str | None = None
    code_word: str | None = None
    never: str | None = None


@dataclass(frozen=True, repr=False)
class IncidentFacts:
    """One occurrence of violence as told. ``occurred_on`` is a local date, the start of a period."""

    relationship: str
    occurred_on: datetime.date | None = None
    precision: str = "exact"
    living_together: YesNoUnknown = YesNoUnknown.UNKNOWN
    violence_types: tuple[str, ...] = field(default=())
    narrative: str | None = None
