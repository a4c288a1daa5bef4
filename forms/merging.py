"""Marking a duplicate, and taking a merge back."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from forms.base import BaseForm, _, trimmed
from forms.cases import QUIET, line

_REASON = [InputRequired(_("请写明理由")), Length(max=1000, message=_("最多 1000 个字"))]


def _reason(label: str) -> TextAreaField:
    return TextAreaField(label, validators=_REASON, filters=[trimmed], render_kw={**QUIET, "rows": "3"})


class MarkForm(BaseForm):
    """Which other file is the same case, and why."""

    REASONS: Mapping[str, str] = {
        "not_found": _("没有您能看到的这个案号，请核对"),
        "same_case": _("这就是本案，请写另一个案号"),
        "other_team": _("那个个案在别的小组，不能并；请两组组长商量"),
        "survivor_ended": _("那个个案已经办结或并入别的个案，不能作为保留件"),
        "merge_waits": _("已经有一份在等组长确认，先办那一份"),
    }

    survivor = line(_("保留哪个个案"), 20, description=_("写另一个案号，例如 2026-0417。本案会并入它。"))
    reason = _reason(_("怎么看出是重复件"))

    def take_faults(self, faults: Mapping[str, str]) -> None:
        """The faults in the words of merging."""
        super().take_faults({name: self.REASONS.get(reason, reason) for name, reason in faults.items()})


class UndoForm(BaseForm):
    """Why a merge is taken back."""

    reason = _reason(_("撤销并案的理由"))


class PairForm(BaseForm):
    """Two entries that are one person, as a button names them."""

    pair = HiddenField()
