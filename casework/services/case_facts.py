"""What is known when a case is opened; plain words, sealed by the service that stores them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, repr=False)
class ContactCard:
    """How she may be reached: number as typed, hours, our alias, the code word, what must never be done."""

    phone: str | None = None
    safe_hours: str | None = None
    alias: str | None = None
    code_word: str | None = None
    never: str | None = None


@dataclass(frozen=True, repr=False)
class IncidentDetails:
    """What is known of an incident beside what counting needs; sealed. Codes of the lists of the same names.

    ``until_on`` ends a period (inclusive). ``children_saw``, ``police_called`` and ``police_receipt`` are yes, no or
    unknown; the police's words are as they stand on their papers (34号 21).
    """

    until_on: datetime.date | None = None
    place_kind: str = "unknown"
    place_town: str | None = None
    injuries: Sequence[str] = ()
    injury_words: str | None = None
    weapon: str = "unknown"
    children_saw: str = "unknown"
    children_which: str | None = None
    police_called: str = "unknown"
    police_time: str | None = None
    police_number: str | None = None
    police_station: str | None = None
    police_officer: str | None = None
    police_receipt: str = "unknown"
    police_result: str = "unknown"
    police_document: str | None = None
    medical_care: str = "unknown"
    medical_words: str | None = None
    her_actions: Sequence[str] = ()

    def words(self) -> dict[str, Any]:
        """What was said, ready to be packed; what was not asked is left out."""
        unsaid = IncidentDetails()
        said: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if value in (None, "", ()) or value == getattr(unsaid, item.name):
                continue
            if isinstance(value, datetime.date):
                said[item.name] = value.isoformat()
            else:
                said[item.name] = value if isinstance(value, str) else sorted(set(value))
        return said

    @classmethod
    def from_words(cls, words: Mapping[str, Any]) -> IncidentDetails:
        """The details behind opened words; a word of a later edition that is not known here is passed over."""
        known = {item.name for item in fields(cls)}
        given: dict[str, Any] = {name: value for name, value in words.items() if name in known}
        if "until_on" in given:
            given["until_on"] = datetime.date.fromisoformat(given["until_on"])
        whole: dict[str, Any] = {
            name: tuple(it) if isinstance(it, list) else it for name, it in given.items()
        }
        return cls(**whole)


@dataclass(frozen=True, repr=False)
class IncidentFacts:
    """One incident of violence. ``precision``, ``relationship``, ``violence_types``: codes of those lists.

    ``living_together`` is yes, no or unknown; ``occurred_on`` a local date, None when it is not known.
    ``details`` of None leaves what is stored of them as it is.
    """

    occurred_on: datetime.date | None
    precision: str
    relationship: str
    living_together: str
    violence_types: Sequence[str]
    narrative: str | None = None
    details: IncidentDetails | None = None
