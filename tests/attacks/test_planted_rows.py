"""Rows written past every service: roles, links, sessions, bundles. None of them brings a key or another's place."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select, update

from casework.clock import DAY, now_us, today
from casework.errors import KeyMissing, KeyUntrusted, NotFound, NotSignedIn, PasswordNeeded
from casework.extensions import db
from casework.runtime import runtime
from casework.sealed import Locked
from casework.services import (
    accounts,
    approvals,
    calls,
    cases,
    contact_cards,
    drafts,
    follow_ups,
    identities,
    look_up,
    members,
    narratives,
    own_keys,
    rosters,
    sessions,
    sign_in,
)
from casework.services.case_facts import ContactCard
from casework.services.follow_ups import Planned
from casework.services.sign_in import SignInRefused
from casework.services.vault import Vault
from casework.transaction import reader, write
from models.accounts import Account, AccountRole, Invitation, Team
from models.enums import Role
from models.keys import KeyCopy
from models.sessions import SignedInSession
from tests.make import PASSWORD, Office
from tests.make_cases import open_case
from tests.services.people import ANOTHER
from tests.services.sealed_things import change


def plant_role(office: Office, username: str, role: Role, team_id: int | None) -> None:
    change(
        AccountRole(
            account_id=office.account_id(username),
            role=role,
            team_id=team_id,
            from_on=today(),
            asked_at=now_us(),
            approved_at=now_us(),
            approved_by=office.account_id("officer"),
        )
    )
    db.session.close()


def opens_nothing(office: Office, username: str, number: str, password: str = PASSWORD) -> None:
    """Whatever this person sees of the case, no sealed word is in it, and she seals nothing into it."""
    actor = office.actor(username, password)
    read = identities.of_case(actor, number)
    told = narratives.of_case(actor, number)
    card = contact_cards.open_card(actor, number)
    seen = [
        *read.client.words.values(),
        read.head.client_name,
        told.account_text,
        told.wish,
        *card.words.values(),
    ]
    assert all(word is None or isinstance(word, Locked) for word in seen)
    assert isinstance(told.account_text, Locked) and card.dial is None
    with pytest.raises(KeyMissing):
        follow_ups.plan(actor, number, Planned("routine", today(), purpose="x"))
    db.session.close()


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.TEAM_LEAD])
def test_a_planted_role_shows_no_sealed_word(any_office: Office, role: Role) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        for username in ("admin", "stranger", "shelter", "supervisor"):
            plant_role(any_office, username, role, any_office.team_id)
            opens_nothing(any_office, username, number)


def test_a_planted_lead_admits_nobody_and_makes_no_key(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        plant_role(any_office, "stranger", Role.TEAM_LEAD, any_office.team_id)
        plant_role(any_office, "stranger", Role.CASEWORKER, any_office.team_id)
        thief = any_office.actor("stranger")
        change(update(Team).values(rotation_needed=True))
        members.rotate_where_due(thief)
        code = own_keys.own_admission_code(thief) or ""
        with pytest.raises(KeyUntrusted):
            members.admit(thief, any_office.team_id, thief.account_id, code)
        db.session.close()
        # Her lead's next request makes new keys, for those of the roster alone.
        members.rotate_where_due(any_office.actor("lead"))
        held = set(reader().scalars(select(KeyCopy.account_id).where(KeyCopy.account_id == thief.account_id)))
        roster = rosters.verified_for(reader(), any_office.actor("lead"))
        mine = reader().scalars(select(KeyCopy.key_id).where(KeyCopy.account_id == thief.account_id)).all()
        assert held and not set(mine) & set(roster.keys_of_team(any_office.team_id))
        db.session.close()
        opens_nothing(any_office, "stranger", number)


def test_an_admission_signs_no_role_that_its_page_did_not_name(office: Office) -> None:
    with office.at_work():
        token = approvals.reset_password(office.actor("officer"), office.account_id("caseworker"))
        accounts.accept_invitation(token, ANOTHER)
        code = own_keys.own_admission_code(office.actor("caseworker", ANOTHER)) or ""
    address = f"/teams/{office.team_id}/members/{office.account_id('caseworker')}/admit"
    lead = office.visitor("lead")
    page = lead.get(address)
    assert "个案工作者" in page.text and "她将是组长" not in page.text
    with office.at_work():
        plant_role(office, "caseworker", Role.TEAM_LEAD, office.team_id)
    assert "她将是组长" in office.visitor("lead").get(address).text
    lead.submit("准入", {"typed_code": code, "password": PASSWORD})
    with office.at_work():
        roster = rosters.verified_for(reader(), office.actor("lead"))
        assert roster.members_of(office.team_id)[office.account_id("caseworker")] == {"caseworker"}


def test_the_officer_who_uses_the_link_herself_opens_nothing(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        account_id = any_office.account_id("caseworker")
        token = approvals.reset_password(any_office.actor("officer"), account_id)
        accounts.accept_invitation(token, ANOTHER)
        opens_nothing(any_office, "caseworker", number, ANOTHER)
        # Neither before nor after the lead's next request, which makes the team's new keys.
        members.rotate_where_due(any_office.actor("lead"))
        db.session.close()
        opens_nothing(any_office, "caseworker", number, ANOTHER)
        impostor = any_office.actor("caseworker", ANOTHER)
        with pytest.raises((KeyMissing, NotFound)):
            members.admit(
                impostor, any_office.team_id, account_id, own_keys.own_admission_code(impostor) or ""
            )


def test_the_officer_who_resets_a_lead_takes_no_team_with_her(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        account_id = any_office.account_id("lead")
        accounts.accept_invitation(approvals.reset_password(any_office.actor("officer"), account_id), ANOTHER)
        impostor = any_office.actor("lead", ANOTHER)
        members.rotate_where_due(impostor)
        members.share_index_where_due(impostor)
        db.session.close()
        opens_nothing(any_office, "lead", number, ANOTHER)
        assert not any_office.actor("lead", ANOTHER).keychain.index_keys  # type: ignore[union-attr]
        # And nobody else lost anything.
        told = narratives.of_case(any_office.actor("caseworker"), number)
        assert told.account_text == "他昨晚又来了"


def test_a_planted_link_takes_the_name_and_no_key(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        token = "planted"
        change(
            Invitation(
                account_id=any_office.account_id("caseworker"),
                token_digest=hashlib.sha256(token.encode()).digest(),
                ends_at=now_us() + DAY,
            )
        )
        accounts.accept_invitation(token, ANOTHER)
        opens_nothing(any_office, "caseworker", number, ANOTHER)
        with pytest.raises(SignInRefused):
            any_office.actor("caseworker")


def test_a_session_moved_to_another_account_is_none(any_office: Office) -> None:
    with any_office.at_work():
        cookie = any_office.cookie("stranger")
        session_id = int(cookie.partition(".")[0])
        row = SignedInSession.id == session_id
        victim = any_office.account_id("caseworker")
        change(update(SignedInSession).where(row).values(account_id=victim))
        db.session.close()
        secret = runtime().boot_secret
        with pytest.raises(NotSignedIn):
            sessions.resume(cookie, secret)
        # Without its keychain it is her locked session: nothing opens but with her password.
        change(update(SignedInSession).where(row).values(keychain_sealed=None))
        db.session.close()
        actor = sessions.resume(cookie, secret)
        assert actor.account_id == victim and actor.keychain is None
        with pytest.raises(PasswordNeeded):
            sign_in.unlock(actor, cookie, ANOTHER)
        # Another's sealed keychain in it opens neither.
        theirs = reader().scalars(
            select(SignedInSession.keychain_sealed).where(SignedInSession.account_id != victim)
        )
        sealed = next(item for item in theirs if item)
        change(update(SignedInSession).where(row).values(keychain_sealed=sealed))
        db.session.close()
        with pytest.raises(NotSignedIn):
            sessions.resume(cookie, secret)


def test_a_longer_end_opens_nothing(any_office: Office) -> None:
    with any_office.at_work():
        cookie = any_office.cookie("caseworker")
        change(update(SignedInSession).values(ends_at=SignedInSession.ends_at + DAY))
        db.session.close()
        with pytest.raises(NotSignedIn):
            sessions.resume(cookie, runtime().boot_secret)


def test_a_bundle_of_one_account_opens_no_other(any_office: Office) -> None:
    with any_office.at_work():
        row = reader().get(Account, any_office.account_id("stranger"))
        assert row is not None
        change(
            update(Account)
            .where(Account.id == any_office.account_id("caseworker"))
            .values(bundle_sealed=row.bundle_sealed, password_salt=row.password_salt)
        )
        db.session.close()
        with pytest.raises(SignInRefused):
            any_office.actor("caseworker")


def test_a_look_up_needs_a_key_and_not_only_a_role(any_office: Office) -> None:
    with any_office.at_work():
        plant_role(any_office, "admin", Role.HOTLINE_OPERATOR, any_office.desk_id)
        actor = any_office.actor("admin")
        begun = calls.begin(actor)
        drafts.save(actor, "call", begun.call_id, {"phone": ["13800000417"]})
        with pytest.raises(KeyMissing):
            look_up.look_up(actor, call_id=begun.call_id, typed="13800000417")
        with pytest.raises(KeyUntrusted), write(actor) as work:
            cases.create(
                work,
                Vault(actor, work.session),
                team_id=any_office.team_id,
                town="002",
                source="line_12338",
                contact=ContactCard("13800000417", None, None, None, None),
                said="x",
                wish=None,
                client_name=None,
                client_sex=None,
                incident=None,
                issues=["divorce"],
                received_at=now_us(),
                desk_team_id=None,
            )
