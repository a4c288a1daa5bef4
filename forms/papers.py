"""Papers: what an extract is for and which lines go into it; in which form a paper leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from forms.base import BaseForm, _

PAPER_REASONS: Mapping[str, str] = {
    "consent": _("没有她向法院提供的同意。请先在“同意与告知”里记下，再制作。"),
    "entries": _("至少选一条"),
    "changed": _("有一条刚刚被改过。请再看一遍成稿"),
}

LEAVES_AS = [
    SelectChoice("docx", "DOCX"),
    SelectChoice("pdf", "PDF"),
    SelectChoice("print", _("打印")),
]


class ExtractForm(BaseForm):
    """The purpose is asked first; whoever makes it says that she knows who will read it."""

    purpose = RadioField(_("用途"), validators=[InputRequired(_("请先选用途"))])
    entries = SelectMultipleField(_("摘录哪些"))
    he_reads = BooleanField(
        _("我知道：对方会在法庭上看到这份材料"), validators=[InputRequired(_("请先确认"))]
    )
    seen = HiddenField()

    def take_faults(self, faults: Mapping[str, str]) -> None:
        """As everywhere, with the sentences of papers."""
        super().take_faults({name: PAPER_REASONS.get(reason, reason) for name, reason in faults.items()})


class FileForm(BaseForm):
    """In which form a paper leaves."""

    form: Any = RadioField(_("格式"), choices=LEAVES_AS)


class TimelineFilterForm(BaseForm):
    """What a timeline is narrowed to; sent by GET, so it holds days and a group alone."""

    group = SelectField(_("分类"), validate_choice=False)
    from_on = StringField(_("从"), render_kw={"type": "date"})
    to_on = StringField(_("到"), render_kw={"type": "date"})


class AnswerForm(FileForm):
    """An answer to her may be in her language."""

    written_in = RadioField(_("语言"), choices=[SelectChoice("zh"), SelectChoice("en")], default="zh")
