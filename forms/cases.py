"""The parts of a case: who she is, what happened, how she may be reached, who works on it."""

from __future__ import annotations

from typing import Any

from wtforms import (
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from forms.base import BaseForm, _, trimmed

# What is typed about her is remembered by no browser and sent to no spelling service.
QUIET = {"autocomplete": "off", "spellcheck": "false"}
LONG = {**QUIET, "rows": "6"}
PICK = _("请从列表里选")


def line(label: str, most: int = 100, **more: Any) -> StringField:
    """One line of text, trimmed."""
    return StringField(
        label,
        validators=[Length(max=most)],
        filters=[trimmed],
        render_kw={**QUIET, **more.pop("kw", {})},
        **more,
    )


class MayBeEmpty(Optional):
    """As Optional, without the mark: where nothing is required a mark on a few fields would mislead."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {}


def version() -> IntegerField:
    """The version that the form was filled against; hidden."""
    return IntegerField(default=0, validators=[MayBeEmpty()], widget=HiddenInput())


# Which states the list can be narrowed to; the words of the state chips.
STATES = (
    ("accepted", _("已受理")),
    ("assessed", _("已评估")),
    ("in_service", _("服务中")),
    ("follow_up", _("回访中")),
    ("closing_review", _("结案审核")),
    ("closed", _("已结案")),
    ("transferred", _("已移送")),
    ("merged", _("已并案")),
)


class CaseFilterForm(BaseForm):
    """What the list of cases is narrowed to; sent by GET, so it holds no name and no number of hers."""

    state = SelectField(_("状态"), validate_choice=False)
    town = SelectField(_("镇街"), validate_choice=False)
    assignee = SelectField(_("承办"), validate_choice=False)


class AccountForm(BaseForm):
    """What she told, and her own wish, in her words."""

    WIDTHS = {"account_text": "text", "wish": "text"}

    account_text = TextAreaField(
        _("经过"),
        validators=[Length(max=20000)],
        filters=[trimmed],
        description=_("用她的原话；时间、地点、谁在场、有没有伤。"),
        render_kw={**QUIET, "rows": "12"},
    )
    wish = TextAreaField(
        _("本人意愿"), validators=[Length(max=4000)], filters=[trimmed], render_kw={**QUIET, "rows": "4"}
    )
    version = version()


class ContactForm(BaseForm):
    """How she may be reached, and what must never be done."""

    WIDTHS = {"safe_hours": "text", "never": "text", "code_word": "text"}

    phone = line(_("联系电话"), 40, kw={"inputmode": "tel"})
    safe_hours = line(_("可以联系的时间"), 200, description=_("例如：周二、周四下午，孩子上学以后。"))
    alias = line(_("我们自称"), description=_("打给她时说我们是谁。"))
    code_word = line(_("暗语"), 200, description=_("怎样确认是她本人、可以说话。"))
    never = line(_("不能说、不能做"), 400, description=_("例如：不提妇联，不发短信，别人接就说打错了。"))
    version = version()


class AssignForm(BaseForm):
    """Who is to work on the case."""

    assignee = RadioField(_("承办"), validators=[InputRequired(_("请选一位"))], coerce=int)
    version = version()
