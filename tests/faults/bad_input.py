"""Inputs that no form expects, made from a seed, and what every answer to them must be."""

from __future__ import annotations

import html
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.faults.every_form import Form, Ground, token_on
from tests.make import PASSWORD
from tests.page import Visitor, faults

HUGE = "她说的话" * 5_000
WORDS: tuple[str, ...] = (
    HUGE,
    "🙏👩‍👧🌸" * 300,
    "‮倒写‬ \u200f\u200e\u2066右到左\u2069",
    "a\x00b",
    "\x01\x02\x1b[31m\x7f",
    "<script>alert(1)</script>'\"--;",
    "{{ 7*7 }} %(name)s {0} %s",
    "../../etc/passwd",
    "\r\nSet-Cookie: a=b\r\n",
    "\ufffe\uffff\U0010ffff",
    "é" * 300,
    " ",
    "٣٤٥",
    "²³",
    "𝟏𝟐",
)
NUMBERS: tuple[str, ...] = (
    "-1",
    "0",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "9" * 18,
    "9" * 19,
    "1" * 400,
    "1e309",
    "NaN",
    "0x10",
    "1.5",
    "١٢",
)
DATES: tuple[str, ...] = (
    "0001-01-01",
    "9999-12-31",
    "1970-01-01",
    "2026-02-30",
    "10000-01-01",
    "2026-11-24T00:00",
    "not a date",
    "-001-01-01",
)
TIMES: tuple[str, ...] = ("00:00", "23:59", "24:00", "12:60", "noon", "00:00:00.1")
ANY: tuple[str, ...] = (*WORDS, *NUMBERS, *DATES, *TIMES, "")
# Statuses that a form may be answered with; 503 and 507 mean that something was wrong with us.
ANSWERS = {200, 302, 303, 400, 401, 403, 404, 409, 413, 415, 422, 423, 429}
# Forms whose right password would take the ground away from under the others.
NEVER_CONFIRMED = {
    "account.password",
    "teams.remove",
    "security.reset",
    "accounts.disable",
    "security.end_role",
}
SIGNS_OUT = {"sessions.lock", "sessions.sign_out", "sessions.leave", "account.end_session"}

Sent = MultiDict[str, str]
Way = Callable[[random.Random, Form, Sent], None]


def _names(form: Form) -> list[str]:
    return [name for name in form.kinds if name != "csrf_token"]


def _fitting(chance: random.Random, kind: str) -> str:
    """A value of the sort that the control promises, at the edge of it or past it."""
    if kind == "date":
        return chance.choice(DATES)
    if kind == "time":
        return chance.choice(TIMES)
    return chance.choice(NUMBERS if kind in ("number", "hidden") else WORDS)


def one_field(chance: random.Random, form: Form, sent: Sent) -> None:
    """One field holds something of its sort, at the edge or past it."""
    if names := _names(form):
        name = chance.choice(names)
        sent[name] = _fitting(chance, form.kinds[name])


def wrong_type(chance: random.Random, form: Form, sent: Sent) -> None:
    """One field holds something of any sort."""
    if names := _names(form):
        sent[chance.choice(names)] = chance.choice(ANY)


def every_field(chance: random.Random, form: Form, sent: Sent) -> None:
    """Every field that can be typed into is filled to the edge."""
    for name in _names(form):
        if form.kinds[name] not in ("hidden", "password"):
            sent[name] = _fitting(chance, form.kinds[name])


def same_everywhere(chance: random.Random, form: Form, sent: Sent) -> None:
    """Every field holds the same thing."""
    value = chance.choice(ANY)
    for name in _names(form):
        if form.kinds[name] != "password":
            sent[name] = value


def missing(chance: random.Random, form: Form, sent: Sent) -> None:
    """Some fields are absent."""
    for name in _names(form):
        if chance.random() < 0.5:
            sent.poplist(name)


def doubled(chance: random.Random, form: Form, sent: Sent) -> None:
    """Fields come twice, with different values."""
    for name in _names(form):
        if form.kinds[name] != "password":
            sent.add(name, chance.choice(ANY))


def unknown(chance: random.Random, form: Form, sent: Sent) -> None:
    """Fields that nobody knows come along."""
    for name in (
        "team_id",
        "version",
        "_method",
        "next",
        "resend",
        "kept-csrf_token",
        "__class__",
        "a" * 500,
        "名",
    ):
        sent.add(name, chance.choice(ANY))


def no_token(chance: random.Random, form: Form, sent: Sent) -> None:
    """The token is wrong, while something was typed."""
    one_field(chance, form, sent)
    sent["csrf_token"] = chance.choice(["", "nonsense", HUGE[:300], "a.b.c"])


WAYS: tuple[Way, ...] = (
    one_field,
    one_field,
    wrong_type,
    wrong_type,
    every_field,
    same_everywhere,
    missing,
    doubled,
    unknown,
    no_token,
)


@dataclass
class Outcome:
    """What a number of bad inputs came to; ``wrong`` are sentences and must be none."""

    inputs: int = 0
    forms: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def _start(form: Form) -> Sent:
    sent: Sent = MultiDict()
    for name, values in form.fields.items():
        for value in values:
            sent.add(name, value)
    for name, kind in form.kinds.items():
        if kind == "password" and form.endpoint not in NEVER_CONFIRMED:
            sent[name] = PASSWORD
    return sent


def _post(visitor: Visitor, form: Form, sent: Sent, chance: random.Random) -> tuple[str, TestResponse]:
    way = chance.random()
    if way < 0.04:
        return "json", visitor.client.post(form.action, json=dict(sent), headers=visitor.headers)
    if way < 0.08:
        # Percent-encoded bytes that are no UTF-8: a lone surrogate, a cut-off character, a wild byte.
        raw = "&".join(
            f"{name}={chance.choice(['%ED%A0%80', '%E4%BD', '%FF%00', '%'])}" for name in form.kinds
        )
        token = sent.get("csrf_token", "")
        body = f"{raw}&csrf_token={token}".replace("csrf_token=%", "x=%")
        kind = "application/x-www-form-urlencoded"
        return "raw", visitor.client.post(form.action, data=body, content_type=kind, headers=visitor.headers)
    if way < 0.1:
        kind = "multipart/form-data; boundary=x"
        return "cut", visitor.client.post(
            form.action, data=b"--x\r\nContent-Disp", content_type=kind, headers=visitor.headers
        )
    data: dict[str, Any] = sent.to_dict(flat=False)
    return "form", visitor.client.post(form.action, data=data, headers=visitor.headers)


def _kept(form: Form, sent: Sent, text: str) -> str | None:
    """A sentence where a form came back without what was typed into it."""
    shown = html.unescape(text)
    for name, kind in form.kinds.items():
        typed = (sent.getlist(name) or [""])[0].strip()
        # What no page may hold at all, and what a browser itself would not send, is not looked for.
        plain = all(it.isprintable() or it == "\u200d" for it in typed)
        if kind not in ("text", "textarea", "tel", "search") or not typed or not plain:
            continue
        if f'name="{name}"' in text and typed not in shown:
            return f"{name} lost {typed[:40]!r}"
    return None


def _wrong_with(form: Form, sent: Sent, how: str, answer: TestResponse, thorough: bool) -> str | None:
    # A file that leaves is no text.
    text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    if answer.status_code not in ANSWERS:
        return f"answered {answer.status_code}"
    if "Traceback" in text or "sqlalchemy" in text.lower():
        return "showed a traceback"
    if answer.status_code == 500 or answer.mimetype != "text/html" or 300 <= answer.status_code < 400:
        return None
    # What looks like a template in what was typed is none.
    broken = [it for it in faults(text) if not it.startswith("unrendered")] if thorough else []
    if broken:
        return f"is no valid page: {broken[:3]}"
    if how == "form" and answer.status_code in (400, 409, 422):
        return _kept(form, sent, text)
    return None


def _token(visitor: Visitor, form: Form) -> str:
    # The form over an opened card has no address that can be fetched.
    return token_on(visitor, form.page if not form.page.endswith("/contact/edit") else "/account")


def attack(ground: Ground, form: Form, inputs: int, seed: int, outcome: Outcome) -> None:
    """Sends so many bad inputs to a form; every fault is noted with what brings it back."""
    chance = random.Random(f"{seed}/{form.endpoint}/{form.username}")
    visitor = ground.visitor(form.username)
    token = _token(visitor, form)
    outcome.forms += 1
    for number in range(inputs):
        sent = _start(form)
        sent["csrf_token"] = token
        way = chance.choice(WAYS)
        way(chance, form, sent)
        how, answer = _post(visitor, form, sent, chance)
        outcome.inputs += 1
        outcome.statuses[answer.status_code] = outcome.statuses.get(answer.status_code, 0) + 1
        wrong = _wrong_with(form, sent, how, answer, thorough=number % 8 == 0)
        if wrong:
            short = {name: [it[:60] for it in values] for name, values in sent.to_dict(flat=False).items()}
            outcome.wrong.append(f"{form.named} {way.__name__}/{how} {wrong}; sent {short}")
        if form.endpoint in SIGNS_OUT or answer.status_code in (401, 423):
            visitor = ground.visitor(form.username)
            token = _token(visitor, form)
