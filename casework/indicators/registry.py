"""The one registry of indicators: screens, reports, exports and the data dictionary are printed from it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

CATALOGUE = Path(__file__).with_name("catalogue.toml")
KINDS = ("C", "D", "M")
DIRECTIONS = ("", "up", "down")
FIGURES = ("", "100%", ">=1", "0", "office")

Kind = Literal["C", "D", "M"]


class UnknownIndicator(LookupError):
    """The catalogue has no indicator of that code."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One thing said in both languages."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        """The words in `language`; any but Chinese reads as English."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of the catalogue.

    `kind` is C (counted from cases), D (returned by a member department) or M (both). `direction` is where
    the plan wants it to go, `figure` the plan's own figure ("100%", ">=1", "0"; "office" where the office
    sets it). `readings` are the fixed readings that decide what counts. `is_computed` says that this version
    counts it.
    """

    code: str
    name: Wording
    clause: Wording
    unit: Wording
    kind: Kind
    definition: Wording
    breakdowns: Mapping[str, Wording]
    direction: str
    figure: str
    readings: Mapping[str, Wording]
    is_computed: bool

    def allows(self, breakdown: str) -> bool:
        """Whether the catalogue lets this indicator be broken down so."""
        return breakdown in self.breakdowns


def indicators() -> tuple[Indicator, ...]:
    """The whole catalogue in its own order."""
    return tuple(_registry().values())


def indicator(code: str) -> Indicator:
    """One indicator by its code. Raises UnknownIndicator."""
    try:
        return _registry()[code]
    except KeyError:
        raise UnknownIndicator(code) from None


def computed() -> tuple[Indicator, ...]:
    """The indicators that this version counts from its own records."""
    return tuple(entry for entry in indicators() if entry.is_computed)


def check(path: Path = CATALOGUE) -> list[str]:
    """What is wrong with the catalogue, one sentence a fault; an empty list is a pass."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        return [f"the catalogue is not TOML ({error})."]
    problems = list(_faults_of_vocabularies(document))
    seen: set[str] = set()
    for row in document.get("indicators", []):
        code = str(row.get("code", ""))
        if not code or code in seen:
            problems.append(f"the code {code!r} is empty or stands there twice.")
        seen.add(code)
        problems.extend(f"{code}: {sentence}" for sentence in _faults_of_row(row, document))
    return problems


def _faults_of_vocabularies(document: Mapping[str, Any]) -> Iterator[str]:
    rows = document.get("indicators", [])
    used = {
        "units": {row.get("unit") for row in rows},
        "clauses": {row.get("clause") for row in rows},
        "breakdowns": {name for row in rows for name in row.get("breakdowns", [])},
        "readings": {name for row in rows for name in row.get("readings", [])},
    }
    for name, words in used.items():
        for key, wording in document.get(name, {}).items():
            if not all(str(wording.get(language, "")).strip() for language in ("zh", "en")):
                yield f"{name}: {key} is not said in both languages."
            if key not in words:
                yield f"{name}: {key} is used by no indicator."


def _faults_of_row(row: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    for field in ("zh", "en", "definition_zh", "definition_en"):
        if not str(row.get(field, "")).strip():
            yield f"{field} is empty."
    allowed = {"kind": KINDS, "direction": DIRECTIONS, "figure": FIGURES, "computed": (True, False)}
    for field, values in allowed.items():
        if row.get(field) not in values:
            yield f"{field} is {row.get(field)!r}."
    if row.get("figure") and row.get("direction"):
        yield "a figure and a direction are both set."
    if row.get("computed") and row.get("kind") == "D":
        yield "a department's return can't be computed."
    yield from _unknown_words(row, document)


def _unknown_words(row: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    used = {name: row.get(name, []) for name in ("breakdowns", "readings")}
    used |= {"units": [row.get("unit")], "clauses": [row.get("clause")]}
    for vocabulary, words in used.items():
        for word in words:
            if word not in document.get(vocabulary, {}):
                yield f"{word!r} is not among the {vocabulary}."


@lru_cache(maxsize=1)
def _registry() -> Mapping[str, Indicator]:
    document = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
    words = {
        name: {key: Wording(entry["zh"], entry["en"]) for key, entry in document[name].items()}
        for name in ("units", "breakdowns", "clauses", "readings")
    }
    return MappingProxyType({row["code"]: _indicator(row, words) for row in document["indicators"]})


def _indicator(row: Mapping[str, Any], words: Mapping[str, Mapping[str, Wording]]) -> Indicator:
    return Indicator(
        code=row["code"],
        name=Wording(row["zh"], row["en"]),
        clause=words["clauses"][row["clause"]],
        unit=words["units"][row["unit"]],
        kind=row["kind"],
        definition=Wording(row["definition_zh"], row["definition_en"]),
        breakdowns=MappingProxyType({name: words["breakdowns"][name] for name in row["breakdowns"]}),
        direction=row["direction"],
        figure=row["figure"],
        readings=MappingProxyType({name: words["readings"][name] for name in row["readings"]}),
        is_computed=row["computed"],
    )
