"""Her rights over her data: who stands at the desk, how she was known, what is asked."""

from __future__ import annotations

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from forms.base import BaseForm, _, trimmed
from forms.cases import LONG, version

PICK = _("请选一项")
YES_OR_NO = [SelectChoice("yes", _("是")), SelectChoice("no", _("不是"))]


class RightsForm(BaseForm):
    """One request. The last choice is worded so that nobody who looks over her shoulder learns what it does."""

    kind = RadioField(_("要办什么"), validators=[InputRequired(PICK)])
    asker = RadioField(_("谁来申请"), validators=[InputRequired(PICK)])
    identity = RadioField(_("怎样核对身份"), validators=[InputRequired(PICK)])
    alone = RadioField(
        _("只有她一个人在场"),
        choices=[SelectChoice("yes", _("是")), SelectChoice("no", _("不是"))],
        validators=[InputRequired(PICK)],
    )
    words = TextAreaField(
        _("说明"),
        validators=[Length(max=4000)],
        filters=[trimmed],
        description=_("更正写哪里不对、应当怎样；不同意写她的原话。"),
        render_kw={**LONG, "rows": "5"},
    )
    way = RadioField(
        _("办理方式"),
        choices=[SelectChoice("now", _("当面办结")), SelectChoice("later", _("资料待核对，改日办理"))],
        default="now",
        validators=[InputRequired(PICK)],
    )


class RightsWordsForm(BaseForm):
    """The words of a request, written again."""

    WIDTHS = {"words": "text"}

    words = TextAreaField(_("说明"), validators=[Length(max=4000)], filters=[trimmed], render_kw=LONG)
    version = version()
