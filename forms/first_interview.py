"""The first interview: which question stands in which section, in the order in which a caseworker asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Length

from forms.base import BaseForm, _, trimmed
from forms.cases import LONG, line, version
from forms.incidents import IncidentForm


def _text(label: str, rows: str = "3", **more: Any) -> TextAreaField:
    return TextAreaField(
        label, validators=[Length(max=20000)], filters=[trimmed], render_kw={**LONG, "rows": rows}, **more
    )


class AnswersForm(BaseForm):
    """The answers that have no other place in the file."""

    safe_to_talk = RadioField(_("现在方便说话吗"), default="not_asked")
    who_is_near = RadioField(_("身边有人吗"), default="not_asked")
    hurt_or_danger = RadioField(_("现在有人受伤或有危险吗"), default="not_asked")
    children_safe = RadioField(_("孩子现在安全吗"), default="not_asked")
    own_life = RadioField(_("有没有轻生的念头"), default="not_asked")
    knows_of_visit = RadioField(_("对方知道她来这里吗"), default="unknown")
    has_children = RadioField(_("有没有孩子"), default="unknown")
    began = line(_("从什么时候开始"), 200)
    how_often = RadioField(_("多久一次"), default="unknown")
    getting_worse = RadioField(_("越来越严重吗"), default="unknown")
    before = _text(_("以前怎样、最重的一次"))
    old_injuries = line(_("以前受过的伤"), 400)
    reported_before = RadioField(_("以前报过警吗"), default="unknown")
    reported_words = line(_("什么时候、结果怎样"), 400)
    lives_now = RadioField(_("她现在住哪里"), default="unknown")
    safe_there = RadioField(_("住在那里安全吗"), default="unknown")
    needs = SelectMultipleField(_("现在需要什么"))
    needs_words = _text(_("要先办的"))
    version = version()


class InterviewIncidentForm(IncidentForm):
    """The latest incident; what was not asked is no fault, and without one there is none to save."""

    relationship = SelectField(_("对方是她的"))
    violence_types = SelectMultipleField(_("暴力形式"))
    incident_id = version()


class WishForm(BaseForm):
    """Her own wish, in her words."""

    wish = _text(_("本人意愿"), description=_("用她自己的话。"))
    version = version()


class CardForm(BaseForm):
    """What is to stand on the safe-contact card; an empty line leaves what is written there."""

    phone = line(_("联系电话"), 40, kw={"inputmode": "tel"})
    safe_hours = line(_("可以联系的时间"), 200)
    alias = line(_("我们自称"))
    watchword = line(_("暗语"), 200, description=_("怎样确认是她本人、可以说话。"))
    never = line(_("不能说、不能做"), 400)
    version = version()

    def take_faults(self, faults: Mapping[str, str]) -> None:
        """The code word has another name on a screen that may be unlocked."""
        super().take_faults(
            {"watchword" if name == "code_word" else name: reason for name, reason in faults.items()}
        )


@dataclass(frozen=True)
class Section:
    """One section: rows of fields, each as (form, name); ``advice`` stands above them."""

    key: str
    title: str
    rows: tuple[tuple[tuple[str, str], ...], ...]
    advice: str = ""


def _rows(form: str, *rows: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    return tuple(tuple((form, name) for name in row.split()) for row in rows)


CHILD_ROWS = ("name sex", "age birth_date guardian")
SECTIONS: tuple[Section, ...] = (
    Section(
        "safe",
        _("现在安全吗"),
        _rows("answers", "safe_to_talk", "who_is_near", "hurt_or_danger", "children_safe", "own_life"),
        _("任何一项有危险就停下来先处理：报警 110，急救 120，心理援助 12356。"),
    ),
    Section(
        "client",
        _("她是谁"),
        _rows("client", "name identity_number", "sex", "age birth_date phone", "special_protection"),
    ),
    Section(
        "other",
        _("对方"),
        (
            (("incident", "relationship"), ("other", "name"), ("other", "phone")),
            (("incident", "living_together"), ("answers", "knows_of_visit")),
            (("other", "note"),),
        ),
    ),
    Section("children", _("孩子情况"), _rows("answers", "has_children"), _("目睹暴力的孩子也是受害人。")),
    Section(
        "incident",
        _("最近一次"),
        _rows(
            "incident",
            "occurred_on until_on place_kind",
            "precision",
            "violence_types",
            "weapon place_town",
            "narrative",
            "children_saw children_which",
            "her_actions",
        ),
    ),
    Section("pattern", _("以前的情况"), _rows("answers", "how_often", "began", "getting_worse", "before")),
    Section(
        "injuries",
        _("伤情和就医"),
        (
            *_rows("incident", "injuries", "injury_words", "medical_care medical_words"),
            *_rows("answers", "old_injuries"),
        ),
        _("被掐脖、昏迷、声音嘶哑的，当天送医，并在危险评估里记下。"),
    ),
    Section(
        "police",
        _("报警"),
        (
            *_rows(
                "incident",
                "police_called",
                "police_time police_number",
                "police_station police_officer",
                "police_receipt police_document",
                "police_result",
            ),
            *_rows("answers", "reported_before", "reported_words"),
        ),
        _("她可以报警，也可以申请人身安全保护令；谁都不能劝她不要报。"),
    ),
    Section(
        "home",
        _("现在住哪里"),
        (
            *_rows("answers", "lives_now", "safe_there"),
            *_rows("client", "address_town address_rest", "home_town home_rest"),
        ),
        _("现住地址与共同住处分开记；她离开了，就不要把共同住处写成现住地址。"),
    ),
    Section("wish", _("本人意愿"), _rows("wish", "wish")),
    Section(
        "contact",
        _("怎样联系才安全"),
        _rows("card", "phone safe_hours", "alias watchword", "never"),
        _("留空的不改动联系卡；写了的会换掉卡上原来的，原话仍保留。"),
    ),
    Section("needs", _("现在需要"), _rows("answers", "needs", "needs_words")),
)
