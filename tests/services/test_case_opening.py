"""A case is opened after a search, once from its draft; a likely match is a hint that tells no secret."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from casework.clock import today
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.extensions import db
from casework.services import (
    case_opening,
    cases,
    identities,
    likely_matches,
    notices,
    returning,
    staff_relations,
)
from casework.services.case_facts import ContactCard
from casework.services.case_opening import NewCase
from casework.services.identities import ClientFacts
from casework.services.likely_matches import Given
from casework.transaction import reader
from models.cases import Consent
from models.drafts import Draft
from models.people import Party, Person
from tests.make import Office
from tests.make_cases import build_wall, case_row, counted, open_case

VALID = "11010519491231002X"
GIVEN = Given(phone="13800000417", name="陈某英", town="002")


def a_case(office: Office, **changes: Any) -> NewCase:
    """A woman who walks in."""
    return replace(
        NewCase(
            team_id=office.team_id,
            town="002",
            source="herself",
            received_on=today(),
            issues=("divorce",),
            name="陈某英",
            sex="unstated",
            identity_number=VALID,
            contact=ContactCard(phone="13800000417"),
            said="她自己来的",
            wish=None,
            consents=("keep_record",),
        ),
        **changes,
    )


def opened(office: Office, username: str = "caseworker", **changes: Any) -> case_opening.Opened:
    """A case opened as its page does, after a search."""
    actor = office.actor(username)
    draft_id = case_opening.begin(actor, GIVEN)
    made = case_opening.open_case(actor, draft_id, a_case(office, **changes))
    db.session.close()
    return made


def test_it_is_her_own_with_number_consent_and_what_the_number_says(any_office: Office) -> None:
    with any_office.at_work():
        number = opened(any_office).number
        row = case_row(number)
        assert row.assignee_id == any_office.account_id("caseworker") and row.received_on == today()
        client = identities.of_case(any_office.actor("caseworker"), number).client
        assert client.words["birth_date"] == "1949-12-31" and client.sex == "female"
        scopes = list(reader().scalars(select(Consent.scope).where(Consent.case_id == row.id)))
        assert scopes == ["keep_record"]
        db.session.close()
        kinds = [line.kind for line in notices.unread(any_office.actor("lead"))]
        assert "case.opened" in kinds and "case.accepted" not in kinds


def test_a_lead_opens_one_to_hand_out(any_office: Office) -> None:
    with any_office.at_work():
        number = opened(any_office, "lead").number
        assert case_row(number).assignee_id is None


def test_a_letter_of_last_week_keeps_its_day(office: Office) -> None:
    with office.at_work():
        on = today() - datetime.timedelta(days=7)
        assert case_row(opened(office, received_on=on, source="letter").number).received_on == on


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"issues": ()}, {"issues": "required"}),
        ({"town": "999"}, {"town": "choice"}),
        ({"source": "nobody"}, {"source": "choice"}),
        ({"consents": ("share_court",)}, {"consents": "choice"}),
        ({"received_on": datetime.date(2020, 1, 1)}, {"received_on": "long_ago"}),
        ({"received_on": today() + datetime.timedelta(days=2)}, {"received_on": "future"}),
    ],
)
def test_a_fault_opens_nothing_and_keeps_the_draft(
    office: Office, changes: dict[str, Any], fault: dict[str, str]
) -> None:
    with office.at_work():
        with pytest.raises(Invalid) as refused:
            opened(office, **changes)
        assert refused.value.faults == fault
        db.session.close()
        assert reader().scalars(select(Draft).where(Draft.form == "new_case")).all()


def test_another_teams_case_is_not_opened(office: Office) -> None:
    with office.at_work():
        with pytest.raises(Invalid) as refused:
            opened(office, team_id=office.facts.teams["个案二组"])
        assert refused.value.faults == {"team_id": "choice"}


def test_a_draft_opens_one_case(any_office: Office) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        draft_id = case_opening.begin(actor, GIVEN)
        case_opening.open_case(actor, draft_id, a_case(any_office))
        with pytest.raises(AlreadyDone):
            case_opening.open_case(actor, draft_id, a_case(any_office))
        other = case_opening.begin(any_office.actor("colleague"), GIVEN)
        with pytest.raises(AlreadyDone):
            case_opening.open_case(actor, other, a_case(any_office))


def test_a_case_of_her_own_relation_goes_to_the_lead(any_office: Office) -> None:
    with any_office.at_work():
        staff_relations.declare(
            any_office.actor("caseworker"), relation="sibling", phone="13800000417", number=None
        )
        db.session.close()
        earlier = open_case(any_office, contact=ContactCard(phone="13700000001"))
        party = party_of(earlier)
        made = opened(any_office, same_as=party)
        assert not made.is_hers and case_row(made.number).assignee_id is None
        with pytest.raises(NotFound):
            cases.get_for(any_office.actor("caseworker"), made.number)


def party_of(number: str) -> int:
    """The client of a case."""
    found = reader().scalar(select(Party.id).where(Party.case_id == case_row(number).id))
    db.session.close()
    return found or 0


def reasons(office: Office, username: str, given: Given) -> dict[str, list[str]]:
    """Why each case is likely, by number."""
    found = likely_matches.find(office.actor(username), given, 7)
    db.session.close()
    return {one.found.number: one.reasons for one in found}


def test_likely_matches_by_each_way_with_why(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        facts = ClientFacts(name="陈某英", identity_number=VALID)
        identities.change_client(any_office.actor("caseworker"), number, facts, 1)
        other = open_case(
            any_office, client_name="陈谋英", contact=ContactCard(phone="13700000001"), town="001"
        )
        db.session.close()
        assert reasons(any_office, "caseworker", Given(phone="138-0000-0417")) == {number: ["phone"]}
        found = reasons(any_office, "caseworker", Given(identity_number=VALID, name="陈某英", town="002"))
        assert found[number] == ["identity_number", "name", "town", "age"]
        assert found[other] == ["name"]
        assert list(found) == [number, other]
        assert reasons(any_office, "caseworker", Given(name="黄")) == {}


def test_what_she_may_not_see_is_unknown_to_the_byte_and_statement(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        build_wall(any_office, "colleague", number)
        for username in ("colleague", "stranger"):
            seen = []
            for phone in ("13800000417", "13911112222"):
                actor = any_office.actor(username)
                with counted(db.engine) as statements:
                    assert likely_matches.find(actor, Given(phone=phone), 7) == []
                db.session.close()
                seen.append([statement.split("IN (")[0] for statement in statements])
            assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (Given(), {"phone": "search_nothing"}),
        (Given(town="002", age=30), {"phone": "search_nothing"}),
        (Given(phone="138"), {"phone": "search_part"}),
        (Given(name="%"), {"name": "search_short"}),
    ],
)
def test_a_number_or_a_name_comes_first(office: Office, given: Given, fault: dict[str, str]) -> None:
    with office.at_work():
        with pytest.raises(Invalid) as refused:
            case_opening.begin(office.actor("caseworker"), given)
        assert refused.value.faults == fault


def groups() -> dict[int, int]:
    """By case id the person as which its client counts."""
    rows = reader().execute(
        select(Party.case_id, Person.survivor_id).join(Person, Person.id == Party.person_id)
    )
    found = {row.case_id: row.survivor_id for row in rows}
    db.session.close()
    return found


def test_a_returning_client_is_offered_joined_and_parted(any_office: Office) -> None:
    with any_office.at_work():
        first, second, third = (open_case(any_office) for _ in range(3))
        worker = any_office.actor("caseworker")
        ties = returning.of_case(worker, cases.get_for(worker, second))
        assert {tie.number: tie.reasons for tie in ties.alike} == {first: ["phone"], third: ["phone"]}
        db.session.close()
        returning.join(worker, second, party_of(second), party_of(first))
        returning.join(worker, third, party_of(third), party_of(second))
        with pytest.raises(AlreadyDone):
            returning.join(worker, first, party_of(first), party_of(third))
        assert len(set(groups().values())) == 1
        ties = returning.of_case(worker, cases.get_for(worker, first))
        assert ties.alike == [] and {tie.number for tie in ties.joined} == {second, third}
        db.session.close()
        returning.part(worker, first, party_of(first))
        found = groups()
        assert found[case_row(first).id] not in (found[case_row(second).id], found[case_row(third).id])
        assert found[case_row(second).id] == found[case_row(third).id]
        with pytest.raises(AlreadyDone):
            returning.part(worker, first, party_of(first))


def test_a_tie_is_shown_and_made_only_by_who_sees_both(any_office: Office) -> None:
    with any_office.at_work():
        number, strange = open_case(any_office), open_case(any_office, team="个案二组")
        walled = open_case(any_office)
        build_wall(any_office, "caseworker", walled)
        worker = any_office.actor("caseworker")
        assert returning.of_case(worker, cases.get_for(worker, number)).alike == []
        db.session.close()
        for other in (strange, walled):
            with pytest.raises(NotFound):
                returning.join(worker, number, party_of(number), party_of(other))
            with pytest.raises(NotFound):
                returning.join(worker, other, party_of(other), party_of(number))
            with pytest.raises(NotFound):
                opened(any_office, same_as=party_of(other))
            db.session.close()
        with pytest.raises(NotFound):
            returning.join(worker, number, party_of(walled), party_of(strange))


def test_a_repeat_other_party_is_found_by_his_number(any_office: Office) -> None:
    with any_office.at_work():
        one, two = (open_case(any_office, contact=ContactCard()) for _ in range(2))
        worker = any_office.actor("caseworker")
        for number in (one, two):
            identities.change_other_party(worker, number, name="黄某", phone="13900000099", version=0)
        db.session.close()
        (tie,) = returning.of_case(worker, cases.get_for(worker, one)).alike
        assert (tie.my_role, tie.role, tie.name) == ("other_party", "other_party", "黄某")
