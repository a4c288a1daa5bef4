"""The answer to her about her own data: what is held, a copy, or who has looked; handed to her alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework import codes
from casework.documents.internal_volume import NAMES
from casework.documents.wording import Block, Voice


def _(message: str) -> str:
    """Marks a sentence for the catalogue."""
    return message


HELD = {
    "people": _("案卷中的人（含您）"),
    "incidents": _("暴力事件记录"),
    "assessments": _("危险评估"),
    "safety_plans": _("安全计划"),
    "plan_items": _("服务计划"),
    "services": _("提供过的服务"),
    "notes": _("个案记录"),
    "consents": _("您的同意"),
    "evidence": _("证据文件"),
    "papers": _("制作过的文书"),
    "steps": _("办理步骤"),
}
KINDS = {
    "account_text": _("您讲的经过"),
    "wish": _("您的意愿"),
    "incident": _("暴力事件"),
    "note": _("工作记录"),
    "service": _("服务"),
    "consent": _("同意"),
}
LISTS = {"service": "service", "consent": "consent_scope"}
ROLES = {
    "hotline_operator": _("热线接线员"),
    "caseworker": _("个案工作者"),
    "team_lead": _("组长"),
    "approving_leader": _("审批领导"),
    "shelter_staff": _("庇护所工作人员"),
    "supervisor": _("分管领导（统计）"),
    "department_reporter": _("成员单位填报员"),
    "security_officer": _("安全保密员"),
    "auditor": _("审计员"),
    "system_administrator": _("系统管理员"),
}


def compose(facts: Mapping[str, Any], stamp: Any, voice: Voice) -> dict[str, Any]:
    """The words of the answer. ``facts`` are cleared for ``rights_answer``."""
    say = voice.say
    blocks: list[Block] = [
        ["title", say(_("个人信息查询答复"))],
        ["mark", say(_("只当面交给本人"))],
        ["fact", say(_("文书编号")), stamp.number],
        ["fact", say(_("答复单位")), voice.office()],
        ["fact", say(_("答复日期")), voice.day(stamp.made_on.isoformat())],
        ["fact", say(_("申请人")), facts["client.name"] or say(_("姓名未记录"))],
        ["fact", say(_("申请事项")), voice.label("rights_kind", facts["kind"])],
        ["fact", say(_("登记编号")), facts["cases.number"]],
    ]
    parts = {"held": _held, "who_looked": _looks, "copy": _copy}
    blocks += parts[facts["kind"]](facts, voice)
    blocks += _rights(voice)
    blocks += [
        ["sign", say(_("答复人（签名）：%(name)s")) % {"name": stamp.made_by}],
        ["sign", say(_("本人签收："))],
    ]
    return {"form": 1, "language": voice.language, "number": stamp.number, "blocks": blocks}


def _held(facts: Mapping[str, Any], voice: Voice) -> list[Block]:
    say = voice.say
    blocks: list[Block] = [
        ["heading", say(_("我们存了关于您的哪些信息（个人信息保护法第四十五条）"))],
        ["text", say(_("您的姓名、证件、联系方式、住址等身份信息；您讲的经过和意愿；以及下列记录："))],
    ]
    for name, count in facts["held.counts"].items():
        blocks.append(["fact", say(HELD[name]), say(_("%(count)s 项")) % {"count": count}])
    return [
        *blocks,
        [
            "text",
            say(_("用途：受理、办理您的求助，评估危险，联系您，回访。从 %(day)s 起保存。"))
            % {"day": voice.day(facts["cases.accepted_on"])},
        ],
        ["text", say(_("全部加密保存。除您同意的和法律规定的以外，不提供给任何人。"))],
    ]


def _looks(facts: Mapping[str, Any], voice: Voice) -> list[Block]:
    say = voice.say
    blocks: list[Block] = [
        ["heading", say(_("谁看过、改过您的案卷（个人信息保护法第四十四条、第四十八条）"))],
        ["text", say(_("以下由查阅记录生成，写明日期和岗位，不写工作人员姓名。"))],
    ]
    actions = {
        str(entry.flag("action")): entry.label(voice.language) for entry in codes.listing("audit_action")
    }
    for look in facts["looks"]:
        roles = say(_("、")).join(say(ROLES.get(role, role)) for role in look["roles"]) or "—"
        done = actions.get(look["action"], look["action"])
        times = say(_("%(times)s 次")) % {"times": look["times"]}
        blocks.append(["fact", voice.day(look["on"]), f"{roles} {done} {times}"])
    return blocks


def _copy(facts: Mapping[str, Any], voice: Voice) -> list[Block]:
    say = voice.say
    blocks: list[Block] = [["heading", say(_("您的信息（个人信息保护法第四十五条）"))]]
    for name, value in facts["client.facts"].items():
        said = voice.town(value) if name.endswith("_town") else value
        blocks.append(["fact", say(NAMES[name]), said])
    blocks.append(["quiet", say(_("怎样联系您的约定不印在纸上，需要时当面说。"))])
    for entry in facts["entries"]:
        head = voice.day(entry["on"]) if entry["on"] else ""
        if entry["kind"] in LISTS:
            head = f"{head} {voice.label(LISTS[entry['kind']], entry['code'])}"
        blocks.append(["fact", say(KINDS[entry["kind"]]), head])
        blocks += [["text", voice.plain(line)] for line in entry["words"].splitlines() if line.strip()]
    blocks.append(["quiet", say(_("涉及其他人的信息已略去（〔略〕）。"))])
    return blocks


def _rights(voice: Voice) -> list[Block]:
    say = voice.say
    return [
        ["heading", say(_("您的权利（个人信息保护法第四十四条至第五十条）"))],
        ["text", say(_("您有权知道和决定怎样处理您的信息，可以限制或拒绝（第四十四条）。"))],
        [
            "text",
            say(_("您有权查阅、复制（第四十五条），更正、补充（第四十六条），依法要求删除（第四十七条）。")),
        ],
        [
            "text",
            say(_("您有权要求说明处理规则（第四十八条）；我们拒绝时说明理由，您可以起诉（第五十条）。")),
        ],
        ["text", say(_("这份答复写有您的信息，放在家里可能被别人看到。可以请我们代为保管，不带走。"))],
    ]
