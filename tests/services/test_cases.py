"""Cases: opened sealed for their team, seen by nobody else, edited by two without losing a word."""

from __future__ import annotations

import datetime
import json

import pytest
from sqlalchemy import select

from casework.errors import Invalid, KeyMissing, MoveRefused, NotFound, Stale
from casework.extensions import db
from casework.sealed import Locked
from casework.services import (
    assignments,
    blind_indexes,
    case_lists,
    cases,
    contact_cards,
    identities,
    narratives,
    notices,
    timelines,
)
from casework.services.case_facts import ContactCard, IncidentFacts
from casework.services.case_lists import Filters
from casework.services.identities import ClientFacts
from casework.services.vault import Vault
from casework.transaction import reader
from models.audit import AuditEntry
from models.cases import CaseEvent
from models.enums import CaseState, CompartmentKind
from models.people import Party, Person, Revision
from tests.make import Office
from tests.make_cases import build_wall, case_row, open_case, take_keys


def test_a_case_is_accepted_for_the_team_and_the_operator_keeps_only_the_card(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, violent=True)
        row = case_row(number)
        assert (row.state, row.assignee_id, row.team_id) == (CaseState.ACCEPTED, None, any_office.team_id)
        assert row.accepted_at is not None and row.survivor_id == row.id
        desk = Vault(any_office.actor("operator"), reader())
        assert desk.holds(row.contact_compartment_id)
        assert not desk.holds(row.identity_compartment_id) and not desk.holds(row.account_compartment_id)
        read = narratives.of_case(any_office.actor("caseworker"), number)
        assert (read.account_text, read.wish) == ("他昨晚又来了", "先把孩子保住")
        assert read.incidents[0].violence_types == ("physical",)
        assert read.incidents[0].narrative == "推倒在门口"
        events = reader().scalars(select(CaseEvent.kind)).all()
        assert events == ["accepted"]


def test_without_her_consent_the_desk_holds_no_key_of_the_case(any_office: Office) -> None:
    with any_office.at_work():
        row = case_row(open_case(any_office, desk_team_id=None))
        assert not Vault(any_office.actor("operator"), reader()).holds(row.contact_compartment_id)


def test_the_number_of_a_case_is_found_again_however_it_is_typed(any_office: Office) -> None:
    with any_office.at_work():
        row = case_row(open_case(any_office))
        actor = any_office.actor("caseworker")
        assert blind_indexes.find(reader(), actor, "phone", "+8613800000417", ["cases.phone"]) == [
            ("cases.phone", row.id)
        ]
        card = ContactCard(phone="0750-2212338")
        contact_cards.change(actor, row.number, card, 1)
        assert blind_indexes.find(reader(), actor, "phone", "+8613800000417", ["cases.phone"]) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"town": "999"}, "town"),
        ({"source": "a dream"}, "source"),
        ({"client_sex": "?"}, "client_sex"),
        ({"issues": ["nonsense"]}, "issues"),
        ({"team": "12338 热线"}, "team_id"),
    ],
)
def test_a_code_that_is_in_no_list_opens_no_case(office: Office, changes: dict, field: str) -> None:
    with office.at_work():
        with pytest.raises(Invalid) as refused:
            open_case(office, **changes)
        assert list(refused.value.faults) == [field]


def test_a_refused_case_gives_its_number_back(any_office: Office) -> None:
    with any_office.at_work():
        first = open_case(any_office)
        with pytest.raises(Invalid):
            open_case(any_office, incident=IncidentFacts(None, "exact", "nobody", "yes", ()))
        assert int(open_case(any_office)[-4:]) == int(first[-4:]) + 1


def test_a_stranger_and_whoever_stands_behind_the_wall_find_nothing(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        build_wall(any_office, "colleague", number)
        for username in ("stranger", "colleague", "lead2", "operator"):
            actor = any_office.actor(username)
            assert case_lists.listing(actor, Filters()).rows == []
            for read in (
                cases.get_for,
                timelines.overview,
                identities.of_case,
                narratives.of_case,
                contact_cards.open_card,
            ):
                with pytest.raises(NotFound):
                    read(actor, number)
            with pytest.raises(NotFound):
                contact_cards.change(actor, number, ContactCard(), 1)
            with pytest.raises(NotFound):
                narratives.change(actor, number, account_text="", wish="", version=1)
            with pytest.raises(NotFound):
                assignments.assign(actor, number, actor.account_id, 1)
            assert notices.unread(actor) == []
        assert len(case_lists.listing(any_office.actor("caseworker"), Filters()).rows) == 1


def test_a_member_of_two_teams_sees_the_cases_of_both_in_one_order(any_office: Office) -> None:
    with any_office.at_work():
        numbers = [open_case(any_office, team=team) for team in ("个案一组", "个案二组", "个案一组")]
        actor = any_office.actor("caseworker")
        both = any_office.actor("stranger")
        actor.roles = actor.roles + both.roles
        rows = case_lists.listing(actor, Filters()).rows
        assert [row.number for row in rows] == numbers[::-1]
        # Seen by the rule, shut by the key.
        assert [isinstance(row.client_name, Locked) for row in rows] == [False, True, False]


def test_the_list_pages_by_key_and_is_narrowed_by_what_is_clear(any_office: Office) -> None:
    with any_office.at_work():
        numbers = [open_case(any_office, town="002" if n % 2 else "103") for n in range(4)]
        any_office_page, case_lists.PAGE = case_lists.PAGE, 3
        case_lists._statement.cache_clear()
        try:
            actor = any_office.actor("caseworker")
            first = case_lists.listing(actor, Filters())
            assert [row.number for row in first.rows] == numbers[:0:-1]
            rest = case_lists.listing(actor, Filters(), first.next_after)
            assert [row.number for row in rest.rows] == numbers[:1] and rest.next_after is None
        finally:
            case_lists.PAGE = any_office_page
            case_lists._statement.cache_clear()
        assert [row.town for row in case_lists.listing(actor, Filters(town="103")).rows] == ["103", "103"]
        assert len(case_lists.listing(actor, Filters(unassigned=True)).rows) == 4
        assert case_lists.listing(actor, Filters(assignee=actor.account_id)).rows == []
        assert case_lists.listing(actor, Filters(state=CaseState.CLOSED)).rows == []


def test_one_entry_of_the_trail_names_every_case_that_a_list_showed(any_office: Office) -> None:
    with any_office.at_work():
        ids = {case_row(open_case(any_office)).id for _ in range(3)}
        actor = any_office.actor("caseworker")
        case_lists.listing(actor, Filters())
        assert [(view.action, set(view.ids)) for view in actor.views] == [("case.list", ids)]


def test_a_missing_key_shows_a_lock_and_refuses_a_change(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        take_keys(any_office, "caseworker", CompartmentKind.IDENTITY)
        actor = any_office.actor("caseworker")
        row = case_lists.listing(actor, Filters()).rows[0]
        assert isinstance(row.client_name, Locked) and row.alias == "图书馆小何"
        read = identities.of_case(actor, number)
        assert read.is_locked and isinstance(read.client.words["name"], Locked)
        with pytest.raises(KeyMissing):
            identities.change_client(actor, number, ClientFacts(name="某"), read.client.version)


def test_a_valid_identity_number_fills_in_what_is_missing(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, client_sex=None)
        actor = any_office.actor("caseworker")
        facts = ClientFacts(name="陈某英", identity_number="11010519491231 002x")
        saved = identities.change_client(actor, number, facts, 1)
        assert set(saved.filled) == {"birth_date", "sex"} and saved.number_fault is None
        read = identities.of_case(actor, number).client
        assert read.words["identity_number"] == "11010519491231002X"
        assert (read.words["birth_date"], read.sex) == ("1949-12-31", "female")
        assert reader().scalar(select(Party.age_band)) == "age_60_up"
        assert reader().scalar(select(Person.sex)) == "female"
        assert blind_indexes.find(
            reader(), actor, "identity_number", "11010519491231002X", ["parties.identity_number"]
        )


def test_an_odd_number_is_kept_as_written_with_a_warning(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        actor = any_office.actor("caseworker")
        saved = identities.change_client(
            actor, number, ClientFacts(name="陈某英", identity_number="110105194912310021", sex="female"), 1
        )
        assert saved.number_fault == "checksum" and saved.filled == ()
        read = identities.of_case(actor, number).client
        assert read.words["identity_number"] == "110105194912310021" and read.words["birth_date"] is None
        assert read.number_fault == "checksum"


def test_two_editors_of_one_part_both_see_both_versions(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        first, second = any_office.actor("caseworker"), any_office.actor("colleague")
        narratives.change(first, number, account_text="甲写的", wish="先把孩子保住", version=1)
        with pytest.raises(Stale) as stale:
            narratives.change(second, number, account_text="乙写的", wish="先把孩子保住", version=1)
        assert stale.value.yours["account_text"] == "乙写的"
        assert stale.value.theirs["account_text"] == "甲写的"
        assert (stale.value.their_name, stale.value.version) == ("何敏", 2)
        narratives.change(second, number, account_text="甲和乙写的", wish="先把孩子保住", version=2)
        assert narratives.of_case(first, number).account_text == "甲和乙写的"


def test_saving_what_stands_there_already_is_no_edit(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        actor = any_office.actor("caseworker")
        for _ in range(2):
            narratives.change(actor, number, account_text="同一句话", wish=None, version=1)
        assert case_row(number).account_version == 2


def test_the_earlier_wording_is_kept_under_the_part_s_own_key(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        actor = any_office.actor("caseworker")
        identities.change_client(actor, number, ClientFacts(name="陈英", sex="female"), 1)
        kept = reader().scalars(select(Revision)).one()
        row = case_row(number)
        assert kept.compartment_id == row.identity_compartment_id
        text = Vault(actor, reader()).text("revisions.row", kept.id, kept.compartment_id, kept.row_sealed)
        assert isinstance(text, str) and json.loads(text)["name"] == "陈某英"
        take_keys(any_office, "colleague", CompartmentKind.IDENTITY)
        blind = Vault(any_office.actor("colleague"), reader())
        assert isinstance(blind.text("revisions.row", kept.id, kept.compartment_id, kept.row_sealed), Locked)


def test_the_other_party_is_written_once_and_then_edited(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        one, two = any_office.actor("caseworker"), any_office.actor("colleague")
        identities.change_other_party(one, number, name="梁某强", phone="13900000001", version=0)
        with pytest.raises(Stale):
            identities.change_other_party(two, number, name="梁强", phone=None, version=0)
        other = identities.of_case(two, number).other_party
        assert other is not None and other.words["name"] == "梁某强"
        assert blind_indexes.find(reader(), one, "phone", "+8613900000001", ["parties.phone"])


def test_an_incident_changes_with_its_kinds_of_violence_as_one_part(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, violent=True)
        one, two = any_office.actor("caseworker"), any_office.actor("colleague")
        line = narratives.of_case(one, number).incidents[0]
        on = datetime.date(2026, 11, 1)
        facts = IncidentFacts(on, "exact", "spouse", "yes", ("physical", "psychological"), "推倒在门口")
        narratives.change_incident(one, number, line.incident_id, facts, 1)
        with pytest.raises(Stale) as stale:
            narratives.change_incident(
                two, number, line.incident_id, IncidentFacts(on, "about", "spouse", "yes", ("sexual",)), 1
            )
        assert stale.value.theirs["violence_types"] == "physical,psychological"
        with pytest.raises(Invalid):
            narratives.add_incident(
                one, number, IncidentFacts(datetime.date(2999, 1, 1), "exact", "spouse", "yes", ())
            )


def test_an_incident_of_another_case_is_not_found_through_this_one(any_office: Office) -> None:
    with any_office.at_work():
        one, other = open_case(any_office, violent=True), open_case(any_office, violent=True)
        actor = any_office.actor("caseworker")
        foreign = narratives.of_case(actor, other).incidents[0].incident_id
        with pytest.raises(NotFound):
            narratives.incident_for(actor, one, foreign)
        facts = IncidentFacts(None, "exact", "spouse", "no", ("physical",))
        with pytest.raises(NotFound):
            narratives.change_incident(actor, one, foreign, facts, 1)


def test_a_lead_hands_a_case_to_an_admitted_member_and_she_is_told(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        lead, worker = any_office.actor("lead"), any_office.actor("caseworker")
        assert [line.kind for line in notices.unread(lead)] == ["case.accepted"]
        _head, people = assignments.candidates(lead, number)
        assert dict(people).keys() >= {worker.account_id}
        assert any_office.account_id("stranger") not in dict(people)
        with pytest.raises(Invalid):
            assignments.assign(lead, number, any_office.account_id("stranger"), 1)
        with pytest.raises(NotFound):
            assignments.assign(worker, number, worker.account_id, 1)
        assignments.assign(lead, number, worker.account_id, 1)
        assert [line.kind for line in notices.unread(worker)] == ["case.assigned"]
        with pytest.raises(Stale) as stale:
            assignments.assign(lead, number, any_office.account_id("colleague"), 1)
        assert stale.value.theirs == {"assignee": "何敏"}


def test_nobody_behind_the_wall_is_given_the_case(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        build_wall(any_office, "caseworker", number)
        lead = any_office.actor("lead")
        walled = any_office.account_id("caseworker")
        assert walled not in dict(assignments.candidates(lead, number)[1])
        with pytest.raises(Invalid):
            assignments.assign(lead, number, walled, 1)


def test_service_begins_by_the_assignee_and_not_before_an_assessment(any_office: Office) -> None:
    with any_office.at_work():
        plain, violent = open_case(any_office), open_case(any_office, violent=True)
        lead, worker = any_office.actor("lead"), any_office.actor("caseworker")
        with pytest.raises(MoveRefused):
            assignments.start(worker, plain)
        for number in (plain, violent):
            assignments.assign(lead, number, worker.account_id, 1)
        assignments.start(worker, plain)
        assert case_row(plain).state == CaseState.IN_SERVICE
        with pytest.raises(MoveRefused) as refused:
            assignments.start(worker, violent)
        assert refused.value.reason == "assess_first"
        with pytest.raises(MoveRefused):
            assignments.start(worker, plain)


def test_every_opening_of_a_card_is_in_the_trail(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        visitor = any_office.visitor("caseworker")
        visitor.post(f"/cases/{number}/contact", {}, status=400)
        visitor.get(f"/cases/{number}/contact")
        visitor.submit("打开")
        visitor.submit("修改联系卡")
        db.session.close()
        opened = reader().scalars(select(AuditEntry).where(AuditEntry.action == "case.open_contact")).all()
        assert len(opened) == 2
        assert "cases.phone" in opened[0].fields and "138" not in opened[0].fields
