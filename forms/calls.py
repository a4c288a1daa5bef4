"""The call screen and the part that turns a call into a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from forms.base import BaseForm, _, trimmed
from forms.cases import MayBeEmpty

_QUIET = {"autocomplete": "off", "spellcheck": "false"}
_LINE = [Length(max=200, message=_("最多 200 个字"))]
_TEXT = [Length(max=50_000, message=_("最多 50000 个字，请分两次记"))]
_CHOICE = _("请从列表里选")

# What the services' reason codes say on these forms; the others are common to all forms.
CALL_REASONS: Mapping[str, str] = {
    "no_digits": _("号码里没有数字。不知道号码就留空"),
    "not_whole": _("号码完整了才能比对"),
    "too_many": _("这一小时比对的次数已满。来电照常登记，稍后再比对"),
    "before_start": _("结束时间早于接起时间"),
    "long_ago": _("接起时间是 15 天以前，请改用补录"),
    "no_case": _("这类来电不能转为个案。先改来电类别"),
    "date_or_unknown": _("填日期，或选“日期不详”"),
}


def _line(label: str, **more: Any) -> StringField:
    return StringField(label, validators=_LINE, filters=[trimmed], render_kw={**_QUIET, **more})


def _radio(label: str, **more: Any) -> RadioField:
    return RadioField(label, validate_choice=True, **more)


class _SpeaksOfCalls(BaseForm):
    def take_faults(self, faults: Mapping[str, str]) -> None:
        """The faults in the words of the call screen."""
        super().take_faults({name: CALL_REASONS.get(reason, reason) for name, reason in faults.items()})


class AcceptancePart:
    """What turns a call into a case; nothing of it is needed while it stays a call."""

    team_id = SelectField(_("交给"), coerce=str, validate_choice=False)
    case_town = SelectField(_("受理镇街"), validate_choice=False)
    source = SelectField(_("谁反映的"), default="herself", validate_choice=False)
    client_sex = _radio(_("当事人性别"), default="female")
    desk_keeps_card = BooleanField(_("她同意热线保留这张联系卡，以后来电时能看到怎样联系她才安全"))
    relationship = SelectField(_("对方是她的"), validate_choice=False)
    living_together = _radio(_("是否共同生活"), default="unknown")
    violence_types = SelectMultipleField(_("暴力类型"))
    precision = _radio(_("最近一次发生"), default="exact")
    occurred_on = DateField(_("日期"), validators=[MayBeEmpty()])

    def offer_case(self, offered: Mapping[str, list[tuple[str, str]]]) -> None:
        """Fills in what may be chosen, by field."""
        for name, choices in offered.items():
            field: Any = getattr(self, name)
            field.choices = choices


class AcceptForm(AcceptancePart, _SpeaksOfCalls):
    """A recorded call turned into a case afterwards; its matters are asked for where none was recorded."""

    issues = SelectMultipleField(_("诉求"))


class CallForm(AcceptancePart, _SpeaksOfCalls):
    """One screen, from pick-up to save. Names avoid what an unlock page must never echo."""

    mark = HiddenField()
    started_at = HiddenField()
    ended_at = HiddenField()
    safe_to_talk = _radio(_("现在方便说话吗"), default="not_asked")
    who_is_near = _radio(_("身边有人吗"), default="not_asked")
    hurt_or_danger = _radio(_("现在有人受伤或有危险吗"), default="not_asked")
    children_safe = _radio(_("孩子现在安全吗"), default="not_asked")
    own_life = _radio(_("有没有轻生的念头"), default="not_asked")
    place = _line(_("她在哪里"))
    said_now = TextAreaField(_("原话"), validators=_TEXT, render_kw={"rows": "2", **_QUIET})
    told_110 = _line(_("报 110"))
    told_120 = _line(_("报 120"))
    told_lead = _line(_("告知值班组长"))
    confirmed_safe = _line(_("确认已安全"))
    phone = StringField(
        _("来电号码"),
        validators=[Length(max=40, message=_("最多 40 个字"))],
        filters=[trimmed],
        render_kw={"inputmode": "tel", **_QUIET},
    )
    issues = SelectMultipleField(_("诉求"))
    said = TextAreaField(_("所述"), validators=_TEXT, render_kw={"rows": "6", **_QUIET})
    category = SelectField(_("来电类别"), default="asks_for_help", validate_choice=False)
    town = SelectField(_("镇街"), default="unknown", validate_choice=False)
    caller_name = _line(_("怎么称呼"))
    wish = _line(_("本人意愿"))
    safe_hours = _line(_("可以联系的时间"))
    alias = _line(_("我们自称"))
    watchword = _line(_("暗语"))
    never = _line(_("不能说、不能做"))
    result = RadioField(_("结果"), validators=[InputRequired(_("请选一项结果"))], validate_choice=True)

    def offer(self, offered: Mapping[str, list[tuple[str, str]]], issues: Iterable[Any]) -> None:
        """Fills in what may be chosen: lists by field, issues by group."""
        self.offer_case(offered)
        self.issues.choices = {head: list(members) for head, members in issues}

    def take_faults(self, faults: Mapping[str, str]) -> None:
        """The faults of times go to the summary: the screen has no field of its own for them."""
        renamed = {"code_word": "watchword", "safety": "hurt_or_danger", "started_at": "", "ended_at": ""}
        super().take_faults({renamed.get(name, name): reason for name, reason in faults.items()})

    @property
    def emergency(self) -> dict[str, str]:
        """What was written down in the emergency panel, by step."""
        steps = ("place", "said_now", "told_110", "told_120", "told_lead", "confirmed_safe")
        return {step: self[step].data for step in steps if self[step].data}


class CallFilters(BaseForm):
    """What the list of calls is narrowed to; nothing sensitive, so it stands in the address."""

    category = SelectField(_("类别"), validate_choice=False)
    result = SelectField(_("结果"), validate_choice=False)
    since = DateField(_("从"), validators=[MayBeEmpty()])
    until = DateField(_("到"), validators=[MayBeEmpty()])
