"""What people send, as far as it can be stored and shown: readable text, and numbers that a row can have.

Control characters, lone surrogates and noncharacters are nobody's words: no page may hold them, PostgreSQL takes no
NUL. They fall out here, once, before any form sees them.
"""

from __future__ import annotations

import io
import re
from typing import IO, Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**63 - 1

_noncharacters = "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
# Tabs and line ends stay.
_UNREADABLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_noncharacters}]")


def readable(text: str) -> str:
    """The text without characters that no page may hold."""
    return _UNREADABLE.sub("", text)


def row_id(text: str | None) -> int | None:
    """The number that a row may have behind a text; None for any other text."""
    if not text or not text.isascii() or not text.isdecimal() or len(text) > 19:
        return None
    number = int(text)
    return number if number <= LARGEST_ID else None


def _cleaned(sent: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict([(readable(name), readable(value)) for name, value in sent.items(multi=True)])


class TypedRequest(Request):
    """A request whose form and query hold readable text only."""

    def _load_form_data(self) -> None:
        is_first = "form" not in self.__dict__
        super()._load_form_data()
        if is_first:
            self.__dict__["form"] = _cleaned(self.__dict__["form"])

    def _get_file_stream(self, *_sizes: Any, **_named: Any) -> IO[bytes]:
        """A posted file stays in memory, which the request's limit bounds: never on the disk in the clear."""
        return io.BytesIO()

    @property
    def args(self) -> ImmutableMultiDict[str, str]:
        """The query, cleaned once."""
        if "cleaned_args" not in self.__dict__:
            self.__dict__["cleaned_args"] = _cleaned(super().args)
        return self.__dict__["cleaned_args"]


class RowIdConverter(IntegerConverter):
    """A number in an address; one that no row can have leads nowhere."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ID)


def register(app: Flask) -> None:
    """Makes the application read requests so."""
    app.request_class = TypedRequest
    app.url_map.converters["int"] = RowIdConverter
