"""Which screens a role's rail leads to, in the order of the rail.

The table says what is offered; whether a page answers is the policy's business alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Flask
from flask_babel import gettext


def _(message: str) -> str:
    """Marks a label for the catalogue; it is translated when the rail is drawn."""
    return message


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the rail. `is_apart` stands below the line, with what is about the reader herself."""

    endpoint: str
    label: str
    icon: str
    count: int = 0
    is_late: bool = False
    is_current: bool = False
    is_apart: bool = False


PLACES: Mapping[str, tuple[str, str]] = {
    "calls.take": ("phone", _("接听")),
    "calls.index": ("folder", _("来电")),
    "today.index": ("today", _("今日")),
    "cases.index": ("folder", _("个案")),
    "follow_ups.index": ("clock", _("回访")),
    "approvals.index": ("check", _("待批")),
    "workload.index": ("chart", _("工作量与例会")),
    "handovers.index": ("inbox", _("交班")),
    "emergency.index": ("siren", _("紧急查阅")),
    "teams.members": ("user", _("组员与钥匙")),
    "shelter.board": ("bed", _("床位")),
    "statistics.overview": ("chart", _("概览")),
    "reports.index": ("doc", _("部门填报")),
    "security.index": ("shield", _("审批与复核")),
    "accounts.index": ("user", _("账号管理")),
    "operations.index": ("clock", _("运行")),
    "audit.index": ("eye", _("查阅记录")),
    "relations.index": ("shield", _("回避申报")),
    "check_ins.index": ("clock", _("自我关照")),
    "account.index": ("key", _("我的账号")),
}
APART = frozenset({"teams.members", "relations.index", "check_ins.index", "account.index"})
_OWN = ("relations.index", "check_ins.index")
RAILS: Mapping[str, Sequence[str]] = {
    "hotline_operator": ("calls.take", "calls.index", "handovers.index", *_OWN),
    "caseworker": (
        "today.index",
        "cases.index",
        "follow_ups.index",
        "handovers.index",
        "emergency.index",
        *_OWN,
    ),
    "team_lead": (
        "today.index",
        "cases.index",
        "follow_ups.index",
        "approvals.index",
        "workload.index",
        "handovers.index",
        "emergency.index",
        "teams.members",
        *_OWN,
    ),
    "approving_leader": ("approvals.index",),
    "shelter_staff": ("shelter.board", "today.index", "check_ins.index"),
    "supervisor": ("statistics.overview",),
    "department_reporter": ("reports.index",),
    "security_officer": ("security.index",),
    "auditor": ("audit.index",),
    "system_administrator": ("accounts.index", "operations.index"),
}
EVERYONE = ("account.index",)


def _current(endpoint: str | None, offered: Sequence[str]) -> str | None:
    """The item that the page belongs to: itself, else the index of its area, else the area's first item."""
    if endpoint is None or endpoint in offered:
        return endpoint
    area = endpoint.partition(".")[0]
    index = f"{area}.index"
    return index if index in offered else next((it for it in offered if it.startswith(f"{area}.")), None)


def navigation(
    app: Flask, roles: Iterable[str], endpoint: str | None, counts: Mapping[str, tuple[int, bool]]
) -> list[NavItem]:
    """The rail of someone with these roles: the union of their rails, less what isn't installed.

    `counts` maps an endpoint to how many wait there and whether one of them is late.
    """
    held = set(map(str, roles))
    wanted = [place for role, rail in RAILS.items() if role in held for place in rail] + list(EVERYONE)
    offered = [place for place in PLACES if place in wanted and place in app.view_functions]
    offered.sort(key=lambda place: place in APART)
    here = _current(endpoint, offered)
    items = []
    for place in offered:
        icon, label = PLACES[place]
        count, is_late = counts.get(place, (0, False))
        items.append(NavItem(place, gettext(label), icon, count, is_late, place == here, place in APART))
    return items


def first_endpoint(app: Flask, roles: Iterable[str]) -> str:
    """The first screen of someone with these roles: the first installed item of her rail."""
    held = set(map(str, roles))
    for role, places in RAILS.items():
        for place in places if role in held else ():
            if place in app.view_functions:
                return place
    return EVERYONE[0]
