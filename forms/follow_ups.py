"""Planning a contact, and recording what came of it."""

from __future__ import annotations

from wtforms import BooleanField, DateField, RadioField, SelectField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length

from forms.base import BaseForm, _, trimmed
from forms.cases import QUIET, MayBeEmpty, line, version


class PlanForm(BaseForm):
    """One planned contact."""

    WIDTHS = {"purpose": "text", "due_on": "code", "due_time": "code"}

    kind = SelectField(_("回访类型"), default="routine")
    due_on = DateField(_("哪一天"), validators=[InputRequired(_("请填写日期"))], render_kw=QUIET)
    due_time = TimeField(
        _("几点"),
        validators=[MayBeEmpty()],
        description=_("约了钟点才填；有钟点的按加急办。"),
        render_kw=QUIET,
    )
    purpose = line(_("回访事由"), 400)
    urgent = BooleanField(_("加急，不因节假日顺延"))


class RecordForm(BaseForm):
    """What came of one try."""

    WIDTHS = {"note": "text", "result": "text", "tried_on": "code", "tried_time": "code", "next_on": "code"}

    result = RadioField(_("结果"), validators=[InputRequired(_("请选一项"))])
    tried_on = DateField(_("联系日期"), validators=[InputRequired(_("请填写日期"))], render_kw=QUIET)
    tried_time = TimeField(_("联系时间"), validators=[InputRequired(_("请填写时间"))], render_kw=QUIET)
    note = TextAreaField(
        _("回访记录"), validators=[Length(max=8000)], filters=[trimmed], render_kw={**QUIET, "rows": "5"}
    )
    next_on = DateField(
        _("没联系上，下次哪一天"),
        validators=[MayBeEmpty()],
        description=_("没有联系上时必填。"),
        render_kw=QUIET,
    )
    version = version()
