"""A small office for tests: every role, two casework teams, a desk, a shelter; keys admitted.

Built once a process through the services themselves, then copied for each test.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import QueuePool

from casework import migrating
from casework.actor import Actor
from casework.boot import boot_secret
from casework.extensions import db
from casework.factory import create_app
from casework.services import accounts, approvals, members, own_account, own_keys, sessions, setup, sign_in
from casework.services.setup import FirstPerson
from config import Settings
from models.enums import Role, TeamKind
from tests.page import Visitor
from tests.postgres import Postgres

PASSWORD = "seven quiet herons 41"
FIRST = {
    Role.SECURITY_OFFICER: FirstPerson("officer", "郑安", PASSWORD),
    Role.SYSTEM_ADMINISTRATOR: FirstPerson("admin", "方维", PASSWORD),
    Role.AUDITOR: FirstPerson("auditor", "罗审", PASSWORD),
    Role.TEAM_LEAD: FirstPerson("lead", "李组", PASSWORD),
}
# username, display name, role, team
STAFF: tuple[tuple[str, str, Role, str | None], ...] = (
    ("officer2", "邓安", Role.SECURITY_OFFICER, None),
    ("lead2", "黄组", Role.TEAM_LEAD, "个案二组"),
    ("house", "温组", Role.TEAM_LEAD, "庇护组"),
    ("operator", "苏线", Role.HOTLINE_OPERATOR, "12338 热线"),
    ("caseworker", "何敏", Role.CASEWORKER, "个案一组"),
    ("colleague", "梁静", Role.CASEWORKER, "个案一组"),
    ("stranger", "周岚", Role.CASEWORKER, "个案二组"),
    ("shelter", "冯庇", Role.SHELTER_STAFF, "庇护组"),
    ("leader", "林审", Role.APPROVING_LEADER, None),
    ("supervisor", "谢管", Role.SUPERVISOR, None),
    ("reporter", "许填", Role.DEPARTMENT_REPORTER, None),
)
NEW_TEAMS = {"个案二组": ("lead2", TeamKind.CASEWORK), "庇护组": ("house", TeamKind.SHELTER)}


@dataclass
class Facts:
    """What a test may need to know of the office: ids by name, and the kit's shares."""

    accounts: dict[str, int] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)
    shares: list[str] = field(default_factory=list)


class Office:
    """A running office: its application, and people to act as."""

    def __init__(self, app: Flask, settings: Settings, facts: Facts) -> None:
        self.app, self.settings, self.facts = app, settings, facts

    @property
    def team_id(self) -> int:
        """The first casework team, 个案一组."""
        return self.facts.teams["个案一组"]

    @property
    def desk_id(self) -> int:
        """The 12338 desk."""
        return self.facts.teams["12338 热线"]

    def account_id(self, username: str) -> int:
        """An account by its name."""
        return self.facts.accounts[username]

    def cookie(self, username: str, password: str = PASSWORD) -> str:
        """A fresh session of this person; inside an application context."""
        signed = sign_in.sign_in(
            username=username, password=password, code="", source="test", device_secret="", device="test"
        )
        return signed.cookie.encoded()

    def actor(self, username: str, password: str = PASSWORD) -> Actor:
        """This person signed in, with her keys; inside an application context."""
        actor = sessions.resume(self.cookie(username, password), boot_secret())
        # Closed, not removed: a test may hold the reader already.
        db.session.close()
        return actor

    def visitor(self, username: str | None = None, *, language: str = "zh") -> Visitor:
        """An inspecting client, signed in as this person, reading this language."""
        visitor = Visitor(self.app, language)
        if username is not None:
            with self.at_work():
                if language != "zh":
                    actor = self.actor(username)
                    own_account.set_preferences(
                        actor, language=language, text_size="standard", keys_off=False
                    )
                visitor.client.set_cookie("casework-session", self.cookie(username))
        return visitor

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """An application context of its own, as a request has."""
        with self.app.app_context():
            yield

    def close(self) -> None:
        """Lets go of the database; whoever still holds a connection would leave it open for the collector."""
        with self.app.app_context():
            pool = db.engine.pool
            held = pool.checkedout() if isinstance(pool, QueuePool) else 0
            db.engine.dispose()
        assert held == 0, f"{held} connection(s) never came back: a reader outlived db.session.remove()"


def _admit(office: Office, lead: str, team: str, username: str) -> None:
    code = own_keys.own_admission_code(office.actor(username))
    members.admit(office.actor(lead), office.facts.teams[team], office.account_id(username), code or "")


def _open_team(office: Office, name: str) -> None:
    username, kind = NEW_TEAMS[name]
    code = own_keys.own_admission_code(office.actor(username))
    office.facts.teams[name] = approvals.open_team(
        office.actor("officer"),
        name=name,
        kind=kind,
        lead_account_id=office.account_id(username),
        typed_code=code or "",
    )
    # Her first request makes the team's keys.
    members.rotate_where_due(office.actor(username))
    members.share_index_where_due(office.actor("lead"))


def _invite(office: Office, username: str, name: str, role: Role, team: str | None) -> None:
    opens = team in NEW_TEAMS and role == Role.TEAM_LEAD
    account_id, token = accounts.invite(
        office.actor("admin"),
        username=username,
        display_name=name,
        role=Role.APPROVING_LEADER if opens else role,
        team_id=None if opens or team is None else office.facts.teams[team],
    )
    office.facts.accounts[username] = account_id
    accounts.accept_invitation(token, PASSWORD)
    for asked in approvals.waiting():
        (approvals.decline if opens else approvals.approve)(office.actor("officer"), asked.role_id)
    if opens and team is not None:
        _open_team(office, team)
    elif team is not None:
        _admit(office, NEW_TEAMS.get(team, ("lead", None))[0], team, username)


def build(office: Office) -> None:
    """Fills an empty, migrated instance, through the services alone."""
    with office.at_work():
        token = setup.new_token()
        assert token is not None
        kit = setup.make_kit(token)
        office.facts.shares = list(kit.shares)
        setup.open_office(
            token,
            kit.shares[0],
            kit.shares[1],
            setup.Office("开平市妇女联合会", "个案一组", "12338 热线", False, FIRST),
        )
        office.facts.teams = {name: team_id for team_id, name, _ in accounts.teams()}
        office.facts.accounts = {line.username: line.account_id for line in accounts.listing()}
        for person in STAFF:
            _invite(office, *person)


def settings_for(folder: Path, database_url: str = "") -> Settings:
    """Settings of a test instance: cheap key derivation, which refuses to start anywhere else."""
    return Settings(instance_path=folder, database_url=database_url, kind="test", argon2_cheap=True)


def empty_office(folder: Path, database_url: str = "") -> Office:
    """A migrated instance without a single account."""
    settings = settings_for(folder, database_url)
    migrating.upgrade(settings, by_command=True)
    return Office(create_app(settings), settings, Facts())


def _facts_file(folder: Path) -> Path:
    return folder / "facts.json"


def _saved(folder: Path, make: Callable[[], Office]) -> Path:
    """Builds an office in ``folder`` once, with its facts beside it."""
    if not _facts_file(folder).exists():
        office = make()
        build(office)
        office.close()
        _facts_file(folder).write_text(json.dumps(asdict(office.facts)))
    return folder


def office_in(folder: Path, database_url: str = "") -> Office:
    """The office that lies in this folder, started again: as another process would find it."""
    settings = settings_for(folder, database_url)
    facts = Facts(**json.loads(_facts_file(folder).read_text()))
    return Office(create_app(settings), settings, facts)


def copied(template: Path, folder: Path, database_url: str = "") -> Office:
    """A copy of a built office in a folder of its own."""
    shutil.copytree(template, folder)
    return office_in(folder, database_url)


def built_in(folder: Path, database_url: str = "") -> Path:
    """A built office in this folder, made at the first call; for runs without pytest."""
    return _saved(folder, lambda: empty_office(folder, database_url))


@pytest.fixture(scope="session")
def office_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built office on SQLite, never used itself."""
    folder = tmp_path_factory.mktemp("office") / "template"
    return _saved(folder, lambda: empty_office(folder))


@pytest.fixture(scope="session")
def postgres_template(
    postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """A built office on PostgreSQL: its folder and the database to copy."""
    folder = tmp_path_factory.mktemp("office") / "template"

    def make(url: str) -> None:
        _saved(folder, lambda: empty_office(folder, url))

    return folder, postgres_server.template(make, f"office_{os.getpid()}")


@pytest.fixture
def office(office_template: Path, tmp_path: Path) -> Iterator[Office]:
    """A whole office on SQLite."""
    made = copied(office_template, tmp_path / "instance")
    yield made
    made.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """A whole office, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        made = copied(request.getfixturevalue("office_template"), tmp_path / "instance")
        yield made
        made.close()
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    folder, template = request.getfixturevalue("postgres_template")
    with server.fresh(template) as url:
        made = copied(folder, tmp_path / "instance", url)
        yield made
        made.close()


def with_settings(office: Office, **changes: Any) -> Office:
    """The same instance started with other settings."""
    settings = replace(office.settings, **changes)
    return Office(create_app(settings), settings, office.facts)
