"""What a file says of itself: the number of the paper that it was made as."""

from __future__ import annotations

import io
import re
import zipfile

_NUMBER = re.compile(rb"[0-9]{4}-[0-9]{4,}")
_IN_PDF = re.compile(rb"/ID \[\(([0-9]{4}-[0-9]{4,})\)")
MOST_BYTES = 1_000_000


def number_in(content: bytes) -> str | None:
    """The number that a DOCX or PDF of ours carries in its properties; None for any other file."""
    if content[:5] == b"%PDF-":
        found = _IN_PDF.search(content)
        return found[1].decode() if found else None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            listed = parts.getinfo("docProps/core.xml")
            if listed.file_size > MOST_BYTES:
                return None
            named = re.search(rb"<dc:identifier>([^<]*)</dc:identifier>", parts.read(listed))
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError, ValueError):
        return None
    return named[1].decode() if named and _NUMBER.fullmatch(named[1]) else None
