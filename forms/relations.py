"""Whom a member of staff is related to: a kind of relation and a number, of which only a digest is kept."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import SelectField
from wtforms.validators import InputRequired

from forms.base import BaseForm, _
from forms.cases import PICK, line


class RelationForm(BaseForm):
    """One declaration."""

    REASONS: Mapping[str, str] = {
        "whole_number": _("号码要完整"),
        "identity_number": _("证件号不对，请再核对"),
        "one_of_two": _("电话和证件号，至少填一样"),
    }

    relation = SelectField(_("与我的关系"), validators=[InputRequired(PICK)])
    phone = line(_("电话"), 40, kw={"inputmode": "tel"})
    identity_number = line(_("证件号"), 32)

    def take_faults(self, faults: Mapping[str, str]) -> None:
        """The faults in the words of this form."""
        super().take_faults({name: self.REASONS.get(reason, reason) for name, reason in faults.items()})
