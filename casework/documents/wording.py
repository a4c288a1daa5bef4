"""How facts read on a paper: codes by their labels, days, and what stands in the place of a word taken out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from casework import codes
from casework.clock import local
from casework.jurisdictions import load

# The same marks as the services put there; see services/paper_facts.py.
HIDDEN, CHILD, SOMEBODY, CHILD_END = "\ue000", "\ue001", "\ue002", "\ue003"
_CHILD = re.compile(f"{CHILD}([0-9]+){CHILD_END}")
Block = list[str]


def _(message: str) -> str:
    """Marks a sentence for the catalogue; a voice says it in the paper's language."""
    return message


@dataclass(frozen=True)
class Voice:
    """The language of a paper, and what turns our sentences into it."""

    language: str
    say: Callable[[str], str]

    def label(self, name: str, code: str | None) -> str:
        """The word of a code; a code that the list never had as it is stored, none as not asked."""
        if not code:
            return self.say(_("未问到"))
        return codes.label(name, code, self.language) if codes.exists(name, code) else code

    def labels(self, name: str, several: Any) -> str:
        """Words of several codes in a row."""
        return self.say(_("、")).join(self.label(name, code) for code in several) or self.say(_("未问到"))

    def day(self, iso: str | None) -> str:
        """2026年11月24日 in Chinese, 24 November 2026 in English."""
        if not iso:
            return self.say(_("日期未问到"))
        on = datetime.date.fromisoformat(iso)
        if self.language == "zh":
            return self.say(_("%(year)s年%(month)s月%(day)s日")) % {
                "year": on.year,
                "month": on.month,
                "day": on.day,
            }
        return f"{on.day} {on:%B %Y}"

    def instant(self, at_us: int) -> str:
        """A local day and a 24-hour time."""
        at = local(at_us)
        return f"{self.day(at.date().isoformat())} {at:%H:%M}"

    def town(self, code: str | None) -> str:
        """The name of a division; the code itself where it is none of ours."""
        try:
            return load().division(code or "").label(self.language)
        except LookupError:
            return code or ""

    def office(self) -> str:
        """The name of the office."""
        return load().office.label(self.language)

    def plain(self, text: str) -> str:
        """Typed words with a sentence in the place of each mark."""
        text = text.replace(HIDDEN, self.say(_("〔略〕"))).replace(SOMEBODY, self.say(_("某")))
        return _CHILD.sub(lambda found: self.say(_("孩子%(place)s")) % {"place": found[1]}, text)


def tail(words: dict[str, Any], digest: str, voice: Voice) -> list[Block]:
    """The lines that stand last on a printed paper: its number, the digest of its words, how it is verified."""
    grouped = " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
    return [
        ["quiet", voice.say(_("文书编号 %(number)s")) % {"number": words["number"]}],
        ["quiet", voice.say(_("内容校验码（SHA-256）%(digest)s")) % {"digest": grouped}],
        [
            "quiet",
            voice.say(_("核验：把编号和校验码，或文件原件，交%(office)s核对；改动一个字，校验码就对不上。"))
            % {"office": voice.office()},
        ],
    ]
