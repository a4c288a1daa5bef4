"""Small pictures of an image, made in memory: a thumbnail for the list and a preview for the screen and the printer.

The previews are drawn anew, so they carry nothing of the original but what it shows. An image that is too large or
that can't be read has none; that is no fault of it as evidence.
"""

from __future__ import annotations

import io
import struct
import threading
from dataclasses import dataclass
from typing import IO

from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

# The readers of what we draw, and no others: each was registered by its import.
READERS = (
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
# A JPEG of several pictures is opened as one, and calls itself MPO.
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
PREVIEW, THUMBNAIL = (1600, 1600), (240, 240)
# A JPEG is read at an eighth of its size, unless it is progressive: then all of it lies in memory first.
LARGEST_JPEG_PIXELS, LARGEST_PIXELS = 64_000_000, 24_000_000
# What Pillow raises of files that are no whole images.
UNREADABLE = (
    OSError,
    ValueError,
    TypeError,
    SyntaxError,
    LookupError,
    ArithmeticError,
    EOFError,
    MemoryError,
    struct.error,
    Image.DecompressionBombError,
    Warning,
)
GPS = 0x8825

# Beyond it Pillow itself refuses; our own limits are far below.
Image.MAX_IMAGE_PIXELS = LARGEST_JPEG_PIXELS
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, repr=False)
class Pictures:
    """JPEG bytes of both."""

    preview: bytes
    thumbnail: bytes


def _most_pixels(image: Image.Image) -> int:
    plain = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
    return LARGEST_JPEG_PIXELS if plain else LARGEST_PIXELS


def _as_jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        drawn = image.convert("RGBA")
        paper = Image.new("RGB", drawn.size, "white")
        paper.paste(drawn, mask=drawn.getchannel("A"))
        return paper
    return image.convert("RGB")


def pictures_of(file: IO[bytes]) -> Pictures | None:
    """Both pictures, or None for what is too large or unreadable; one is made at a time in a process."""
    with _one_at_a_time:
        try:
            file.seek(0)
            with Image.open(file, formats=FORMATS) as image:
                if image.width * image.height > _most_pixels(image):
                    return None
                image.draft("RGB", PREVIEW)
                image.thumbnail(PREVIEW, reducing_gap=2.0)
                drawn = _on_white(ImageOps.exif_transpose(image))
                preview = _as_jpeg(drawn, 82)
                drawn.thumbnail(THUMBNAIL)
                return Pictures(preview, _as_jpeg(drawn, 75))
        except UNREADABLE:
            return None


def says_where(file: IO[bytes]) -> bool:
    """Whether an image carries the place where it was taken."""
    try:
        file.seek(0)
        with Image.open(file, formats=FORMATS) as image:
            return bool(image.getexif().get_ifd(GPS))
    except UNREADABLE:
        return False


def exif_says_where(exif: bytes) -> bool:
    """The same of a block of Exif by itself, as formats carry it that Pillow can't read."""
    try:
        found = Image.Exif()
        found.load(exif)
        return bool(found.get_ifd(GPS))
    except UNREADABLE:
        return False
