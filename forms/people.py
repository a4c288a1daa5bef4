"""The administrator's forms: inviting somebody, asking one more role for her."""

from __future__ import annotations

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from forms.accounts import QUIET
from forms.base import REASONS, BaseForm, _, trimmed


class RoleForm(BaseForm):
    """A role, in a team where the role has one. Choices are given by the view."""

    role = SelectField(
        _("角色"), validators=[InputRequired(REASONS["required"])], description=_("安全保密员批准后才生效。")
    )
    team_id = SelectField(
        _("小组"),
        description=_("接线员、个案工作者、组长和庇护所人员要选；其他角色不选。"),
        validate_choice=False,
    )


class InviteForm(RoleForm):
    """Somebody new."""

    display_name = StringField(
        _("姓名"),
        validators=[InputRequired(REASONS["required"]), Length(max=60)],
        filters=[trimmed],
        render_kw={"autocomplete": "off"},
    )
    username = StringField(
        _("账号"),
        validators=[InputRequired(REASONS["required"]), Length(max=32)],
        filters=[trimmed],
        description=_("小写字母开头，3 至 32 个字母、数字、点或横线。"),
        render_kw=QUIET,
    )
