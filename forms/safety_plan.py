"""What she agreed to do and have ready, and the neutral copy that she may take along."""

from __future__ import annotations

from wtforms import BooleanField, DateField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import Length

from forms.base import BaseForm, _, trimmed
from forms.cases import QUIET, MayBeEmpty, version

PLAN_REASONS = {
    "empty_plan": _("至少写一项"),
    "not_wanted": _("她没有要带走，就不打印"),
    "not_warned": _("请先告诉她：对方可能看到这张纸"),
}


def part() -> TextAreaField:
    """One part of the plan."""
    return TextAreaField(
        "",
        validators=[Length(max=2000)],
        filters=[trimmed],
        render_kw={**QUIET, "rows": "2"},
    )


class SafetyPlanForm(BaseForm):
    """One field a part; their labels and hints are the code list's, put in by the view."""

    documents = part()
    money = part()
    keys = part()
    medicine = part()
    bag = part()
    safe_person = part()
    safe_place = part()
    code_word = part()
    signal = part()
    children = part()
    leaving = part()
    phone_location = part()
    work_school = part()
    when_he_comes = part()
    after_leaving = part()
    agreed_on = DateField(_("和她商定的日期"), validators=[MayBeEmpty()], render_kw=QUIET)
    review_on = DateField(
        _("下次一起看的日期"),
        validators=[MayBeEmpty()],
        description=_("送达、告诫、搬家、对方出来以前都要提前看一次。"),
        render_kw=QUIET,
    )
    version = version()


class CopyForm(BaseForm):
    """Asked before anything is printed for her."""

    wanted = RadioField(
        _("她要带走一份吗"),
        choices={"no": _("不带"), "yes": _("她要带走"), "unknown": _("未问到")},
        default="unknown",
    )
    warned = BooleanField(_("已告诉她：对方可能找到、看到这张纸，她仍然要带"))
    chosen = SelectMultipleField(_("她选哪几行"))
