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
    "parties.home_town": _("共同住处镇街"),
    "parties.home_rest": _("共同住处地址"),
    "parties.relation": _("与当事人的关系"),
    "parties.body": _("单位"),
    "parties.guardian": _("监护情况"),
    "incidents.narrative": _("经过"),
    "incidents.details": _("地点、伤情和报警"),
    "follow_ups.purpose": _("回访事由"),
    "follow_up_tries.note": _("回访记录"),
    "grants.reason": _("申请理由"),
    "grants.review": _("复核意见"),
    "access_requests.reason": _("申请理由"),
    "emergency_openings.reason": _("查阅理由"),
    "revisions.row": _("原来的内容"),
    "duties.note": _("办理说明"),
    "village_trusts.answer": _("村（社区）知情意愿"),
    "village_trusts.must_not_know": _("不能让谁知道"),
    "safety_plans.plan": _("安全计划"),
    "plan_items.words": _("服务计划"),
    "services_given.note": _("服务说明"),
    "case_notes.text": _("个案记录"),
    "consents.note": _("同意说明"),
    "attachments.file_key": _("证据文件"),
    "attachments.words": _("证据说明"),
    "attachments.findings": _("文件信息"),
    "approval_files.asks": _("呈批事项"),
    "approval_files.opinion": _("审批意见"),
    "handover_notes.text": _("交班记录"),
    "merges.reason": _("并案理由"),
    "papers.words": _("文书内容"),
    "rights_requests.note": _("办理说明"),
}
