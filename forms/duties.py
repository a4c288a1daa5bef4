"""Recording what was told and done, putting it aside with a reason, and whether the village may know."""

from __future__ import annotations

from wtforms import DateField, RadioField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length

from forms.base import BaseForm, _, trimmed
from forms.cases import PICK, QUIET, line, version


class DutyForm(BaseForm):
    """When, with whom, and what came of it."""

    WIDTHS = {"note": "text", "person": "text"}

    done_on = DateField(_("哪一天"), validators=[InputRequired(_("请填日期"))], render_kw=QUIET)
    done_time = TimeField(_("几点"), validators=[InputRequired(_("请填时间"))], render_kw=QUIET)
    person = line(
        _("对谁说的、谁接的"),
        description=_("写姓名和单位；告知她本人就写“本人”。"),
    )
    receipt = line(_("回执编号"), description=_("对方给的编号；没有编号就写谁收的、几点。"))
    note = TextAreaField(
        _("说明"), validators=[Length(max=4000)], filters=[trimmed], render_kw={**QUIET, "rows": "3"}
    )
    version = version()


class DropForm(BaseForm):
    """Why a duty is not owed in this case."""

    WIDTHS = {"reason": "text"}

    reason = TextAreaField(
        _("为什么不用办"),
        validators=[InputRequired(_("请填写")), Length(max=4000)],
        filters=[trimmed],
        description=_("例如：受害人已成年，本人不同意报告。理由会留在案卷里。"),
        render_kw={**QUIET, "rows": "3"},
    )
    version = version()


class VillageForm(BaseForm):
    """Whether she trusts people of her village to know, and who must not."""

    WIDTHS = {"must_not_know": "text"}

    answer = RadioField(_("是否放心让村（社区）知道"), default="not_asked", validators=[InputRequired(PICK)])
    must_not_know = TextAreaField(
        _("不能让谁知道"),
        validators=[Length(max=2000)],
        filters=[trimmed],
        description=_("写姓名和关系，例如：村主任是他堂兄。"),
        render_kw={**QUIET, "rows": "3"},
    )
    version = version()
