"""What all forms share: the marker of messages, trimming, and services' faults put beside their fields.

Every form is a plain WTForms form; the token is checked for the whole application, and the one macro that writes
``<form>`` writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Form, IntegerField


def _(message: str) -> str:
    """Marks a message for the catalogue; templates translate it."""
    return message


# What a service's reason code says beside its field.
REASONS: Mapping[str, str] = {
    "shape": _("请用小写字母开头，3 至 32 个字母、数字、点或横线"),
    "taken": _("已经有人用了，请换一个"),
    "short": _("至少 12 个字。可以用几个不相干的词连起来"),
    "long": _("最多 200 个字"),
    "username": _("密码里不要含账号"),
    "common": _("这个密码太常见，容易被猜到，请换一个"),
    "wrong": _("不对，请再看一次"),
    "forbidden_pair": _("这两个角色不能由同一个人担任"),
    "team": _("这个角色要选小组，其他角色不选"),
    "team_kind": _("这个小组没有这个角色，请换一个小组"),
    "held": _("她已经有这个角色，或已经在等批准"),
    "different": _("两次输入的不一样，请再输一次"),
    "mistyped": _("这一份有字母抄错或漏了，请对着纸再核对一遍"),
    "same_share": _("两栏是同一份，请用另一份"),
    "own": _("不能批自己的，请另一位安全保密员办理"),
    "choice": _("请从列表里选"),
    "future": _("不能晚于现在"),
    "past": _("不能早于今天"),
    "required": _("请填写"),
    "mismatch": _("与组员屏幕上的码不符，请当面再核对一次"),
    "card": _("请先打开安全联系卡"),
    "kit": _("两份套件打不开。请核对字母，或换另外两份"),
}


def trimmed(text: str | None) -> str | None:
    """Text without spaces around it, and without NUL, which PostgreSQL and HTML refuse."""
    return text.replace("\0", "").strip() if isinstance(text, str) else text


class WholeNumber(IntegerField):
    """A whole number; one of more digits than anything here is counted in is no number."""

    LONGEST = 12

    def process_formdata(self, valuelist: list[str]) -> None:
        """ValueError, which the form shows, for what is no such number."""
        if valuelist and len(valuelist[0].strip()) > self.LONGEST:
            self.data = None
            raise ValueError(_("请填整数"))
        super().process_formdata(valuelist)


class BaseForm(Form):
    """A form whose fields can take the faults that a service found."""

    def take_faults(self, faults: Mapping[str, str]) -> None:
        """Puts a service's faults (field to reason code) beside their fields; unknown fields go to the summary."""
        for name, reason in faults.items():
            message = REASONS.get(reason, reason)
            field: Any = self._fields.get(name)
            if field is None:
                self.form_errors.append(message)
            else:
                field.errors = [*field.errors, message]
