"""One person a role with a client of her own, and addresses filled with rows that exist."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from casework.clock import today
from casework.services import calls, follow_ups
from casework.services.follow_ups import Planned
from casework.transaction import reader
from models.enums import Role
from models.follow_ups import FollowUp
from models.incidents import Incident
from tests.access.file_rows import make_file, make_paper
from tests.access.matrix import Route
from tests.make import Office
from tests.services.test_calls import a_call, an_acceptance

PEOPLE = {
    Role.HOTLINE_OPERATOR: "operator",
    Role.CASEWORKER: "caseworker",
    Role.TEAM_LEAD: "lead",
    Role.APPROVING_LEADER: "leader",
    Role.SHELTER_STAFF: "shelter",
    Role.SUPERVISOR: "supervisor",
    Role.DEPARTMENT_REPORTER: "reporter",
    Role.SECURITY_OFFICER: "officer",
    Role.AUDITOR: "auditor",
    Role.SYSTEM_ADMINISTRATOR: "admin",
}


@dataclass(frozen=True)
class Rows:
    """Rows that exist: a case of 个案一组 with an incident and a follow-up, and a call that has no case."""

    case: str
    call: str
    incident: int
    follow_up: int
    file: dict[str, int] = field(default_factory=dict)
    paper: str = "0"


def make_rows(office: Office, *, whole: bool = False) -> Rows:
    """Makes them through the services; inside an application context. ``whole``: a row of every part of the case."""
    operator = office.actor("operator")
    case = calls.record(operator, a_call(operator, result="case_opened"), an_acceptance(office)).case_number
    call = calls.record(operator, a_call(operator)).number
    assert case is not None
    planned = follow_ups.plan(office.actor("caseworker"), case, Planned("routine", today()))
    incident = reader().scalars(select(Incident.id)).one()
    assert reader().get(FollowUp, planned) is not None
    if not whole:
        return Rows(case, call, incident, planned)
    return Rows(case, call, incident, planned, make_file(office, case), make_paper(office, case))


def address(office: Office, rows: Rows, rule: str) -> str:
    """The rule with its gaps filled."""
    number = rows.call if rule.startswith("/calls/") else rows.case
    filled = {
        "number": number,
        "incident_id": rows.incident,
        "follow_up_id": rows.follow_up,
        "team_id": office.team_id,
        "account_id": office.account_id("colleague"),
        "form": "call",
        "indicator": "L10.5",
        "period": "2026-01",
        "token": "nothing",
        "filename": "casework.css",
        "paper_number": rows.paper,
        "role": "relative",
        "kind": "grant",
        **rows.file,
    }
    areas = [part for part in rule.split("/") if part and not part.startswith("<")]

    def fill(gap: re.Match[str]) -> str:
        name = gap.group(1)
        # Two areas may call different rows by one name.
        held = next((filled[f"{area}/{name}"] for area in areas if f"{area}/{name}" in filled), None)
        return str(held if held is not None else filled.get(name, 1))

    return re.sub(r"<(?:\w+:)?(\w+)>", fill, rule)


class Caller:
    """Somebody who asks for any address with any method, with a session and token that are good."""

    def __init__(self, office: Office, username: str | None) -> None:
        self.office, self.username = office, username
        self.client: FlaskClient = office.app.test_client()
        self._sign_in()
        self.token = self._token()

    def _sign_in(self) -> None:
        if self.username is not None:
            with self.office.at_work():
                self.client.set_cookie("casework-session", self.office.cookie(self.username))

    def _token(self) -> str:
        page = self.client.get("/sign-in")
        field = BeautifulSoup(page.get_data(as_text=True), "html5lib").find("input", {"name": "csrf_token"})
        assert field is not None
        return str(field["value"])

    def ask(self, route: Route, rows: Rows) -> TestResponse:
        """What the server answers; a session that an earlier request ended is begun anew."""
        where = address(self.office, rows, route.rule)
        if route.method == "GET":
            return self.client.get(where, buffered=True)
        answer = self.client.post(where, data={"csrf_token": self.token})
        self._sign_in()
        return answer
