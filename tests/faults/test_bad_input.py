"""Whatever is sent to whichever form or address: an answer in words, a valid page, nothing typed lost."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from casework.access import STATIC_ENDPOINTS
from casework.presentation import typed
from casework.services import setup
from tests.faults import whole
from tests.faults.bad_input import ANSWERS, NUMBERS, Outcome, attack
from tests.faults.every_form import PEOPLE, Form, Ground, every_form, forms_of, prepared, unfound, who_may
from tests.make import Office, built_in, copied, empty_office
from tests.page import Visitor, faults

INPUTS_A_FORM = 25
# A form that other roles send as well gets these from each of them.
INPUTS_AGAIN = 1
ODD_QUERY = (
    "after",
    "before",
    "week",
    "draft",
    "next",
    "state",
    "town",
    "assignee",
    "since",
    "until",
    "number",
)


def shares(forms: list[Form], inputs: int, again: int) -> list[tuple[Form, int]]:
    """How many inputs each form gets: all for the first person who may send it, a few for each other one."""
    seen: set[str] = set()
    dealt = []
    for form in forms:
        dealt.append((form, again if form.endpoint in seen else inputs))
        seen.add(form.endpoint)
    return dealt


def drill(n: int, seed: int = 1) -> Outcome:
    """About ``n`` bad inputs over every form of an office of its own."""
    with tempfile.TemporaryDirectory(prefix="casework-inputs-") as temporary:
        office = copied(built_in(Path(temporary) / "template"), Path(temporary) / "instance")
        ground = prepared(office)
        outcome = Outcome()
        forms = every_form(ground)
        kinds = len({form.endpoint for form in forms})
        again = max(1, n // (10 * len(forms)))
        each = max(1, (n - again * (len(forms) - kinds)) // kinds + 1)
        for form, inputs in shares(forms, each, again):
            attack(ground, form, inputs, seed, outcome)
        with office.at_work():
            outcome.wrong += whole.faults()
        office.close()
    return outcome


@pytest.fixture
def ground(office: Office) -> Ground:
    """An office with something on every page."""
    return prepared(office)


@pytest.mark.drill
def test_every_form_answers_bad_input_in_words(ground: Ground) -> None:
    forms = every_form(ground)
    assert unfound(ground, forms) == set()
    outcome = Outcome()
    for form, inputs in shares(forms, INPUTS_A_FORM, INPUTS_AGAIN):
        attack(ground, form, inputs, 1, outcome)
    assert outcome.wrong == []
    with ground.office.at_work():
        assert whole.faults() == []


@pytest.mark.drill
def test_set_up_answers_bad_input_in_words(tmp_path: Path) -> None:
    office = empty_office(tmp_path / "instance")
    with office.at_work():
        token = setup.new_token()
    start = f"/setup/{token}"
    visitor = Visitor(office.app)
    visitor.get(start)
    visitor.submit("套件")
    page = visitor.get(f"{start}/office")
    (form,) = [it for it in forms_of(office.app, page, None) if it.endpoint == "setup.office"]
    outcome = Outcome()
    attack(Ground(office, None, "", {}), form, INPUTS_A_FORM, 1, outcome)  # type: ignore[arg-type]
    assert outcome.wrong == []
    office.close()


def odd_addresses(ground: Ground, rule: Rule, chance: random.Random) -> list[str]:
    """Addresses of a rule with arguments that lead nowhere, and with a query that nobody understands."""
    found = []
    for number in range(4):
        where = rule.rule
        for name in rule.arguments:
            odd = chance.choice(
                [*NUMBERS, "a%00b", "%ED%A0%80", "%F0%9F%99%8F", "..%2f..", "x" * 3000, "2026-9999"]
            )
            known = {"number": ground.worked.case, **ground.arguments}
            value = odd if number % 2 or name not in known else known[name]
            for form in (f"<int:{name}>", f"<path:{name}>", f"<{name}>"):
                where = where.replace(form, str(value))
        found.append(f"{where}?" + "&".join(f"{it}={chance.choice(ODD_VALUES)}" for it in ODD_QUERY))
    return found


ODD_VALUES = [
    *NUMBERS,
    "0001-01-01",
    "9999-12-31",
    "%00",
    "%FF",
    "%ED%A0%80",
    "%F0%9F%99%8F",
    "a.b",
    "9999-12-31.1",
    "1-99999999999999999999",
    "//elsewhere.example",
    "javascript:alert(1)",
]


@pytest.mark.drill
def test_every_address_answers_odd_arguments_in_words(ground: Ground) -> None:
    chance, wrong = random.Random(2), []
    app = ground.office.app
    for username in [None, *PEOPLE.values()]:
        visitor = ground.visitor(username)
        for rule in sorted(app.url_map.iter_rules(), key=str):
            if "GET" not in (rule.methods or ()) or username not in who_may(app, rule.endpoint):
                continue
            if rule.endpoint in STATIC_ENDPOINTS:
                continue
            for number, where in enumerate(odd_addresses(ground, rule, chance)):
                answer = visitor.client.get(where, headers=visitor.headers)
                text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
                if answer.status_code not in ANSWERS | {302, 303, 304, 308} or "Traceback" in text:
                    wrong.append(f"{username} {where[:200]} answered {answer.status_code}")
                elif (
                    text and number == 0 and not 300 <= answer.status_code < 400 and (broken := faults(text))
                ):
                    wrong.append(f"{username} {where[:200]}: {broken[:3]}")
                if "elsewhere.example" in answer.headers.get("Location", ""):
                    wrong.append(f"{username} {where[:200]} leads elsewhere")
    assert wrong == []


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "null",
        "{",
        '{"fields": 1}',
        '{"fields": {"said": {"a": 1}}}',
        '{"fields": {"said": [1]}}',
        '{"fields": {"said": "\\ud800\\u0000"}}',
        '{"fields": ' + '{"a":' * 5_000 + "1" + "}" * 5_001,
        '{"fields": {"said": "' + "x" * 1_100_000 + '"}}',
    ],
)
def test_a_draft_of_nonsense_is_answered(office: Office, content: str) -> None:
    visitor = office.visitor("operator")
    token = str(visitor.get("/calls/new").one("input[name=csrf_token]")["value"])
    answer = visitor.client.post(
        "/drafts/call/7", data=content, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert answer.status_code in ANSWERS
    visitor.get("/calls/new?draft=7")


@pytest.mark.postgres
@pytest.mark.drill
def test_no_character_is_too_much_for_postgres(any_office: Office) -> None:
    if not any_office.settings.database_url:
        return
    ground = prepared(any_office)
    outcome = Outcome()
    wanted = {
        "accounts.invite",
        "calls.take",
        "calls.save",
        "cases.parts.client",
        "sessions.sign_in",
        "cases.assign",
    }
    for form in every_form(ground):
        if form.endpoint in wanted:
            attack(ground, form, 8, 3, outcome)
    visitor = ground.visitor("caseworker")
    for where in ("/cases/a%00b", "/cases/a%00b/account", "/cases?town=%00&assignee=%00", "/calls/%00"):
        assert visitor.client.get(where).status_code in ANSWERS
    assert outcome.wrong == []


def test_the_first_word_about_the_other_party_may_be_his_number_alone(office: Office) -> None:
    case = prepared(office).worked.case
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{case}/identity/other-party")
    visitor.submit("保存", {"phone": "13900000002"})
    visitor.get(f"/cases/{case}/identity/other-party")
    assert visitor.page is not None and visitor.page.one("input[name=phone]")["value"] == "13900000002"


def test_readable_text_keeps_every_word_and_drops_what_no_page_may_hold() -> None:
    kept = "她说\t的\r\n话 🙏👩‍👧 \u200f\u202e é"
    assert typed.readable(kept) == kept
    assert typed.readable("a\x00\x1b\x7f\x85\ud800\ufdd0\uffff\U0001fffeb") == "ab"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        (str(2**63 - 1), 2**63 - 1),
        (str(2**63), None),
        ("٧", None),
        ("-1", None),
        ("", None),
        (None, None),
    ],
)
def test_a_row_id_is_a_number_that_a_row_can_have(text: str | None, number: int | None) -> None:
    assert typed.row_id(text) == number
