"""The citizen's identity number (GB 11643-1999): what a typed number says, and what is wrong with it.

A number that passes proves nothing about who gave it, and no woman has to give one: this warns, it never
refuses.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_LENGTH = 18
_OLD_LENGTH = 15
_EARLIEST_YEAR = 1880


class Fault(StrEnum):
    """Why a number is not valid; the sentence for people is the form's."""

    EMPTY = "empty"
    OLD_FIFTEEN = "old_fifteen"
    LENGTH = "length"
    CHARACTERS = "characters"
    BIRTH_DATE = "birth_date"
    NOT_YET_BORN = "not_yet_born"
    CHECKSUM = "checksum"


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """What was read. `canonical` is the number without spaces, in half-width capitals, valid or not.

    `born_on` and `sex` ('female', 'male') are filled in for a valid number only; `division_code` is where it
    was first issued.
    """

    canonical: str
    faults: tuple[Fault, ...] = ()
    born_on: date | None = None
    sex: str | None = None
    division_code: str | None = None

    @property
    def is_valid(self) -> bool:
        """Whether length, characters, birth date and check character all hold (GB 11643)."""
        return not self.faults


def read(typed: str, today: date | None = None) -> IdentityNumber:
    """What a typed number says; never raises, whatever a person typed.

    Full-width characters, spaces, dashes and a small x are accepted. With `today` (a local date) a birth date
    after it is a fault.
    """
    canonical = normalised(typed)
    shape = _fault_of_shape(canonical)
    if shape is not None:
        return IdentityNumber(canonical, (shape,))
    faults: list[Fault] = []
    born_on = _birth_date(canonical)
    if born_on is None:
        faults.append(Fault.BIRTH_DATE)
    elif today is not None and born_on > today:
        faults.append(Fault.NOT_YET_BORN)
    if check_character(canonical[:17]) != canonical[17]:
        faults.append(Fault.CHECKSUM)
    if faults:
        return IdentityNumber(canonical, tuple(faults))
    sex = "male" if int(canonical[16]) % 2 else "female"
    return IdentityNumber(canonical, (), born_on, sex, canonical[:6])


def normalised(typed: str) -> str:
    """The typed number in half-width capitals, without spaces and dashes: the form that the blind index is
    made from.
    """
    plain = unicodedata.normalize("NFKC", typed)
    return "".join(
        character
        for character in plain
        if unicodedata.category(character) not in {"Zs", "Pd", "Cc", "Cf"} and character != "\u2212"
    ).upper()


def check_character(body: str) -> str:
    """The last character that belongs to the first seventeen digits (ISO 7064, MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def _fault_of_shape(canonical: str) -> Fault | None:
    if not canonical:
        return Fault.EMPTY
    if not canonical.isascii():
        return Fault.CHARACTERS
    if len(canonical) == _OLD_LENGTH and canonical.isdigit():
        return Fault.OLD_FIFTEEN
    if len(canonical) != _LENGTH:
        return Fault.LENGTH
    if not canonical[:17].isdigit() or canonical[17] not in _CHECK_CHARACTERS:
        return Fault.CHARACTERS
    return None


def _birth_date(canonical: str) -> date | None:
    year, month, day = int(canonical[6:10]), int(canonical[10:12]), int(canonical[12:14])
    if year < _EARLIEST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
