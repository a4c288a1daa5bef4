"""Somebody who writes into the database makes a row point to a compartment that he opens, and waits for her worker."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from casework.clock import now_us, today
from casework.errors import KeyUntrusted
from casework.extensions import db
from casework.services import calls, contact_cards, follow_ups, identities, narratives
from casework.services.case_facts import ContactCard
from casework.services.follow_ups import Planned
from casework.services.identities import ClientFacts
from casework.transaction import reader
from models.accounts import AccountRole
from models.calls import Call
from models.cases import Case
from models.enums import Role
from models.keys import Compartment
from models.people import Party
from tests.make import Office
from tests.make_cases import case_row, open_case
from tests.services.sealed_things import change
from tests.services.test_calls import a_call

WHERE_SHE_IS = "水口镇新屋村 3 号"
NO_CARD = ContactCard(None, None, None, None, None)


def make_caseworker(office: Office, username: str) -> None:
    """The role that he gives himself, past the officer."""
    change(
        AccountRole(
            account_id=office.account_id(username),
            role=Role.CASEWORKER,
            team_id=office.team_id,
            from_on=today(),
            asked_at=now_us(),
            approved_at=now_us(),
            approved_by=office.account_id("officer"),
        )
    )
    db.session.close()


def test_her_address_is_not_sealed_into_the_card_that_the_desk_opens(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, client_name=None)
        case = case_row(number)
        shared = {"compartment_id": case.contact_compartment_id}
        change(
            update(Party).where(Party.case_id == case.id).values(shared),
            update(Case)
            .where(Case.id == case.id)
            .values(identity_compartment_id=case.contact_compartment_id),
        )
        db.session.close()
        with pytest.raises(KeyUntrusted):
            identities.change_client(
                any_office.actor("caseworker"), number, ClientFacts(address_rest=WHERE_SHE_IS), 1
            )
        db.session.close()
        make_caseworker(any_office, "operator")
        read = identities.of_case(any_office.actor("operator"), number)
        assert WHERE_SHE_IS not in read.client.words.values()


def test_her_account_is_not_sealed_into_a_compartment_of_the_desk(any_office: Office) -> None:
    # The lead of the team leads the desk too, so she opens both.
    with any_office.at_work():
        number = open_case(any_office, said=None, wish=None)
        operator = any_office.actor("operator")
        calls.record(operator, a_call(operator))
        call = reader().scalars(select(Call)).one()
        case = case_row(number)
        change(
            update(Case).where(Case.id == case.id).values(account_compartment_id=call.account_compartment_id)
        )
        db.session.close()
        with pytest.raises(KeyUntrusted):
            narratives.change(
                any_office.actor("lead"), number, account_text=WHERE_SHE_IS, wish=None, version=1
            )
        change(
            update(Compartment)
            .where(Compartment.id == call.account_compartment_id)
            .values(owner_id=case.id, owner_kind="case")
        )
        db.session.close()
        with pytest.raises(KeyUntrusted):
            narratives.change(
                any_office.actor("lead"), number, account_text=WHERE_SHE_IS, wish=None, version=1
            )


def test_a_card_that_the_desk_may_not_keep_is_not_sealed_into_one_that_it_keeps(any_office: Office) -> None:
    with any_office.at_work():
        kept = case_row(open_case(any_office)).contact_compartment_id
        number = open_case(any_office, contact=NO_CARD, desk_team_id=None)
        case = case_row(number)
        change(update(Case).where(Case.id == case.id).values(contact_compartment_id=kept))
        db.session.close()
        card = ContactCard("13800000418", "周三上午", "小何", None, None)
        with pytest.raises(KeyUntrusted):
            contact_cards.change(any_office.actor("caseworker"), number, card, 1)
        planned = Planned("routine", today(), purpose=WHERE_SHE_IS)
        with pytest.raises(KeyUntrusted):
            follow_ups.plan(any_office.actor("caseworker"), number, planned)
