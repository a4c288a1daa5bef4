"""The code lists: what may be chosen in the case file, in two languages, with the day each word came into
use.

A list is one TOML file beside this module. A file is read once and kept; nothing here knows the database or a
request. A code that was retired is no longer offered, yet what was stored under it stays readable for ever.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

FOLDER = Path(__file__).parent
LANGUAGES = ("zh", "en")
_OWN_KEYS = frozenset({"code", "zh", "en", "since", "retired", "parent"})


class UnknownList(LookupError):
    """No list of that name exists."""


class UnknownCode(LookupError):
    """The list exists and never had that code."""


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a list. `since` is the first day it may be chosen, `retired` the first day it may not."""

    code: str
    zh: str
    en: str
    since: date
    retired: date | None = None
    parent: str | None = None
    flags: Mapping[str, Any] = field(default_factory=dict)

    def label(self, language: str) -> str:
        """The word for people in `language`, 'zh' or 'en'; any other language reads as English."""
        return self.zh if language.startswith("zh") else self.en

    def flag(self, name: str, default: Any = None) -> Any:
        """What the list says of this code under `name`, or `default` where it says nothing."""
        return self.flags.get(name, default)


def names(folder: Path = FOLDER) -> tuple[str, ...]:
    """The names of all lists, in order."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def listing(name: str) -> tuple[Code, ...]:
    """Every code of the list in the order of its file, retired ones included. Raises UnknownList."""
    return _read(FOLDER / f"{name}.toml")


def title(name: str, language: str) -> str:
    """The name of the list itself for people. Raises UnknownList."""
    heading = _parse(FOLDER / f"{name}.toml").get("list", {})
    return str(heading["zh"] if language.startswith("zh") else heading["en"])


def get(name: str, code: str) -> Code:
    """The entry of one code, retired or not. Raises UnknownList, UnknownCode."""
    try:
        return _by_code(name)[code]
    except KeyError:
        raise UnknownCode(f"{name}: {code}") from None


def choices(name: str, language: str, include_retired: bool = False) -> list[tuple[str, str]]:
    """(code, label) of what may be chosen. In a list of two levels that is the second level only."""
    return [(entry.code, entry.label(language)) for entry in _selectable(name, include_retired)]


def grouped_choices(
    name: str, language: str, include_retired: bool = False
) -> list[tuple[str, list[tuple[str, str]]]]:
    """(label of the group, its choices) in the order of the file; groups with nothing to choose are left
    out.
    """
    chosen = _selectable(name, include_retired)
    groups = []
    for head in listing(name):
        members = [(entry.code, entry.label(language)) for entry in chosen if entry.parent == head.code]
        if members:
            groups.append((head.label(language), members))
    return groups


def label(name: str, code: str, language: str) -> str:
    """The word for a stored code; a retired one stays readable. Raises UnknownCode for one that never was."""
    return get(name, code).label(language)


def exists(name: str, code: str) -> bool:
    """Whether the list has, or once had, this code. Raises UnknownList."""
    return code in _by_code(name)


def flagged(name: str, flag: str, value: Any = True) -> frozenset[str]:
    """The codes whose `flag` is `value`, or holds it where the flag is a list; retired ones included."""
    found = set()
    for entry in listing(name):
        held = entry.flag(flag)
        if held == value or (isinstance(held, tuple) and value in held):
            found.add(entry.code)
    return frozenset(found)


def check(folder: Path = FOLDER) -> list[str]:
    """What is wrong with the lists, one sentence a fault; an empty list is a pass."""
    problems: list[str] = []
    for name in names(folder):
        try:
            document = _parse(folder / f"{name}.toml")
        except tomllib.TOMLDecodeError as error:
            problems.append(f"{name}: the file is not TOML ({error}).")
            continue
        problems.extend(f"{name}: {sentence}" for sentence in _faults_of(document))
    return problems


def _faults_of(document: Mapping[str, Any]) -> Iterable[str]:
    heading = document.get("list", {})
    for language in LANGUAGES:
        if not str(heading.get(language, "")).strip():
            yield f"the list has no name in {language}."
    entries = document.get("codes", [])
    if not entries:
        yield "the list is empty."
    seen: set[str] = set()
    for entry in entries:
        yield from _faults_of_entry(entry, seen)
        seen.add(str(entry.get("code", "")))
    parents = {str(entry["parent"]) for entry in entries if entry.get("parent")}
    for missing in sorted(parents - seen):
        yield f"the parent {missing} is not in the list."
    for language in LANGUAGES:
        yield from _repeated_labels(entries, language)


def _faults_of_entry(entry: Mapping[str, Any], seen: set[str]) -> Iterable[str]:
    code = str(entry.get("code", ""))
    if not (code.isascii() and code.replace("_", "").isalnum() and code == code.lower()):
        yield f"the code {code!r} is not lower-case English words joined by underscores."
    if code in seen:
        yield f"{code} stands there twice."
    for language in LANGUAGES:
        if not str(entry.get(language, "")).strip():
            yield f"{code} has no label in {language}."
    since, retired = entry.get("since"), entry.get("retired")
    if not isinstance(since, date):
        yield f"{code} does not say since when."
    elif isinstance(retired, date) and retired < since:
        yield f"{code} was retired before it began."


def _repeated_labels(entries: Iterable[Mapping[str, Any]], language: str) -> Iterable[str]:
    heads = {entry.get("parent") for entry in entries}
    seen: dict[str, str] = {}
    for entry in entries:
        # a retired word may return under a new code, and a group may share the word of its only kind
        if entry.get("retired") or entry.get("code") in heads:
            continue
        word, code = str(entry.get(language, "")), str(entry.get("code", ""))
        if word and word in seen:
            yield f"{code} and {seen[word]} bear the same label in {language}."
        seen[word] = code


def _selectable(name: str, include_retired: bool) -> list[Code]:
    heads = {entry.parent for entry in listing(name) if entry.parent}
    return [
        entry
        for entry in listing(name)
        if entry.code not in heads and (include_retired or entry.retired is None)
    ]


@cache
def _by_code(name: str) -> Mapping[str, Code]:
    return MappingProxyType({entry.code: entry for entry in listing(name)})


@cache
def _read(path: Path) -> tuple[Code, ...]:
    return tuple(
        Code(
            code=entry["code"],
            zh=entry["zh"],
            en=entry["en"],
            since=entry["since"],
            retired=entry.get("retired"),
            parent=entry.get("parent"),
            flags=MappingProxyType(
                {
                    key: tuple(value) if isinstance(value, list) else value
                    for key, value in entry.items()
                    if key not in _OWN_KEYS
                }
            ),
        )
        for entry in _parse(path)["codes"]
    )


@cache
def _parse(path: Path) -> Mapping[str, Any]:
    try:
        content = path.read_text(encoding="utf-8")
    except OSError:
        raise UnknownList(path.stem) from None
    return tomllib.loads(content)
