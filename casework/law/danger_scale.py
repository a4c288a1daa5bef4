"""Instruments of danger assessment as data, and what a set of answers comes to.

An unanswered item is not a "no": a result is a range, from what it would be if everything unanswered were "no" to
what it would be if it were all "yes". Source of the shipped scale: the federation's procedure of 2018 (domain,
section 4).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

LOW, MEDIUM, HIGH_LETHAL = "low", "medium", "high_lethal"
LEVELS = (LOW, MEDIUM, HIGH_LETHAL)
YES, NO, NOT_ASKED = "yes", "no", "not_asked"
PARTNER, OTHER_KIN, ANYBODY = "partner", "other_kin", "anybody"
FEDERATION, JUDGEMENT = "federation_2018", "professional_judgement"
MOST_ITEMS = 60
_WORDS = ("code", "edition", "zh", "en", "source_zh", "source_en", "licence", "applies")


class InstrumentFault(ValueError):
    """A definition can't be used; ``sentences`` says why, one sentence a fault."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class Item:
    """One question. ``weight`` is what a yes scores; ``level`` (special items) is what a yes alone sets."""

    key: str
    zh: str
    en: str
    weight: int = 1
    level: str | None = None

    def label(self, language: str) -> str:
        """The question in ``language``, 'zh' or 'en'; any other language reads as English."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Cut:
    """From which score on a level begins."""

    level: str
    least: int


@dataclass(frozen=True, slots=True)
class Instrument:
    """One edition of an instrument. Without cut-offs it is a checklist: the level is the assessor's judgement.

    ``applies`` is its field of use: 'partner' (partners and ex-partners), 'other_kin' or 'anybody'.
    """

    code: str
    edition: str
    zh: str
    en: str
    source_zh: str
    source_en: str
    licence: str
    applies: str
    items: tuple[Item, ...]
    special: tuple[Item, ...] = ()
    cuts: tuple[Cut, ...] = ()

    @property
    def name(self) -> str:
        """What an assessment stores: the code alone for what the product ships, else code and edition."""
        return self.code if self.code in (FEDERATION, JUDGEMENT) else f"{self.code}/{self.edition}"

    @property
    def is_judged(self) -> bool:
        """Whether the level is the assessor's own judgement."""
        return not self.cuts

    @property
    def questions(self) -> tuple[Item, ...]:
        """Every item in the order of asking, the special ones last."""
        return (*self.items, *self.special)

    def label(self, language: str) -> str:
        """Its name in ``language``, 'zh' or 'en'; any other language reads as English."""
        return self.zh if language.startswith("zh") else self.en

    def source(self, language: str) -> str:
        """Where it is from, in ``language``."""
        return self.source_zh if language.startswith("zh") else self.source_en


@dataclass(frozen=True, slots=True)
class Result:
    """What a set of answers comes to: scores and levels as ranges, and what was not answered.

    ``set_by`` names the special items whose yes sets the level whatever the score.
    """

    score_low: int
    score_high: int
    level_low: str
    level_high: str
    unanswered: tuple[str, ...]
    set_by: tuple[str, ...]

    @property
    def is_settled(self) -> bool:
        """Whether no answer that is missing could change the level."""
        return self.level_low == self.level_high


def rank(level: str) -> int:
    """A level as a number, a higher one more dangerous. ValueError for a word that is no level."""
    return LEVELS.index(level)


def assess(instrument: Instrument, answers: Mapping[str, str]) -> Result:
    """The result of answers by item: 'yes', 'no', anything else or nothing at all is unanswered.

    Source for the shipped scale: the federation's procedure of 2018. ValueError for a checklist, which has no
    score.
    """
    if instrument.is_judged:
        raise ValueError(f"{instrument.code} has no cut-offs")
    return Result(
        score_low=_score(instrument, answers, pessimistic=False),
        score_high=_score(instrument, answers, pessimistic=True),
        level_low=_level(instrument, answers, pessimistic=False),
        level_high=_level(instrument, answers, pessimistic=True),
        unanswered=unanswered(instrument, answers),
        set_by=tuple(item.key for item in instrument.special if answers.get(item.key) == YES),
    )


def judged(instrument: Instrument, answers: Mapping[str, str], level: str) -> Result:
    """The result of a checklist with the assessor's level; while a special item is unanswered, it reaches up to
    what that item would set.
    """
    asked_for = [item for item in instrument.special if _is_open(answers, item)]
    highest = max([level, *(item.level or level for item in asked_for)], key=rank)
    found = sum(answers.get(item.key) == YES for item in instrument.items)
    still_open = sum(_is_open(answers, item) for item in instrument.items)
    return Result(
        score_low=found,
        score_high=found + still_open,
        level_low=level,
        level_high=highest,
        unanswered=unanswered(instrument, answers),
        set_by=tuple(item.key for item in instrument.special if answers.get(item.key) == YES),
    )


def unanswered(instrument: Instrument, answers: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of the items without a yes or a no, in the order of asking."""
    return tuple(item.key for item in instrument.questions if _is_open(answers, item))


def may_raise_to(level_low: str, level_high: str) -> tuple[str, ...]:
    """The levels that an assessor may set above a range: never below its upper end, and above its lower end."""
    return tuple(
        level for level in LEVELS if rank(level) >= rank(level_high) and rank(level) > rank(level_low)
    )


def changes(
    instrument: Instrument, before: Mapping[str, str], now: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """(item, earlier answer, answer now) of each item that was answered otherwise the last time."""
    return [
        (item.key, _as_answer(before, item), _as_answer(now, item))
        for item in instrument.questions
        if _as_answer(before, item) != _as_answer(now, item)
    ]


def _as_answer(answers: Mapping[str, str], item: Item) -> str:
    return NOT_ASKED if _is_open(answers, item) else answers[item.key]


def _is_open(answers: Mapping[str, str], item: Item) -> bool:
    return answers.get(item.key) not in (YES, NO)


def _counts(answers: Mapping[str, str], item: Item, pessimistic: bool) -> bool:
    return answers.get(item.key) == YES or (pessimistic and _is_open(answers, item))


def _score(instrument: Instrument, answers: Mapping[str, str], *, pessimistic: bool) -> int:
    return sum(item.weight for item in instrument.items if _counts(answers, item, pessimistic))


def _level(instrument: Instrument, answers: Mapping[str, str], *, pessimistic: bool) -> str:
    score = _score(instrument, answers, pessimistic=pessimistic)
    reached = [cut.level for cut in instrument.cuts if score >= cut.least]
    reached += [
        item.level for item in instrument.special if item.level and _counts(answers, item, pessimistic)
    ]
    return max(reached, key=rank)


def instrument_from(text: str) -> Instrument:
    """The instrument that a TOML text defines. Raises InstrumentFault with a sentence for each thing wrong."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InstrumentFault([f"The definition is not TOML: {error}."]) from None
    faults = _faults_of(document)
    if faults:
        raise InstrumentFault(faults)
    return Instrument(
        **{name: document[name].strip() for name in _WORDS},
        items=tuple(Item(**entry) for entry in document["items"]),
        special=tuple(Item(**{"weight": 0, **entry}) for entry in document.get("special", [])),
        cuts=tuple(Cut(**entry) for entry in document.get("cuts", [])),
    )


def _faults_of(document: Mapping[str, Any]) -> list[str]:
    faults = [
        f"{name} is missing."
        for name in _WORDS
        if not isinstance(document.get(name), str) or not document[name].strip()
    ]
    faults += [
        f"{name} is not known." for name in document if name not in (*_WORDS, "items", "special", "cuts")
    ]
    code = document.get("code")
    if isinstance(code, str) and not (
        code.isascii() and code.replace("_", "").isalnum() and code == code.lower()
    ):
        faults.append("code is not lower-case English words joined by underscores.")
    if document.get("applies") not in (PARTNER, OTHER_KIN, ANYBODY):
        faults.append(f"applies must be {PARTNER}, {OTHER_KIN} or {ANYBODY}.")
    for name in ("items", "special", "cuts"):
        entries = document.get(name, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            return [*faults, f"{name} must be a list of tables."]
    faults += _item_faults(document.get("items", []), document.get("special", []))
    return faults + _cut_faults(document.get("cuts", []))


def _item_faults(items: list[dict[str, Any]], special: list[dict[str, Any]]) -> list[str]:
    faults = [] if items else ["There is no item."]
    if len(items) + len(special) > MOST_ITEMS:
        faults.append(f"There are more than {MOST_ITEMS} items.")
    seen: set[str] = set()
    for number, entry in enumerate((*items, *special), start=1):
        is_special = number > len(items)
        key = entry.get("key")
        if not isinstance(key, str) or not (key.isascii() and key.isalnum() and len(key) <= 8):
            faults.append(f"Item {number}: the key must be up to eight letters or digits.")
        elif key in seen:
            faults.append(f"Item {number}: the key {key} stands there twice.")
        seen.add(str(key))
        faults += [
            f"Item {number}: {name} is missing."
            for name in ("zh", "en")
            if not isinstance(entry.get(name), str)
        ]
        allowed = {"key", "zh", "en", "level"} if is_special else {"key", "zh", "en", "weight"}
        faults += [f"Item {number}: {name} is not known." for name in entry if name not in allowed]
        weight = entry.get("weight", 1)
        if not isinstance(weight, int) or isinstance(weight, bool) or weight < 1:
            faults.append(
                f"Item {number}: a weight is a whole number above 0, so that a yes never lowers a level."
            )
        if is_special and entry.get("level") not in LEVELS:
            faults.append(f"Item {number}: level must be one of {', '.join(LEVELS)}.")
    return faults


def _cut_faults(cuts: list[dict[str, Any]]) -> list[str]:
    if not cuts:
        return []
    faults = []
    for cut in cuts:
        if (
            set(cut) != {"level", "least"}
            or cut.get("level") not in LEVELS
            or type(cut.get("least")) is not int
        ):
            return ["A cut-off has a level and the least score, a whole number."]
    least = [cut["least"] for cut in cuts]
    levels = [rank(cut["level"]) for cut in cuts]
    if least[0] != 0:
        faults.append("The first cut-off must begin at 0, so that every score has a level.")
    if least != sorted(set(least)) or levels != sorted(set(levels)):
        faults.append("Cut-offs must rise, in score and in level.")
    return faults


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Instrument]:
    """The instruments that come with the product, by name: the scale of 2018 and the checklist for other kin."""
    texts = (Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8") for name in _SHIPPED_FILES)
    found = [instrument_from(text) for text in texts]
    return {instrument.name: instrument for instrument in found}


_SHIPPED_FILES = ("federation_2018", "other_kin")
