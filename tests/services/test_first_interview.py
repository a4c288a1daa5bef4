"""The first interview as one transaction over many parts: all or nothing, and the second time from what is stored."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.clock import today
from casework.errors import Invalid, NotFound, Stale
from casework.services import contact_cards, drafts, first_interview, identities, narratives
from casework.services.case_facts import ContactCard, IncidentDetails, IncidentFacts
from casework.services.first_interview import FORM, NewInterview, PartRefused, Told
from casework.services.people import PersonFacts
from casework.transaction import reader
from models.enums import PartyRole
from models.incidents import Incident
from models.people import Party
from tests.make import Office
from tests.make_cases import case_row, open_case

DETAILS = IncidentDetails(
    place_kind="shared_home",
    injuries=("neck", "bruise"),
    children_saw="yes",
    police_called="yes",
    police_result="warning",
    her_actions=("hid",),
)
INCIDENT = IncidentFacts(
    datetime.date(2026, 11, 1), "exact", "spouse", "yes", ("physical",), "掐住脖子", DETAILS
)


def interview(read: first_interview.Interview, **changes: Any) -> NewInterview:
    """The screen as somebody sends it who was shown ``read``."""
    line = read.incident
    told = NewInterview(
        answers={
            "safe_to_talk": "yes",
            "own_life": "not_asked",
            "how_often": "weekly",
            "needs": ("shelter",),
        },
        version=read.version,
        client=Told(PersonFacts(name="陈某英", sex="female", age=36), read.identity.client.version),
        other=Told(PersonFacts(name="梁某强"), 0),
        children=(Told(PersonFacts(name="小明", age=9), 0), Told(PersonFacts(), 0)),
        incident=Told(INCIDENT, line.version if line else 0, line.incident_id if line else 0),
        wish=Told("想离开", read.account.version),
        card=Told(ContactCard(never="不打座机"), read.card_version),
    )
    return replace(told, **changes)


def test_one_save_writes_every_part_and_ends_the_draft(any_office: Office) -> None:
    with any_office.at_work():
        number, actor = open_case(any_office), any_office.actor("caseworker")
        drafts.save(actor, FORM, case_row(number).id, {"wish-wish": ["想离"]})
        first_interview.save(actor, number, interview(first_interview.of_case(actor, number)))
        read = first_interview.of_case(actor, number)
        assert read.answers["how_often"] == "weekly" and "own_life" not in read.answers
        assert (read.answers["held_on"], read.answers["held_by"]) == (today().isoformat(), "何敏")
        assert read.incident is not None and read.incident.details == replace(
            DETAILS, injuries=("bruise", "neck")
        )
        him = read.identity.other_party
        assert him is not None and (him.words["name"], him.words["relation"]) == ("梁某强", "spouse")
        assert [it.words["name"] for it in read.identity.of_role(PartyRole.CHILD)] == ["小明"]
        assert read.account.wish == "想离开" and read.identity.client.age == 36
        card = contact_cards.open_card(actor, number).words
        # What was left empty stays on the card as it was.
        assert (card["never"], card["code_word"]) == ("不打座机", "书到了吗")
        assert drafts.resume(actor, FORM, case_row(number).id) is None


def test_the_second_save_goes_on_from_the_first_and_adds_nobody_twice(any_office: Office) -> None:
    with any_office.at_work():
        number, actor = open_case(any_office), any_office.actor("caseworker")
        sent = interview(first_interview.of_case(actor, number))
        first_interview.save(actor, number, sent)
        with pytest.raises(PartRefused):
            first_interview.save(actor, number, sent)
        read = first_interview.of_case(actor, number)
        him, child = read.identity.other_party, read.identity.of_role(PartyRole.CHILD)[0]
        assert him is not None
        again = interview(
            read,
            other=Told(PersonFacts(name="梁某强", note="在工地"), him.version),
            children=(Told(PersonFacts(name="小明", age=10), child.version, child.party_id),),
            card=Told(ContactCard(), read.card_version),
        )
        first_interview.save(actor, number, again)
        assert reader().scalar(select(func.count()).select_from(Party)) == 3
        assert reader().scalar(select(func.count()).select_from(Incident)) == 1
        (kid,) = identities.of_case(actor, number).of_role(PartyRole.CHILD)
        assert kid.age == 10


def test_a_refused_part_leaves_every_other_part_unwritten(any_office: Office) -> None:
    with any_office.at_work():
        number, actor = open_case(any_office), any_office.actor("caseworker")
        read = first_interview.of_case(actor, number)
        nameless = replace(INCIDENT, relationship="")
        for changes, part in (
            ({"incident": Told(nameless, 0)}, "incident"),
            ({"answers": {"how_often": "never"}}, "answers"),
            ({"children": (Told(PersonFacts(guardian="nobody"), 0),)}, "child0"),
            (
                {
                    "answers": {"lives_now": "left"},
                    "client": Told(PersonFacts(address_rest="新村 3 栋", home_rest="新村 3 栋"), 1),
                },
                "client",
            ),
        ):
            with pytest.raises(PartRefused) as refused:
                first_interview.save(actor, number, interview(read, **changes))
            assert refused.value.part == part and isinstance(refused.value.fault, Invalid)
        after = first_interview.of_case(actor, number)
        assert after.answers == {} and after.identity.people == () and after.account.wish == "先把孩子保住"


def test_another_s_edit_of_one_part_stops_the_screen_and_shows_both(any_office: Office) -> None:
    with any_office.at_work():
        number, one = open_case(any_office), any_office.actor("caseworker")
        two = any_office.actor("colleague")
        sent = interview(first_interview.of_case(one, number))
        narratives.change(two, number, account_text="他昨晚又来了", wish="先住下", version=1)
        with pytest.raises(PartRefused) as refused:
            first_interview.save(one, number, sent)
        fault = refused.value.fault
        assert refused.value.part == "wish" and isinstance(fault, Stale)
        assert (fault.yours["wish"], fault.theirs["wish"]) == ("想离开", "先住下")
        first_interview.save(one, number, replace(sent, wish=Told("先住下，想离开", fault.version)))


def test_nothing_asked_is_an_interview_too(any_office: Office) -> None:
    with any_office.at_work():
        number, actor = open_case(any_office), any_office.actor("caseworker")
        nothing = IncidentFacts(None, "exact", "", "unknown", (), None, IncidentDetails())
        sent = interview(
            first_interview.of_case(actor, number),
            answers={},
            other=Told(PersonFacts(), 0),
            children=(),
            incident=Told(nothing, 0),
            card=Told(ContactCard(), 1),
        )
        first_interview.save(actor, number, sent)
        read = first_interview.of_case(actor, number)
        assert read.incident is None and read.identity.other_party is None


def test_a_stranger_finds_no_interview(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        stranger = any_office.actor("stranger")
        with pytest.raises(NotFound):
            first_interview.of_case(stranger, number)
        sent = interview(first_interview.of_case(any_office.actor("caseworker"), number))
        with pytest.raises(NotFound):
            first_interview.save(stranger, number, sent)
