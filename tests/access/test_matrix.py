"""Every route for every role: what the policy says, what the golden file says, and what the server answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from casework import access
from casework.policy import POLICY, roles_allowed
from casework.requests import WITHOUT_TOKEN
from models.enums import Role
from tests.access import matrix
from tests.access.people import PEOPLE, Caller, Rows, address, make_rows
from tests.make import Office

NOT_SEEN = 404
SHOWN = {200, 303}
# Their rows are not made here, or are one person's alone, or not in that state.
NO_SUCH_ROW = {
    "approvals.decide",
    "approvals.print_hers",
    "cases.duties.drop",
    "cases.evidence.upload",
    "cases.moves.decide",
    "cases.notes.correct",
    "emergency.answer",
    "emergency.review",
    "leader_keys.admit",
    "new_cases.fill",
    "search.page",
    "bootstrap.static",
    "invitations.accept",
    "security.end_role",
    "setup.office",
    "setup.start",
    "statistics.edition",
    "teams.admit",
}


@pytest.fixture
def rows(office: Office) -> Iterator[Rows]:
    """Rows that exist."""
    with office.at_work():
        made = make_rows(office)
    yield made


def test_the_matrix_is_the_golden_one(office: Office) -> None:
    assert matrix.text(office.app).splitlines() == matrix.GOLDEN.read_text(encoding="utf-8").splitlines(), (
        "routes or roles changed: look at the difference, then run python -m tests.access.matrix"
    )


def test_every_permission_is_used_or_waits_for_its_step(office: Office) -> None:
    used = {route.permission for route in matrix.routes(office.app)} - {access.PUBLIC}
    assert used <= set(POLICY)
    for permission, (roles, sentence) in POLICY.items():
        assert roles and sentence.endswith("."), permission


def test_every_role_has_somebody_in_the_tests() -> None:
    assert set(PEOPLE) == set(Role)


@pytest.mark.parametrize("role", sorted(Role))
def test_a_role_gets_what_is_hers_and_no_more(office: Office, role: Role) -> None:
    with office.at_work():
        rows = make_rows(office, whole=role in roles_allowed("case.read"))
    caller = Caller(office, PEOPLE[role])
    wrong = []
    for route in matrix.routes(office.app):
        status = caller.ask(route, rows).status_code
        allowed = role in route.roles
        if status >= 500 or (not allowed and status != NOT_SEEN):
            wrong.append((route.line, status))
        if allowed and route.method == "GET" and status not in SHOWN and route.endpoint not in NO_SUCH_ROW:
            wrong.append((route.line, status))
    assert wrong == []


@pytest.mark.parametrize("role", sorted(Role))
def test_what_a_role_is_refused_looks_like_what_is_not_there(office: Office, rows: Rows, role: Role) -> None:
    caller = Caller(office, PEOPLE[role])
    nowhere = caller.client.get("/nothing/of/this/name")
    assert nowhere.status_code == NOT_SEEN
    for route in matrix.routes(office.app):
        if route.method == "GET" and role not in route.roles:
            answer = caller.client.get(address(office, rows, route.rule), buffered=True)
            assert _plain(answer.get_data(as_text=True)) == _plain(nowhere.get_data(as_text=True)), route.line


def _plain(page: str) -> str:
    """A page without the address it stands at, its form tokens and what the rail marks."""
    import re

    page = re.sub(r'name="(?:csrf_token|next)" value="[^"]*"', "", page)
    return re.sub(r' aria-current="page"', "", page)


def test_nobody_signed_in_goes_to_sign_in(office: Office, rows: Rows) -> None:
    caller = Caller(office, None)
    wrong = []
    for route in matrix.routes(office.app):
        answer = caller.ask(route, rows)
        if route.is_public:
            if answer.status_code >= 500:
                wrong.append((route.line, answer.status_code))
        elif answer.status_code != 303 or answer.headers["Location"] != "/sign-in":
            wrong.append((route.line, answer.status_code))
    assert wrong == []
    for where in ("/nothing", "/cases/2026-9999", "/calls/2026-9999/accept"):
        assert caller.client.get(where).headers["Location"] == "/sign-in"


def test_a_post_without_a_token_changes_nothing(office: Office, rows: Rows) -> None:
    for role, username in PEOPLE.items():
        client = Caller(office, username).client
        for route in matrix.routes(office.app):
            if route.method == "POST":
                status = client.post(address(office, rows, route.rule), buffered=True).status_code
                expected = 400 if role in route.roles else NOT_SEEN
                if route.endpoint in WITHOUT_TOKEN:
                    # Locking needs none, and harms nobody: begin again as the same person.
                    expected, client = 303, Caller(office, username).client
                assert status == expected, (route.line, role, status)


def test_a_locked_session_shows_nothing(office: Office, rows: Rows) -> None:
    caller = Caller(office, "lead")
    caller.client.post("/lock", data={"csrf_token": caller.token})
    for route in matrix.routes(office.app):
        if route.is_public or Role.TEAM_LEAD not in route.roles or route.endpoint.startswith("sessions."):
            continue
        where = address(office, rows, route.rule)
        if route.method == "GET":
            answer = caller.client.get(where, buffered=True)
            assert answer.status_code == 303 and answer.headers["Location"].startswith("/unlock"), route.line
        else:
            answer = caller.client.post(where, data={"csrf_token": caller.token, "said": "kept"})
            assert answer.status_code == 423, route.line
            assert "kept" in answer.get_data(as_text=True)


def test_signed_in_answers_are_kept_by_no_browser(office: Office, rows: Rows) -> None:
    caller = Caller(office, "lead")
    for route in matrix.routes(office.app):
        if route.method == "GET" and not route.is_public:
            headers = caller.ask(route, rows).headers
            assert headers["Cache-Control"] == "no-store", route.line
            assert headers["Referrer-Policy"] == "no-referrer"
            assert "default-src 'none'" in headers["Content-Security-Policy"]
