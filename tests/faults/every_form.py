"""Every form of the application, found by walking its pages as each role: who sends it, where, with which fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError, Rule

from casework.access import PUBLIC, permission_of
from casework.policy import roles_allowed
from casework.services import accounts
from casework.transaction import reader
from models.accounts import AccountRole
from models.enums import Role
from tests.faults import full_case
from tests.faults.worked import Worked, begun_case, recorded_call
from tests.make import Office
from tests.page import Page, Visitor

_TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')
# Whose hands each role is in.
PEOPLE = {
    Role.HOTLINE_OPERATOR: "operator",
    Role.CASEWORKER: "caseworker",
    Role.TEAM_LEAD: "lead",
    Role.SHELTER_STAFF: "shelter",
    Role.APPROVING_LEADER: "leader",
    Role.SUPERVISOR: "supervisor",
    Role.DEPARTMENT_REPORTER: "reporter",
    Role.SECURITY_OFFICER: "officer",
    Role.AUDITOR: "auditor",
    Role.SYSTEM_ADMINISTRATOR: "admin",
}
# Forms that a page holds only now and then, or never: their fields by hand.
BY_HAND: dict[str, tuple[str, ...]] = {
    "sessions.open_again": ("password", "next", "resend", "kept-said"),
    "calls.discard": ("draft",),
    "cases.start": (),
    "account.read_announcement": (),
    "teams.admit": ("typed_code", "password"),
    "security.end_role": ("password",),
    "drafts.save": ("fields",),
    "cases.duties.drop": ("reason", "version"),
    "cases.evidence.begin": ("name", "length", "kind", "description"),
    "cases.evidence.put_part": ("part",),
    "cases.evidence.finish": (),
    "cases.merging.part": (),
    "cases.merging.same": ("pair",),
    "cases.merging.take_back": (),
    "cases.merging.undo": ("reason",),
    "cases.moves.accept": ("version",),
    "cases.moves.follow_up": ("version",),
    "cases.moves.resume": ("version",),
    "cases.moves.undo": ("event_id",),
    "cases.papers.make_extract": ("purpose", "entries", "seen"),
    "cases.rights.answer": ("version",),
    "leader_keys.admit": ("typed_code", "password"),
    "workload.hand_over": ("case", "version", "receiver"),
    "workload.preview": ("receivers",),
}
# Of an empty instance alone.
OF_SET_UP = {"setup.make_kit", "setup.office"}
OPENED_BY_POST = {"cases.parts.contact": "打开"}
OPENED_BY = {"cases.parts.contact": "cases.parts.open_contact"}


@dataclass(frozen=True)
class Form:
    """One form as a page offers it to one person. ``kinds`` maps each field to its control's type."""

    endpoint: str
    username: str | None
    page: str
    action: str
    fields: dict[str, list[str]]
    kinds: dict[str, str]

    @property
    def named(self) -> str:
        """How a failure names it."""
        return f"{self.endpoint} as {self.username or 'anybody'}"


def token_on(visitor: Visitor, address: str) -> str:
    """The form token of this visitor, from any page that holds a form; empty where there is none."""
    found = _TOKEN.search(visitor.client.get(address, headers=visitor.headers).get_data(as_text=True))
    return found[1] if found else ""


@dataclass
class Ground:
    """An office in which every page of the application has something to show, and the arguments of its addresses."""

    office: Office
    worked: Worked
    open_call: str
    arguments: dict[str, Any]
    # Arguments that lead somewhere from one endpoint alone.
    elsewhere: dict[str, dict[str, Any]] = field(default_factory=dict)

    def visitor(self, username: str | None) -> Visitor:
        """This person's browser, freshly signed in; the contact card of the case was opened."""
        visitor = self.office.visitor(username)
        if username in ("caseworker", "lead"):
            card = f"/cases/{self.worked.case}/contact"
            # Not inspected: what earlier inputs left on the page looks like anything.
            visitor.client.post(card, data={"csrf_token": token_on(visitor, "/account")})
        return visitor


def prepared(office: Office, word: full_case.Word = full_case.plain) -> Ground:
    """An office with a full case, a call, somebody invited and somebody to be approved."""
    worked, call = begun_case(office), recorded_call(office)
    with office.at_work():
        full = full_case.office_at_work(office, word, worked.case)
        admin = office.actor("admin")
        new, _ = accounts.invite(
            admin, username="newcomer", display_name="新来", role=Role.CASEWORKER, team_id=office.team_id
        )
        _, token = accounts.invite(
            admin, username="invited", display_name="待设", role=Role.SUPERVISOR, team_id=None
        )
        role = reader().scalars(select(AccountRole.id)).first()
        session = office.actor("caseworker").session_id
    arguments = {
        "account_id": new,
        "team_id": office.team_id,
        "token": token,
        "session_id": session,
        "follow_up_id": worked.follow_up_id,
        "incident_id": worked.incident_id,
        "role_id": role,
        "form": "call",
        "subject_id": 7,
        "notice_id": 1,
        "filename": "casework.css",
    }
    return Ground(office, worked, call, full.arguments | arguments, full.elsewhere)


def who_may(app: Flask, endpoint: str) -> list[str | None]:
    """One person for each role that the policy lets in; nobody in particular for a public page."""
    permission = permission_of(app, endpoint)
    if permission == PUBLIC or permission is None:
        return [None]
    return [PEOPLE[role] for role in Role if role in roles_allowed(permission)]


def address(ground: Ground, rule: Rule) -> str | None:
    """The address of a rule with arguments that lead somewhere; None where there are none."""
    number = ground.open_call if rule.rule.startswith("/calls") else ground.worked.case
    other = ground.elsewhere.get(rule.endpoint, {})
    given = {name: {"number": number, **ground.arguments, **other}.get(name) for name in rule.arguments}
    if None in given.values():
        return None
    try:
        return ground.office.app.url_map.bind("localhost").build(rule.endpoint, given)
    except BuildError:
        return None


def pages(ground: Ground, username: str | None) -> Iterator[Page]:
    """Every page that this person can fetch, forms and all."""
    app = ground.office.app
    visitor = ground.visitor(username)
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if "GET" not in (rule.methods or ()) or username not in who_may(app, rule.endpoint):
            continue
        where = address(ground, rule)
        if where is None or rule.endpoint in ("static", "bootstrap.static"):
            continue
        answer = visitor.client.get(where, headers=visitor.headers)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            yield Page(answer, where)
        opening = OPENED_BY_POST.get(rule.endpoint)
        # A reader under a grant of other parts is offered no card.
        if opening and answer.status_code == 200 and username in who_may(app, OPENED_BY[rule.endpoint]):
            visitor.page = Page(answer, where)
            opened = visitor.submit(opening)
            yield opened
            if opened.has_button("修改联系卡"):
                yield visitor.submit("修改联系卡")


def _endpoint(app: Flask, action: str) -> str | None:
    try:
        endpoint, _ = app.url_map.bind("localhost").match(action.partition("?")[0], method="POST")
    except HTTPException:
        return None
    return str(endpoint)


def _kinds(form: Any) -> dict[str, str]:
    found = {}
    for control in form.find_all(["input", "select", "textarea"]):
        if control.get("name"):
            kind = control.get("type", "text") if control.name == "input" else control.name
            found[str(control["name"])] = str(kind)
    return found


def forms_of(app: Flask, page: Page, username: str | None) -> Iterator[Form]:
    """The POST forms of a page, and what else their buttons lead to."""
    for tag in page.soup.find_all("form"):
        if str(tag.get("method", "")).lower() != "post":
            continue
        actions = [str(tag["action"]), *(str(it["formaction"]) for it in tag.select("[formaction]"))]
        for action in dict.fromkeys(actions):
            target = urljoin(page.address, action)
            endpoint = _endpoint(app, target)
            if endpoint is not None:
                yield Form(endpoint, username, page.address, target, page.fields(tag), _kinds(tag))


def every_form(ground: Ground) -> list[Form]:
    """Each form once for each role that may send it."""
    app = ground.office.app
    found: dict[tuple[str, str | None], Form] = {}
    for username in [None, *PEOPLE.values()]:
        for page in pages(ground, username):
            for form in forms_of(app, page, username):
                richer = found.get((form.endpoint, username))
                if richer is None or len(richer.kinds) < len(form.kinds):
                    found[(form.endpoint, username)] = form
    forms = list(found.values())
    return forms + by_hand(ground, forms)


def by_hand(ground: Ground, forms: list[Form]) -> list[Form]:
    """The forms of ``BY_HAND`` that no page offered, one for each person who may send them."""
    app, found = ground.office.app, {form.endpoint for form in forms}
    made = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in BY_HAND or rule.endpoint in found or "POST" not in (rule.methods or ()):
            continue
        where = address(ground, rule)
        assert where is not None, rule
        kinds = {
            name: {"password": "password", "csrf_token": "hidden"}.get(name, "text")
            for name in ("csrf_token", *BY_HAND[rule.endpoint])
        }
        for username in who_may(app, rule.endpoint)[:1]:
            made.append(
                Form(rule.endpoint, username, "/account", where, {name: [""] for name in kinds}, kinds)
            )
    return made


def unfound(ground: Ground, forms: list[Form]) -> set[str]:
    """The POST endpoints that nobody sends anything to."""
    app = ground.office.app
    posting = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    return posting - {form.endpoint for form in forms} - OF_SET_UP
