"""The duty phone at night: the card of any case, nothing else of it, with a reason, and reviewed."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from casework.errors import Invalid, NotFound
from casework.extensions import db
from casework.sealed import Locked
from casework.services import access_reviews, case_access, cases, contact_cards, emergency_cards
from casework.services.case_facts import ContactCard
from casework.services.vault import Vault
from casework.transaction import reader, record_views, write
from models.access import EmergencyOpening
from models.accounts import Team
from models.audit import AuditEntry
from models.enums import RecipientKind, TeamKind
from models.keys import TeamKey, Wrap
from tests.make import Office
from tests.make_access import open_duty_team
from tests.make_cases import build_wall, case_row, open_case

WHY = "她来电求助"


def card_of(office: Office, typed: str, *, by: str = "stranger") -> emergency_cards.Found:
    """What the duty phone shows for this number."""
    db.session.close()
    return emergency_cards.open_card(office.actor(by), typed, WHY)


def test_the_card_opens_and_nothing_else(any_office: Office) -> None:
    with any_office.at_work():
        open_duty_team(any_office, "stranger")
        number = open_case(any_office, violent=True)
        card = card_of(any_office, number).card
        assert card is not None
        assert card.words["never"] == "不提妇联" and card.shown_phone == "138 0000 0417"
        assert card.is_violent and card.danger_level is None and card.team_name == "个案一组"
        stranger = any_office.actor("stranger")
        with pytest.raises(NotFound):
            cases.get_for(stranger, number)
        case, vault = case_row(number), Vault(stranger, reader())
        assert vault.holds(case.contact_compartment_id)
        assert not vault.holds(case.account_compartment_id) and not vault.holds(case.identity_compartment_id)
        assert reader().scalar(
            select(func.count()).where(
                AuditEntry.action == "emergency.open", AuditEntry.subject_id == case.id
            )
        )


def test_found_by_a_whole_phone_number(any_office: Office) -> None:
    with any_office.at_work():
        open_duty_team(any_office, "stranger")
        number = open_case(any_office)
        found = card_of(any_office, "13800000417").card
        assert found is not None and found.number == number
        other = open_case(any_office, team="个案二组")
        several = card_of(any_office, "138 0000 0417")
        assert several.card is None and set(several.numbers) == {number, other}
        with pytest.raises(Invalid):
            card_of(any_office, "0417")


def test_only_the_duty_team_and_no_wall_tells(any_office: Office) -> None:
    with any_office.at_work():
        open_duty_team(any_office, "stranger")
        number = open_case(any_office)
        for username in ("caseworker", "lead2"):
            with pytest.raises(NotFound):
                card_of(any_office, number, by=username)
        build_wall(any_office, "stranger", number)
        faults = []
        for typed in (number, "13800000417", "KP-2020-9999", "13900000000"):
            with pytest.raises(Invalid) as fault:
                card_of(any_office, typed)
            faults.append(fault.value.faults)
        assert faults == [{"typed": "unknown"}] * 4
        assert not reader().scalars(select(EmergencyOpening)).all()


def test_an_older_case_is_shared_when_somebody_with_the_key_reads_it(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        open_duty_team(any_office, "stranger")
        with pytest.raises(Invalid) as fault:
            card_of(any_office, number)
        assert fault.value.faults == {"typed": "shut"}
        reading = any_office.actor("colleague")
        assert not case_access.of_case(reading, number).is_open_to_duty
        record_views(reading)
        db.session.close()
        assert case_access.of_case(any_office.actor("colleague"), number).is_open_to_duty
        card = card_of(any_office, number).card
        assert card is not None and card.words["alias"] == "图书馆小何"
        again = any_office.actor("colleague")
        cases.get_for(again, number)
        assert not again.pending


def test_a_team_that_a_row_calls_duty_is_given_nothing(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        other = any_office.facts.teams["个案二组"]
        with write(None) as work:
            work.session.execute(update(Team).where(Team.id == other).values(kind=TeamKind.DUTY))
        db.session.close()
        newer = open_case(any_office)
        reading = any_office.actor("caseworker")
        cases.get_for(reading, number)
        record_views(reading)
        db.session.close()
        keys = select(TeamKey.id).where(TeamKey.team_id == other)
        for shut in (number, newer):
            wraps = select(Wrap).where(
                Wrap.compartment_id == case_row(shut).contact_compartment_id,
                Wrap.recipient_kind == RecipientKind.TEAM_KEY,
                Wrap.recipient_id.in_(keys),
            )
            assert not reader().scalars(wraps).all()


def test_the_lead_reviews_with_the_reason_before_her(any_office: Office) -> None:
    with any_office.at_work():
        open_duty_team(any_office, "stranger", lead="lead2")
        number = open_case(any_office)
        card_of(any_office, number)
        db.session.close()
        (line,) = access_reviews.waiting(any_office.actor("lead"))
        assert (line.kind, line.number, line.who, line.reason) == ("opening", number, "周岚", WHY)
        (seen,) = access_reviews.waiting(any_office.actor("officer"))
        assert isinstance(seen.reason, Locked)
        access_reviews.review(any_office.actor("lead"), line.kind, line.row_id)
        db.session.close()
        assert not access_reviews.waiting(any_office.actor("lead"))
        (opening,) = case_access.of_case(any_office.actor("lead"), number).openings
        assert opening.reviewed_at is not None and not opening.is_late


def test_what_is_written_after_a_night_opens_the_next_night(any_office: Office) -> None:
    with any_office.at_work():
        open_duty_team(any_office, "stranger")
        number = open_case(any_office)
        card_of(any_office, number)
        caseworker = any_office.actor("caseworker")
        card = contact_cards.open_card(caseworker, number)
        contact_cards.change(
            caseworker, number, ContactCard("138 0000 0417", "晚上", "小王", None, None), card.version
        )
        shown = card_of(any_office, number).card
        assert shown is not None and shown.words["alias"] == "小王"


def test_looking_about_is_counted(any_office: Office) -> None:
    with any_office.at_work():
        open_duty_team(any_office, "stranger")
        number = open_case(any_office)
        for _ in range(emergency_cards.PER_HOUR):
            with pytest.raises(Invalid):
                card_of(any_office, "KP-2020-9999")
        with pytest.raises(Invalid) as fault:
            card_of(any_office, number)
        assert fault.value.faults == {"typed": "too_many"}
