"""Reads a jurisdiction pack from TOML and says everything that is wrong with it at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import time
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casework import codes
from casework.jurisdictions.pack import Division, Jurisdiction, JurisdictionFault, LineHours, Named, Note
from casework.law.articles import all_articles
from casework.law.deadlines import LocalHours
from casework.law.follow_up_plan import Plan, Step

SCHEMA = 1
LEVELS = ("high_lethal", "medium", "low")
OTHER_PLANS = ("after_closing", "order", "warning", "after_leaving")
DIVISION_KINDS = frozenset({"town", "subdistrict", "zone"})
LOCAL_RULES = frozenset({"warning_decided", "order_checked_by_police"})
RETENTION_OUTCOMES = ("closed", "declined", "call_without_case", "lead_without_case")
SMALLEST_THRESHOLD = 3
_LENGTHS = ("hours", "days", "months", "days_before")


def jurisdiction_from(name: str, content: str) -> Jurisdiction:
    """The pack written in `content`. Raises JurisdictionFault with a sentence for each thing that is
    wrong.
    """
    try:
        document = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise JurisdictionFault([f"The jurisdiction pack {name} is not TOML: {error}."]) from None
    reading = _Reading(document)
    jurisdiction = reading.jurisdiction(name)
    if reading.faults:
        raise JurisdictionFault(reading.faults)
    return jurisdiction


class _Reading:
    """One pass over a pack; faults gather here, and a value that is wrong is replaced so that the pass
    goes on.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.faults: list[str] = []

    def jurisdiction(self, name: str) -> Jurisdiction:
        if self.document.get("schema") != SCHEMA:
            self.faults.append(
                f"The pack's schema is {self.document.get('schema')!r}; this program reads {SCHEMA}."
            )
        holidays = self._table("holidays")
        return Jurisdiction(
            name=name,
            code=self._digits("code", 6),
            zh=self._text(self.document, "zh", "the pack"),
            en=self._text(self.document, "en", "the pack"),
            zone=self._zone(),
            languages=self._languages(),
            area_code=self._area_code(),
            emergency_text_number=self._emergency_text_number(),
            office=self._office(),
            above=self._named_list("above"),
            divisions=self._divisions(),
            outside=self._special_division("outside"),
            unknown=self._special_division("unknown"),
            teams=self._named_list("teams"),
            bodies=self._named_list("bodies"),
            line_hours=self._line_hours(),
            line_hours_note=self._note(self._table("line_hours_note"), "line_hours_note", "zh", "en"),
            time_limits=self._time_limits(),
            plans=self._plans(),
            disclosure_threshold=self._threshold(),
            holiday_source=self._text(holidays, "source", "[holidays]"),
            holiday_note=self._note(holidays, "holidays", "note_zh", "note_en"),
            retention_years=self._retention(),
            retention_note=self._note(self._table("retention"), "retention", "note_zh", "note_en"),
        )

    # --- plain values ---

    def _text(self, table: Mapping[str, Any], key: str, where: str) -> str:
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return value
        self.faults.append(f"{key!r} is missing in {where}.")
        return ""

    def _table(self, key: str) -> Mapping[str, Any]:
        value = self.document.get(key)
        if isinstance(value, dict):
            return value
        self.faults.append(f"The section [{key}] is missing.")
        return {}

    def _rows(self, key: str) -> Sequence[Mapping[str, Any]]:
        value = self.document.get(key)
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            return value
        self.faults.append(f"There is no [[{key}]] in the pack.")
        return []

    def _whole(self, table: Mapping[str, Any], key: str, where: str, smallest: int) -> int:
        value = table.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= smallest:
            return value
        self.faults.append(f"{key!r} in {where} has to be a whole number of at least {smallest}.")
        return smallest

    def _digits(self, key: str, length: int) -> str:
        value = str(self.document.get(key, ""))
        if not (value.isascii() and value.isdigit() and len(value) == length):
            self.faults.append(f"{key!r} has to be {length} digits, not {value!r}.")
        return value

    def _note(self, table: Mapping[str, Any], where: str, zh: str, en: str) -> Note:
        return Note(self._text(table, zh, f"[{where}]"), self._text(table, en, f"[{where}]"))

    # --- the county ---

    def _zone(self) -> ZoneInfo:
        value = str(self.document.get("timezone", ""))
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.faults.append(f"{value!r} is not a time zone.")
            return ZoneInfo("UTC")

    def _languages(self) -> tuple[str, ...]:
        value = self.document.get("languages")
        if isinstance(value, list) and value and all(language in ("zh", "en") for language in value):
            return tuple(value)
        self.faults.append("'languages' has to name zh, en or both.")
        return ("zh",)

    def _area_code(self) -> str:
        value = str(self.document.get("area_code", ""))
        if not (value.isascii() and value.isdigit() and value.startswith("0") and len(value) in (3, 4)):
            self.faults.append(f"'area_code' has to be 3 or 4 digits that begin with 0, not {value!r}.")
        return value

    def _emergency_text_number(self) -> str:
        value = self._text(self.document, "emergency_text_number", "the pack")
        area = str(self.document.get("area_code", "")).removeprefix("0")
        if value and value != f"12110{area}":
            self.faults.append(
                f"'emergency_text_number' has to be 12110 and the area code without its 0: 12110{area}."
            )
        return value

    def _office(self) -> Named:
        table = self._table("office")
        return Named(*(self._text(table, key, "[office]") for key in ("line", "zh", "en")))

    def _named_list(self, key: str) -> tuple[Named, ...]:
        rows = self._rows(key)
        found = tuple(
            Named(*(self._text(row, field, f"[[{key}]]") for field in ("code", "zh", "en"))) for row in rows
        )
        self._refuse_repeats(key, [entry.code for entry in found])
        return found

    def _refuse_repeats(self, key: str, codes: Sequence[str]) -> None:
        for code in sorted({code for code in codes if code and codes.count(code) > 1}):
            self.faults.append(f"The code {code} stands twice in [[{key}]].")

    def _divisions(self) -> tuple[Division, ...]:
        found = []
        for row in self._rows("divisions"):
            code, zh, en, kind = (
                self._text(row, key, "[[divisions]]") for key in ("code", "zh", "en", "kind")
            )
            if code and not (code.isascii() and code.isdigit() and len(code) == 3):
                self.faults.append(f"The division code {code!r} has to be 3 digits.")
            if kind and kind not in DIVISION_KINDS:
                self.faults.append(
                    f"The division {code} is a {kind!r}; it has to be a town, subdistrict or zone."
                )
            found.append(Division(code, zh, en, kind))
        self._refuse_repeats("divisions", [division.code for division in found])
        return tuple(found)

    def _special_division(self, key: str) -> Division:
        table = self._table(key)
        code, zh, en = (self._text(table, field, f"[{key}]") for field in ("code", "zh", "en"))
        return Division(code, zh, en, key)

    def _line_hours(self) -> tuple[LineHours, ...]:
        found = []
        for row in self._rows("line_hours"):
            days = row.get("days")
            if not (isinstance(days, list) and days and all(day in range(1, 8) for day in days)):
                self.faults.append("'days' in [[line_hours]] has to list weekdays from 1 (Monday) to 7.")
                days = [1]
            opens, closes = self._clock(row, "opens"), self._clock(row, "closes")
            if opens is None or closes is None:
                continue
            if closes <= opens:
                self.faults.append(f"The line can't close at {closes:%H:%M} having opened at {opens:%H:%M}.")
            found.append(LineHours(tuple(days), opens, closes))
        return tuple(found)

    def _clock(self, row: Mapping[str, Any], key: str) -> time | None:
        value = str(row.get(key, ""))
        try:
            return time.fromisoformat(value)
        except ValueError:
            self.faults.append(f"{key!r} in [[line_hours]] has to be a time like 08:30, not {value!r}.")
            return None

    # --- rules ---

    def _time_limits(self) -> Mapping[str, LocalHours]:
        found: dict[str, LocalHours] = {}
        rows = self._rows("time_limits") if "time_limits" in self.document else []
        for row in rows:
            rule, article = (self._text(row, key, "[[time_limits]]") for key in ("rule", "article"))
            hours = self._whole(row, "hours", "[[time_limits]]", 1)
            if rule and rule not in LOCAL_RULES:
                self.faults.append(f"The rule {rule!r} can't be set by a jurisdiction.")
            if article and article not in all_articles():
                self.faults.append(
                    f"The article {article!r} is not among the articles that the program cites."
                )
            if rule in found:
                self.faults.append(f"The rule {rule} stands twice in [[time_limits]].")
            found[rule] = LocalHours(rule, hours, article)
        return MappingProxyType(found)

    def _plans(self) -> Mapping[str, Plan]:
        table = self._table("plans")
        for code in (*LEVELS, *OTHER_PLANS):
            if code not in table:
                self.faults.append(f"The plan {code} is missing.")
        return MappingProxyType(
            {code: self._plan(code, row if isinstance(row, dict) else {}) for code, row in table.items()}
        )

    def _plan(self, code: str, row: Mapping[str, Any]) -> Plan:
        steps = []
        for step in row.get("steps", []):
            kind = self._kind(step.get("kind"), code)
            lengths = {key: step[key] for key in _LENGTHS if key in step}
            if len(lengths) != 1:
                self.faults.append(f"A step of the plan {code} needs exactly one of {', '.join(_LENGTHS)}.")
                continue
            for key in lengths:
                lengths[key] = self._whole(step, key, f"the plan {code}", 1)
            steps.append(Step(kind, **lengths))
        if not steps:
            self.faults.append(f"The plan {code} has no steps.")
        if len({step.name for step in steps}) != len(steps):
            self.faults.append(f"Two steps of the plan {code} fall on the same day.")
        monthly = self._kind(row["monthly"], code) if "monthly" in row else None
        return Plan(code, tuple(steps), monthly, bool(row.get("monthly_from_start", False)))

    def _kind(self, value: Any, code: str) -> str:
        if not codes.exists("follow_up_kind", str(value)):
            self.faults.append(f"The plan {code} names {value!r}, which is no kind of follow-up.")
        return str(value)

    def _threshold(self) -> int:
        return self._whole(self._table("disclosure"), "threshold", "[disclosure]", SMALLEST_THRESHOLD)

    def _retention(self) -> Mapping[str, int]:
        years = self._table("retention").get("years")
        if not isinstance(years, dict):
            self.faults.append("The section [retention.years] is missing.")
            years = {}
        return MappingProxyType(
            {outcome: self._whole(years, outcome, "[retention.years]", 1) for outcome in RETENTION_OUTCOMES}
        )
