"""Handing a whole load over, and when a case counts as standing still."""

from __future__ import annotations

from wtforms import SelectMultipleField
from wtforms.validators import InputRequired, NumberRange

from forms.base import BaseForm, WholeNumber, _
from forms.cases import QUIET


class ReceiversForm(BaseForm):
    """Who takes the cases."""

    receivers = SelectMultipleField(_("交给谁"), validators=[InputRequired(_("至少选一位"))], coerce=int)


class StuckForm(BaseForm):
    """After how many days without anything happening."""

    days = WholeNumber(
        _("多少天没有进展算停滞"),
        validators=[InputRequired(_("请填写天数")), NumberRange(7, 365, _("填 7 至 365 之间的天数"))],
        render_kw={**QUIET, "inputmode": "numeric"},
    )
