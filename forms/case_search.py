"""Finding a case: one field; and what the services' reasons say on every form that searches."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import StringField

from forms.base import BaseForm, _, trimmed
from forms.cases import QUIET

SEARCH_REASONS: Mapping[str, str] = {
    "search_long": _("最多 60 个字"),
    "search_part": _("号码要完整，查不了部分号码"),
    "search_short": _("至少写一个汉字或两个字母"),
    "search_nothing": _("号码、证件号、姓名，至少填一样"),
    "search_too_many": _("这一小时查找的次数已满，请稍后再查"),
}


class SpeaksOfSearch(BaseForm):
    """A form whose service may say why a search is refused."""

    REASONS: Mapping[str, str] = SEARCH_REASONS

    def take_faults(self, faults: Mapping[str, str]) -> None:
        """The faults in the words of the search."""
        super().take_faults({name: self.REASONS.get(reason, reason) for name, reason in faults.items()})


class FindForm(SpeaksOfSearch):
    """What is looked for; sent by POST alone."""

    q = StringField(
        _("查找 号码 / 姓名 / 案号"),
        filters=[trimmed],
        description=_("电话和证件号要完整；姓名可以只写一部分，也可以写拼音或首字母。"),
        render_kw=QUIET,
    )
