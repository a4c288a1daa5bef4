"""The shape of a jurisdiction pack: frozen facts and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from casework.law.deadlines import LocalHours
from casework.law.follow_up_plan import Plan


class JurisdictionFault(ValueError):
    """The pack can't be used; `sentences` says why, one sentence a fault."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a code and a name in both languages."""

    code: str
    zh: str
    en: str

    def label(self, language: str) -> str:
        """The name in `language`, 'zh' or 'en'; any other language reads as English."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Division(Named):
    """A town, sub-district or zone. `kind` is 'town', 'subdistrict' or 'zone', 'outside' or 'unknown'."""

    kind: str


@dataclass(frozen=True, slots=True)
class LineHours:
    """When the line is answered: weekdays from 1 (Monday) to 7, opening inclusive, closing exclusive,
    local time.
    """

    weekdays: tuple[int, ...]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Note:
    """A remark to the office about a setting that it has to confirm."""

    zh: str
    en: str

    def label(self, language: str) -> str:
        """The remark in `language`, 'zh' or 'en'; any other language reads as English."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """One county's pack. Division codes are the three digits after the county's six."""

    name: str
    code: str
    zh: str
    en: str
    zone: ZoneInfo
    languages: tuple[str, ...]
    area_code: str
    emergency_text_number: str
    office: Named
    above: tuple[Named, ...]
    divisions: tuple[Division, ...]
    outside: Division
    unknown: Division
    teams: tuple[Named, ...]
    bodies: tuple[Named, ...]
    line_hours: tuple[LineHours, ...]
    line_hours_note: Note
    time_limits: Mapping[str, LocalHours]
    plans: Mapping[str, Plan]
    disclosure_threshold: int
    holiday_source: str
    holiday_note: Note
    retention_years: Mapping[str, int]
    retention_note: Note

    def label(self, language: str) -> str:
        """The county's name in `language`, 'zh' or 'en'; any other language reads as English."""
        return self.zh if language.startswith("zh") else self.en

    def all_divisions(self) -> tuple[Division, ...]:
        """Every division that may be stored: the towns, outside, unknown."""
        return (*self.divisions, self.outside, self.unknown)

    def division(self, code: str) -> Division:
        """The division of that code, outside and unknown included. Raises LookupError."""
        for division in self.all_divisions():
            if division.code == code:
                return division
        raise LookupError(f"no division {code} in {self.name}")

    def division_choices(self, language: str) -> list[tuple[str, str]]:
        """(code, name) of every division that may be chosen."""
        return [(division.code, division.label(language)) for division in self.all_divisions()]

    def body(self, code: str) -> Named:
        """The partner body of that code. Raises LookupError."""
        for body in self.bodies:
            if body.code == code:
                return body
        raise LookupError(f"no body {code} in {self.name}")

    def is_line_open(self, weekday: int, at: time) -> bool:
        """Whether the line is answered at that local time; `weekday` from 1 (Monday) to 7
        (`date.isoweekday`).
        """
        return any(
            weekday in hours.weekdays and hours.opens <= at < hours.closes for hours in self.line_hours
        )
