"""A note in a case, and what the list is narrowed to."""

from __future__ import annotations

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import Length

from forms.base import BaseForm, _, trimmed
from forms.cases import QUIET, version


class NoteForm(BaseForm):
    """What is written down, and of which kind."""

    WIDTHS = {"text": "text", "kind": "text"}

    kind = RadioField(_("类别"), default="note", validate_choice=False)
    text = TextAreaField(
        _("内容"),
        validators=[Length(max=20000)],
        filters=[trimmed],
        description=_("记事实和她的原话；她本人可以查阅。"),
        render_kw={**QUIET, "rows": "10"},
    )
    version = version()


class NoteFilterForm(BaseForm):
    """Which kind of note the list shows; sent by GET."""

    kind = SelectField(_("类别"), validate_choice=False)
