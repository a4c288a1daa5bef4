"""The internal volume: cover, contents, process sheet, the parts, the closing report. It never leaves the house."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from casework import codes
from casework.documents.wording import Block, Voice


def _(message: str) -> str:
    """Marks a word for the catalogue."""
    return message


PARTS = {
    "people": _("基本信息"),
    "account": _("经过与本人意愿"),
    "incidents": _("暴力事件"),
    "danger": _("危险评估"),
    "safety": _("安全计划"),
    "plan": _("服务计划"),
    "services": _("服务"),
    "follow_ups": _("回访"),
    "notes": _("个案记录"),
    "consents": _("同意与告知"),
    "duties": _("要办事项"),
    "evidence": _("证据目录"),
    "papers": _("文书目录"),
}
NAMES = {
    "role": _("身份"),
    "name": _("姓名"),
    "identity_number": _("证件号"),
    "birth_date": _("出生日期"),
    "phone": _("手机"),
    "address_town": _("现住镇街"),
    "address_rest": _("现住地址"),
    "home_town": _("共同住处镇街"),
    "home_rest": _("共同住处地址"),
    "body": _("单位"),
    "account_text": _("经过"),
    "wish": _("本人意愿"),
    "interview": _("首次面谈"),
    "on": _("日期"),
    "at": _("时间"),
    "violence_types": _("暴力形式"),
    "relationship": _("对方是她的"),
    "living_together": _("共同生活"),
    "narrative": _("经过"),
    "details": _("地点、伤情和报警"),
    "plan": _("安全计划"),
    "words": _("说明"),
    "text": _("记录"),
    "instrument": _("量表"),
    "level_low": _("等级（按最低）"),
    "level_high": _("等级（按最高）"),
    "raised_to": _("上调为"),
    "agreed_on": _("约定日期"),
    "due_on": _("期限"),
    "done_on": _("办结日期"),
    "service": _("服务"),
    "duty": _("事项"),
    "received_on": _("收到日期"),
    "scope": _("范围"),
    "ends_on": _("有效至"),
    "withdrawn_at": _("撤回"),
    "kind": _("种类"),
    "to_state": _("状态"),
    "result": _("结果"),
    "outcome": _("结案结果"),
    "reason": _("理由"),
    "by": _("经手人"),
    "number": _("编号"),
    "note": _("备注"),
}
EVENTS = {
    "accepted": _("受理"),
    "assigned": _("分派"),
    "started": _("开始服务"),
    "assessed": _("危险评估"),
    "closing_proposed": _("提出结案"),
    "closing_approved": _("批准结案"),
    "closing_returned": _("结案退回"),
    "closed": _("结案"),
    "reopened": _("重新开案"),
    "transferred": _("移送"),
    "declined": _("不予受理"),
    "merged": _("并案"),
    "unmerged": _("撤销并案"),
    "undone": _("撤回上一步"),
}
STATES = {
    "received": _("待受理"),
    "declined": _("不予受理"),
    "accepted": _("已受理"),
    "assessed": _("已评估"),
    "in_service": _("服务中"),
    "follow_up": _("回访中"),
    "closing_review": _("结案审核"),
    "closed": _("已结案"),
    "transferred": _("已移送"),
    "merged": _("已并案"),
}
ROLES = {
    "client": _("当事人"),
    "other_party": _("对方"),
    "child": _("孩子"),
    "relative": _("亲属"),
    "reporter": _("报告人"),
    "body_staff": _("有关单位人员"),
}
# Cells that get a paragraph of their own.
LONG = ("text", "mixed")
# Lists whose codes lie among typed words in one sealed field.
MIXED = (
    "place_kind",
    "injury",
    "weapon",
    "medical_care",
    "police_result",
    "her_action",
    "asked",
    "how_often",
    "lives_now",
    "safety_plan_step",
    "who_is_near",
    "evidence_kind",
    "service_result",
    "mediation_result",
)
_CODE = re.compile(r"[a-z][a-z_]*")
_WORDS = {"event": EVENTS, "case_state": STATES, "party_role": ROLES}


def compose(facts: Mapping[str, Any], stamp: Any, voice: Voice) -> dict[str, Any]:
    """The words of the volume; ``facts`` as the service read them, ``stamp`` gives number, day, maker."""
    blocks = [*_cover(facts, stamp, voice), *_contents(facts, voice)]
    blocks += [["break"], ["heading", voice.say(_("办理流程"))], *_rows(facts["process"], voice)]
    for part in facts["parts"]:
        blocks += [["heading", voice.say(PARTS[part["key"]])], *_rows(part["rows"], voice)]
    blocks += [["break"], *_closing(facts, stamp, voice)]
    return {"form": 1, "language": voice.language, "number": stamp.number, "blocks": blocks}


def _cover(facts: Mapping[str, Any], stamp: Any, voice: Voice) -> list[Block]:
    say = voice.say
    return [
        ["mark", say(_("内部资料，不得外传，不得作为对外文书"))],
        ["title", say(_("个案内部卷（一案一档）"))],
        ["fact", say(_("文书编号")), stamp.number],
        ["fact", say(_("个案编号")), facts["number"]],
        ["fact", say(_("当事人")), facts["client"] or say(_("姓名未记录"))],
        ["fact", say(_("受理镇街")), voice.town(facts["town"])],
        ["fact", say(_("来源")), voice.label("report_source", facts["source"])],
        ["fact", say(_("接报日期")), voice.day(facts["received_on"])],
        ["fact", say(_("受理日期")), voice.day(facts["accepted_on"]) if facts["accepted_on"] else "—"],
        [
            "fact",
            say(_("结案日期")),
            voice.day(facts["closed_on"]) if facts["closed_on"] else say(_("未结案")),
        ],
        ["fact", say(_("小组")), facts["team"]],
        ["fact", say(_("承办")), facts["assignee"] or say(_("待分派"))],
        ["fact", say(_("制卷")), f"{stamp.made_by} {voice.day(stamp.made_on.isoformat())}"],
        ["fact", say(_("单位")), voice.office()],
        ["quiet", say(_("怎样联系她不在卷内，只在安全联系卡上。"))],
    ]


def _contents(facts: Mapping[str, Any], voice: Voice) -> list[Block]:
    names = [_("办理流程"), *(PARTS[part["key"]] for part in facts["parts"]), _("结案报告")]
    counts = [len(facts["process"]), *(len(part["rows"]) for part in facts["parts"]), len(facts["closing"])]
    lines = [
        voice.say(_("%(place)s. %(name)s（%(count)s 项）"))
        % {"place": place, "name": voice.say(name), "count": count}
        for place, (name, count) in enumerate(zip(names, counts, strict=True), 1)
    ]
    return [["break"], ["heading", voice.say(_("目录"))], *(["text", line] for line in lines)]


def _closing(facts: Mapping[str, Any], stamp: Any, voice: Voice) -> list[Block]:
    say = voice.say
    blocks: list[Block] = [["heading", say(_("结案报告"))]]
    if facts["closing"]:
        blocks += _rows(facts["closing"], voice)
    else:
        blocks.append(["text", say(_("尚未结案，没有结案报告。"))])
    return [
        *blocks,
        ["sign", say(_("承办人（签名）："))],
        ["sign", say(_("审批人（签名）："))],
        ["mark", say(_("内部资料，不得外传，不得作为对外文书"))],
    ]


def _rows(rows: list[dict[str, Any]], voice: Voice) -> list[Block]:
    if not rows:
        return [["quiet", voice.say(_("无记录"))]]
    blocks: list[Block] = []
    for place, row in enumerate(rows, 1):
        short = [
            f"{voice.say(NAMES.get(name, name))} {said(cell, voice)}"
            for name, cell in row.items()
            if cell[0] not in LONG
        ]
        if short:
            blocks.append(["fact", str(place), voice.say(_("；")).join(short)])
        for name, cell in row.items():
            if cell[0] in LONG and cell[1]:
                blocks.append(
                    ["text", f"{voice.say(NAMES.get(name, name))}{voice.say(_('：'))}{said(cell, voice)}"]
                )
    return blocks


def said(cell: Any, voice: Voice) -> str:
    """A cell as it reads."""
    kind, value = cell
    if kind == "text":
        return str(value)
    if kind == "mixed":
        return voice.say(_("；")).join(_leaf(leaf, voice) for leaf in value)
    if kind == "on":
        return voice.day(value)
    if kind == "at":
        return voice.instant(value)
    if kind == "town":
        return voice.town(value)
    if kind in _WORDS:
        return voice.say(_WORDS[kind].get(value, value))
    if isinstance(value, list):
        return voice.labels(kind, value)
    return _listed(kind, value, voice)


def _listed(kind: str, value: str, voice: Voice) -> str:
    try:
        return voice.label(kind, value)
    except LookupError:
        return value


def _leaf(leaf: str, voice: Voice) -> str:
    """One of several words kept together: the word of its code where it is one, else as it was typed."""
    if _CODE.fullmatch(leaf):
        return next((voice.label(name, leaf) for name in MIXED if codes.exists(name, leaf)), leaf)
    return voice.town(leaf) if len(leaf) == 3 and leaf.isdigit() else leaf
