"""A line of the case plan."""

from __future__ import annotations

from wtforms import DateField, RadioField, SelectField, TextAreaField
from wtforms.validators import Length

from forms.base import BaseForm, _, trimmed
from forms.cases import QUIET, MayBeEmpty, line, version


class PlanItemForm(BaseForm):
    """Need, goal, service, who, by when, how far."""

    WIDTHS = {"need": "text", "goal": "text", "state": "text"}

    need = TextAreaField(
        _("她的需要"), validators=[Length(max=2000)], filters=[trimmed], render_kw={**QUIET, "rows": "2"}
    )
    goal = TextAreaField(
        _("要达到什么"),
        validators=[Length(max=2000)],
        filters=[trimmed],
        description=_("做到什么程度算满足，写得能核对。"),
        render_kw={**QUIET, "rows": "2"},
    )
    service = SelectField(_("服务"), validate_choice=False)
    who = line(_("由谁办"), 200, description=_("承办人、单位或她本人。"))
    due_on = DateField(_("什么时候以前"), validators=[MayBeEmpty()], render_kw=QUIET)
    state = RadioField(
        _("进度"),
        default="planned",
        description=_("进行中不算满足，做到了才选已满足。"),
        validate_choice=False,
    )
    settled_on = DateField(
        _("哪一天有结果"),
        validators=[MayBeEmpty()],
        description=_("已满足、未满足、不再需要时填。"),
        render_kw=QUIET,
    )
    version = version()
