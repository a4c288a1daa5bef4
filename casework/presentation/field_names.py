"""What a sealed field is called on the screens, also where it stays shut."""

from __future__ import annotations

from collections.abc import Mapping


def _(message: str) -> str:
    """Marks a name for the catalogue."""
    return message


FIELD_NAMES: Mapping[str, str] = {
    "calls.phone": _("来电号码"),
    "calls.caller_name": _("怎么称呼"),
    "calls.town": _("镇街"),
    "calls.safe_hours": _("可以联系的时间"),
    "calls.alias": _("我们自称"),
    "calls.code_word": _("暗语"),
    "calls.never": _("不能说、不能做"),
    "calls.safety_answers": _("安全三问"),
    "calls.emergency": _("紧急情况"),
    "calls.said": _("所述"),
    "calls.wish": _("本人意愿"),
    "matters.external_number": _("对方编号"),
    "leads.content": _("线索内容"),
    "cases.phone": _("联系电话"),
    "cases.safe_hours": _("可以联系的时间"),
    "cases.alias": _("我们自称"),
    "cases.code_word": _("暗语"),
    "cases.never": _("不能说、不能做"),
    "cases.account_text": _("经过"),
    "cases.wish": _("本人意愿"),
    "case_events.reason": _("理由"),
    "assessments.answers": _("危险评估"),
    "parties.name": _("姓名"),
    "parties.identity_number": _("证件号"),
    "parties.birth_date": _("出生日期"),
    "parties.phone": _("手机"),
    "parties.address_town": _("现住镇街"),
    "parties.address_rest": _("现住地址"),
    "parties.note": _("备注"),
    "incidents.narrative": _("经过"),
    "follow_ups.purpose": _("回访事由"),
    "follow_up_tries.note": _("回访记录"),
    "grants.reason": _("申请理由"),
    "revisions.row": _("原来的内容"),
}
