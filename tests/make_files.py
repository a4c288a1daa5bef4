"""Files as people bring them, made in memory."""

from __future__ import annotations

import io
import zipfile

from PIL import Image

from tests.faults.canaries import shapes

GPS_LATITUDE = (22.0, 22.0, 33.0)


def jpeg(*, size: tuple[int, int] = (640, 480), place: bool = False, words: str = "") -> bytes:
    """A photo; with ``place`` its Exif says where it was taken, ``words`` lie in a comment of it."""
    image = Image.effect_noise(size, 40).convert("RGB")
    exif = Image.Exif()
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: GPS_LATITUDE, 3: "E", 4: (112.0, 41.0, 5.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=words.encode())
    return out.getvalue()


def png(size: tuple[int, int] = (40, 30)) -> bytes:
    """A picture that is partly transparent."""
    out = io.BytesIO()
    Image.new("RGBA", size, (200, 30, 30, 128)).save(out, "PNG")
    return out.getvalue()


def packed(members: dict[str, bytes]) -> bytes:
    """A zip archive of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    """An office document with one sentence."""
    return packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>", **more})


def bomb() -> bytes:
    """An office document that unpacks to a thousand times its size."""
    return docx(**{"word/media/image1.bmp": bytes(64 * 1024 * 1024)})


def compound(stream: str) -> bytes:
    """The skeleton of an older office file with one named stream."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30:32] = (9).to_bytes(2, "little")
    entry = bytearray(128)
    name = stream.encode("utf-16-le")
    entry[: len(name)] = name
    entry[64:66] = (len(name) + 2).to_bytes(2, "little")
    return bytes(header) + bytes(entry) + bytes(384)


def mp4(*, place: bool = False, length: int = 4096) -> bytes:
    """The beginning of a video; with ``place`` it says where it was taken."""
    head = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
    return head + (b"\xa9xyz+22.3758+112.6847/" if place else b"") + bytes(length - len(head))


def traces(content: bytes) -> list[bytes]:
    """Pieces of a file's bytes by which it would be known again wherever they lie."""
    step = max(1, len(content) // 8)
    return [content[at : at + 24] for at in range(0, max(1, len(content) - 24), step)]


def name_traces(name: str) -> list[bytes]:
    """The shapes of a file's name."""
    return list(shapes(name).values())
