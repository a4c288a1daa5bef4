"""One incident of violence: when, where, how, who saw it, what was done about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import DateField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length

from forms.base import BaseForm, _, trimmed
from forms.cases import LONG, PICK, QUIET, MayBeEmpty, line, version

# The bands of the form and what stands in each.
GROUPS = (
    ("when", _("时间地点"), ("occurred_on", "precision", "until_on", "place_kind", "place_town")),
    ("how", _("暴力经过"), ("relationship", "living_together", "violence_types", "weapon", "narrative")),
    ("hurt", _("伤情就医"), ("injuries", "injury_words", "medical_care", "medical_words")),
    ("children", _("孩子"), ("children_saw", "children_which")),
    (
        "police",
        _("报警"),
        (
            "police_called",
            "police_time",
            "police_number",
            "police_station",
            "police_officer",
            "police_receipt",
            "police_result",
            "police_document",
        ),
    ),
    ("after", _("她怎么做的"), ("her_actions",)),
)
# Which list each choice is taken from.
LISTS = {
    "precision": "precision",
    "violence_types": "violence_type",
    "living_together": "living_together",
    "place_kind": "place_kind",
    "weapon": "weapon",
    "injuries": "injury",
    "medical_care": "medical_care",
    "children_saw": "asked",
    "police_called": "asked",
    "police_receipt": "asked",
    "police_result": "police_result",
    "her_actions": "her_action",
}
INCIDENT_REASONS: Mapping[str, str] = {
    "before_start": _("结束日期要在开始日期之后；一段时期先写开始那天"),
}


class IncidentForm(BaseForm):
    """One incident; date, kind and relationship are counted, everything else is sealed."""

    WIDTHS = {
        name: "text"
        for name in (
            "narrative",
            "violence_types",
            "injuries",
            "injury_words",
            "her_actions",
            "medical_words",
            "children_which",
        )
    }

    occurred_on = DateField(
        _("日期"),
        validators=[MayBeEmpty()],
        description=_("记不清就留空；一段时期写开始那天。"),
        render_kw=QUIET,
    )
    precision = RadioField(_("日期精确度"), default="exact")
    until_on = DateField(
        _("到哪天"), validators=[MayBeEmpty()], description=_("只在一段时期时填。"), render_kw=QUIET
    )
    place_kind = SelectField(_("地点"), default="unknown")
    place_town = SelectField(_("镇街"))
    relationship = SelectField(_("对方是她的"), validators=[InputRequired(PICK)])
    living_together = RadioField(_("是否共同生活"), default="unknown")
    violence_types = SelectMultipleField(_("暴力形式"), validators=[InputRequired(_("至少选一项"))])
    weapon = SelectField(_("凶器或工具"), default="unknown")
    narrative = TextAreaField(
        _("经过"), validators=[Length(max=20000)], filters=[trimmed], render_kw={**LONG, "rows": "8"}
    )
    injuries = SelectMultipleField(_("伤情"))
    injury_words = line(_("伤在哪里、什么样"), 400)
    medical_care = SelectField(_("就医"), default="unknown")
    medical_words = line(_("医院、病历、伤情鉴定"), 400)
    children_saw = RadioField(_("孩子看见或听见了吗"), default="unknown")
    children_which = line(_("哪几个孩子"), 200, description=_("目睹的孩子也是受害人。"))
    police_called = RadioField(_("报警了吗"), default="unknown")
    police_time = line(_("接警时间"))
    police_number = line(_("接警编号"))
    police_station = line(_("出警单位"))
    police_officer = line(_("民警警号"))
    police_receipt = RadioField(_("给了报警或受案回执吗"), default="unknown")
    police_result = RadioField(_("警方处理结果"), default="unknown")
    police_document = line(_("文号"))
    her_actions = SelectMultipleField(_("她怎么做的"))
    version = version()

    def offer(self, offered: Mapping[str, list[tuple[str, str]]]) -> None:
        """Fills in what may be chosen, by field."""
        for name, choices in offered.items():
            field: Any = self._fields[name]
            field.choices = choices

    def take_faults(self, faults: Mapping[str, str]) -> None:
        """The faults in the words of incidents."""
        super().take_faults({name: INCIDENT_REASONS.get(reason, reason) for name, reason in faults.items()})
