"""The moves of a case that ask for a word: declining, closing, returning, reopening, transferring, undoing."""

from __future__ import annotations

from typing import Any

from wtforms import (
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from forms.base import BaseForm, _, trimmed
from forms.cases import PICK, QUIET, line, version

CHOOSE = _("请选一项")


def words(label: str, rows: int = 5, most: int = 8000, **more: Any) -> TextAreaField:
    """Several lines of text, trimmed, at most so many characters."""
    return TextAreaField(
        label,
        validators=[Length(max=most)],
        filters=[trimmed],
        render_kw={**QUIET, "rows": str(rows)},
        **more,
    )


class StepForm(BaseForm):
    """A move that asks for nothing but the button."""

    version = version()


class UndoForm(BaseForm):
    """The step that is to be taken back."""

    event_id = StringField(widget=HiddenInput())


class DeclineForm(BaseForm):
    """Why a case is declined, and where she was sent."""

    WIDTHS = {"note": "text"}

    reason = RadioField(_("不受理原因"), validators=[InputRequired(CHOOSE)])
    note = words(
        _("转到哪里、怎样告诉她的"),
        3,
        2000,
        description=_("不属本会职责的必须写：转到哪个单位，她知道怎样去。"),
    )
    version = version()


class ProposeForm(BaseForm):
    """Closing as it is proposed."""

    WIDTHS = {"outcome": "mid", "summary": "text"}

    outcome = SelectField(_("结案结果"), validators=[InputRequired(PICK)])
    rating = RadioField(
        _("本人评价"),
        validators=[InputRequired(CHOOSE)],
        description=_("当面或在安全的时候问她，不发短信、不用自动回访。"),
    )
    summary = words(_("结案小结"), 8, description=_("办了什么、她现在怎样、还有什么要留意。"))
    version = version()


class ProposeToLeaderForm(ProposeForm):
    """The same, with the leader who decides and what she may read, in small-office mode."""

    approver = SelectField(_("审批领导"), validators=[InputRequired(PICK)])
    parts = SelectMultipleField(
        _("另外给她看"), description=_("审批领导能看受暴情况和这份小结。身份信息一般不需要。")
    )
    days = RadioField(_("查阅到"), default="7")


class DecideForm(BaseForm):
    """What the lead decides on a proposed closing."""

    WIDTHS = {"opinion": "text"}

    decision = RadioField(
        _("决定"),
        choices={"approve": _("同意结案"), "return": _("退回")},
        validators=[InputRequired(CHOOSE)],
    )
    opinion = words(_("意见"), 4, 4000, description=_("退回时必须写，承办人会看到。"))
    version = version()


class ReopenForm(BaseForm):
    """Why a closed case is opened again."""

    WIDTHS = {"reason": "text"}

    reason = words(_("重新打开的理由"), 4, 4000)
    version = version()


class TransferForm(BaseForm):
    """To whom a case is given, and why."""

    WIDTHS = {"reason": "text"}

    body = SelectField(_("接收单位"), validators=[InputRequired(PICK)])
    body_other = line(_("其他单位名称"), 100, description=_("上面选“其他单位”时填写。"))
    reason = words(_("移送理由"), 4, 4000)
    version = version()
