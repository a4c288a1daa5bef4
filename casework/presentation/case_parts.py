"""The parts of a case, in the order in which the work needs them; a part stands in the row once it has a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext


def _(message: str) -> str:
    """Marks a label for the catalogue; it is translated when the row is drawn."""
    return message


@dataclass(frozen=True, slots=True)
class CasePart:
    """One part: its key on the pages, its first page, its name; the second name is for a case without violence."""

    key: str
    endpoint: str
    label: str
    otherwise: str | None = None


PARTS = (
    CasePart("progress", "cases.show", _("办理进展")),
    CasePart("identity", "cases.parts.identity", _("基本信息")),
    CasePart("account", "cases.parts.account", _("受暴情况"), _("经过")),
    CasePart("danger", "cases.danger.index", _("危险评估")),
    CasePart("plan", "cases.safety_plans.index", _("安全与服务计划")),
    CasePart("services", "cases.services_given.index", _("服务")),
    CasePart("follow_ups", "cases.follow_ups.index", _("回访")),
    CasePart("notes", "cases.notes.index", _("记录")),
    CasePart("consents", "cases.consents.index", _("同意与告知")),
    CasePart("evidence", "cases.evidence.index", _("证据")),
    CasePart("papers", "cases.papers.index", _("文书")),
    CasePart("access", "cases.access.index", _("查阅权限")),
    CasePart("contact", "cases.parts.contact", _("联系卡")),
)


def parts_shown(is_violent: bool) -> Iterator[tuple[str, str, str]]:
    """(key, endpoint, label) of each part that has a page."""
    for part in PARTS:
        if part.endpoint in current_app.view_functions:
            label = part.label if is_violent or part.otherwise is None else part.otherwise
            yield part.key, part.endpoint, gettext(label)
