"""Names found as people type them: whole, in part, by pinyin and by initials, whatever reading a character has.

Nothing is a pattern here: what is typed is compared as it stands. A character with several readings is found by
each of them, so a surname needs no list of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache

from pypinyin import Style, pinyin

# Between the parts of a name: spaces, middle dots, hyphens, apostrophes, dots.
_BETWEEN = {"Zs", "Pd", "Cc", "Cf", "Po", "Pc", "Sk"}
_TWO_LETTERS = ("zh", "ch", "sh")
SHORTEST_LATIN = 2


class Rank(IntEnum):
    """How near a name is; the smaller the nearer."""

    WHOLE = 0
    BEGINS = 1
    WITHIN = 2
    SPELT = 3
    SPELT_BEGINS = 4
    SPELT_WITHIN = 5
    SOUNDS = 6


def plain(words: str) -> str:
    """A name as it is compared: full-width letters made narrow, no capitals, nothing between its parts."""
    folded = unicodedata.normalize("NFKC", words).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign) not in _BETWEEN)


def is_searchable(words: str) -> bool:
    """Whether these words are enough to look for: one character, or two letters."""
    typed = plain(words)
    if not any(sign.isalpha() for sign in typed):
        return False
    return not typed.isascii() or len(typed) >= SHORTEST_LATIN


@lru_cache(maxsize=16_384)
def readings(sign: str) -> tuple[str, ...]:
    """Every way to spell a character without tones, in small letters; what has no reading stands for itself.

    The vowel of 'lv' is spelt v, u and yu by different people.
    """
    found: dict[str, None] = {}
    for spelt in pinyin(sign, style=Style.NORMAL, heteronym=True)[0]:
        word = spelt.casefold().replace("\u00fc", "v")
        found[word] = None
        if "v" in word:
            found[word.replace("v", "u")] = None
            found[word.replace("v", "yu")] = None
    return tuple(found)


def matcher(words: str) -> Callable[[str], Rank | None]:
    """How near a name is to these words, None where it is not meant; for many names one after the other."""
    wanted = plain(words)
    letters = wanted.replace("\u00fc", "v") if _is_latin(wanted) else ""

    def rank(name: str) -> Rank | None:
        held = plain(name)
        if not wanted or not held:
            return None
        if wanted in held:
            return Rank.WHOLE if wanted == held else Rank.BEGINS if held.startswith(wanted) else Rank.WITHIN
        if letters:
            return _spelt(letters, held)
        return Rank.SOUNDS if _sounds(wanted, held) else None

    return rank


def _is_latin(text: str) -> bool:
    return text.isalpha() and all(sign.isascii() or sign == "\u00fc" for sign in text)


def _spelt(letters: str, held: str) -> Rank | None:
    syllables = [readings(sign) for sign in held]
    if _eats(letters, syllables, 0, whole=True):
        return Rank.SPELT
    for start in range(len(syllables)):
        if _eats(letters, syllables, start, whole=False):
            return Rank.SPELT_WITHIN if start else Rank.SPELT_BEGINS
    return None


def _eats(letters: str, syllables: list[tuple[str, ...]], start: int, *, whole: bool) -> bool:
    """Whether the letters spell the syllables from one on: each in full or by its initial, the last one begun."""
    reached = {0}
    for readings_of_one in syllables[start:]:
        further = set()
        for at in reached:
            for spelt in readings_of_one:
                if not whole and spelt.startswith(letters[at:]):
                    return True
                further |= {at + len(part) for part in _parts(spelt) if letters.startswith(part, at)}
        reached = further
    return whole and len(letters) in reached


def _parts(spelt: str) -> tuple[str, ...]:
    if spelt[:2] in _TWO_LETTERS:
        return (spelt, spelt[:2], spelt[:1])
    return (spelt, spelt[:1]) if len(spelt) > 1 else (spelt,)


def _sounds(wanted: str, held: str) -> bool:
    """Whether two names of the same length are read alike: written by ear, or in traditional characters."""
    return len(wanted) == len(held) > 1 and all(
        not set(readings(one)).isdisjoint(readings(other)) for one, other in zip(wanted, held, strict=True)
    )
