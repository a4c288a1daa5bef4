"""Evidence: what is said of a file, and why one is set aside."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import FileField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from forms.base import BaseForm, _, trimmed
from forms.cases import PICK, QUIET, MayBeEmpty, line, version

# What the services' reasons say of a file.
FAULTS: Mapping[str, str] = {
    "absent": _("请先选一个文件"),
    "name": _("文件名里有路径或不能用的字符，请改个名字再选"),
    "empty": _("这个文件是空的，请换一个"),
    "large": _("文件超过 200 MB，请分段后再上传"),
    "whole": _("浏览器没有开脚本时一次最多收 3.5 MB，请打开脚本再上传"),
    "many": _("您有 8 个文件还没传完，请先传完或放弃"),
    "type": _("不收这种文件。可收照片、录音、录像，以及 PDF、Word、Excel、PPT、OFD、文本"),
    "archive": _("不收压缩包，请把里面的文件逐个上传"),
    "nested": _("这个文件里面还套着压缩包，请取出来逐个上传"),
    "bomb": _("这个文件解开后大得不合常理，可能是恶意文件，没有收"),
    "broken": _("这个文件打不开，可能损坏或没有下载完整"),
    "another": _("这不是刚才那个文件，请选同一个文件接着传"),
    "length": _("这一段没有传完整，请再试一次"),
    "missing": _("文件还没有传完，请接着传"),
}


class EvidenceFaults(BaseForm):
    """A form that knows what the reasons about files say."""

    def take_faults(self, faults: Mapping[str, str]) -> None:
        """As everywhere, with our own sentences first."""
        super().take_faults({name: FAULTS.get(reason, reason) for name, reason in faults.items()})


class EvidenceWordsForm(EvidenceFaults):
    """What is said of a file."""

    WIDTHS = {"kind": "text", "description": "text", "origin": "text"}

    kind = SelectField(
        _("证据种类"),
        validators=[InputRequired(message=PICK)],
        description=_("按最高人民法院关于人身安全保护令的规定（法释〔2022〕17号）第六条分 11 类。"),
    )
    description = TextAreaField(
        _("说明"),
        validators=[MayBeEmpty(), Length(max=4000)],
        filters=[trimmed],
        description=_("这个文件能说明什么，例如哪一天的伤、谁说的话。"),
        render_kw={**QUIET, "rows": "3"},
    )
    origin = line(_("从哪里来"), 200, description=_("谁给的，怎样得到的，原件在谁手里。"))
    made = line(_("何时形成"), 100, description=_("例如 2026-11-03 晚上，或大约去年冬天。"))
    version = version()


class EvidenceForm(EvidenceWordsForm):
    """A new file with what is said of it."""

    file = FileField(_("文件"))


class SetAsideForm(EvidenceFaults):
    """Why a file counts no longer."""

    WIDTHS = {"reason": "text"}

    reason = TextAreaField(
        _("作废的理由"),
        validators=[InputRequired(message=_("请填写")), Length(max=1000)],
        filters=[trimmed],
        description=_("文件和经手记录都会保留，只是不再算作证据。"),
        render_kw={**QUIET, "rows": "3"},
    )
    version = version()
