"""The demonstration: a made-up county that is complete, signs in, and belongs to nobody."""

from __future__ import annotations

import datetime
import json
import re
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

import config
from casework.actor import Actor
from casework.boot import boot_secret
from casework.clock import DAY, instant, local, now_us, pretending
from casework.demo import folder
from casework.demo.callers import CALLS_A_CASE, Callers, CallPlan
from casework.demo.county import Chance, county
from casework.demo.timing import OFFICE_HOURS, Seasons, Span, office_moment
from casework.extensions import db
from casework.factory import create_app
from casework.services import access_reviews, case_lists, leader_keys, notices, sessions, sign_in, today
from casework.services.password_rules import fault
from casework.transaction import hurrying, reader, write
from models.access import AccessRequest, DutyPerson, EmergencyOpening, StaffRelation
from models.approval_files import ApprovalFile
from models.calls import Call
from models.cases import Assessment, Case, Consent
from models.drafts import Draft
from models.enums import CaseState, Role
from models.follow_ups import FollowUp
from models.merges import Merge
from models.papers import Paper, RightsRequest
from models.people import Person
from models.staff_care import CheckIn, HandoverNote
from models.statistics import Snapshot
from tests.make import Office, settings_for
from tests.page import Visitor

SIZE, SEED = 12, 7
NOBODYS_NUMBER = re.compile(r"1\d\d0000\d{4}")


def run(app: Flask, *options: str) -> Result:
    """`flask demo load` with these options."""
    result = app.test_cli_runner().invoke(args=["demo", "load", *options])
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return result


@dataclass
class Demo:
    """A loaded instance: its application, folder and accounts."""

    app: Flask
    path: Path
    said: str

    @property
    def accounts(self) -> list[dict[str, str]]:
        return list(json.loads((self.path / folder.ACCOUNTS_FILE).read_text()))

    def actor(self, username: str) -> Actor:
        """This person signed in; inside an application context."""
        return sessions.resume(self.cookie(username), boot_secret())

    def cookie(self, username: str) -> str:
        """A session by the password that the file tells; inside an application context."""
        account = next(one for one in self.accounts if one["username"] == username)
        signed = sign_in.sign_in(
            username=username,
            password=account["password"],
            code="",
            source="test",
            device_secret="",
            device="test",
        )
        assert not signed.needs_totp
        return signed.cookie.encoded()


def loaded_in(path: Path, *options: str) -> Demo:
    """A demonstration in a fresh folder."""
    app = create_app(settings_for(path))
    result = run(app, *options)
    assert result.exit_code == 0, result.output
    return Demo(app, path, result.output)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """One small demonstration for all tests, which leave it as it is."""
    return loaded_in(tmp_path_factory.mktemp("demo") / "instance", f"--size={SIZE}", f"--seed={SEED}")


@pytest.fixture
def at_work(demo: Demo) -> Iterator[Demo]:
    """The same, inside an application context."""
    with demo.app.app_context():
        yield demo
        db.session.remove()


def counts() -> dict[str, object]:
    """What was counted in the instance of the context."""
    session = reader()
    return {
        "calls": {tuple(row) for row in session.execute(select(Call.started_at, Call.category, Call.result))},
        "cases": {tuple(row) for row in session.execute(select(Case.number, Case.state, Case.town))},
        "follow_ups": Counter(session.scalars(select(FollowUp.state))),
    }


def test_the_file_of_accounts_names_somebody_of_every_role(demo: Demo) -> None:
    assert {one["role"] for one in demo.accounts} == {role.value for role in Role}
    assert all(set(one) == {"username", "password", "role"} for one in demo.accounts)
    assert all(one["password"] in demo.said for one in demo.accounts)
    file = demo.path / folder.ACCOUNTS_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not list(demo.path.glob("*.partial")) and not (demo.path / folder.UNFINISHED_FILE).exists()


def test_every_password_would_be_taken_from_a_person_too() -> None:
    assert [fault(one.password, one.username) for one in county().staff] == [None] * len(county().staff)


def test_everybody_signs_in_with_the_password_alone(at_work: Demo) -> None:
    for one in at_work.accounts:
        actor = at_work.actor(one["username"])
        assert actor.has_role(Role(one["role"])), one["username"]


def test_a_demo_account_is_never_asked_for_a_code(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigurationError, match="CASEWORK_TOTP"):
        config.load(
            {"CASEWORK_INSTANCE": str(tmp_path), "CASEWORK_KIND": "demo", "CASEWORK_TOTP": "required"}
        )


def test_caseworkers_find_their_cases_and_what_waits(at_work: Demo) -> None:
    workers = [at_work.actor(one["username"]) for one in at_work.accounts if one["role"] == "caseworker"]
    lists = [case_lists.listing(worker, case_lists.Filters()).rows for worker in workers]
    assert all(isinstance(line.client_name, str) for rows in lists for line in rows if line.assignee_name)
    # Of two walk-ins in the last days one is a new case, the other a second file that was merged.
    assert len({line.number for rows in lists for line in rows}) in (SIZE + 1, SIZE + 2)
    assert any(today.of(worker).count for worker in workers)
    assert any(notices.unread(worker) for worker in workers)


def test_cases_stand_in_several_states(at_work: Demo) -> None:
    states = set(reader().scalars(select(Case.state)))
    assert CaseState.CLOSED in states and len(states) >= 3


def test_the_last_days_hold_something_of_everything(at_work: Demo) -> None:
    def kinds(column: Any) -> set[Any]:
        return set(reader().scalars(select(column)))

    assert kinds(ApprovalFile.state) == {"waiting", "approved"}
    assert kinds(AccessRequest.state) == {"asked", "given"}
    assert kinds(Merge.state) == {"merged"} and kinds(Paper.kind) == {"court_extract", "rights_answer"}
    assert kinds(RightsRequest.result) == {"answered"} and kinds(Draft.form) == {"first_interview"}
    assert None in kinds(HandoverNote.taken_over_by) and len(kinds(HandoverNote.taken_over_by)) == 2
    assert kinds(CheckIn.wants_talk) == {True, False} and kinds(EmergencyOpening.reviewed_at) == {None}
    assert kinds(StaffRelation.relation) and kinds(DutyPerson.account_id)
    assert "high_lethal" in kinds(Assessment.raised_to) and len(kinds(Consent.withdrawn_at)) > 1
    joined = select(func.count()).select_from(Person).where(Person.survivor_id != Person.id)
    assert reader().scalar(joined)
    officer = at_work.actor("officer")
    assert [line.kind for line in access_reviews.waiting(officer)].count("opening") == 1
    leader = at_work.actor("leader")
    assert all(line.is_admitted for line in leader_keys.listing(officer)) and leader.keychain is not None


def test_a_case_comes_of_about_eight_calls(at_work: Demo) -> None:
    assert reader().scalar(select(func.count()).select_from(Call)) == CALLS_A_CASE * SIZE


def test_the_supervisor_sees_published_figures_and_hidden_ones(at_work: Demo) -> None:
    assert set(reader().scalars(select(Snapshot.indicator))) == {"L10.5", "L6.1"}
    visitor = Visitor(at_work.app)
    visitor.client.set_cookie("casework-session", at_work.cookie("supervisor"))
    page = visitor.get("/statistics")
    assert "L10.5" in page.text and "L6.1" in page.text


def test_the_same_seed_tells_the_same_story(demo: Demo, tmp_path: Path) -> None:
    with demo.app.app_context():
        first = counts()
    again = loaded_in(tmp_path / "instance", f"--size={SIZE}", f"--seed={SEED}")
    with again.app.app_context():
        assert counts()["cases"] == first["cases"]
        assert counts()["calls"] == first["calls"]


def drawn(seed: int, size: int = 120) -> list[CallPlan]:
    """The calls of a county that ends on one fixed morning."""
    span = Span.up_to(instant(datetime.datetime(2026, 11, 24, 11)))
    return Callers(county(), seed, Seasons(county(), span)).calls(size)


def test_another_seed_tells_another_story() -> None:
    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_no_number_can_be_a_subscribers() -> None:
    numbers = [call.phone for call in drawn(1) if call.phone]
    assert numbers and all(NOBODYS_NUMBER.fullmatch(number) for number in numbers)
    assert county().words["identity_division"] == "440799"


def test_calls_come_at_the_hours_that_people_call_at() -> None:
    hours = Counter(local(call.started_at).hour for call in drawn(3, 600))
    assert min(hours[9], hours[15], hours[20]) > 2 * max(hours[3], hours[5], hours[13] // 2)
    assert any(count > 3 for count in Counter(call.phone for call in drawn(3)).values())


def test_the_office_does_not_work_at_night_or_on_sundays() -> None:
    chance = Chance(1, "office")
    for number in range(400):
        at = local(office_moment(chance, now_us() + number * DAY // 3))
        assert at.weekday() < 5
        assert any(opens <= at.hour + at.minute / 60 <= closes for opens, closes in OFFICE_HOURS)


def test_only_a_loader_does_not_wait_for_the_disk(office: Office) -> None:
    def synchronous() -> object:
        with write(None) as work:
            return work.connection.exec_driver_sql("PRAGMA synchronous").scalar()

    with office.at_work():
        with hurrying():
            assert synchronous() == 1
        assert synchronous() == 2


def test_a_live_instance_is_refused(tmp_path: Path) -> None:
    app = create_app(config.Settings(instance_path=tmp_path / "live", kind="live"))
    result = run(app, "--size=1")
    assert result.exit_code != 0 and "demo instance only" in result.output
    assert not (tmp_path / "live" / folder.ACCOUNTS_FILE).exists()


def test_a_loading_that_was_cut_off_starts_again(tmp_path: Path) -> None:
    path = tmp_path / "instance"
    app = create_app(settings_for(path))
    secret = (path / "server.secret").read_bytes()
    folder.mark_unfinished(path)
    (path / "casework.db").write_bytes(b"half a database")
    (path / "mine.txt").write_text("not the loader's")
    result = run(app, "--size=0")
    assert result.exit_code == 0 and "cut off" in result.output
    assert folder.is_finished(path) and (path / "mine.txt").exists()
    assert (path / "server.secret").read_bytes() == secret


def test_a_finished_demonstration_is_left_alone(demo: Demo) -> None:
    before = (demo.path / folder.ACCOUNTS_FILE).read_bytes()
    result = run(demo.app, "--size=3")
    assert result.exit_code == 0 and "there already" in result.output
    assert (demo.path / folder.ACCOUNTS_FILE).read_bytes() == before


def test_an_office_that_no_loader_made_is_refused(office: Office) -> None:
    result = run(office.app, "--size=1")
    assert result.exit_code != 0 and "no loader made" in result.output
    with office.at_work(), pretending(now_us()):
        assert office.actor("caseworker").has_role(Role.CASEWORKER)
