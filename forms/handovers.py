"""Notes from one shift to the next."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from forms.base import BaseForm, _, trimmed
from forms.cases import PICK, QUIET

TOO_LONG = _("最多 8000 个字")


class HandoverForm(BaseForm):
    """What the next shift must know."""

    team_id = SelectField(_("小组"), coerce=int, validators=[InputRequired(message=PICK)])
    text = TextAreaField(
        _("交班内容"),
        validators=[InputRequired(message=_("请填写")), Length(max=8000, message=TOO_LONG)],
        filters=[trimmed],
        description=_("还没办完的、要留意的、谁在等回话。提到个案写案号（如 2026-0417），不写姓名。"),
        render_kw={**QUIET, "rows": "6"},
    )

    def take_faults(self, faults: Mapping[str, str]) -> None:
        """As everywhere; a note may be longer than other words."""
        super().take_faults(
            {name: TOO_LONG if reason == "long_note" else reason for name, reason in faults.items()}
        )
