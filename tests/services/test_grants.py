"""A grant opens exactly what was given, to the one person, until its end; then nothing, and new words never."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from sqlalchemy import select

from casework.clock import HOUR, now_us
from casework.errors import CodeMismatch, Invalid, KeyMissing, KeyUntrusted, NotFound
from casework.extensions import db
from casework.sealed import Locked
from casework.services import case_lists, cases, contact_cards, grants, identities, leader_keys, narratives
from casework.services.case_lists import Filters
from casework.services.vault import Vault
from casework.transaction import reader, write
from models.access import Grant
from models.enums import CompartmentKind
from models.keys import Compartment, Wrap
from tests.make import Office
from tests.make_access import PARTS, admit_leader, code_of, end, give
from tests.make_cases import build_wall, case_row, open_case

EVERYTHING = (
    CompartmentKind.CONTACT,
    CompartmentKind.IDENTITY,
    CompartmentKind.ACCOUNT,
    CompartmentKind.LEGAL,
)


def said(office: Office, username: str, number: str) -> str | Locked | None:
    """What this person reads as the account of the case."""
    db.session.close()
    return narratives.of_case(office.actor(username), number).account_text


def write_anew(office: Office, number: str, words: str) -> None:
    """The team's caseworker writes the account anew."""
    actor = office.actor("caseworker")
    read = narratives.of_case(actor, number)
    narratives.change(actor, number, account_text=words, wish=None, version=read.version)
    db.session.close()


def test_only_what_was_given_opens(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        with pytest.raises(NotFound):
            cases.get_for(any_office.actor("stranger"), number)
        give(any_office, number)
        stranger = any_office.actor("stranger")
        head = cases.get_for(stranger, number)
        assert head.is_granted and isinstance(head.client_name, Locked)
        assert said(any_office, "stranger", number) == "他昨晚又来了"
        assert contact_cards.open_card(stranger, number).words["alias"] == "图书馆小何"
        assert isinstance(identities.of_case(stranger, number).client.words["name"], Locked)
        assert not cases.get_for(any_office.actor("caseworker"), number).is_granted


def test_lists_and_changes_stay_the_team_s(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        give(any_office, number, parts=EVERYTHING)
        stranger = any_office.actor("stranger")
        assert not case_lists.listing(stranger, Filters()).rows
        with pytest.raises(NotFound), write(stranger) as work:
            cases.row_for(work, stranger, number)
        with pytest.raises(NotFound):
            narratives.change(stranger, number, account_text="改", wish=None, version=1)


def test_an_ended_grant_opens_nothing_and_new_words_have_a_new_key(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        grant_id = give(any_office, number)
        end(any_office, grant_id)
        end(any_office, grant_id)
        with pytest.raises(NotFound):
            cases.get_for(any_office.actor("stranger"), number)
        assert not reader().scalars(select(Wrap).where(Wrap.recipient_id == grant_id)).all()
        before = reader().get_one(Compartment, case_row(number).account_compartment_id).key_version
        write_anew(any_office, number, "新写的话")
        after = reader().get_one(Compartment, case_row(number).account_compartment_id)
        assert after.key_version == before + 1 and not after.rekey_needed


def test_a_grant_ends_by_itself(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        give(any_office, number, hours=2)
        stranger = any_office.actor("stranger")
        later = datetime.datetime.fromtimestamp((now_us() + 2 * HOUR) / 1e6, datetime.UTC)
        with time_machine.travel(later, tick=False), pytest.raises(NotFound):
            cases.get_for(stranger, number)


def test_another_s_end_does_not_shut_out_whose_grant_goes_on(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        give(any_office, number, parts=EVERYTHING)
        ended = give(any_office, number, to="lead2")
        end(any_office, ended)
        write_anew(any_office, number, "新写的话")
        assert said(any_office, "stranger", number) == "新写的话"
        with pytest.raises(NotFound):
            cases.get_for(any_office.actor("lead2"), number)


def test_older_words_open_too(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        end(any_office, give(any_office, number))
        actor = any_office.actor("caseworker")
        with write(actor) as work:
            row = cases.row_for(work, actor, number)
            Vault(actor, work.session).ready_to_write(work, row.id, [row.account_compartment_id])
        give(any_office, number)
        assert said(any_office, "stranger", number) == "他昨晚又来了"


def test_who_was_given_gives_nothing_on(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        give(any_office, number, parts=EVERYTHING)
        stranger = any_office.actor("stranger")
        with pytest.raises(KeyMissing), write(stranger) as work:
            grants.give(
                work,
                Vault(stranger, work.session),
                case_row(number),
                account_id=any_office.account_id("lead2"),
                kind="break_glass",
                compartments=PARTS,
                ends_at=work.at + HOUR,
            )


def test_who_was_given_may_seal_an_opinion_that_the_team_reads(any_office: Office) -> None:
    with any_office.at_work():
        admit_leader(any_office)
        number = open_case(any_office)
        end(any_office, give(any_office, number))
        give(any_office, number, to="leader", kind="approval")
        leader, case = any_office.actor("leader"), case_row(number)
        with write(leader) as work:
            vault = Vault(leader, work.session)
            vault.ready_to_write(work, case.id, [case.account_compartment_id])
            sealed = vault.seal("approval_files.opinion", case.id, case.account_compartment_id, "同意")
        for username in ("caseworker", "colleague", "leader"):
            db.session.close()
            vault = Vault(any_office.actor(username), reader())
            assert (
                vault.text("approval_files.opinion", case.id, case.account_compartment_id, sealed) == "同意"
            )


def test_the_wall_is_above_a_grant(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        give(any_office, number)
        build_wall(any_office, "stranger", number)
        with pytest.raises(NotFound):
            cases.get_for(any_office.actor("stranger"), number)
        build_wall(any_office, "lead2", number)
        with pytest.raises(NotFound):
            give(any_office, number, to="lead2")


def test_what_cannot_be_given_is_refused(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        for wrong in ({"hours": -1}, {"parts": ()}, {"kind": "favour"}):
            with pytest.raises(Invalid):
                give(any_office, number, **wrong)
        with pytest.raises(KeyUntrusted):
            give(any_office, number, to="leader")
        assert not reader().scalars(select(Grant)).all()


def test_a_leader_is_admitted_by_her_own_code_alone(any_office: Office) -> None:
    with any_office.at_work():
        officer = any_office.actor("officer")
        line = next(line for line in leader_keys.listing(officer) if line.display_name == "林审")
        assert line.has_password and not line.is_admitted
        with pytest.raises(CodeMismatch):
            leader_keys.admit(officer, line.account_id, code_of(any_office, "caseworker"))
        with pytest.raises(NotFound):
            leader_keys.admit(officer, any_office.account_id("stranger"), code_of(any_office, "stranger"))
        admit_leader(any_office)
        db.session.close()
        assert leader_keys.listing(officer)[0].is_admitted
        number = open_case(any_office)
        give(any_office, number, to="leader", kind="approval")
        assert said(any_office, "leader", number) == "他昨晚又来了"
