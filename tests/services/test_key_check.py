"""``flask keys verify`` finds what does not agree with the roster, and opens nothing."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from casework.crypto.signing import fingerprint
from casework.crypto.wraps import new_box_pair
from casework.services import key_check
from casework.services.rosters import root_public_of
from casework.transaction import reader
from models.enums import CompartmentKind
from models.keys import KeyCopy, RosterRecord, TeamKey
from tests.make import Office
from tests.services.sealed_things import change, seal_name
from tests.services.test_planted_keys import plant_record


def test_a_sound_office_has_no_fault(any_office: Office) -> None:
    with any_office.at_work():
        seal_name(any_office.actor("operator"), any_office.team_id)
        root = root_public_of(reader().scalars(select(RosterRecord.statement)).first() or b"")
        found = key_check.check(fingerprint(root).lower())
        assert found.faults == [] and found.waiting == []
        assert found.counts["members"] == 8 and found.counts["wraps"] == 1


def test_another_fingerprint_is_a_fault(any_office: Office) -> None:
    with any_office.at_work():
        assert any("fingerprint" in fault for fault in key_check.check("0000 1111").faults)


def test_what_was_planted_is_listed(any_office: Office) -> None:
    with any_office.at_work():
        planted = plant_record("officer", account=1, box=new_box_pair()[1], sign=new_box_pair()[1])
        target = reader().scalars(select(TeamKey).where(TeamKey.compartment == CompartmentKind.LEGAL)).first()
        assert target is not None
        change(
            update(TeamKey).where(TeamKey.id == target.id).values(public=new_box_pair()[1]),
            KeyCopy(key_id=12345, account_id=any_office.account_id("auditor"), key_sealed=b"x", created_at=1),
            delete(KeyCopy).where(KeyCopy.account_id == any_office.account_id("stranger")),
        )
        reader().expire_all()
        faults = "\n".join(key_check.check().faults)
        assert f"roster record {planted} is refused" in faults
        assert f"team key {target.id} is not what the roster says" in faults
        assert "of a key that is not on the roster" in faults
        assert "stranger holds no copy" in faults


def test_the_command_says_how_many(any_office: Office) -> None:
    run = any_office.app.test_cli_runner()
    sound = run.invoke(args=["keys", "verify"])
    assert sound.exit_code == 0 and "everything is as the roster says" in sound.output, sound.output
    with any_office.at_work():
        plant_record("team", team=4, team_kind="desk", name="x")
    planted = run.invoke(args=["keys", "verify", "--fingerprint", "AAAA"])
    assert planted.exit_code == 1 and "2 faults" in planted.output
