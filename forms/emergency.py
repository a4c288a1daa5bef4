"""Emergency access: asking, answering, the card on the duty phone, the review, who is on duty."""

from __future__ import annotations

from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from forms.access_grants import PART_NAMES
from forms.accounts import ConfirmedForm, admission_code, own_password
from forms.base import REASONS, BaseForm, _, trimmed
from forms.cases import PICK, QUIET

SHORT = {**QUIET, "rows": "3"}
HOURS = {"4": _("4 小时"), "12": _("12 小时"), "24": _("一天"), "48": _("两天"), "72": _("三天")}


def number(label: str, description: str) -> StringField:
    """A number by which a case is found; required."""
    return StringField(
        label,
        validators=[InputRequired(REASONS["required"]), Length(max=40)],
        filters=[trimmed],
        description=description,
        render_kw=QUIET,
    )


def reason(label: str, description: str) -> TextAreaField:
    """Why somebody must look; required."""
    return TextAreaField(
        label,
        validators=[InputRequired(REASONS["required"]), Length(max=1000)],
        filters=[trimmed],
        description=description,
        render_kw=SHORT,
    )


class _Sentences(BaseForm):
    """A form whose services give faults of their own."""

    SENTENCES: dict[str, str] = {}

    def take(self, faults: dict[str, str]) -> None:
        """Puts faults beside their fields, in this form's words where it has some."""
        self.take_faults({name: self.SENTENCES.get(why, why) for name, why in faults.items()})


class AskForm(_Sentences):
    """A case of another team, and why."""

    WIDTHS = {"number": "code"}
    SENTENCES = {
        "yours": _("这个个案您本来就能看，请从“个案”里打开"),
        "too_many": _("一小时内问得太多了，请直接打电话给值班人"),
    }

    number = number(_("案号"), _("写完整的案号。"))
    reason = reason(_("为什么现在要看"), _("写清楚出了什么事、您要做什么。只有那个小组打得开这些话。"))


class GiveForm(_Sentences):
    """Yes: which parts, how long."""

    parts = SelectMultipleField(
        _("给看哪几部分"),
        choices={kind.value: name for kind, name in PART_NAMES.items()},
        default=["contact", "account"],
        validators=[InputRequired(_("至少选一部分"))],
        description=_("只给办这件事要用的。"),
    )
    hours = SelectField(
        _("给看多久"),
        choices=HOURS,
        default="24",
        description=_("到时自动收回，最长三天。"),
    )


class RefuseForm(BaseForm):
    """No, and why."""

    answer = RadioField(_("不同意的理由"), validators=[InputRequired(_("请选一项，对方会看到"))])


class CardForm(_Sentences):
    """The case that rings at night, and why."""

    SENTENCES = {
        "unknown": _("没有找到，请核对号码；电话要写完整"),
        "shut": _("这张联系卡没有交给夜间值班组，请打电话给本组值班人"),
        "too_many": _("一小时内打开得太多了，请打电话给组长"),
    }

    typed = number(_("案号或电话"), _("电话写完整的号码。"))
    reason = reason(_("为什么打开"), _("例如：她来电求助、派出所来问怎样联系她。"))


class ReviewForm(BaseForm):
    """What the review came to."""

    words = TextAreaField(
        _("复核意见"),
        validators=[Length(max=2000)],
        filters=[trimmed],
        description=_("没有问题可以不写。"),
        render_kw=SHORT,
    )


class DutyForm(_Sentences):
    """Who answers emergencies of a team."""

    SENTENCES = {"too_many_people": _("最多两位"), "choice": PICK}

    people = SelectMultipleField(
        _("值班人"), description=_("选两位，夜里和周末也接得到电话的。一位也不选时由组长答复。")
    )


class LeaderForm(ConfirmedForm):
    """The code on an approving leader's own screen, and the officer's password."""

    typed_code = admission_code()
    password = own_password()
