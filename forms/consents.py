"""A consent, or the ground on which the law acts without it."""

from __future__ import annotations

from wtforms import BooleanField, DateField, RadioField, SelectField, TextAreaField
from wtforms.validators import Length

from forms.base import BaseForm, _, trimmed
from forms.cases import QUIET, MayBeEmpty

CONSENT_REASONS = {
    "recipient_scope": _("这个单位不在这项同意的范围里，请换一个"),
    "before_start": _("不能早于开始那天"),
    "guardian_scope": _("这一项由监护人同意"),
    "guardian_needed": _("她未满十四周岁，要监护人同意（个人信息保护法第三十一条）"),
    "guardian_is_other_party": _("监护人就是对方，不能由他同意；改问另一位监护人，没有的，按法定依据办理"),
    "no_child": _("个案里没有未满十四周岁的孩子，由她本人同意"),
    "asked_alone": _("法律要求单独同意：请单独问过她这一项再登记"),
    "ground_scope": _("这条依据管不到这一项，请换一条"),
}


def note_field(hint: str) -> TextAreaField:
    """What was said, in words."""
    return TextAreaField(
        _("说明"),
        validators=[Length(max=4000)],
        filters=[trimmed],
        description=hint,
        render_kw={**QUIET, "rows": "3"},
    )


class ConsentForm(BaseForm):
    """To what she agreed, for whom, until when."""

    WIDTHS = {"note": "text"}

    scope = SelectField(_("同意什么"), validate_choice=False)
    recipient = SelectField(_("提供给谁"), description=_("留在本单位的不用选。"), validate_choice=False)
    asked_alone = BooleanField(_("这一项单独问过，她明确说同意"))
    given_by = RadioField(_("由谁同意"), default="herself", validate_choice=False)
    guardian_is_other_party = RadioField(
        _("监护人是不是对方"),
        choices={"no": _("不是"), "yes": _("是"), "unknown": _("未问到")},
        default="unknown",
        description=_("由监护人同意时必填。"),
    )
    given_on = DateField(_("从哪天起"), validators=[MayBeEmpty()], render_kw=QUIET)
    ends_on = DateField(
        _("到哪天止"), validators=[MayBeEmpty()], description=_("含当天；没有说期限就留空。"), render_kw=QUIET
    )
    note = note_field(_("她的原话、提供哪些内容、具体单位的名称。"))


class GroundForm(BaseForm):
    """Why the law lets the office act without her consent."""

    WIDTHS = {"note": "text", "ground": "text"}

    scope = SelectField(_("办什么"), validate_choice=False)
    recipient = SelectField(_("提供给谁"), validate_choice=False)
    ground = RadioField(_("法定依据"), validate_choice=False)
    given_on = DateField(_("从哪天起"), validators=[MayBeEmpty()], render_kw=QUIET)
    ends_on = DateField(
        _("到哪天止"),
        validators=[MayBeEmpty()],
        description=_("紧急情况消除就止，并及时告诉她。"),
        render_kw=QUIET,
    )
    note = note_field(_("什么事实使这条依据成立，提供哪些必要内容，什么时候告诉她。"))
