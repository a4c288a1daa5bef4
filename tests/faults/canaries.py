"""Unmistakable values for every sensitive field, and the search for them in whatever was left behind."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

from sqlalchemy import text

from casework.extensions import db
from models.base import Base
from tests.make import Office

# No word of the product, its lists or its tests holds any of these.
NAMES = (
    "caller_name",
    "said",
    "wish",
    "place",
    "said_now",
    "safe_hours",
    "alias",
    "watchword",
    "never",
    "draft",
    "form_error",
    "stale_form",
    "locked_form",
    "busy_form",
    "client_name",
    "address_rest",
    "other_name",
    "account_text",
    "second_account",
    "case_wish",
    "narrative",
    "new_narrative",
    "card_alias",
    "card_never",
    "purpose",
    "note",
    "raised",
)
# What the further parts of a case hold.
PART_NAMES = (
    "child_name",
    "child_school",
    "child_note",
    "child_home",
    "relative_name",
    "safety_bag",
    "safety_leaving",
    "need",
    "goal",
    "who",
    "new_need",
    "service_note",
    "case_note",
    "corrected",
    "consent_note",
    "must_not_know",
    "raise_reason",
    "assess_told",
    "duty_person",
    "duty_note",
    "evidence_shows",
    "evidence_origin",
    "evidence_made",
    "evidence_bytes",
    "upload_shows",
    "rights_words",
    "correction",
    "approval_asks",
    "approval_opinion",
    "merge_reason",
    "glass_reason",
    "emergency_reason",
    "check_in",
    "search",
    "new_name",
    "any_draft",
    "closing_summary",
    "closing_opinion",
    "handover",
    "evidence_name",
    "upload_name",
    "typed_anywhere",
)
CANARIES: dict[str, str] = {
    name: f"雀鸣{chr(0x7280 + number)}Zq{number:02}xJ" for number, name in enumerate((*NAMES, *PART_NAMES))
}
NUMBERS: dict[str, str] = {
    "caller_phone": "13907508123",
    "looked_up_phone": "13907508124",
    "client_phone": "13907508125",
    "other_phone": "13907508126",
    "card_phone": "13907508127",
    "search_number": "13907508128",
    "child_phone": "13907508200",
    "staff_phone": "13907508300",
    # Its check character is right.
    "identity_number": "440783198703091245",
    "birth_date": "1987-03-09",
}
EVERYTHING = CANARIES | NUMBERS


def shapes(word: str) -> dict[str, bytes]:
    """The word as it may lie in bytes: encodings, and text encodings of those."""
    plain = word.encode()
    found = {
        "utf-8": plain,
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
        "gb18030": word.encode("gb18030"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "percent": quote(word, safe="").encode(),
        "percent, small": quote(word, safe="").lower().encode(),
        "plus": quote_plus(word).encode(),
        "json": json.dumps(word)[1:-1].encode(),
        "JSON": "".join(f"\\u{ord(it):04X}" if ord(it) > 127 else it for it in word).encode(),
        "references": "".join(f"&#{ord(it)};" if ord(it) > 127 else it for it in word).encode(),
        "repr": repr(plain)[2:-1].encode(),
    }
    for shift in range(3):
        # Base64 depends on where the word begins: without its first and last group it is the same in any text.
        coded = base64.b64encode(b"\0" * shift + plain)
        inner = coded[4:-4] if shift else coded[:-4]
        found[f"base64, {shift}"] = inner
        found[f"base64 for addresses, {shift}"] = inner.replace(b"+", b"-").replace(b"/", b"_")
    # Bytes of a number in a date or a shorter text would match by chance.
    return {name: shape for name, shape in found.items() if len(shape) >= 8}


class Finder:
    """Looks for every canary in every shape."""

    def __init__(self, canaries: Mapping[str, str] = EVERYTHING) -> None:
        self._shapes = [
            (name, encoding, shape)
            for name, word in canaries.items()
            for encoding, shape in shapes(word).items()
        ]

    def found(self, where: str, content: bytes) -> list[str]:
        """A sentence for each canary that lies there."""
        return [
            f"{name} ({encoding}) in {where}" for name, encoding, shape in self._shapes if shape in content
        ]

    def in_words(self, where: str, words: str) -> list[str]:
        """The same in text."""
        return self.found(where, words.encode("utf-8", "replace"))

    def in_folder(self, folder: Path) -> list[str]:
        """The same in the names and bytes of all files under a folder."""
        found = []
        for path in sorted(folder.rglob("*")):
            found += self.in_words("the name of a file", str(path.relative_to(folder)))
            if path.is_file():
                found += self.found(path.name, path.read_bytes())
        return found

    def in_tables(self, office: Office) -> list[str]:
        """The same in every value of every table, as the database gives it out."""
        found = []
        with office.at_work():
            for where, values in _tables(office):
                found += self.found(where, b"\x1f".join(values))
            db.session.close()
        return found


def _tables(office: Office) -> Iterator[tuple[str, Iterable[bytes]]]:
    with db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = connection.execute(text(f'SELECT * FROM "{table.name}"')).all()
            yield (
                table.name,
                [it if isinstance(it, bytes) else str(it).encode() for row in rows for it in row],
            )
