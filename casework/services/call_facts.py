"""What an operator says of a call, and what must be true of it before it is stored."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from casework import codes
from casework.clock import DAY, SECOND, local_date
from casework.jurisdictions import load
from casework.law import phone_numbers
from casework.law.phone_numbers import PhoneNumber
from casework.services.case_facts import IncidentFacts

# Code lists of the questions asked first; an answer that is not there was not asked.
SAFETY_QUESTIONS = ("safe_to_talk", "who_is_near", "hurt_or_danger", "children_safe", "own_life")
NOT_ASKED = "not_asked"
CONTACT_FIELDS = ("phone", "caller_name", "town", "safe_hours", "alias", "code_word", "never")
ACCOUNT_FIELDS = ("safety_answers", "emergency", "said", "wish")
CASE_OPENED = "case_opened"
DOMESTIC_VIOLENCE = "domestic_violence"
# What never becomes a case: nobody asked for anything, or he who asks is the other party.
NO_CASE = frozenset({"silent", "wrong_number", "prank", "test", "other_party"})
# A form left open longer than this is entered afterwards, on its own screen.
LONGEST_OPEN = 15 * DAY
# Two machines' clocks may differ by this much.
CLOCKS_DIFFER = 5 * SECOND
# Between a question and its answer, where both become text of the case.
COLON = {"zh": "：", "en": ": "}


@dataclass(frozen=True, repr=False)
class NewCall:
    """One call as taken. Times in microseconds UTC; an ``ended_at`` of None means now. Codes of their lists.

    ``safety`` maps a question to its answer, ``emergency`` a step of the panel to what was written there.
    """

    call_id: int
    started_at: int
    category: str
    result: str
    ended_at: int | None = None
    channel: str = "call"
    issues: Sequence[str] = ()
    phone: str | None = None
    caller_name: str | None = None
    town: str | None = None
    safe_hours: str | None = None
    alias: str | None = None
    code_word: str | None = None
    never: str | None = None
    safety: Mapping[str, str] = field(default_factory=dict)
    emergency: Mapping[str, str] = field(default_factory=dict)
    said: str | None = None
    wish: str | None = None


@dataclass(frozen=True, repr=False)
class Acceptance:
    """What accepting a call into a case adds to it; ``town`` is the town of acceptance, clear in the case.

    ``desk_keeps_card`` is her word that the desk may keep the card that says how she is reached.
    """

    team_id: int
    town: str
    source: str
    client_sex: str
    desk_keeps_card: bool
    incident: IncidentFacts | None = None


def read_phone(typed: str) -> PhoneNumber:
    """A typed number as this county reads it: a land line without its area code is one of its own."""
    return phone_numbers.read(typed, load().area_code)


def chosen(name: str, code: str | None) -> bool:
    """Whether the code may be chosen from that list today."""
    return any(code == offered for offered, _ in codes.choices(name, "zh"))


def is_town(code: str | None) -> bool:
    """Whether a town, or outside, or unknown, has this code."""
    return any(code == division.code for division in load().all_divisions())


def faults_of(call: NewCall, at: int) -> dict[str, str]:
    """What is wrong with a call at this moment (microseconds UTC): field to reason code; empty is well."""
    faults = _faults_of_time(call, at)
    for name, listed in (("category", "call_category"), ("result", "call_result"), ("channel", "channel")):
        if not chosen(listed, getattr(call, name)):
            faults[name] = "choice"
    if not all(chosen("rights_category", issue) for issue in call.issues):
        faults["issues"] = "choice"
    if call.town is not None and not is_town(call.town):
        faults["town"] = "choice"
    if not all(chosen(name, answer) for name, answer in call.safety.items()):
        faults["safety"] = "choice"
    if call.phone and not read_phone(call.phone).canonical:
        faults["phone"] = "no_digits"
    return faults


def _faults_of_time(call: NewCall, at: int) -> dict[str, str]:
    if call.started_at > at + CLOCKS_DIFFER:
        return {"started_at": "future"}
    if call.started_at < at - LONGEST_OPEN:
        return {"started_at": "long_ago"}
    if call.ended_at is not None and call.ended_at > at + CLOCKS_DIFFER:
        return {"ended_at": "future"}
    if call.ended_at is not None and call.ended_at < call.started_at:
        return {"ended_at": "before_start"}
    return {}


def faults_of_acceptance(
    acceptance: Acceptance, category: str, issues: Sequence[str], at: int, team_ids: Sequence[int]
) -> dict[str, str]:
    """What stands against a case from this call; ``team_ids`` are the teams that take cases."""
    faults = {}
    if category in NO_CASE:
        faults["result"] = "no_case"
    if not issues:
        faults["issues"] = "required"
    elif not all(chosen("rights_category", issue) for issue in issues):
        faults["issues"] = "choice"
    if acceptance.team_id not in team_ids:
        faults["team_id"] = "choice"
    if not is_town(acceptance.town):
        faults["case_town"] = "choice"
    for name, listed in (("source", "report_source"), ("client_sex", "sex")):
        if not chosen(listed, getattr(acceptance, name)):
            faults[name] = "choice"
    return faults | _faults_of_incident(acceptance.incident, issues, local_date(at))


def _faults_of_incident(
    incident: IncidentFacts | None, issues: Sequence[str], today: datetime.date
) -> dict[str, str]:
    if incident is None:
        is_needed = DOMESTIC_VIOLENCE in issues
        return {"relationship": "required", "violence_types": "required"} if is_needed else {}
    faults = {}
    for name, listed in (
        ("relationship", "relationship"),
        ("living_together", "living_together"),
        ("precision", "precision"),
    ):
        if not chosen(listed, getattr(incident, name)):
            faults[name] = "choice"
    if not incident.violence_types:
        faults["violence_types"] = "required"
    elif not all(chosen("violence_type", kind) for kind in incident.violence_types):
        faults["violence_types"] = "choice"
    if incident.occurred_on is None and incident.precision != "unknown":
        faults["occurred_on"] = "date_or_unknown"
    elif incident.occurred_on is not None and incident.occurred_on > today:
        faults["occurred_on"] = "future"
    return faults


def answers(text: str | None) -> dict[str, str]:
    """The answers behind what was stored of them; none for an absent field."""
    return dict(json.loads(text)) if text else {}


def as_words(safety: Mapping[str, str], emergency: Mapping[str, str], language: str) -> str:
    """The answers and the emergency as lines of text, for the case that takes them over; empty when none."""
    colon = COLON[language]
    lines = [
        f"{codes.title(name, language)}{colon}{codes.label(name, safety[name], language)}"
        for name in SAFETY_QUESTIONS
        if safety.get(name, NOT_ASKED) != NOT_ASKED
    ]
    lines += [
        f"{step.label(language)}{colon}{emergency[step.code]}"
        for step in codes.listing("emergency_step")
        if emergency.get(step.code)
    ]
    return "\n".join(lines)


def without_asked(text: str) -> str:
    """A case's account without the lines that ``as_words`` added, in either language, each to the end of its block.

    Where she is, who is near, thoughts of suicide: asked to keep her safe, and on no paper that leaves.
    """
    heads = tuple(
        f"{words}{colon}"
        for language, colon in COLON.items()
        for words in (
            *(codes.title(name, language) for name in SAFETY_QUESTIONS),
            *(step.label(language) for step in codes.listing("emergency_step")),
        )
    )
    blocks = []
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        lines = block.split("\n")
        asked = (place for place, line in enumerate(lines) if line.lstrip().startswith(heads))
        if kept := "\n".join(lines[: next(asked, len(lines))]).strip():
            blocks.append(kept)
    return "\n\n".join(blocks)
