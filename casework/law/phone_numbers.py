"""Phone numbers as people say them, brought to one form before they are sealed and looked up.

The canonical form is that of E.164, '+86' and the number for the mainland, so that the same phone always has
the same blind index, however it was typed. Service numbers (110, 12338, 400...) have no such form and stay as
their digits.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_MOBILE = re.compile(r"1[3-9]\d{9}")
_SUBSCRIBER = re.compile(r"[2-9]\d{6,7}")
_LAND_LINE = re.compile(r"(010|02\d)([2-9]\d{7})|(0[3-9]\d\d)([2-9]\d{6,7})")
_TOLL_FREE = re.compile(r"[48]00\d{7}")
_SERVICE = re.compile(r"1\d{2,5}|9\d{4,5}")
_LONG_SERVICE = re.compile(r"12110\d{3,4}|1258\d{4,8}")
_FOREIGN = re.compile(r"[1-9]\d{6,14}")
# ext., x, #, a comma, and the Chinese words for "transfer to" (two spellings) and "extension"
_EXTENSION = re.compile(
    r"(?:\u8f6c|\u8f49|\u5206\u673a|\u5206\u6a5f|ext\.?|x|#|,)[\s:]*(\d{1,6})\D?$", re.IGNORECASE
)
_INTERNATIONAL = re.compile(r"\+|00")
_SHORTEST_WITH_COUNTRY = 12


class Kind(StrEnum):
    """What sort of number it is."""

    MOBILE = "mobile"
    LAND_LINE = "land_line"
    SERVICE = "service"
    FOREIGN = "foreign"
    UNRECOGNISED = "unrecognised"


class Fault(StrEnum):
    """Why a number could not be read; the sentence for people is the form's."""

    EMPTY = "empty"
    NO_DIGITS = "no_digits"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    UNKNOWN_SHAPE = "unknown_shape"


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """What was read. `canonical` is what is sealed and indexed; an unrecognised number keeps its digits,
    so that it can be found again all the same. `extension` is kept apart and is no part of the index.
    """

    canonical: str
    kind: Kind
    extension: str = ""
    faults: tuple[Fault, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether the number has the shape of a phone number; nobody knows from that whether it is in use."""
        return not self.faults


def read(typed: str, area_code: str) -> PhoneNumber:
    """What a typed number says; never raises, whatever a person typed.

    A land line without an area code gets `area_code` (with its leading 0, '0750'). Full-width digits, spaces,
    dashes, brackets, +86, 0086, a 0 before a mobile and an extension are understood.
    """
    plain = unicodedata.normalize("NFKC", typed).strip()
    if not plain:
        return PhoneNumber("", Kind.UNRECOGNISED, "", (Fault.EMPTY,))
    named = _EXTENSION.search(plain)
    extension = named.group(1) if named and _digits(plain[: named.start()]) else ""
    body = plain[: named.start()] if named and extension else plain
    if not _digits(body):
        return PhoneNumber("", Kind.UNRECOGNISED, "", (Fault.NO_DIGITS,))
    if not extension:
        body, extension = _split_dashed_extension(body, area_code)
    found = _recognised(body, area_code)
    if found is not None:
        return PhoneNumber(found[0], found[1], extension)
    return _unrecognised(_digits(body), extension)


def display(canonical: str) -> str:
    """The canonical number in the groups that people read: '138 0013 8000', '0750-2212338', '+852
    61234567'.
    """
    if not canonical.startswith("+86"):
        return canonical
    national = canonical[3:]
    if _MOBILE.fullmatch(national):
        return f"{national[:3]} {national[3:7]} {national[7:]}"
    area, subscriber = _split_area("0" + national)
    return f"{area}-{subscriber}" if area else canonical


def _recognised(body: str, area_code: str) -> tuple[str, Kind] | None:
    digits = _digits(body)
    if _INTERNATIONAL.match(body.lstrip("( ")):
        digits = digits.removeprefix("00")
        if digits.startswith("86"):
            return _mainland(digits[2:], area_code, country_code_given=True)
        return (f"+{digits}", Kind.FOREIGN) if _FOREIGN.fullmatch(digits) else None
    if digits.startswith("86") and len(digits) >= _SHORTEST_WITH_COUNTRY:
        return _mainland(digits[2:], area_code, country_code_given=True)
    return _mainland(digits, area_code, country_code_given=False)


def _mainland(digits: str, area_code: str, *, country_code_given: bool) -> tuple[str, Kind] | None:
    bare = digits.removeprefix("0")
    if _MOBILE.fullmatch(bare):
        return f"+86{bare}", Kind.MOBILE
    if _TOLL_FREE.fullmatch(digits) or _SERVICE.fullmatch(digits) or _LONG_SERVICE.fullmatch(digits):
        return digits, Kind.SERVICE
    if _LAND_LINE.fullmatch(digits):
        return f"+86{digits[1:]}", Kind.LAND_LINE
    if _SUBSCRIBER.fullmatch(digits):
        return f"+86{area_code.removeprefix('0')}{digits}", Kind.LAND_LINE
    # the area code loses its 0 after +86, and only there: else a mistyped mobile would pass as a land line
    if country_code_given and not digits.startswith("0") and _LAND_LINE.fullmatch("0" + digits):
        return f"+86{digits}", Kind.LAND_LINE
    return None


def _split_dashed_extension(body: str, area_code: str) -> tuple[str, str]:
    groups = [group for group in re.split(r"\D+", body) if group]
    if len(groups) < 2 or len(groups[-1]) > 6:
        return body, ""
    whole, shorter = "".join(groups), "".join(groups[:-1])
    follows_subscriber = len(groups[-2]) in (7, 8) and _recognised(shorter, area_code) is not None
    reads_whole = _recognised(body, area_code) is not None
    # 0750-2212338-8 would read as an eight-digit number; the dash says that it is not
    if follows_subscriber or (not reads_whole and len(whole) > 11 and _recognised(shorter, area_code)):
        lead = "+" if body.lstrip("( ").startswith("+") else ""
        return lead + shorter, groups[-1]
    return body, ""


def _split_area(national: str) -> tuple[str, str]:
    match = _LAND_LINE.fullmatch(national)
    if match is None:
        return "", national
    return (match[1], match[2]) if match[1] else (match[3], match[4])


def _unrecognised(digits: str, extension: str) -> PhoneNumber:
    if len(digits) < 3:
        fault = Fault.TOO_SHORT
    elif len(digits) > 15:
        fault = Fault.TOO_LONG
    else:
        fault = Fault.UNKNOWN_SHAPE
    return PhoneNumber(digits, Kind.UNRECOGNISED, extension, (fault,))


def _digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")
