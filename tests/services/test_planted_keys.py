"""Somebody who writes into the database plants keys, members and copies: nothing is sealed to them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from casework.crypto import roster as signed_roster
from casework.crypto.encoding import canonical
from casework.crypto.keychain import team_secret
from casework.crypto.signing import new_signing_pair
from casework.crypto.wraps import new_box_pair, open_box, seal_to
from casework.errors import CodeMismatch, KeyUntrusted, NotFound
from casework.sealed import Locked
from casework.services import accounts, approvals, members, own_account, rosters, team_keys
from casework.services.own_keys import own_admission_code
from casework.services.team_keys import copy_purpose
from casework.transaction import reader, write
from models.accounts import Account, AccountRole, Team
from models.audit import AuditEntry
from models.base import new_id
from models.enums import CompartmentKind, Role, TeamKind
from models.keys import KeyCopy, RosterRecord, TeamKey, Wrap
from tests.make import Office
from tests.services.sealed_things import NAME, change, read_name, seal_name


def plant_record(kind: str, signer: int = 0, **facts: Any) -> int:
    """A roster row with the right chain hash under the attacker's own signature."""
    private, _ = new_signing_pair()
    last = rosters.records(reader())[-1]
    body = signed_roster.statement(kind, signer=signer, previous=last.hash(), at=1, **facts)
    record = signed_roster.signed(new_id(), private, body)
    sequence = reader().scalar(select(func.max(RosterRecord.sequence))) or 0
    row = RosterRecord(
        id=record.record_id,
        sequence=sequence + 1,
        kind=kind,
        statement=record.statement,
        signature=record.signature,
        at=1,
    )
    change(row)
    return record.record_id


def recorded(action: str) -> int:
    """How often the trail names this action."""
    reader().expire_all()
    return (
        reader().scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)) or 0
    )


def team_key_of(team_id: int, compartment: CompartmentKind, version: int = 1) -> TeamKey:
    """One row of the table of team keys."""
    return (
        reader()
        .scalars(
            select(TeamKey).where(
                TeamKey.team_id == team_id,
                TeamKey.compartment == compartment,
                TeamKey.key_version == version,
            )
        )
        .one()
    )


def test_planted_members_leads_and_officers_are_on_no_roster(any_office: Office) -> None:
    with any_office.at_work():
        box, signing = new_box_pair()[1], new_signing_pair()[1]
        stranger = any_office.account_id("supervisor")
        keys: dict[str, Any] = {"account": stranger, "box": box, "sign": signing}
        planted = [
            plant_record("member", **keys, team=any_office.team_id, role="caseworker"),
            plant_record("member", **keys, team=any_office.team_id, role="team_lead"),
            plant_record("officer", **keys),
            plant_record("key", **keys),
        ]
        lead = any_office.actor("lead")
        roster = rosters.verified_for(reader(), lead)
        assert roster.refused == planted
        assert stranger not in roster.people and stranger not in roster.officers
        # The trail of true records goes on behind the planted ones.
        members.remove(lead, any_office.team_id, any_office.account_id("colleague"))
        assert stranger not in rosters.verified_for(reader(), any_office.actor("lead")).people


def test_a_planted_role_opens_no_key(any_office: Office) -> None:
    with any_office.at_work():
        name = seal_name(any_office.actor("lead"), any_office.team_id)
        change(
            AccountRole(
                account_id=any_office.account_id("stranger"),
                role=Role.TEAM_LEAD,
                team_id=any_office.team_id,
                from_on=lead_since(),
                asked_at=1,
                approved_by=1,
                approved_at=1,
            )
        )
        thief = any_office.actor("stranger")
        assert thief.team_ids(Role.TEAM_LEAD) == [any_office.team_id]
        assert isinstance(read_name(thief, name), Locked)
        code = own_admission_code(any_office.actor("stranger"))
        with pytest.raises(KeyUntrusted):
            members.admit(thief, any_office.team_id, any_office.account_id("stranger"), code or "")
        with pytest.raises(KeyUntrusted):
            members.remove(thief, any_office.team_id, any_office.account_id("colleague"))


def lead_since() -> Any:
    """A day on which roles were in force."""
    return reader().scalar(select(AccountRole.from_on).limit(1))


def test_a_planted_team_key_receives_nothing(any_office: Office) -> None:
    with any_office.at_work():
        private, public = new_box_pair()
        key_id, lead_id = new_id(), any_office.account_id("lead")
        plant_record(
            "team_key",
            team=any_office.team_id,
            team_key=key_id,
            compartment="identity",
            version=2,
            box=public,
        )
        true = team_key_of(any_office.team_id, CompartmentKind.IDENTITY)
        change(
            update(TeamKey).where(TeamKey.id == true.id).values(retired_at=1),
            TeamKey(
                id=key_id,
                team_id=any_office.team_id,
                compartment=CompartmentKind.IDENTITY,
                key_version=2,
                public=public,
                created_at=1,
            ),
            KeyCopy(
                key_id=key_id,
                account_id=lead_id,
                key_sealed=seal_to(
                    any_office.actor("lead").keychain.box_private  # type: ignore[union-attr]
                    and rosters.verified_for(reader(), any_office.actor("lead")).people[lead_id].box_public,
                    private,
                    copy_purpose(key_id, lead_id),
                ),
                created_at=1,
            ),
        )
        before = recorded("key_copy.refused")
        lead = any_office.actor("lead")
        assert recorded("key_copy.refused") > before
        assert lead.keychain is not None and key_id not in lead.keychain.team_secrets
        for writer in ("lead", "caseworker", "operator"):
            name = seal_name(any_office.actor(writer), any_office.team_id)
            recipients = set(
                reader().scalars(select(Wrap.recipient_id).where(Wrap.compartment_id == name.compartment_id))
            )
            assert recipients == {true.id}
        assert team_secret(private) not in lead.keychain.team_secrets.values()


def test_a_team_key_s_public_half_changed_in_its_row_receives_nothing(any_office: Office) -> None:
    with any_office.at_work():
        private, public = new_box_pair()
        change(update(TeamKey).values(public=public))
        name = seal_name(any_office.actor("operator"), any_office.team_id)
        assert read_name(any_office.actor("caseworker"), name) == NAME
        wrap = seal_name(any_office.actor("operator"), any_office.team_id)
        row = reader().scalars(select(Wrap).where(Wrap.compartment_id == wrap.compartment_id)).one()
        for purpose in (b"", b"handed"):
            with pytest.raises(Exception, match="box does not open"):
                open_box(private, row.key_sealed, purpose)


def test_a_retired_key_put_back_is_not_written_under(any_office: Office) -> None:
    with any_office.at_work():
        former = any_office.actor("colleague")
        members.remove(any_office.actor("lead"), any_office.team_id, any_office.account_id("colleague"))
        old = team_key_of(any_office.team_id, CompartmentKind.IDENTITY, 1)
        new = team_key_of(any_office.team_id, CompartmentKind.IDENTITY, 2)
        change(
            update(TeamKey).where(TeamKey.id == old.id).values(retired_at=None),
            update(TeamKey).where(TeamKey.id == new.id).values(retired_at=1),
        )
        for writer in ("lead", "caseworker", "operator"):
            name = seal_name(any_office.actor(writer), any_office.team_id)
            assert isinstance(read_name(former, name), Locked)
            assert read_name(any_office.actor("caseworker"), name) == NAME


def test_a_relabelled_key_is_given_to_nobody_of_another_team(any_office: Office) -> None:
    # The lead holds the keys of her team and of the desk; the rows say that the team's are the desk's.
    with any_office.at_work():
        name = seal_name(any_office.actor("lead"), any_office.team_id)
        desk, team = any_office.desk_id, any_office.team_id
        contact = team_key_of(desk, CompartmentKind.CONTACT)
        identity = team_key_of(team, CompartmentKind.IDENTITY)
        change(
            delete(TeamKey).where(TeamKey.id == contact.id),
            update(TeamKey)
            .where(TeamKey.id == identity.id)
            .values(team_id=desk, compartment=CompartmentKind.CONTACT),
        )
        accept_again(any_office, "operator", "lead", desk)
        operator = any_office.actor("operator")
        assert operator.keychain is not None and identity.id not in operator.keychain.team_secrets
        assert isinstance(read_name(operator, name), Locked)
        written = seal_name(any_office.actor("lead"), desk, kind=CompartmentKind.CONTACT)
        wrap = reader().scalars(select(Wrap).where(Wrap.compartment_id == written.compartment_id)).one()
        signed = rosters.verified_for(reader(), any_office.actor("lead")).team_keys[wrap.recipient_id]
        assert signed[:2] == (desk, "contact")


def accept_again(office: Office, username: str, lead: str, team_id: int) -> None:
    """The person forgets her password, gets a link, makes new keys and is admitted again."""
    token = approvals.reset_password(office.actor("officer"), office.account_id(username))
    accounts.accept_invitation(token, "other quiet herons 42")
    code = own_admission_code(office.actor(username, "other quiet herons 42"))
    members.admit(office.actor(lead), team_id, office.account_id(username), code or "")
    back = own_admission_code(office.actor(username, "other quiet herons 42"))
    assert back is None or code == back
    own_account.change_password(
        office.actor(username, "other quiet herons 42"), "other quiet herons 42", "seven quiet herons 41"
    )


def test_a_team_whose_kind_was_changed_gets_the_keys_of_its_signed_kind(any_office: Office) -> None:
    with any_office.at_work():
        change(
            update(Team)
            .where(Team.id == any_office.desk_id)
            .values(kind=TeamKind.CASEWORK, rotation_needed=True)
        )
        members.rotate_where_due(any_office.actor("lead"))
        kinds = set(
            reader().scalars(select(TeamKey.compartment).where(TeamKey.team_id == any_office.desk_id))
        )
        assert kinds == {CompartmentKind.CONTACT, CompartmentKind.ACCOUNT}


def test_keys_planted_before_admission_show_as_another_code(any_office: Office) -> None:
    with any_office.at_work():
        token = approvals.reset_password(any_office.actor("officer"), any_office.account_id("caseworker"))
        accounts.accept_invitation(token, "other quiet herons 42")
        code = own_admission_code(any_office.actor("caseworker", "other quiet herons 42"))
        change(
            update(Account)
            .where(Account.id == any_office.account_id("caseworker"))
            .values(offered_box=new_box_pair()[1], offered_signing=new_signing_pair()[1])
        )
        with pytest.raises(CodeMismatch):
            members.admit(
                any_office.actor("lead"), any_office.team_id, any_office.account_id("caseworker"), code or ""
            )


def test_a_planted_root_shows_as_another_code(any_office: Office) -> None:
    with any_office.at_work():
        token = approvals.reset_password(any_office.actor("officer"), any_office.account_id("caseworker"))
        first = rosters.records(reader())[0]
        facts = json.loads(first.statement)
        planted = signed_roster.root_record(new_id(), new_signing_pair()[0], 1)
        forged = facts | {"root": json.loads(planted.statement)["root"]}
        lead = any_office.actor("lead")
        drop_roster_triggers()
        change(update(RosterRecord).where(RosterRecord.sequence == 1).values(statement=canonical(forged)))
        accounts.accept_invitation(token, "other quiet herons 42")
        change(update(RosterRecord).where(RosterRecord.sequence == 1).values(statement=first.statement))
        code = own_admission_code(any_office.actor("caseworker", "other quiet herons 42"))
        with pytest.raises(CodeMismatch):
            members.admit(lead, any_office.team_id, any_office.account_id("caseworker"), code or "")


def drop_roster_triggers() -> None:
    """The attacker takes the triggers away."""
    from migrations.triggers import REFUSED

    with write(None) as work:
        for verb in REFUSED["roster"]:
            on = "" if work.connection.dialect.name == "sqlite" else " ON roster"
            work.connection.exec_driver_sql(f"DROP TRIGGER roster_refuses_{verb.lower()}{on}")


def test_a_copy_moved_to_another_account_opens_nothing(any_office: Office) -> None:
    with any_office.at_work():
        name = seal_name(any_office.actor("lead"), any_office.team_id)
        change(
            update(KeyCopy)
            .where(KeyCopy.account_id == any_office.account_id("colleague"))
            .values(account_id=any_office.account_id("auditor"))
        )
        thief = any_office.actor("auditor")
        assert (
            thief.keychain is not None
            and thief.keychain.team_secrets == {}
            and thief.keychain.index_keys == {}
        )
        assert isinstance(read_name(thief, name), Locked)


def test_a_cut_roster_is_refused_by_whoever_saw_it(any_office: Office) -> None:
    with any_office.at_work():
        lead = any_office.actor("lead")
        members.remove(lead, any_office.team_id, any_office.account_id("colleague"))
        any_office.actor("lead")
        drop_roster_triggers()
        last = reader().scalar(select(func.max(RosterRecord.sequence)))
        change(delete(RosterRecord).where(RosterRecord.sequence > (last or 0) - 6))
        with pytest.raises(KeyUntrusted):
            any_office.actor("lead")


def test_the_index_key_planted_by_another_is_not_used(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        assert operator.keychain is not None
        roster = rosters.verified_for(reader(), operator)
        copy = (
            reader()
            .scalars(
                select(KeyCopy).where(
                    KeyCopy.account_id == operator.account_id, KeyCopy.is_index_key.is_(True)
                )
            )
            .one()
        )
        box = roster.people[operator.account_id].box_public
        planted = seal_to(box, b"k" * 32, copy_purpose(copy.key_id, operator.account_id))
        change(update(KeyCopy).where(KeyCopy.id == copy.id).values(key_sealed=planted))
        again = any_office.actor("operator")
        assert again.keychain is not None and again.keychain.index_keys == {}


def test_nothing_is_shared_with_a_person_the_roster_does_not_know(any_office: Office) -> None:
    with any_office.at_work():
        lead = any_office.actor("lead")
        roster = rosters.verified_for(reader(), lead)
        known = roster.people[any_office.account_id("caseworker")]
        planted = signed_roster.Person(
            known.account_id, new_box_pair()[1], known.signing_public, known.record_id
        )
        with pytest.raises(KeyUntrusted), write(lead) as work:
            team = work.session.get(Team, any_office.team_id)
            assert team is not None
            team_keys.share_with(work, roster, lead, team, planted)


def test_a_lead_of_another_team_reaches_nobody_s_membership(any_office: Office) -> None:
    with any_office.at_work():
        thief = any_office.actor("lead2")
        for act in (
            lambda: members.of_team(thief, any_office.team_id),
            lambda: members.admit(thief, any_office.team_id, thief.account_id, "0"),
            lambda: members.remove(thief, any_office.team_id, any_office.account_id("caseworker")),
        ):
            with pytest.raises(NotFound):
                act()
