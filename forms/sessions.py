"""Signing in and unlocking."""

from __future__ import annotations

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from forms.base import BaseForm, _, trimmed

_QUIET = {"autocapitalize": "none", "spellcheck": "false"}


class SignInForm(BaseForm):
    """Account, password, and the one-time code of those who have set one up."""

    username = StringField(
        _("账号"),
        validators=[InputRequired(_("请填写账号")), Length(max=64)],
        filters=[trimmed],
        render_kw={"autocomplete": "username", **_QUIET},
    )
    password = PasswordField(
        _("密码"),
        validators=[InputRequired(_("请填写密码")), Length(max=200)],
        description=_("密码也打开您的钥匙。忘记密码不会丢失档案，请组长重新准入。"),
        render_kw={"autocomplete": "current-password"},
    )
    code = StringField(
        _("动态码"),
        validators=[Length(max=16)],
        filters=[trimmed],
        description=_("验证器上的 6 位数字，没有启用就留空。"),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "7"},
    )

    def refuse(self) -> None:
        """The one sentence for every failure; the code is spent or wrong, so it does not come back."""
        self.code.data = ""
        self.form_errors.append(_("账号、密码或动态码不对。核对大小写后再试一次。"))


class UnlockForm(BaseForm):
    """The password of a session that is locked."""

    password = PasswordField(
        _("密码"),
        validators=[InputRequired(_("请填写密码")), Length(max=200)],
        render_kw={"autocomplete": "current-password", "autofocus": True},
    )

    def refuse(self) -> None:
        """The sentence for a wrong password."""
        self.form_errors.append(_("密码不对，再试一次。您写的都在。"))
