"""The danger assessment: one question a line, made from the instrument's items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from forms.base import BaseForm, _, trimmed
from forms.cases import QUIET, version

YES, NO, NOT_ASKED = "yes", "no", "not_asked"
ANSWERS = ((YES, _("是")), (NO, _("否")), (NOT_ASKED, _("未问到")))
BY_SCALE = ""
RAISES = (
    (BY_SCALE, _("按量表")),
    ("medium", _("上调为中危")),
    ("high_lethal", _("上调为高危致命")),
)
LEVELS = (("low", _("低危")), ("medium", _("中危")), ("high_lethal", _("高危致命")))
# What the service's reason codes say on this form; the others are common to all forms.
DANGER_REASONS: Mapping[str, str] = {
    "nothing_asked": _("一题都没问到，不能算评估。先保留草稿，问到了再存"),
    "only_up": _("只可提高，不可降低"),
    "field_of_use": _("记录里的对方不是配偶、恋人或前任，量表不适用，请用专业判断"),
}


def question(key: str) -> str:
    """The name of the field of an item."""
    return f"q{key}"


def before(key: str) -> str:
    """The name under which the page sends along what was answered the last time."""
    return f"p{key}"


class DangerForm(BaseForm):
    """What every assessment asks beside the items of its instrument."""

    ITEMS: tuple[str, ...] = ()

    instrument = HiddenField(_("工具"))
    version = version()
    own_life = RadioField(_("她有没有轻生的念头"), default=NOT_ASKED)
    children_safe = RadioField(_("孩子现在安全吗"), default=NOT_ASKED)
    told = StringField(
        _("找了谁、几点、怎么说"), validators=[Length(max=1000)], filters=[trimmed], render_kw=QUIET
    )
    raise_to = RadioField(_("您的判断"), default=BY_SCALE)
    level = RadioField(_("您判断的等级"), validate_choice=False)
    reason = TextAreaField(
        _("理由"), validators=[Length(max=4000)], filters=[trimmed], render_kw={**QUIET, "rows": "2"}
    )

    def offer(self, own_life: list[tuple[str, str]], children_safe: list[tuple[str, str]]) -> None:
        """Fills in what may be chosen; the two lists are the office's code lists."""
        self.own_life.choices, self.children_safe.choices = own_life, children_safe
        self.raise_to.choices, self.level.choices = list(RAISES), list(LEVELS)
        for key in self.ITEMS:
            asked: Any = self[question(key)]
            asked.choices = list(ANSWERS)

    def answers(self) -> dict[str, str]:
        """The answers by item."""
        return {key: self[question(key)].data or NOT_ASKED for key in self.ITEMS}

    def take_faults(self, faults: Mapping[str, str]) -> None:
        """The faults in the words of this form."""
        super().take_faults({name: DANGER_REASONS.get(reason, reason) for name, reason in faults.items()})


def danger_form(items: Iterable[tuple[str, str]]) -> type[DangerForm]:
    """The form of an instrument whose items are (key, question)."""
    asked = tuple(items)
    fields: dict[str, Any] = {question(key): RadioField(words, default=NOT_ASKED) for key, words in asked}
    return type("AskedForm", (DangerForm,), {**fields, "ITEMS": tuple(key for key, _words in asked)})
