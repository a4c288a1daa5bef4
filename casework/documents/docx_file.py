"""A paper as DOCX, the office's format; made in memory, nothing is read from or written to a disk."""

from __future__ import annotations

import datetime
import io
from typing import Any

from casework.documents.wording import Block

BODY_FONT, BODY_POINTS = "SimSun", 12


def is_available() -> bool:
    """Whether the library is installed."""
    try:
        import docx  # noqa: F401
    except ImportError:
        return False
    return True


def render(words: dict[str, Any], tail: list[Block], made_on: datetime.date) -> bytes:
    """The file. ``tail`` are the lines with the digest of the words."""
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = BODY_FONT, Pt(BODY_POINTS)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FONT)
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.8)
        section.top_margin = section.bottom_margin = Cm(2.5)
    properties = document.core_properties
    # The library's own template names its author and a day of 2013.
    properties.author, properties.comments, properties.title = "", "", words["number"]
    properties.identifier = words["number"]
    properties.created = properties.modified = datetime.datetime.combine(made_on, datetime.time())
    for block in [*words["blocks"], *tail]:
        _add(document, block, qn)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add(document: Any, block: Block, qn: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
    from docx.shared import Pt

    kind, texts = block[0], block[1:]
    if kind == "break":
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        return
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(6)
    if kind == "fact":
        paragraph.add_run(f"{texts[0]}  ").bold = True
        paragraph.add_run(texts[1])
        return
    run = paragraph.add_run(texts[0])
    if kind == "title":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run.bold, run.font.size = True, Pt(18)
    elif kind == "heading":
        paragraph.paragraph_format.space_before = Pt(12)
        paragraph.paragraph_format.keep_with_next = True
        run.bold, run.font.size = True, Pt(14)
    elif kind == "mark":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run.bold = True
    elif kind == "quiet":
        run.font.size = Pt(9)
    elif kind == "sign":
        paragraph.paragraph_format.space_before = Pt(18)
