"""Putting a case before the approving leader, and her decision."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from forms.base import BaseForm, _
from forms.case_moves import CHOOSE, words
from forms.cases import PICK


class AskForm(BaseForm):
    """What is put before her, and what she may read."""

    WIDTHS = {"asks": "text"}

    kind = SelectField(_("呈批事项"), validators=[InputRequired(PICK)])
    approver = SelectField(_("审批领导"), validators=[InputRequired(PICK)])
    asks = words(_("请她决定什么"), 6, description=_("写清要批什么、依据和您的意见。"))
    parts = SelectMultipleField(
        _("另外给她看"), description=_("她总能看受暴情况。身份信息一般不需要；联系卡不给。")
    )
    days = RadioField(_("查阅到"), default="7", description=_("批完即收回；到期也收回。"))


class OpinionForm(BaseForm):
    """The leader's decision, made once."""

    WIDTHS = {"opinion": "text"}

    decision = RadioField(
        _("决定"), choices={"approve": _("同意"), "return": _("退回")}, validators=[InputRequired(CHOOSE)]
    )
    opinion = words(_("意见"), 4, 4000, description=_("退回时必须写。"))


class SmallOfficeForm(BaseForm):
    """Whether the approving leader decides on each closing."""

    on = BooleanField(_("结案由审批领导审批（小单位模式）"))
