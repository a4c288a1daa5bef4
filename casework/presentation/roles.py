"""What a role is called on the screens."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext


def _(message: str) -> str:
    """Marks a name for the catalogue; it is translated when it is shown."""
    return message


ROLE_NAMES = {
    "hotline_operator": _("热线接线员"),
    "caseworker": _("个案工作者"),
    "team_lead": _("组长"),
    "approving_leader": _("审批领导"),
    "shelter_staff": _("庇护所工作人员"),
    "supervisor": _("分管领导（统计）"),
    "department_reporter": _("成员单位填报员"),
    "security_officer": _("安全保密员"),
    "auditor": _("审计员"),
    "system_administrator": _("系统管理员"),
}


def role_names(roles: Iterable[str]) -> str:
    """The names of a person's roles in the reader's language, in the order of the table."""
    held = set(map(str, roles))
    return gettext("、").join(gettext(name) for role, name in ROLE_NAMES.items() if role in held)
