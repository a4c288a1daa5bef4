"""Emergency access: asking tells the asker nothing; duty persons answer; it is over by itself, and reviewed."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from casework.clock import HOUR, now_us
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.extensions import db
from casework.sealed import Locked
from casework.services import access_reviews, break_glass, case_access, cases, duty_persons, narratives, today
from casework.transaction import reader
from models.access import AccessRequest, Grant
from models.audit import AuditEntry
from models.enums import AccessRequestState, CompartmentKind
from models.follow_ups import Notice
from models.keys import Compartment, Wrap
from tests.make import Office
from tests.make_access import PARTS
from tests.make_cases import build_wall, case_row, open_case

WHY = "她在派出所门口，等人接"


def ask(office: Office, number: str, *, by: str = "stranger") -> None:
    """Somebody outside the team asks."""
    break_glass.ask(office.actor(by), number, WHY)
    db.session.close()


def waiting(office: Office, username: str) -> list[Any]:
    """What waits for this person's answer."""
    db.session.close()
    return break_glass.waiting(office.actor(username))


def counts() -> tuple[int, ...]:
    """How many rows there are of everything that asking could leave."""
    db.session.close()
    return tuple(
        reader().scalar(select(func.count()).select_from(table)) or 0
        for table in (AccessRequest, Compartment, Wrap, Notice)
    )


def later(hours: int) -> Any:
    """The clock so many hours on."""
    at = datetime.datetime.fromtimestamp((now_us() + hours * HOUR) / 1e6, datetime.UTC)
    return time_machine.travel(at, tick=False)


def test_a_duty_person_gives_what_she_chooses(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        duty_persons.name(any_office.actor("lead"), any_office.team_id, [any_office.account_id("colleague")])
        ask(any_office, number)
        assert not waiting(any_office, "lead") and not waiting(any_office, "caseworker")
        assert not waiting(any_office, "stranger") and not break_glass.answers(any_office.actor("stranger"))
        (line,) = waiting(any_office, "colleague")
        assert (line.number, line.asked_by, line.reason) == (number, "周岚", WHY)
        assert next(it.kind for it in today.of(any_office.actor("colleague")).notices) == "access.asked"
        break_glass.give(any_office.actor("colleague"), line.request_id, PARTS, 24)
        db.session.close()
        stranger = any_office.actor("stranger")
        assert narratives.of_case(stranger, number).account_text == "他昨晚又来了"
        assert isinstance(cases.get_for(stranger, number).client_name, Locked)
        (answer,) = break_glass.answers(stranger)
        assert (answer.number, answer.state, answer.is_open) == (number, AccessRequestState.GIVEN, True)
        (granted,) = case_access.granted_to(stranger)
        assert granted.head.number == number
        with pytest.raises(AlreadyDone):
            break_glass.give(any_office.actor("colleague"), line.request_id, PARTS, 24)
        kinds = set(reader().scalars(select(Notice.kind).where(Notice.subject_id == granted.head.case_id)))
        assert {"access.asked", "access.given", "access.opened"} <= kinds


def test_without_named_persons_the_lead_answers_and_may_refuse(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        ask(any_office, number)
        (line,) = waiting(any_office, "lead")
        assert not waiting(any_office, "caseworker") and not waiting(any_office, "lead2")
        for username in ("caseworker", "lead2", "stranger"):
            with pytest.raises(NotFound):
                break_glass.give(any_office.actor(username), line.request_id, PARTS, 24)
        with pytest.raises(Invalid):
            break_glass.refuse(any_office.actor("lead"), line.request_id, "because")
        break_glass.refuse(any_office.actor("lead"), line.request_id, "not_urgent")
        db.session.close()
        (answer,) = break_glass.answers(any_office.actor("stranger"))
        assert (answer.state, answer.answer, answer.is_open) == (
            AccessRequestState.REFUSED,
            "not_urgent",
            False,
        )
        with pytest.raises(NotFound):
            cases.get_for(any_office.actor("stranger"), number)


def test_an_unknown_and_a_walled_number_answer_alike_and_leave_nothing(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        build_wall(any_office, "stranger", number)
        before = counts()
        ask(any_office, number)
        ask(any_office, "KP-2020-9999")
        assert counts() == before
        assert not waiting(any_office, "lead")
        refused = select(AuditEntry.subject_id).where(AuditEntry.action == "access.ask_refused")
        assert set(reader().scalars(refused)) == {case_row(number).id, None}


def test_asking_twice_waits_once_and_too_often_is_refused(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        for _ in range(break_glass.PER_HOUR):
            ask(any_office, number)
        assert len(waiting(any_office, "lead")) == 1
        with pytest.raises(Invalid) as fault:
            ask(any_office, number)
        assert fault.value.faults == {"number": "too_many"}
        with pytest.raises(Invalid) as fault:
            ask(any_office, number, by="caseworker")
        assert fault.value.faults == {"number": "yours"}


@pytest.mark.parametrize("hours", [0, -1, 73])
def test_no_more_than_three_days(office: Office, hours: int) -> None:
    with office.at_work():
        ask(office, open_case(office))
        (line,) = waiting(office, "lead")
        with pytest.raises(Invalid):
            break_glass.give(office.actor("lead"), line.request_id, PARTS, hours)
        with pytest.raises(Invalid):
            break_glass.give(office.actor("lead"), line.request_id, (), 24)
        with pytest.raises(KeyError):
            break_glass.give(office.actor("lead"), line.request_id, (CompartmentKind.SHELTER,), 24)


def test_what_is_over_is_swept_and_its_key_moves_on(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        ask(any_office, number)
        (line,) = waiting(any_office, "lead")
        break_glass.give(any_office.actor("lead"), line.request_id, PARTS, 4)
        assert break_glass.end_those_over(now_us()) == 0
        with later(4):
            assert break_glass.end_those_over(now_us()) == 1
            assert break_glass.end_those_over(now_us()) == 0
        db.session.close()
        row = reader().scalars(select(Grant)).one()
        assert row.ended_at is not None
        assert not reader().scalars(select(Wrap).where(Wrap.recipient_id == row.id)).all()
        assert reader().get_one(Compartment, case_row(number).account_compartment_id).rekey_needed


def test_reviewed_within_a_working_day_by_another(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        duty_persons.name(any_office.actor("lead"), any_office.team_id, [any_office.account_id("colleague")])
        ask(any_office, number)
        (request,) = waiting(any_office, "colleague")
        break_glass.give(any_office.actor("colleague"), request.request_id, PARTS, 4)
        db.session.close()
        (line,) = access_reviews.waiting(any_office.actor("lead"))
        assert (line.reason, line.is_late, line.is_own) == (WHY, False, False)
        assert not access_reviews.waiting(any_office.actor("lead2"))
        (seen,) = access_reviews.waiting(any_office.actor("officer"))
        assert isinstance(seen.reason, Locked) and not seen.may_write
        with later(24 * 12):
            db.session.close()
            assert access_reviews.waiting(any_office.actor("lead"))[0].is_late
            assert access_reviews.late_count(any_office.actor("lead")) == 1
        with pytest.raises(NotFound):
            access_reviews.review(any_office.actor("lead2"), line.kind, line.row_id, "好")
        access_reviews.review(any_office.actor("lead"), line.kind, line.row_id, "事出有因")
        with pytest.raises(AlreadyDone):
            access_reviews.review(any_office.actor("officer"), line.kind, line.row_id)
        db.session.close()
        assert not access_reviews.waiting(any_office.actor("lead"))
        assert reader().get_one(Grant, line.row_id).review_sealed is not None


def test_who_gave_it_does_not_review_it(any_office: Office) -> None:
    with any_office.at_work():
        ask(any_office, open_case(any_office))
        (request,) = waiting(any_office, "lead")
        break_glass.give(any_office.actor("lead"), request.request_id, PARTS, 4)
        db.session.close()
        (line,) = access_reviews.waiting(any_office.actor("lead"))
        assert line.is_own
        with pytest.raises(NotFound):
            access_reviews.review(any_office.actor("lead"), line.kind, line.row_id)
        access_reviews.review(any_office.actor("officer"), line.kind, line.row_id)


def test_two_duty_persons_at_most_of_the_own_team(office: Office) -> None:
    with office.at_work():
        lead, team = office.actor("lead"), office.team_id
        people = [office.account_id(name) for name in ("lead", "caseworker", "colleague")]
        for wrong, why in ((people, "too_many_people"), ([office.account_id("stranger")], "choice")):
            with pytest.raises(Invalid) as fault:
                duty_persons.name(lead, team, wrong)
            assert fault.value.faults == {"people": why}
        with pytest.raises(NotFound):
            duty_persons.name(office.actor("lead2"), team, people[:1])
        duty_persons.name(lead, team, people[:2])
        duty_persons.name(lead, team, people[1:])
        db.session.close()
        assert {it.display_name for it in duty_persons.of_team(lead, team).members if it.is_named} == {
            "何敏",
            "梁静",
        }


def test_a_lead_or_who_gave_it_ends_a_grant(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        ask(any_office, number)
        (request,) = waiting(any_office, "lead")
        break_glass.give(any_office.actor("lead"), request.request_id, PARTS, 4)
        db.session.close()
        page = case_access.of_case(any_office.actor("caseworker"), number)
        (line,) = page.grants
        assert line.parts == [CompartmentKind.CONTACT, CompartmentKind.ACCOUNT] and not line.may_end
        for username in ("caseworker", "stranger", "lead2"):
            with pytest.raises(NotFound):
                case_access.end_grant(any_office.actor(username), number, line.grant_id)
        case_access.end_grant(any_office.actor("lead"), number, line.grant_id)
        with pytest.raises(NotFound):
            cases.get_for(any_office.actor("stranger"), number)


def test_the_page_says_who_looked_and_counts_the_walls(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        build_wall(any_office, "colleague", number)
        page = case_access.of_case(any_office.actor("lead"), number)
        assert (page.walls, page.walled) == (1, ["梁静"])
        assert [it.who for it in page.looked] == ["苏线"]
        page = case_access.of_case(any_office.actor("caseworker"), number)
        assert (page.walls, page.walled) == (1, [])
        assert page.is_open_to_desk and not page.has_duty_team
        with pytest.raises(NotFound):
            case_access.of_case(any_office.actor("colleague"), number)
