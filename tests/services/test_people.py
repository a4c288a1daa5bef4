"""People of a case: each found again, none lost, none of another case; where she is stays apart from where she was."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.clock import today
from casework.errors import AlreadyDone, Invalid, NotFound, Stale
from casework.sealed import Locked
from casework.services import blind_indexes, identities, people
from casework.services.people import PersonFacts
from casework.transaction import reader
from models.enums import CompartmentKind, PartyRole
from models.people import Party
from tests.make import Office
from tests.make_cases import open_case, take_keys

CHILD = PersonFacts(name="小明", age=9, sex="male", guardian="both", relation="son")


def test_a_child_is_kept_with_its_stated_age_and_its_guardian(any_office: Office) -> None:
    with any_office.at_work():
        number, actor = open_case(any_office), any_office.actor("caseworker")
        people.add(actor, number, PartyRole.CHILD, CHILD)
        (child,) = identities.of_case(actor, number).of_role(PartyRole.CHILD)
        assert (child.age, child.is_about, child.is_under_14) == (9, True, True)
        assert child.words["born_year"] == str(today().year - 9) and child.words["guardian"] == "both"
        band = reader().scalar(select(Party.age_band).where(Party.id == child.party_id))
        assert band == "age_0_13"
        assert identities.children_under_14(identities.of_case(actor, number).people) == [child]


@pytest.mark.parametrize(
    ("typed", "canonical"), [("2212338", "+867502212338"), ("138-1234-5679", "+8613812345679")]
)
def test_land_lines_and_mobiles_of_everybody_are_found_again(
    any_office: Office, typed: str, canonical: str
) -> None:
    with any_office.at_work():
        number, actor = open_case(any_office), any_office.actor("caseworker")
        saved = people.add(actor, number, PartyRole.REPORTER, PersonFacts(name="邻居", phone=typed))
        found = blind_indexes.find(reader(), actor, "phone", canonical, ["parties.phone"])
        assert found == [("parties.phone", saved.party_id)]


def test_who_was_taken_out_is_in_no_search_and_comes_back_whole(any_office: Office) -> None:
    with any_office.at_work():
        number, actor = open_case(any_office), any_office.actor("caseworker")
        facts = PersonFacts(name="梁某强", phone="13900000001", relation="spouse")
        him = people.add(actor, number, PartyRole.OTHER_PARTY, facts).party_id
        people.take_out(actor, number, him)
        read = identities.of_case(actor, number)
        assert read.other_party is None and [it.words["name"] for it in read.taken_out] == ["梁某强"]
        assert blind_indexes.find(reader(), actor, "phone", "+8613900000001", ["parties.phone"]) == []
        with pytest.raises(AlreadyDone):
            people.take_out(actor, number, him)
        with pytest.raises(NotFound):
            people.change(actor, number, him, facts, 2)
        people.put_back(actor, number, him)
        read = identities.of_case(actor, number)
        assert read.other_party is not None and read.other_party.words["phone"] == "13900000001"
        assert blind_indexes.find(reader(), actor, "phone", "+8613900000001", ["parties.phone"])


def test_the_client_can_not_be_taken_out_nor_anybody_through_another_case(any_office: Office) -> None:
    with any_office.at_work():
        one, other = open_case(any_office), open_case(any_office)
        actor = any_office.actor("caseworker")
        client = identities.of_case(actor, one).client.party_id
        child = people.add(actor, other, PartyRole.CHILD, CHILD).party_id
        for party_id in (client, child):
            with pytest.raises(NotFound):
                people.take_out(actor, one, party_id)
        with pytest.raises(NotFound):
            people.change(actor, one, child, CHILD, 1)
        with pytest.raises(NotFound):
            people.add(any_office.actor("stranger"), one, PartyRole.CHILD, CHILD)
        with pytest.raises(NotFound):
            people.add(actor, one, PartyRole.CLIENT, CHILD)


def test_two_editors_of_one_person(any_office: Office) -> None:
    with any_office.at_work():
        number, one = open_case(any_office), any_office.actor("caseworker")
        child = people.add(one, number, PartyRole.CHILD, CHILD).party_id
        version = identities.of_case(one, number).person(child).version
        people.change(one, number, child, PersonFacts(name="小明", guardian="other_party"), version)
        with pytest.raises(Stale) as stale:
            people.change(any_office.actor("colleague"), number, child, PersonFacts(name="小鸣"), version)
        assert stale.value.theirs["guardian"] == "other_party" and stale.value.yours["name"] == "小鸣"


def test_what_can_not_be_is_refused_by_field(any_office: Office) -> None:
    with any_office.at_work():
        number, actor = open_case(any_office), any_office.actor("caseworker")
        wrong = PersonFacts(
            age=300,
            phone="没有",
            guardian="nobody",
            special_protection=("tall",),
            address_town="999",
            sex="x",
        )
        with pytest.raises(Invalid) as refused:
            people.add(actor, number, PartyRole.CHILD, wrong)
        assert set(refused.value.faults) == {
            *("age", "phone", "guardian", "special_protection", "address_town", "sex")
        }
        with pytest.raises(Invalid):
            people.add(actor, number, PartyRole.RELATIVE, PersonFacts())


def test_several_other_parties_and_special_protections(any_office: Office) -> None:
    with any_office.at_work():
        number, actor = open_case(any_office), any_office.actor("caseworker")
        for name in ("丈夫", "婆婆"):
            people.add(actor, number, PartyRole.OTHER_PARTY, PersonFacts(name=name))
        facts = PersonFacts(name="陈某英", special_protection=("pregnant", "disabled"), home_town="002")
        identities.change_client(actor, number, facts, 1)
        read = identities.of_case(actor, number)
        assert [it.words["name"] for it in read.of_role(PartyRole.OTHER_PARTY)] == ["丈夫", "婆婆"]
        assert read.client.special_protection == ("disabled", "pregnant")
        # Where she is now is never taken from the shared home.
        assert read.client.words["home_town"] == "002" and read.client.words["address_town"] is None


def test_without_the_key_everybody_is_a_lock(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        people.add(any_office.actor("caseworker"), number, PartyRole.CHILD, CHILD)
        take_keys(any_office, "colleague", CompartmentKind.IDENTITY)
        read = identities.of_case(any_office.actor("colleague"), number)
        assert all(isinstance(party.words["name"], Locked) for party in (read.client, *read.people))
        assert read.people[0].age is None
