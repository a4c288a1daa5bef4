"""What a file of evidence is, by its content alone: its name may say anything.

An allow-list: pictures, sound, video, documents. Archives are taken only as office documents, and those only if they
unpack to something reasonable.
"""

from __future__ import annotations

import codecs
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, TypeVar

import puremagic

from casework.errors import Invalid
from casework.services import thumbnails

Found_ = TypeVar("Found_")

HEAD_BYTES = 64 * 1024
SEARCHED_BYTES = 1024 * 1024
# An office document unpacks to ten times its size; a bomb to a thousand times.
MOST_ENTRIES, MOST_UNPACKED_BYTES, MOST_RATIO = 10_000, 512 * 1024 * 1024, 100
HARMLESS_BYTES = 8 * 1024 * 1024
# A list of members longer than this is none of an office document's, and would be read into memory.
MOST_DIRECTORY_BYTES = 2 * 1024 * 1024
NESTED = (".zip", ".rar", ".7z", ".gz", ".bz2", ".xz", ".tar", ".jar", ".cab", ".iso")
_OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class FileType:
    """A kind of file that is taken: its class in ``file_class``, media type, and the suffix of a neutral name."""

    file_class: str
    mime: str
    suffix: str


@dataclass(frozen=True)
class Found:
    """What a file is, and whether a place lies inside it."""

    type: FileType
    has_place: bool


def _table(file_class: str, *rows: tuple[str, str]) -> dict[str, FileType]:
    return {suffix: FileType(file_class, mime, suffix) for suffix, mime in rows}


TYPES: dict[str, FileType] = {
    **_table(
        "image",
        (".jpg", "image/jpeg"),
        (".png", "image/png"),
        (".gif", "image/gif"),
        (".webp", "image/webp"),
        (".bmp", "image/bmp"),
        (".tif", "image/tiff"),
        (".heic", "image/heic"),
        (".avif", "image/avif"),
    ),
    **_table(
        "audio",
        (".mp3", "audio/mpeg"),
        (".m4a", "audio/mp4"),
        (".aac", "audio/aac"),
        (".wav", "audio/wav"),
        (".amr", "audio/amr"),
        (".silk", "audio/silk"),
        (".ogg", "audio/ogg"),
        (".flac", "audio/flac"),
    ),
    **_table(
        "video",
        (".mp4", "video/mp4"),
        (".mov", "video/quicktime"),
        (".3gp", "video/3gpp"),
        (".avi", "video/x-msvideo"),
        (".mkv", "video/x-matroska"),
        (".webm", "video/webm"),
        (".wmv", "video/x-ms-asf"),
        (".mpg", "video/mpeg"),
    ),
    **_table(
        "document",
        (".pdf", "application/pdf"),
        (".docx", f"{_OFFICE}wordprocessingml.document"),
        (".xlsx", f"{_OFFICE}spreadsheetml.sheet"),
        (".pptx", f"{_OFFICE}presentationml.presentation"),
        (".doc", "application/msword"),
        (".xls", "application/vnd.ms-excel"),
        (".ppt", "application/vnd.ms-powerpoint"),
        (".ofd", "application/ofd"),
        (".odt", "application/vnd.oasis.opendocument.text"),
        (".rtf", "application/rtf"),
        (".txt", "text/plain"),
    ),
}
# How puremagic names what it knows by its first bytes, and we take; two bytes are too few to go by.
KNOWN_BY_SIGNATURE = {
    ".jpg": ".jpg",
    ".jpeg": ".jpg",
    ".jfif": ".jpg",
    ".png": ".png",
    ".gif": ".gif",
    ".tif": ".tif",
    ".tiff": ".tif",
    ".mp3": ".mp3",
    ".amr": ".amr",
    ".flac": ".flac",
    ".pdf": ".pdf",
    ".rtf": ".rtf",
}
LEAST_SIGNATURE = 3
BRANDS = {
    b"heic": ".heic",
    b"heix": ".heic",
    b"heim": ".heic",
    b"hevc": ".heic",
    b"mif1": ".heic",
    b"avif": ".avif",
    b"M4A ": ".m4a",
    b"M4B ": ".m4a",
    b"qt  ": ".mov",
}
VIDEO_BRANDS = (b"iso", b"mp4", b"avc", b"M4V", b"MSNV", b"mmp4", b"dash", b"f4v", b"XAVC")
MEMBERS = {
    "word/document.xml": ".docx",
    "xl/workbook.xml": ".xlsx",
    "ppt/presentation.xml": ".pptx",
    "OFD.xml": ".ofd",
}
STREAMS = {"WordDocument": ".doc", "Workbook": ".xls", "Book": ".xls", "PowerPoint Document": ".ppt"}
LOCATIONS = (b"\xa9xyz", b"com.apple.quicktime.location", b"loci")


def _refused(reason: str) -> Invalid:
    return Invalid({"file": reason})


def buffered(raw: io.RawIOBase, look: Callable[[IO[bytes]], Found_]) -> Found_:
    """What ``look`` finds in a file that gives as many bytes as it is asked for; the file stays open."""
    file = io.BufferedReader(raw, HEAD_BYTES)
    try:
        return look(file)
    finally:
        file.detach()


def found_in(raw: io.RawIOBase, length_bytes: int) -> Found:
    """What the file is. Invalid({"file": reason}): type, archive, bomb, nested, broken; SealBroken passes through."""

    def look(file: IO[bytes]) -> Found:
        head = file.read(HEAD_BYTES)
        suffix = next((found for look in _LOOKS if (found := look(head, file, length_bytes))), None)
        if suffix is None:
            raise _refused("type")
        return Found(TYPES[suffix], _says_where(TYPES[suffix], file, length_bytes))

    return buffered(raw, look)


def _by_container(head: bytes, file: IO[bytes], length_bytes: int) -> str | None:
    """Families whose first bytes only name the family."""
    if head.startswith(b"PK\x03\x04"):
        return _archive(file, length_bytes)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(head, file)
    if head[4:8] == b"ftyp":
        return _branded(head)
    if head.startswith(b"RIFF"):
        return {b"WAVE": ".wav", b"AVI ": ".avi", b"WEBP": ".webp"}.get(head[8:12])
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return ".webm" if b"webm" in head[:128] else ".mkv"
    return None


def _branded(head: bytes) -> str | None:
    size = min(int.from_bytes(head[:4], "big"), 256)
    for at in (8, *range(16, size, 4)):
        brand = head[at : at + 4]
        if brand in BRANDS:
            return BRANDS[brand]
        if brand.startswith((b"3gp", b"3g2")):
            return ".3gp"
        if brand.startswith(VIDEO_BRANDS):
            # A sound recording names itself among the compatible brands at times.
            return ".m4a" if b"M4A " in head[16:size] else ".mp4"
    return None


def _by_bytes(head: bytes, _file: IO[bytes], _length: int) -> str | None:
    """Signatures that puremagic lacks, or knows by too few bytes."""
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in (12, 40, 52, 56, 64, 108, 124):
        return ".bmp"
    if head.startswith(b"OggS"):
        return ".ogg"
    if head.startswith((b"#!SILK_V3", b"\x02#!SILK_V3")):
        return ".silk"
    if head.startswith(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"):
        return ".wmv"
    if head.startswith(b"\x00\x00\x01\xba"):
        return ".mpg"
    if head[:1] == b"\xff" and len(head) > 4:
        if head[1] in (0xF1, 0xF9):
            return ".aac"
        if head[1] in (0xFB, 0xFA, 0xF3, 0xF2) and head[2] >> 4 not in (0, 15):
            return ".mp3"
    return None


def _by_signature(head: bytes, _file: IO[bytes], _length: int) -> str | None:
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    for match in matches:
        if match.extension in KNOWN_BY_SIGNATURE and len(match.byte_match) >= LEAST_SIGNATURE:
            return KNOWN_BY_SIGNATURE[match.extension]
    return None


def _by_text(head: bytes, _file: IO[bytes], length_bytes: int) -> str | None:
    """Plain words in one of the encodings in use; a page or a script is none, whatever it is called."""
    encodings = ("utf-16",) if head.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            words = codecs.getincrementaldecoder(encoding)().decode(head, final=length_bytes <= len(head))
        except UnicodeDecodeError:
            continue
        if any(ord(it) < 32 and it not in "\t\r\n\f" for it in words):
            return None
        return None if words.lstrip().startswith(("<", "#!", "%!")) else ".txt"
    return None


def _archive(file: IO[bytes], length_bytes: int) -> str:
    _check_directory(file, length_bytes)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, LookupError, NotImplementedError):
        raise _refused("broken") from None
    _check_bomb(members, length_bytes)
    names = {member.filename for member in members}
    if any(name.lower().endswith(NESTED) for name in names):
        raise _refused("nested")
    for name, suffix in MEMBERS.items():
        if name in names:
            return suffix
    if {"mimetype", "content.xml", "META-INF/manifest.xml"} <= names:
        return ".odt"
    raise _refused("archive")


def _check_directory(file: IO[bytes], length_bytes: int) -> None:
    """Refuses before the list of members is read into memory."""
    file.seek(max(0, length_bytes - 65_557))
    tail = file.read(65_557)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise _refused("broken")
    count = int.from_bytes(tail[at + 10 : at + 12], "little")
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    if count > MOST_ENTRIES or size > MOST_DIRECTORY_BYTES:
        raise _refused("bomb")
    file.seek(0)


def _check_bomb(members: list[zipfile.ZipInfo], length_bytes: int) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    overlapping = packed > length_bytes
    absurd = unpacked > HARMLESS_BYTES and unpacked > MOST_RATIO * max(1, packed)
    if overlapping or absurd or unpacked > MOST_UNPACKED_BYTES:
        raise _refused("bomb")


def _compound(head: bytes, file: IO[bytes]) -> str | None:
    """The older office formats, by the names of their streams; other programs' files of that kind are not taken."""
    sector = 1 << min(int.from_bytes(head[30:32], "little"), 12)
    file.seek((int.from_bytes(head[48:52], "little") + 1) * sector)
    directory = file.read(8 * 1024)
    names = set()
    for at in range(0, len(directory) - 127, 128):
        size = int.from_bytes(directory[at + 64 : at + 66], "little")
        names.add(directory[at : at + max(0, min(size, 64) - 2)].decode("utf-16-le", "replace"))
    if "EncryptedPackage" in names:
        return ".docx"
    return next((suffix for name, suffix in STREAMS.items() if name in names), None)


def _says_where(kind: FileType, file: IO[bytes], length_bytes: int) -> bool:
    if kind.suffix in (".heic", ".avif"):
        file.seek(0)
        start = file.read(SEARCHED_BYTES)
        at = start.find(b"Exif\x00\x00")
        return at >= 0 and thumbnails.exif_says_where(start[at : at + 64 * 1024])
    if kind.file_class == "image":
        return thumbnails.says_where(file)
    if kind.file_class == "video":
        file.seek(0)
        start = file.read(SEARCHED_BYTES)
        file.seek(max(0, length_bytes - SEARCHED_BYTES))
        return any(mark in part for part in (start, file.read(SEARCHED_BYTES)) for mark in LOCATIONS)
    return False


_LOOKS: tuple[Callable[[bytes, IO[bytes], int], str | None], ...] = (
    _by_container,
    _by_bytes,
    _by_signature,
    _by_text,
)
