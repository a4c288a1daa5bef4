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
_SEQUENCES = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")


def _is_run(text: str) -> bool:
    return any(text in run or text in run[::-1] for run in _SEQUENCES)


def _is_guessable_digits(text: str) -> bool:
    if not text.isdigit():
        return False
    return len(set(text)) <= 3 or _is_run(text) or bool(re.fullmatch(r"(1[3-9]\d{9})\d?", text)) or bool(
        re.search(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", text)
    )


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
    rest = plain
    for stem in sorted(STEMS, key=len, reverse=True):
        rest = rest.replace(stem, "")
    if len(set(folded)) < 5 or _is_guessable_digits(plain) or _is_run(plain):
        return "common"
    if rest != plain and (len(rest) < 5 or _is_guessable_digits(rest) or (rest.isdigit() and len(rest) <= 8)):
        return "common"
    half = plain[: len(plain) // 2]
    if half and plain == half * 2 and len(half) < 8:
        return "common"
    return None
