"""What the trail is narrowed to; sent by GET, so it holds no name and no phone number."""

from __future__ import annotations

from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length

from forms.base import BaseForm, _, trimmed
from forms.cases import MayBeEmpty


class TrailFilterForm(BaseForm):
    """Who, what, which case or call, between which days; everything may stay empty."""

    account = SelectField(_("谁"), validate_choice=False)
    action = SelectField(_("做了什么"), validate_choice=False)
    number = StringField(
        _("案号或来电号"),
        validators=[Length(max=20)],
        filters=[trimmed],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    from_on = DateField(_("从"), validators=[MayBeEmpty()])
    to_on = DateField(_("到"), validators=[MayBeEmpty()])
