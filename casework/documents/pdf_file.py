"""A paper as PDF, where weasyprint's libraries and a Chinese font are found; elsewhere it says what is missing.

Made in memory: nothing is fetched, from no network and no disk but the fonts of the system.
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from PIL import ImageFile

from casework.documents.wording import Block

# Fonts with Chinese signs, by how their files are called in lower case.
_CHINESE_FONTS = (
    "noto*cjk*",
    "notosanssc*",
    "notoserifsc*",
    "sourcehan*",
    "wqy*",
    "uming*",
    "ukai*",
    "droidsansfallback*",
    "simsun*",
    "simhei*",
    "msyh*",
    "deng*",
    "stsong*",
    "stheiti*",
    "pingfang*",
    "songti*",
)
STYLE = """
@page { size: A4; margin: 2.2cm 2.5cm;
  @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt } }
body { font: 11.5pt/1.7 "Noto Serif CJK SC", "Source Han Serif SC", SimSun, "Noto Sans CJK SC", "WenQuanYi Zen Hei",
  serif; color: #000 }
h1 { font-size: 18pt; text-align: center; margin: 0 0 14pt }
h2 { font-size: 13.5pt; margin: 16pt 0 6pt; break-after: avoid }
p { margin: 0 0 6pt; overflow-wrap: anywhere; white-space: pre-wrap }
.quiet { font-size: 9pt }
.mark { text-align: right; font-weight: bold }
.sign { margin-top: 20pt }
.break { break-before: page }
"""
_TAGS = {"title": "h1", "heading": "h2"}


def _font_folders() -> Iterator[Path]:
    home = Path.home()
    yield from (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".fonts",
        home / ".local/share/fonts",
    )
    yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"))
    if "WINDIR" in os.environ:
        yield Path(os.environ["WINDIR"]) / "Fonts"


@cache
def has_font() -> bool:
    """Whether a font with Chinese signs lies where systems keep theirs; without one a page would be empty boxes."""
    for folder in _font_folders():
        for _place, _folders, files in os.walk(folder):
            if any(Path(name.lower()).match(shape) for name in files for shape in _CHINESE_FONTS):
                return True
    return False


@cache
def _weasyprint() -> Any:
    loaded = import_module("weasyprint")
    # It has the whole process draw cut-off pictures; evidence that is cut off must not look whole.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return loaded


@cache
def has_library() -> bool:
    """Whether weasyprint and the libraries below it load."""
    try:
        _weasyprint()
    except (ImportError, OSError):
        return False
    return True


def missing() -> str | None:
    """What keeps this machine from making a PDF: "library", "font", or None for nothing."""
    if not has_library():
        return "library"
    return None if has_font() else "font"


def _refuse(url: str, *_rest: Any, **_more: Any) -> NoReturn:
    raise ValueError("a paper fetches nothing")


def page(words: dict[str, Any], tail: list[Block]) -> str:
    """The paper as one HTML page; everything in it is escaped."""
    language = "zh-CN" if words["language"] == "zh" else words["language"]
    body = "\n".join(_element(block) for block in [*words["blocks"], *tail])
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{html.escape(words['number'])}</title><style>{STYLE}</style></head><body>{body}</body></html>"
    )


def _element(block: Block) -> str:
    kind, texts = block[0], [html.escape(text) for text in block[1:]]
    if kind == "break":
        return '<div class="break"></div>'
    if kind == "fact":
        return f"<p><b>{texts[0]}</b>&emsp;{texts[1]}</p>"
    tag = _TAGS.get(kind, "p")
    return f'<{tag} class="{kind}">{texts[0]}</{tag}>'


def render(words: dict[str, Any], tail: list[Block]) -> bytes:
    """The file; call ``missing`` first."""
    made = _weasyprint().HTML(string=page(words, tail), url_fetcher=_refuse)
    written: bytes = made.write_pdf(pdf_identifier=words["number"].encode())
    return written
