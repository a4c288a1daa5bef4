"""Which passwords are refused: short ones, and those that people in China choose most."""

from __future__ import annotations

import re

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 200

# Stems of the passwords most often found in leaks of Chinese sites, and what people do to lengthen them.
STEMS = (
    "password",
    "passw0rd",
    "p@ssw0rd",
    "woaini",
    "iloveyou",
    "5201314",
    "1314520",
    "7758521",
    "wodemima",
    "mima",
    "admin",
    "root",
    "qwerty",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx",
    "1q2w3e4r",
    "qazwsx",
    "abc",
    "aini",
    "fulian",
    "kaiping",
    "12338",
    "casework",
    "welcome",
    "windows",
    "taobao",
    "weixin",
    "qq",
)
_LETTERS_OR_DIGITS = re.compile(r"[\W_]+")
# As they read among letters and digits alone, longest first.
_STEMS = sorted({_LETTERS_OR_DIGITS.sub("", stem) for stem in STEMS}, key=len, reverse=True)
_SEQUENCES = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")


def _is_run(text: str) -> bool:
    return any(text in run or text in run[::-1] for run in _SEQUENCES)


def _unit(text: str) -> str:
    """What a text repeats: "abab" is "ab" twice; a text that repeats nothing is its own unit."""
    return text[: (text + text).find(text, 1)] if text else text


def _is_common(plain: str) -> bool:
    """Whether letters and digits alone, folded, are what people choose; digits beside a common stem add nothing."""
    rest = plain
    for stem in _STEMS:
        rest = rest.replace(stem, "")
    if plain.isdigit() or _is_run(plain):
        return True
    return rest != plain and (len(rest) < 5 or rest.isdigit() or _is_run(rest))


def fault(password: str, username: str) -> str | None:
    """Why a password is refused: ``short``, ``long``, ``username``, ``common``; None when it may be used."""
    if len(password) < LEAST_CHARACTERS:
        return "short"
    if len(password) > MOST_CHARACTERS:
        return "long"
    folded = password.casefold()
    if len(username) >= 4 and username.casefold() in folded:
        return "username"
    plain = _LETTERS_OR_DIGITS.sub("", folded)
    unit = _unit(plain)
    repeats_too_little = len(unit) < len(plain) and len(unit) < LEAST_CHARACTERS
    if len(set(folded)) < 5 or repeats_too_little or _is_common(plain) or _is_common(unit):
        return "common"
    return None
