"""A service that she received, and what the list is narrowed to."""

from __future__ import annotations

from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import Length

from forms.base import BaseForm, _, trimmed
from forms.cases import QUIET, MayBeEmpty

SERVICE_REASONS = {"mediation_refused": _("现在不能调解，原因写在上面")}


class ServiceForm(BaseForm):
    """One service on one day."""

    WIDTHS = {"note": "text"}

    service = SelectField(_("服务"), validate_choice=False)
    given_on = DateField(_("哪一天"), validators=[MayBeEmpty()], render_kw=QUIET)
    result = SelectField(_("结果"), validate_choice=False)
    mediation_result = SelectField(
        _("本次调解结果"), description=_("只在服务是调解时填；每次调解单独登记。"), validate_choice=False
    )
    note = TextAreaField(
        _("说明"), validators=[Length(max=4000)], filters=[trimmed], render_kw={**QUIET, "rows": "4"}
    )


class ServiceFilterForm(BaseForm):
    """Which kind of service the list shows; sent by GET."""

    service = SelectField(_("服务"), validate_choice=False)
