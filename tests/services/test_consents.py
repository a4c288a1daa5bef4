"""The consent ledger: what is in force, what the law allows without her, and what a withdrawal takes away."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from casework.clock import today
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.extensions import db
from casework.sealed import Locked
from casework.services import consent_ledger, consents, contact_cards, identities
from casework.services.case_facts import ContactCard
from casework.services.consents import ConsentFacts
from casework.services.identities import ClientFacts
from casework.services.vault import Vault
from casework.transaction import reader, write
from models.accounts import Team
from models.cases import Case, Consent
from models.enums import RecipientKind, TeamKind
from models.keys import Compartment, TeamKey, Wrap
from tests.make import Office
from tests.make_cases import case_row, open_case

DAY = datetime.timedelta(days=1)
POLICE = ConsentFacts("share_police", recipient="police_station", asked_alone=True)


def faults_of(office: Office, number: str, facts: ConsentFacts, *, ground: bool = False) -> dict[str, str]:
    """What is refused, by field."""
    with pytest.raises(Invalid) as refused:
        (consents.record_ground if ground else consents.record)(office.actor("caseworker"), number, facts)
    db.session.close()
    return refused.value.faults


def given(office: Office, number: str, facts: ConsentFacts, **changes: Any) -> int:
    """A consent recorded by the caseworker."""
    facts = replace(facts, **({"given_on": facts.given_on or today()} | changes))
    made = consents.record(office.actor("caseworker"), number, facts)
    db.session.close()
    return made


def desk_wraps(case: Case) -> list[int]:
    """The wraps of the contact card for any desk, in any version."""
    return list(
        reader().scalars(
            select(Wrap.id)
            .join(TeamKey, TeamKey.id == Wrap.recipient_id)
            .join(Team, Team.id == TeamKey.team_id)
            .where(
                Wrap.compartment_id == case.contact_compartment_id,
                Wrap.recipient_kind == RecipientKind.TEAM_KEY,
                Team.kind == TeamKind.DESK,
            )
        )
    )


def test_a_consent_holds_from_its_first_to_its_last_day(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        case_id = case_row(number).id
        assert consents.gate(reader(), case_id, "share_police").reason == "never_asked"
        given(any_office, number, POLICE, given_on=today() - DAY, ends_on=today() + DAY)
        assert consents.has(reader(), case_id, "share_police")
        assert consents.has(reader(), case_id, "share_police", today() + DAY)
        assert not consents.has(reader(), case_id, "share_police", today() + 2 * DAY)
        assert not consents.has(reader(), case_id, "share_police", today() - 2 * DAY)
        assert consents.gate(reader(), case_id, "share_police", today() + 2 * DAY).reason == "ended"
        assert not consents.has(reader(), case_id, "share_court")
        assert not consents.has(reader(), case_id, "sensitive_information")


def test_a_withdrawal_ends_every_consent_to_the_same_and_nothing_else(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        case_id = case_row(number).id
        first = given(any_office, number, POLICE)
        given(any_office, number, POLICE)
        given(any_office, number, replace(POLICE, scope="share_court", recipient="court"))
        consents.withdraw(any_office.actor("caseworker"), number, first)
        assert consents.gate(reader(), case_id, "share_police").reason == "withdrawn"
        assert consents.has(reader(), case_id, "share_court")
        with pytest.raises(AlreadyDone):
            consents.withdraw(any_office.actor("caseworker"), number, first)


def test_a_ground_opens_the_gate_and_is_no_consent(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        case_id = case_row(number).id
        facts = replace(POLICE, ground="life_and_safety", note="他拿刀在门口", given_on=today())
        consents.record_ground(any_office.actor("caseworker"), number, facts)
        gate = consents.gate(reader(), case_id, "share_police")
        assert (gate.allowed, gate.ground) == (True, "life_and_safety")
        assert not consents.has(reader(), case_id, "share_police")
        assert faults_of(any_office, number, replace(facts, note=None), ground=True) == {"note": "required"}
        for scope in ("mediation", "desk_contact"):
            refused = faults_of(any_office, number, replace(facts, scope=scope), ground=True)
            assert refused["ground"] == "ground_scope"


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"scope": "everything"}, {"scope": "choice"}),
        ({"recipient": None}, {"recipient": "required"}),
        ({"recipient": "school"}, {"recipient": "recipient_scope"}),
        ({"asked_alone": False}, {"asked_alone": "asked_alone"}),
        ({"given_by": "him"}, {"given_by": "choice"}),
        ({"given_on": today() + 40 * DAY}, {"given_on": "future"}),
        ({"given_on": None}, {"given_on": "required"}),
        ({"ends_on": today() - 40 * DAY}, {"ends_on": "before_start"}),
        ({"given_by": "guardian"}, {"guardian_is_other_party": "required"}),
        ({"given_by": "guardian", "guardian_is_other_party": "yes"}, {"given_by": "guardian_is_other_party"}),
        ({"scope": "guardian_for_child", "recipient": None}, {"given_by": "guardian_scope"}),
    ],
)
def test_what_is_no_consent_is_refused(
    office: Office, changes: dict[str, Any], faults: dict[str, str]
) -> None:
    with office.at_work():
        number = open_case(office)
        facts = replace(POLICE, given_on=today())
        assert faults_of(office, number, replace(facts, **changes)) == faults


def test_a_child_under_fourteen_does_not_agree_alone(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        case_id = case_row(number).id
        _desk_row(number)
        assert consents.has(reader(), case_id, "desk_contact")
        born = ClientFacts(name="陈某英", birth_date=today() - 9 * 365 * DAY, sex="female")
        identities.change_client(any_office.actor("caseworker"), number, born, 1)
        db.session.close()
        assert consents.gate(reader(), case_id, "desk_contact").reason == "guardian_needed"
        facts = replace(POLICE, given_on=today())
        assert faults_of(any_office, number, facts) == {"given_by": "guardian_needed"}
        given(any_office, number, facts, given_by="guardian", guardian_is_other_party="no")
        assert consents.has(reader(), case_id, "share_police")
        ledger = consent_ledger.of_case(any_office.actor("caseworker"), number)
        assert ledger.is_child and [line.needs_guardian for line in ledger.lines] == [False, True]


def _desk_row(number: str) -> None:
    """As the desk writes it when a call becomes a case: without looking at an age."""
    case_id = case_row(number).id
    with write(None) as work:
        work.session.add(
            Consent(
                case_id=case_id, scope="desk_contact", given_on=today(), recorded_by=0, recorded_at=work.at
            )
        )
    db.session.close()


def test_taking_the_desks_consent_back_takes_its_key(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        _desk_row(number)
        case = case_row(number)
        contact = case.contact_compartment_id
        assert Vault(any_office.actor("operator"), reader()).holds(contact) and len(desk_wraps(case)) == 1
        worker = any_office.actor("caseworker")
        line = consent_ledger.of_case(worker, number).lines[0]
        consents.withdraw(worker, number, line.consent_id)
        db.session.close()
        assert desk_wraps(case_row(number)) == []
        compartment = reader().get(Compartment, contact)
        assert compartment is not None and compartment.rekey_needed
        assert not Vault(any_office.actor("operator"), reader()).holds(contact)
        contact_cards.change(any_office.actor("caseworker"), number, ContactCard(phone="13900000999"), 1)
        db.session.close()
        case = case_row(number)
        assert case.phone_sealed is not None and desk_wraps(case) == []
        for username, opens in (("operator", False), ("colleague", True)):
            words = Vault(any_office.actor(username), reader()).text(
                "cases.phone", case.id, contact, case.phone_sealed
            )
            assert isinstance(words, Locked) is not opens
        compartment = reader().get(Compartment, contact)
        assert compartment is not None and compartment.key_version == 2 and not compartment.rekey_needed


def test_her_new_consent_gives_the_desk_the_card_again(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, desk_team_id=None)
        case = case_row(number)
        assert not Vault(any_office.actor("operator"), reader()).holds(case.contact_compartment_id)
        given(any_office, number, ConsentFacts("desk_contact", recipient="desk"))
        words = Vault(any_office.actor("operator"), reader()).text(
            "cases.alias", case.id, case.contact_compartment_id, case.alias_sealed
        )
        assert words == "图书馆小何"


def test_a_stranger_records_and_withdraws_nothing(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        made = given(any_office, number, POLICE)
        stranger = any_office.actor("stranger")
        facts = replace(POLICE, given_on=today())
        for act in (
            lambda: consents.record(stranger, number, facts),
            lambda: consents.withdraw(stranger, number, made),
            lambda: consent_ledger.of_case(stranger, number),
        ):
            with pytest.raises(NotFound):
                act()
        other = open_case(any_office)
        with pytest.raises(NotFound):
            consents.withdraw(any_office.actor("caseworker"), other, made)
