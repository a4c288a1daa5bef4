"""What an entry of the trail reads like: its action, what it was done to, the names of the fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from flask_babel import gettext

from casework import codes
from casework.presentation.field_names import FIELD_NAMES
from casework.presentation.locale import language
from casework.presentation.roles import ROLE_NAMES

ACTIONS = "audit_action"


def _(message: str) -> str:
    """Marks a word for the catalogue; it is translated when it is shown."""
    return message


SUBJECTS: Mapping[str, str] = {
    "account": _("账号"),
    "call": _("来电"),
    "case": _("个案"),
    "compartment": _("档案钥匙"),
    "check_in": _("自我关照"),
    "draft": _("草稿"),
    "follow_up": _("回访"),
    "incident": _("暴力事件"),
    "instrument": _("评估量表"),
    "key_copy": _("钥匙副本"),
    "notice": _("提醒"),
    "roster": _("名册"),
    "session": _("会话"),
    "setting": _("设置"),
    "team": _("小组"),
    "wrap": _("钥匙封套"),
}
# What entries name beside sealed fields: clear fields, kinds of roster records, how a verification ended.
OTHER_NAMES: Mapping[str, str] = {
    "row": _("不归本人查阅的记录"),
    "unknown": _("没有这一页"),
    "assignee_id": _("承办"),
    "case_id": _("个案"),
    "end": _("结束"),
    "index_key": _("查重钥匙"),
    "key": _("个人钥匙"),
    "kind": _("按"),
    "docx": "DOCX",
    "pdf": "PDF",
    "print": _("打印"),
    "token": _("记号"),
    "office.small": _("小单位模式"),
    "meeting.stuck_days": _("多少天没有进展算停滞"),
    "member": _("组员"),
    "officer": _("安全保密员"),
    "parties.sex": _("性别"),
    "recovery": _("恢复钥匙"),
    "result": _("结果"),
    "root": _("办公室根"),
    "sex": _("性别"),
    "team": _("小组"),
    "team_key": _("小组钥匙"),
    "whole": _("完整"),
}
# What was searched for.
SEARCHED: Mapping[str, str] = {
    "case_number": _("案号"),
    "phone": _("电话"),
    "identity_number": _("证件号"),
    "name": _("姓名"),
}
_TABLES = (
    "calls",
    "cases",
    "parties",
    "incidents",
    "follow_ups",
    "follow_up_tries",
    "duties",
    "village_trusts",
)


# Why a verification failed.
FAULTS: Mapping[str, str] = {
    "missing": _("这一条不见了"),
    "reordered": _("这一条与前一条接不上"),
    "altered": _("这一条被改过"),
    "head": _("末尾与记下的不一致"),
    "anchor": _("与留存的锚点不一致"),
    "anchor_file": _("锚点文件缺失或损坏"),
}


def fault_word(why: str) -> str:
    """Why a verification failed."""
    return gettext(FAULTS[why]) if why in FAULTS else why


@cache
def _codes() -> Mapping[str, str]:
    return {str(entry.flag("action")): entry.code for entry in codes.listing(ACTIONS)}


def action_of(code: str) -> str | None:
    """The stored action behind a choice of the filter; None for no choice."""
    return str(codes.get(ACTIONS, code).flag("action")) if codes.exists(ACTIONS, code) else None


def action_word(action: str) -> str:
    """What was done, in the reader's language; an unlisted action as it is stored."""
    code = _codes().get(action)
    return codes.label(ACTIONS, code, language()) if code else action


def subject_word(kind: str | None) -> str:
    """What it was done to; empty for nothing in particular."""
    return gettext(SUBJECTS[kind]) if kind is not None and kind in SUBJECTS else kind or ""


def field_words(fields: Iterable[str]) -> str:
    """The names of fields and roles as people know them; what has no name as it is stored."""
    return gettext("、").join(_field_word(name) for name in fields)


def _field_word(name: str) -> str:
    if name in ROLE_NAMES:
        return gettext(ROLE_NAMES[name])
    if name.startswith(("kind:", "token:")):
        # Of a search: what kind of word, and the token under which the same word is found again.
        mark, _colon, said = name.partition(":")
        return gettext(OTHER_NAMES[mark]) + (gettext(SEARCHED[said]) if said in SEARCHED else said[:12])
    for key in (name, *(f"{table}.{name}" for table in _TABLES)):
        if key in FIELD_NAMES:
            return gettext(FIELD_NAMES[key])
    return gettext(OTHER_NAMES[name]) if name in OTHER_NAMES else fault_word(name)


def action_choices() -> list[tuple[str, str]]:
    """Every action with its word, for the filter."""
    return codes.choices(ACTIONS, language(), include_retired=True)
