"""The recovery kit: three random 128-bit shares of which any two open the recovery key.

The recovery private key (X25519) is wrapped under each pair of shares. A share is printed as letters and digits
without look-alikes, with a check group; it is never stored.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from dataclasses import dataclass

from casework.crypto import boxes
from casework.crypto.encoding import packed
from casework.crypto.errors import SealBroken
from casework.crypto.passwords import join
from casework.crypto.wraps import new_box_pair

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
SHARE_BYTES = 16
PAIRS = ((1, 2), (1, 3), (2, 3))


@dataclass(frozen=True, repr=False)
class Kit:
    """A new recovery key: its public half, the wraps by pair (to be stored), and the three shares (to be printed)."""

    public: bytes
    private: bytes
    wraps: dict[tuple[int, int], bytes]
    shares: tuple[str, str, str]


def _letters(raw: bytes) -> str:
    number = int.from_bytes(raw, "big")
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(0, 130, 5))


def _check(body: str) -> str:
    return "".join(ALPHABET[byte & 31] for byte in hashlib.sha256(packed("share", body)).digest()[:4])


def printed(number: int, raw: bytes) -> str:
    """A share as it stands on paper: its number, then six groups of five letters of which the last four are a check."""
    body = f"{number}{_letters(raw)}"
    whole = body[1:] + _check(body)
    return "-".join([str(number), *(whole[i : i + 5] for i in range(0, len(whole), 5))])


def read_share(typed: str) -> tuple[int, bytes]:
    """Number and bytes of a share as somebody typed it; SealBroken when a letter is wrong."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    whole = "".join(char for char in plain if char.isalnum())
    body, check = whole[:-4], whole[-4:]
    if len(body) != 27 or body[0] not in "123" or not set(body[1:]) <= set(ALPHABET) or _check(body) != check:
        raise SealBroken("share mistyped")
    number = 0
    for place, char in enumerate(body[1:]):
        number |= ALPHABET.index(char) << (5 * place)
    if number.bit_length() > 8 * SHARE_BYTES:
        raise SealBroken("share mistyped")
    return int(body[0]), number.to_bytes(SHARE_BYTES, "big")


def _pair_key(first: bytes, second: bytes, pair: tuple[int, int]) -> bytes:
    return join(first, second, purpose=f"casework/kit/{pair[0]}{pair[1]}")


def new_kit() -> Kit:
    """A fresh recovery pair and three fresh shares."""
    private, public = new_box_pair()
    raw = {number: os.urandom(SHARE_BYTES) for number in (1, 2, 3)}
    wraps = {
        pair: boxes.seal(_pair_key(raw[pair[0]], raw[pair[1]], pair), private, packed("kit", public))
        for pair in PAIRS
    }
    shares = (printed(1, raw[1]), printed(2, raw[2]), printed(3, raw[3]))
    return Kit(public=public, private=private, wraps=wraps, shares=shares)


def open_kit(public: bytes, wraps: dict[tuple[int, int], bytes], one: str, other: str) -> bytes:
    """The recovery private key from two different shares as typed, or SealBroken."""
    typed = dict((read_share(one), read_share(other)))
    if len(typed) != 2:
        raise SealBroken("the same share twice")
    low, high = sorted(typed)
    key = _pair_key(typed[low], typed[high], (low, high))
    try:
        sealed = wraps[(low, high)]
    except KeyError:
        raise SealBroken("no such pair") from None
    return boxes.open_sealed(key, sealed, packed("kit", public))
