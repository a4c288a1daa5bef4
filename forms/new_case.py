"""A new case: first what is looked for, then the short form."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange

from forms.base import WholeNumber, _, trimmed
from forms.case_search import SEARCH_REASONS, SpeaksOfSearch
from forms.cases import PICK, QUIET, MayBeEmpty, line

_AGE = [MayBeEmpty(), NumberRange(min=0, max=120, message=_("写整岁数，0 至 120"))]


class StartForm(SpeaksOfSearch):
    """What is known of her before a file is opened: a number or a name."""

    phone = line(_("电话"), 40, kw={"inputmode": "tel"})
    identity_number = line(_("证件号"), 32)
    name = line(_("姓名"), 60)
    town = SelectField(_("镇街"), validate_choice=False)
    age = WholeNumber(_("大约几岁"), validators=_AGE, render_kw={**QUIET, "inputmode": "numeric"})


class NewCaseForm(SpeaksOfSearch):
    """The short form of a new case; the rest is asked in the first interview."""

    REASONS: Mapping[str, str] = {**SEARCH_REASONS, "long_ago": _("是一年多以前，请核对日期")}

    age = HiddenField()
    same_as = RadioField(_("是不是同一个人"), default="", validate_choice=False)
    team_id = SelectField(_("小组"), validators=[InputRequired(PICK)], validate_choice=False)
    town = SelectField(_("受理镇街"), validators=[InputRequired(PICK)])
    source = SelectField(_("谁反映的"), default="herself")
    received_on = DateField(_("收到日期"), validators=[InputRequired(_("请填写日期"))], render_kw=QUIET)
    issues = SelectMultipleField(_("诉求"), validators=[InputRequired(_("至少选一项"))])
    name = line(_("姓名"), 60)
    client_sex = RadioField(_("当事人性别"), default="female")
    identity_number = line(_("证件号"), 32, description=_("可不填。有效的身份证号会自动填入出生日期和性别。"))
    phone = line(_("联系电话"), 40, kw={"inputmode": "tel"})
    safe_hours = line(_("可以联系的时间"), 200)
    alias = line(_("我们自称"))
    code_word = line(_("暗语"), 200)
    never = line(_("不能说、不能做"), 400)
    said = TextAreaField(
        _("经过"), validators=[Length(max=20000)], filters=[trimmed], render_kw={**QUIET, "rows": "6"}
    )
    wish = TextAreaField(
        _("本人意愿"), validators=[Length(max=4000)], filters=[trimmed], render_kw={**QUIET, "rows": "2"}
    )
    consents = SelectMultipleField(
        _("她同意的"), description=_("当面问过、她说同意的才勾；没有问到的，开案以后在“同意与告知”里补。")
    )
