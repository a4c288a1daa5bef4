"""The federation's own record of complaint, for the court: dated, to be signed, composed from cleared facts alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.documents.wording import Block, Voice


def _(message: str) -> str:
    """Marks a sentence for the catalogue."""
    return message


def compose(facts: Mapping[str, Any], stamp: Any, voice: Voice) -> dict[str, Any]:
    """The words of the extract. ``facts`` are cleared for ``court_extract``; ``stamp`` gives number, day, maker."""
    say = voice.say
    blocks: list[Block] = [
        ["title", say(_("妇联组织受理投诉记录摘录"))],
        ["quiet", say(_("证据类别：妇联组织等有关单位的投诉、求助记录（法释〔2022〕17号第六条第八项）"))],
        ["fact", say(_("文书编号")), stamp.number],
        ["fact", say(_("出具单位")), voice.office()],
        ["fact", say(_("出具日期")), voice.day(stamp.made_on.isoformat())],
        ["fact", say(_("用途")), voice.label("paper_purpose", facts["purpose"])],
        ["fact", say(_("登记编号")), facts["cases.number"]],
        ["fact", say(_("受理日期")), voice.day(facts["cases.accepted_on"])],
        ["fact", say(_("求助人")), voice.plain(facts["client.name"]) or say(_("姓名未记录"))],
        ["fact", say(_("性别")), voice.label("sex", facts["client.sex"])],
    ]
    if facts["client.is_minor"]:
        blocks.append(["quiet", say(_("求助人未满十八周岁，姓名不全写。身份由法院向出具单位核实。"))])
    if facts.get("other_party.name"):
        blocks.append(["fact", say(_("求助人所述的对方")), voice.plain(facts["other_party.name"])])
    blocks.append(["heading", say(_("记录"))])
    for place, entry in enumerate(facts["entries"], 1):
        blocks += _entry(place, entry, voice)
    blocks += [
        ["heading", say(_("说明"))],
        ["text", say(_("以上按受理时求助人的陈述和办理记录摘录，本单位未作事实认定。"))],
        ["text", say(_("〔略〕处为与本案事实无关、依法不得泄露的个人信息。"))],
        ["sign", say(_("经办人（签名）：%(name)s")) % {"name": stamp.made_by}],
        ["sign", say(_("出具单位（盖章）：%(name)s")) % {"name": voice.office()}],
        ["sign", say(_("日期："))],
    ]
    return {"form": 1, "language": voice.language, "number": stamp.number, "blocks": blocks}


def _entry(place: int, entry: Mapping[str, Any], voice: Voice) -> list[Block]:
    say = voice.say
    names = {"incident": _("暴力事件"), "told": _("求助人陈述"), "note": _("办理记录")}
    head = say(_("%(place)s. %(kind)s")) % {"place": place, "kind": say(names[entry["kind"]])}
    blocks: list[Block] = [["fact", head, when(entry, voice)]]
    if entry["kind"] == "incident":
        facts = [
            say(_("形式：%(kinds)s")) % {"kinds": voice.labels("violence_type", entry["violence_types"])},
            say(_("对方是她的：%(who)s")) % {"who": voice.label("relationship", entry["relationship"])},
            say(_("共同生活：%(answer)s"))
            % {"answer": voice.label("living_together", entry["living_together"])},
        ]
        blocks.append(["text", say(_("；")).join(facts)])
    if entry["words"]:
        blocks += [["text", voice.plain(line)] for line in entry["words"].splitlines() if line.strip()]
    blocks.append(["quiet", say(_("记录日期：%(day)s")) % {"day": voice.day(entry["recorded_on"])}])
    return blocks


def when(entry: Mapping[str, Any], voice: Voice) -> str:
    """The day of an entry with how exactly it is known; empty for what has no day of its own."""
    if entry["kind"] != "incident":
        return voice.day(entry["on"]) if entry["on"] else ""
    shapes = {"about": _("%(date)s 前后"), "period": _("%(date)s 起")}
    day = voice.day(entry["on"])
    shape = shapes.get(entry["precision"]) if entry["on"] else None
    return voice.say(shape) % {"date": day} if shape else day
