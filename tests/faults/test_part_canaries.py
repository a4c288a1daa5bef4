"""What was written into any part of a case, or about one, is in the pages of those who may read it alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.extensions import db
from tests.access.matrix import routes
from tests.faults import whole
from tests.faults.canaries import CANARIES, NUMBERS, PART_NAMES
from tests.faults.every_form import PEOPLE, Form, Ground, address, every_form, prepared, token_on
from tests.faults.test_canaries import FINDER, Log, Watched, log, watched_places
from tests.make import Office

__all__ = ["log", "watched_places"]
C = CANARIES
# What ends the ground under the others, or asks for a password on the way.
LEFT_ALONE = {"sessions.lock", "sessions.sign_out", "sessions.leave", "sessions.open_again", "setup.office"}
# Never shown again: searched by index, sealed for the other side of the desk, or put aside with its file.
UNSHOWN = {"evidence_bytes", "any_draft", "upload_shows", "glass_reason"}
# Shown at addresses that are not walked here: of other cases, of reviews, of decided files.
SHOWN_ELSEWHERE = {
    "rights_words",
    "emergency_reason",
    "approval_opinion",
    "closing_opinion",
    "child_home",
    "child_school",
}


def reads_everything(ground: Ground, watched: Watched, username: str) -> None:
    """Every address that is given out for reading, files and prints included."""
    rules = {
        rule.endpoint: rule
        for rule in ground.office.app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
    }
    for route in routes(ground.office.app):
        if route.method != "GET" or route.endpoint in ("static", "bootstrap.static"):
            continue
        where = address(ground, rules[route.endpoint])
        if where is not None:
            watched.visitor.client.get(where, headers=watched.visitor.headers, buffered=True)


def types_into(watched: Watched, form: Form) -> None:
    """Sends a form with the same unmistakable word in whatever can be typed into."""
    typed = {
        name: [C["typed_anywhere"]] if form.kinds[name] in ("text", "textarea", "search") else values
        for name, values in form.fields.items()
    }
    client, headers = watched.visitor.client, watched.visitor.headers
    typed["csrf_token"] = [token_on(watched.visitor, form.page)]
    client.post(form.action, data=typed, headers=headers, buffered=True)
    client.get("/account", headers=headers)


@pytest.mark.long
def test_no_word_of_any_part_is_anywhere_but_in_its_pages(
    any_office: Office, watched_places: Path, log: Log
) -> None:
    office = any_office
    ground = prepared(office, lambda name: C[name])
    visitors = {username: Watched(office, username) for username in PEOPLE.values()}
    for username, watched in visitors.items():
        reads_everything(ground, watched, username)
    shown = "".join(watched.shown for watched in visitors.values())
    forms = [form for form in every_form(ground) if form.username in visitors]
    typing = {username: Watched(office, username) for username in visitors}
    for form in forms:
        if form.endpoint not in LEFT_ALONE and form.username is not None:
            types_into(typing[form.username], form)
    leaks = [leak for each in (*visitors.values(), *typing.values()) for leak in each.leaks]
    leaks += FINDER.in_words("the log", log.words())
    leaks += FINDER.in_folder(office.settings.instance_path) + FINDER.in_folder(watched_places)
    leaks += FINDER.in_tables(office)
    assert leaks == []
    missing = (
        {name for name in PART_NAMES if C[name] not in shown} - UNSHOWN - SHOWN_ELSEWHERE - {"typed_anywhere"}
    )
    assert missing == set()
    assert NUMBERS["staff_phone"] not in shown
    with office.at_work():
        assert whole.faults() == []
        db.session.remove()
