"""A worker's own check-in."""

from __future__ import annotations

from wtforms import BooleanField, RadioField

from forms.base import BaseForm, _
from forms.case_moves import words


class CheckInForm(BaseForm):
    """A few plain questions, none of which has to be answered."""

    sleep = RadioField(_("最近睡不好、老想着个案"), validate_choice=False, default="")
    heavy = RadioField(_("手上的个案压得人重"), validate_choice=False, default="")
    alone = RadioField(_("觉得只有自己在扛"), validate_choice=False, default="")
    rest = RadioField(_("下了班也放不下"), validate_choice=False, default="")
    words = words(_("想写什么"), 6)
    wants_talk = BooleanField(_("我想找人谈谈"))
