"""The security officer's forms: a new team with its first lead, and recovery with two shares of the kit."""

from __future__ import annotations

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from forms.accounts import ConfirmedForm, admission_code, own_password
from forms.base import REASONS, _, trimmed
from forms.setup import share
from models.enums import TeamKind

KINDS = {
    TeamKind.CASEWORK: _("个案小组"),
    TeamKind.DESK: _("热线席"),
    TeamKind.SHELTER: _("庇护所"),
    TeamKind.DUTY: _("夜间值班组"),
}


class TeamForm(ConfirmedForm):
    """A new team: its name, what it is for, and who leads it."""

    name = StringField(
        _("小组名称"),
        validators=[InputRequired(REASONS["required"]), Length(max=60)],
        filters=[trimmed],
    )
    kind = RadioField(
        _("做什么"),
        choices={kind.value: label for kind, label in KINDS.items()},
        default=TeamKind.CASEWORK.value,
    )
    lead = SelectField(
        _("组长"),
        validators=[InputRequired(REASONS["required"])],
        description=_("她已经设好密码，正坐在自己的屏幕前。"),
    )
    typed_code = admission_code()
    password = own_password()


class RecoveryForm(ConfirmedForm):
    """Two shares of the kit, and whose keys the office root is to sign."""

    share_one = share(_("第一份"))
    share_other = share(_("另一份"))
    whom = SelectField(_("重新准入谁"), validators=[InputRequired(REASONS["required"])])
    typed_code = admission_code()
    password = own_password()
