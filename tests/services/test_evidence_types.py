"""A file is what its content says."""

from __future__ import annotations

import io

import pytest

from casework.errors import Invalid
from casework.services.evidence_types import TYPES, Found, found_in
from tests import make_files


def look(content: bytes) -> Found:
    """What a file with this content is."""
    return found_in(io.BytesIO(content), len(content))  # type: ignore[arg-type]


TAKEN = {
    ".jpg": make_files.jpeg(),
    ".png": make_files.png(),
    ".heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64),
    ".mp4": make_files.mp4(),
    ".m4a": b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00isomM4A " + bytes(64),
    ".3gp": b"\x00\x00\x00\x14ftyp3gp5\x00\x00\x00\x003gp5" + bytes(64),
    ".mov": b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  " + bytes(64),
    ".mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(64),
    ".amr": b"#!AMR\n" + bytes(64),
    ".silk": b"\x02#!SILK_V3" + bytes(64),
    ".wav": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(64),
    ".avi": b"RIFF\x24\x00\x00\x00AVI LIST" + bytes(64),
    ".ogg": b"OggS" + bytes(64),
    ".pdf": b"%PDF-1.7\n" + bytes(64),
    ".docx": make_files.docx(),
    ".xlsx": make_files.packed({"xl/workbook.xml": b"<workbook/>"}),
    ".ofd": make_files.packed({"OFD.xml": b"<OFD/>"}),
    ".doc": make_files.compound("WordDocument"),
    ".txt": "他昨晚又来了，\r\n邻居听见了。".encode(),
}


@pytest.mark.parametrize("suffix", TAKEN)
def test_what_is_taken_is_known_by_its_content(suffix: str) -> None:
    assert look(TAKEN[suffix]).type is TYPES[suffix]


def test_words_in_the_encodings_of_old_and_new_computers_are_text() -> None:
    for encoding in ("utf-8", "gb18030", "utf-16"):
        assert look("家里的事".encode(encoding)).type.suffix == ".txt"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"MZ\x90\x00" + bytes(512), "type"),
        (b"\x7fELF" + bytes(512), "type"),
        (b"<!doctype html><script>alert(1)</script>", "type"),
        (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "type"),
        (b"#!/bin/sh\nrm -rf /", "type"),
        (bytes(512), "type"),
        (make_files.compound("\x05SummaryInformation"), "type"),
        (make_files.packed({"photo.jpg": b"x"}), "archive"),
        (make_files.docx(**{"word/embeddings/more.zip": b"x"}), "nested"),
        (make_files.bomb(), "bomb"),
        (make_files.docx()[:-30], "broken"),
        (b"PK\x03\x04" + bytes(100), "broken"),
    ],
)
def test_what_is_not_taken_is_refused_for_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        look(content)
    assert refused.value.faults == {"file": reason}


def test_members_that_share_their_bytes_are_a_bomb() -> None:
    honest = make_files.docx()
    at = honest.index(b"PK\x01\x02")
    lying = bytearray(honest)
    lying[at + 20 : at + 24] = (len(honest) * 2).to_bytes(4, "little")
    with pytest.raises(Invalid) as refused:
        look(bytes(lying))
    assert refused.value.faults == {"file": "bomb"}


def test_a_place_inside_is_found() -> None:
    assert look(make_files.jpeg(place=True)).has_place
    assert not look(make_files.jpeg()).has_place
    assert look(make_files.mp4(place=True)).has_place
    assert not look(make_files.mp4()).has_place
    exif = io.BytesIO()
    make = make_files.jpeg(place=True)
    exif.write(make[make.index(b"Exif\x00\x00") :][:2000])
    heic = TAKEN[".heic"] + exif.getvalue()
    assert look(heic).has_place
