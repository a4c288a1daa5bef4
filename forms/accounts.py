"""A person's own account: her password, her one-time code, how she likes to read; and the password typed again."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, Field, HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from forms.base import REASONS, BaseForm, _, trimmed

# What a field of digits or letters asks of the browser: nothing learnt, nothing put right.
QUIET = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
PASSWORD_RULES = _("至少 12 个字，不含账号，不用常见的密码。几个不相干的词连起来就好记。")


def new_password(label: str, *, description: str = PASSWORD_RULES, optional: bool = False) -> Any:
    """A password to be set; its rules are the service's, which says what is wrong with it."""
    required = [] if optional else [InputRequired(REASONS["required"])]
    return PasswordField(
        label,
        validators=[*required, Length(max=200, message=REASONS["long"])],
        description=description,
        render_kw={"autocomplete": "new-password"},
    )


def same_as(name: str) -> Any:
    """A validator: the field repeats another one."""

    def check(form: BaseForm, field: Field) -> None:
        if field.data != form[name].data:
            raise ValidationError(REASONS["different"])

    return check


def repeated(label: str, name: str) -> Any:
    """The same password once more."""
    return PasswordField(label, validators=[same_as(name)], render_kw={"autocomplete": "new-password"})


def own_password() -> Any:
    """The reader's own password once more; the last field of a form, so that its fault is named last."""
    return PasswordField(
        _("您自己的密码"),
        validators=[InputRequired(_("请填写密码")), Length(max=200)],
        description=_("这一步要再核对一次是您本人。"),
        render_kw={"autocomplete": "current-password"},
    )


def admission_code() -> Any:
    """The code that somebody reads from her own screen."""
    return StringField(
        _("她屏幕上的准入码"),
        validators=[InputRequired(REASONS["required"]), Length(max=40)],
        filters=[trimmed],
        description=_("16 位数字，由她本人当面念。电话、微信里来的不算。"),
        render_kw={"inputmode": "numeric", **QUIET},
    )


class ConfirmedForm(BaseForm):
    """A form that asks for the reader's own password again."""

    password = own_password()


class AdmissionForm(ConfirmedForm):
    """The code on somebody's own screen, the roles that the page named, and the reader's password."""

    roles = HiddenField()
    typed_code = admission_code()
    password = own_password()


class InvitationForm(BaseForm):
    """The first password of an account, or a new one after a reset."""

    password = new_password(_("密码"))
    again = repeated(_("再输一次"), "password")


class PasswordForm(BaseForm):
    """A change of password."""

    current = PasswordField(
        _("现在的密码"),
        validators=[InputRequired(_("请填写密码")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    password = new_password(_("新密码"))
    again = repeated(_("再输一次新密码"), "password")


class TotpForm(ConfirmedForm):
    """A one-time-code secret, proved by a code that it makes."""

    secret = HiddenField()
    code = StringField(
        _("验证器上的 6 位数字"),
        validators=[InputRequired(REASONS["required"]), Length(max=16)],
        filters=[trimmed],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )
    password = own_password()


class PreferencesForm(BaseForm):
    """Language, text size, single-letter keys."""

    language = RadioField(_("语言"), choices={"zh": "中文", "en": "English"}, default="zh")
    text_size = RadioField(_("字号"), choices={"standard": _("标准"), "large": _("大")}, default="standard")
    keys = BooleanField(
        _("用单个字母当快捷键"),
        description=_("列表里的 J、K、C 等。用读屏软件或语音输入时可以关掉。"),
    )
