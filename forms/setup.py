"""Set-up: two shares of the kit typed back, the office, its first four people."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from forms.accounts import QUIET, new_password, repeated
from forms.base import REASONS, BaseForm, _, trimmed

_LATER = _("可以留空：完成后给出一次性链接，由本人自己设。")


def share(label: str) -> Any:
    """One share of the kit as it stands on paper."""
    return StringField(
        label,
        validators=[InputRequired(REASONS["required"]), Length(max=80)],
        filters=[trimmed],
        render_kw=QUIET,
    )


def _words(label: str, **given: Any) -> Any:
    return StringField(
        label, validators=[InputRequired(REASONS["required"]), Length(max=60)], filters=[trimmed], **given
    )


def _account(label: str, default: str) -> Any:
    return _words(label, default=default, render_kw=QUIET)


class OfficeForm(BaseForm):
    """Everything that set-up asks for, on one page."""

    share_one = share(_("第一份"))
    share_other = share(_("另一份"))
    office_name = _words(_("机构名称"))
    team_name = _words(_("第一个个案小组"), default="个案一组")
    desk_name = _words(_("热线席"), default="12338 热线")
    small_office = BooleanField(
        _("小机构（一至三人办案）"), description=_("结案由审批领导批，不另设组长复核。")
    )
    security_officer_display_name = _words(_("安全保密员的姓名"))
    security_officer_username = _account(_("安全保密员的账号"), "security")
    security_officer_password = new_password(_("安全保密员的密码"))
    security_officer_again = repeated(_("安全保密员的密码，再输一次"), "security_officer_password")
    team_lead_display_name = _words(_("组长的姓名"))
    team_lead_username = _account(_("组长的账号"), "lead")
    team_lead_password = new_password(_("组长的密码"))
    team_lead_again = repeated(_("组长的密码，再输一次"), "team_lead_password")
    system_administrator_display_name = _words(_("系统管理员的姓名"))
    system_administrator_username = _account(_("系统管理员的账号"), "admin")
    system_administrator_password = new_password(_("系统管理员的密码"), description=_LATER, optional=True)
    auditor_display_name = _words(_("审计员的姓名"))
    auditor_username = _account(_("审计员的账号"), "auditor")
    auditor_password = new_password(_("审计员的密码"), description=_LATER, optional=True)
