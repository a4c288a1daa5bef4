"""A person of a case, whatever her part in it; nothing is required."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wtforms import DateField, IntegerField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Length, NumberRange
from wtforms.widgets import HiddenInput

from forms.base import BaseForm, WholeNumber, _, trimmed
from forms.cases import LONG, QUIET, MayBeEmpty, line, version

PERSON_REASONS: Mapping[str, str] = {
    "no_digits": _("号码里没有数字。不知道号码就留空"),
    "age": _("岁数在 0 到 120 之间"),
    "same_home": _("已离开的，现住地址不能与共同住处相同。不知道就留空"),
    "required": _("至少写一项"),
}


class PersonForm(BaseForm):
    """Who a person is. The view leaves out what is not asked of her part in the case."""

    WIDTHS = {"address_rest": "text", "home_rest": "text", "note": "text", "special_protection": "text"}

    name = line(_("姓名"))
    relation = SelectField(_("与当事人的关系"))
    body = line(_("单位"))
    identity_number = line(
        _("证件号"),
        32,
        description=_("可不填。有效的身份证号会自动填入出生日期和性别。"),
        kw={"inputmode": "text"},
    )
    birth_date = DateField(_("出生日期"), validators=[MayBeEmpty()], render_kw=QUIET)
    age = WholeNumber(
        _("年龄"),
        validators=[MayBeEmpty(), NumberRange(0, 120, message=PERSON_REASONS["age"])],
        description=_("不知道出生日期时写大约几岁。"),
        render_kw={**QUIET, "inputmode": "numeric"},
    )
    sex = RadioField(_("性别"), default="unstated")
    guardian = SelectField(
        _("监护人"), description=_("不满 14 岁的，由监护人同意；对方是监护人的，不向对方征求同意。")
    )
    special_protection = SelectMultipleField(_("特殊保护"))
    phone = line(_("电话"), 40, description=_("手机或固定电话，只供核对。"), kw={"inputmode": "tel"})
    address_town = SelectField(_("现住镇街"))
    address_rest = line(_("现住地址"), 200)
    home_town = SelectField(_("共同住处镇街"))
    home_rest = line(_("共同住处地址"), 200)
    note = TextAreaField(
        _("备注"), validators=[Length(max=2000)], filters=[trimmed], render_kw={**LONG, "rows": "3"}
    )
    version = version()

    def keep(self, names: Iterable[str]) -> None:
        """Leaves in the form these fields alone, and the version."""
        wanted = {*names, "version"}
        for name in [name for name in self._fields if name not in wanted]:
            del self[name]

    def take_faults(self, faults: Mapping[str, str]) -> None:
        """The faults in the words of people."""
        super().take_faults({name: PERSON_REASONS.get(reason, reason) for name, reason in faults.items()})


class ChildForm(PersonForm):
    """A child in the first interview, where several stand below one another; ``party_id`` is empty for a new one."""

    party_id = IntegerField(validators=[MayBeEmpty()], widget=HiddenInput())

    def keep(self, names: Iterable[str]) -> None:
        """As of any person, and which one it is."""
        super().keep({*names, "party_id"})
