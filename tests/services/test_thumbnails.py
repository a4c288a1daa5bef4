"""Small pictures: of every format that is drawn, of nothing too large, of nothing broken."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from casework.documents import pdf_file
from casework.services import thumbnails
from tests import make_files


def saved(image: Image.Image, kind: str, **more: object) -> io.BytesIO:
    """The image as a file."""
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out


def size(jpeg: bytes) -> tuple[int, int]:
    """Width and height."""
    with Image.open(io.BytesIO(jpeg)) as image:
        assert image.format == "JPEG"
        return image.size


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"])
def test_every_format_is_drawn(kind: str) -> None:
    made = thumbnails.pictures_of(saved(Image.new("RGB", (3000, 1500), "teal"), kind))
    assert made is not None
    assert size(made.preview) == (1600, 800)
    assert size(made.thumbnail) == (240, 120)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "CMYK", "I;16"])
def test_every_way_to_store_colours_is_drawn(mode: str) -> None:
    kind = "TIFF" if mode in ("CMYK", "I;16") else "PNG"
    assert thumbnails.pictures_of(saved(Image.new(mode, (400, 300)), kind)) is not None


def test_a_photo_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = thumbnails.pictures_of(saved(Image.new("RGB", (800, 400)), "JPEG", exif=exif))
    assert made is not None
    assert size(made.preview) == (400, 800)


def test_what_would_fill_the_memory_is_not_drawn() -> None:
    large = Image.new("L", (6000, 5000))
    assert thumbnails.pictures_of(saved(large, "PNG")) is None
    assert thumbnails.pictures_of(saved(large, "JPEG", progressive=True)) is None
    assert thumbnails.pictures_of(saved(large, "JPEG")) is not None
    # A header that promises far more than any camera makes.
    png = bytearray(make_files.png())
    png[16:24] = (60_000).to_bytes(4, "big") * 2
    assert thumbnails.pictures_of(io.BytesIO(bytes(png))) is None


@pytest.mark.parametrize("cut", [10, 200, 2000])
def test_what_is_broken_is_not_drawn(cut: int) -> None:
    assert thumbnails.pictures_of(io.BytesIO(make_files.jpeg()[:cut])) is None
    assert not thumbnails.says_where(io.BytesIO(make_files.jpeg()[:10]))
    assert not thumbnails.exif_says_where(b"Exif\x00\x00MM")


def test_making_a_paper_first_changes_nothing_about_what_is_broken() -> None:
    assert pdf_file.has_library() in (True, False)
    assert thumbnails.pictures_of(io.BytesIO(make_files.jpeg()[:2000])) is None
