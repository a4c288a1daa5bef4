"""Somebody who writes into the database plants, moves and puts back grants and their keys: they open nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, inspect, select, update

from casework.clock import DAY, HOUR
from casework.crypto.errors import SealBroken
from casework.crypto.fields import FieldKey, new_secret
from casework.crypto.grants import GrantPlace
from casework.errors import NotFound
from casework.extensions import db
from casework.services import cases, grant_keys, narratives, rosters
from casework.services.vault import Vault
from casework.transaction import reader, record_views, write
from models.access import Grant
from models.audit import AuditEntry
from models.base import new_id
from models.enums import CompartmentKind, RecipientKind
from models.keys import Wrap
from tests.make import Office
from tests.make_access import end, give
from tests.make_cases import case_row, open_case


def plant(*changes: Any) -> None:
    """What somebody with the database in his hands does to it."""
    with write(None) as work:
        for change in changes:
            if hasattr(change, "__table__"):
                work.session.add(change)
                work.session.flush()
            else:
                work.session.execute(change)
    db.session.close()


def opens_nothing(office: Office, username: str, number: str, *, recorded: bool = True) -> None:
    """She gets the answer for a case that does not exist, and what was refused is in the trail."""
    refusals = select(func.count()).where(AuditEntry.action == "grant.refused")
    before = reader().scalar(refusals) or 0
    actor = office.actor(username)
    with pytest.raises(NotFound):
        cases.get_for(actor, number)
    assert not Vault(actor, reader()).holds(case_row(number).account_compartment_id)
    record_views(actor)
    db.session.close()
    assert ((reader().scalar(refusals) or 0) > before) == recorded


def copy_of(row: Any) -> dict[str, Any]:
    """A row's columns, as a thief keeps them."""
    return {attribute.key: getattr(row, attribute.key) for attribute in inspect(row).mapper.column_attrs}


def planted_row(office: Office, number: str, username: str) -> Grant:
    """A grant that nobody gave."""
    return Grant(
        id=new_id(),
        case_id=case_row(number).id,
        account_id=office.account_id(username),
        kind="break_glass",
        granted_by=office.account_id("lead"),
        starts_at=1,
        ends_at=2**62,
    )


def test_a_planted_grant_opens_nothing(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
        plant(planted_row(office, number, "stranger"))
        # Without a key there is nothing to refuse.
        opens_nothing(office, "stranger", number, recorded=False)


def test_a_planted_key_opens_nothing(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
        case = case_row(number)
        key = FieldKey(
            key_id=new_id(), compartment_id=case.account_compartment_id, version=1, secret=new_secret()
        )
        lead2 = office.actor("lead2")
        roster = rosters.verified_for(reader(), lead2)
        row = planted_row(office, number, "stranger")
        place = GrantPlace(
            row.id,
            row.account_id,
            case.id,
            row.ends_at,
            case.account_compartment_id,
            CompartmentKind.ACCOUNT.value,
            key.key_id,
            1,
        )
        made = grant_keys.wrap_for(lead2, roster, key, place)
        forged = {**made, "recipient_kind": RecipientKind.GRANT, "created_at": 1}
        unsigned = {**forged, "signature": bytes(64)}
        plant(row, Wrap(**unsigned))
        opens_nothing(office, "stranger", number)
        # A key of an insider's own opens what she sealed herself; of what the team sealed it opens not a word.
        plant(update(Wrap).where(Wrap.id == forged["id"]).values(signature=forged["signature"]))
        with pytest.raises(SealBroken):
            narratives.of_case(office.actor("stranger"), number)


def test_a_wrap_of_one_grant_serves_no_other(office: Office) -> None:
    with office.at_work():
        number, other = open_case(office), open_case(office)
        given = give(office, number)
        mine = planted_row(office, number, "lead2")
        plant(mine, update(Wrap).where(Wrap.recipient_id == given).values(recipient_id=mine.id))
        opens_nothing(office, "lead2", number)
        opens_nothing(office, "stranger", number, recorded=False)
        plant(
            update(Wrap).where(Wrap.recipient_id == mine.id).values(recipient_id=given),
            update(Grant).where(Grant.id == given).values(case_id=case_row(other).id),
        )
        opens_nothing(office, "stranger", other, recorded=False)


@pytest.mark.parametrize("later", [HOUR, 30 * DAY])
def test_an_end_moved_forward_opens_nothing(office: Office, later: int) -> None:
    with office.at_work():
        number = open_case(office)
        grant_id = give(office, number)
        plant(update(Grant).where(Grant.id == grant_id).values(ends_at=Grant.ends_at + later))
        opens_nothing(office, "stranger", number)
        plant(update(Grant).where(Grant.id == grant_id).values(ends_at=Grant.ends_at - later))
        assert cases.get_for(office.actor("stranger"), number).is_granted


def test_an_ended_grant_put_back_opens_nothing(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
        grant_id = give(office, number)
        kept = [copy_of(wrap) for wrap in reader().scalars(select(Wrap).where(Wrap.recipient_id == grant_id))]
        end(office, grant_id)
        plant(*(Wrap(**wrap) for wrap in kept))
        opens_nothing(office, "stranger", number, recorded=False)
        plant(update(Grant).where(Grant.id == grant_id).values(ended_at=None))
        opens_nothing(office, "stranger", number)


def test_nothing_new_is_sealed_on_to_whom_nobody_meant(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
        ended, going_on = give(office, number), give(office, number, to="lead2")
        kept = [copy_of(wrap) for wrap in reader().scalars(select(Wrap).where(Wrap.recipient_id == ended))]
        end(office, ended)
        moved = update(Grant).where(Grant.id == going_on).values(ends_at=Grant.ends_at + DAY)
        plant(*(Wrap(**wrap) for wrap in kept), moved)
        plant(update(Grant).where(Grant.id == ended).values(ended_at=None))
        caseworker = office.actor("caseworker")
        narratives.change(caseworker, number, account_text="新写的话", wish=None, version=1)
        db.session.close()
        account_id = case_row(number).account_compartment_id
        newest = select(Wrap.recipient_kind).where(Wrap.compartment_id == account_id, Wrap.key_version == 2)
        assert set(reader().scalars(newest)) == {RecipientKind.TEAM_KEY}
