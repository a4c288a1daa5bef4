"""The trail refuses change; whoever takes the triggers away is found out: by the chain, or by an anchor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from casework import trail
from casework.extensions import db
from casework.runtime import runtime
from casework.services import audit, calls, identities
from casework.services.identities import ClientFacts
from casework.transaction import reader, write
from models.audit import AuditEntry, AuditHead
from models.calls import Call
from models.people import Party
from tests.make import Office
from tests.services.test_calls import a_call, an_acceptance

Attack = Callable[[Any], None]


def newest() -> int:
    """The sequence of the newest entry."""
    return audit.head()[0]


def attack(*statements: Any) -> None:
    """Takes the triggers away and does this to the database, past the write door."""
    on = {"sqlite": "", "postgresql": " ON {table}"}[db.engine.dialect.name]
    with write(None) as work:
        for table, verb in (
            ("audit_entries", "update"),
            ("audit_entries", "delete"),
            ("audit_head", "delete"),
        ):
            name = f"{table}_refuses_{verb}"
            work.connection.execute(text(f"DROP TRIGGER IF EXISTS {name}{on.format(table=table)}"))
        for statement in statements:
            work.connection.execute(statement)
    reader().expire_all()


def entry(sequence: int) -> dict[str, Any]:
    """One entry as it is stored."""
    row = reader().execute(select(*AuditEntry.__table__.columns).where(AuditEntry.sequence == sequence)).one()
    return dict(row._mapping)


def recompute() -> None:
    """Works the chain out anew from what the entries say now, head and all, as an attacker would."""
    rows = reader().execute(select(*AuditEntry.__table__.columns).order_by(AuditEntry.sequence)).all()
    previous, statements = trail.GENESIS, []
    for sequence, row in enumerate(rows, start=1):
        facts = dict(row._mapping) | {"sequence": sequence, "previous": previous}
        facts["hash"] = trail.entry_hash(facts, previous)
        statements.append(update(AuditEntry).where(AuditEntry.sequence == row.sequence).values(**facts))
        previous = facts["hash"]
    head = update(AuditHead).values(sequence=len(rows), hash=previous)
    attack(*statements, head)


def refused(statement: Any) -> None:
    """The database itself does not let this happen."""
    with pytest.raises(DBAPIError, match="append-only"), write(None) as work:
        work.session.execute(statement)


def test_a_whole_trail_is_whole(any_office: Office) -> None:
    with any_office.at_work():
        assert newest() > 50
        assert audit.verify() is None
        assert audit.check_anchors() is None


def test_the_database_refuses_to_change_an_entry_or_to_lose_the_head(any_office: Office) -> None:
    with any_office.at_work():
        refused(update(AuditEntry).where(AuditEntry.sequence == 3).values(action="nothing"))
        refused(delete(AuditEntry).where(AuditEntry.sequence == 3))
        refused(delete(AuditEntry))
        refused(delete(AuditHead))
        assert audit.verify() is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "nothing"),
        ("at", 1),
        ("account_id", 1),
        ("account_id", None),
        ("session_id", 77),
        ("subject_kind", "case"),
        ("subject_id", 0),
        ("ids", "[1]"),
        ("fields", '["name"]'),
        ("record_table", "calls"),
        ("record_id", 0),
        ("record_digest", b"\0" * 32),
        ("hash", b"\1" * 32),
    ],
)
def test_an_edited_entry_is_named(any_office: Office, column: str, value: Any) -> None:
    with any_office.at_work():
        target = 7
        if entry(target)[column] == value:
            target = next(n for n in range(8, newest()) if entry(n)[column] != value)
        attack(update(AuditEntry).where(AuditEntry.sequence == target).values({column: value}))
        broken = audit.verify()
        assert broken is not None and (broken.sequence, broken.why) == (target, "altered")


def test_absent_and_empty_are_not_the_same(any_office: Office) -> None:
    with any_office.at_work():
        facts: dict[str, Any] = {column.name: None for column in AuditEntry.__table__.columns}
        facts |= {"sequence": 1, "at": 1, "action": "x", "ids": "[]", "fields": "[]"}
        hashes = {trail.entry_hash(facts, trail.GENESIS)}
        for column, value in (
            ("account_id", 0),
            ("session_id", 0),
            ("subject_id", 0),
            ("subject_kind", ""),
            ("record_table", ""),
            ("record_id", 0),
        ):
            hashes.add(trail.entry_hash(facts | {column: value}, trail.GENESIS))
        assert len(hashes) == 7


def test_a_deleted_entry_is_named(any_office: Office) -> None:
    with any_office.at_work():
        attack(delete(AuditEntry).where(AuditEntry.sequence == 9))
        assert audit.verify() == trail.Broken(9, "missing")


def test_the_first_entries_deleted_are_named(any_office: Office) -> None:
    with any_office.at_work():
        attack(delete(AuditEntry).where(AuditEntry.sequence <= 4))
        assert audit.verify() == trail.Broken(1, "missing")


def test_two_entries_exchanged_are_named(any_office: Office) -> None:
    with any_office.at_work():
        one, two = entry(11), entry(12)
        attack(
            update(AuditEntry).where(AuditEntry.sequence == 11).values(**{**two, "sequence": -11}),
            update(AuditEntry).where(AuditEntry.sequence == 12).values(**{**one, "sequence": 12}),
            update(AuditEntry).where(AuditEntry.sequence == -11).values(sequence=11),
        )
        assert audit.verify() == trail.Broken(11, "reordered")


def test_an_inserted_entry_is_named(any_office: Office) -> None:
    with any_office.at_work():
        planted = entry(5) | {"sequence": newest() + 1, "previous": audit.head()[1]}
        attack(insert(AuditEntry).values(**planted))
        broken = audit.verify()
        assert broken is not None and broken.why == "head"


def test_a_cut_tail_is_named_by_the_head(any_office: Office) -> None:
    with any_office.at_work():
        last = newest()
        attack(delete(AuditEntry).where(AuditEntry.sequence > last - 3))
        assert audit.verify() == trail.Broken(last - 2, "head")


def test_an_emptied_trail_is_named(any_office: Office) -> None:
    with any_office.at_work():
        attack(delete(AuditEntry))
        assert audit.verify() == trail.Broken(1, "head")


def test_a_trail_without_a_head_is_named(any_office: Office) -> None:
    with any_office.at_work():
        attack(delete(AuditHead))
        broken = audit.verify()
        assert broken is not None and broken.why == "head"


def test_a_cut_tail_with_its_head_put_back_is_named_by_an_anchor(any_office: Office) -> None:
    with any_office.at_work():
        anchor = audit.write_anchor(runtime().instance)
        kept = anchor.sequence - 2
        attack(
            delete(AuditEntry).where(AuditEntry.sequence > kept),
            update(AuditHead).values(sequence=kept, hash=entry(kept)["hash"]),
        )
        assert audit.verify() is None, "without an anchor nobody can tell"
        assert audit.check_anchors() == trail.Broken(anchor.sequence, "anchor")


def test_a_chain_worked_out_anew_is_named_by_an_anchor_alone(any_office: Office) -> None:
    with any_office.at_work():
        first = audit.write_anchor(runtime().instance)
        audit.write_anchor(runtime().instance)
        attack(update(AuditEntry).where(AuditEntry.sequence == 20).values(account_id=4711))
        assert audit.verify() == trail.Broken(20, "altered")
        recompute()
        assert audit.verify() is None, "without an anchor nobody can tell"
        assert audit.check_anchors() == trail.Broken(first.sequence, "anchor")


def test_a_row_taken_out_of_a_chain_worked_out_anew_is_named_by_an_anchor(any_office: Office) -> None:
    with any_office.at_work():
        audit.write_anchor(runtime().instance)
        attack(delete(AuditEntry).where(AuditEntry.sequence == 30))
        recompute()
        assert audit.verify() is None
        broken = audit.check_anchors()
        assert broken is not None and broken.why == "anchor"


def test_a_copy_of_the_anchors_kept_elsewhere_outlives_the_file(any_office: Office, tmp_path: Path) -> None:
    with any_office.at_work():
        path = runtime().instance.anchor_path
        first = audit.write_anchor(runtime().instance)
        elsewhere = tmp_path / "anchors.copy"
        elsewhere.write_bytes(path.read_bytes())
        assert audit.check_anchors(elsewhere) is None
        path.unlink()
        assert audit.check_anchors() == trail.Broken(0, "anchor_file")
        attack(update(AuditEntry).where(AuditEntry.sequence == 20).values(account_id=4711))
        recompute()
        path.write_text("")
        assert audit.check_anchors() is None
        assert audit.check_anchors(elsewhere) == trail.Broken(first.sequence, "anchor")


@pytest.mark.parametrize(
    "line", ["x", "2026-01-01 5", "2026-01-01 five " + "0" * 64, "2026-01-01 5 zz", "a b c d"]
)
def test_a_damaged_anchor_file_is_named(any_office: Office, line: str) -> None:
    with any_office.at_work():
        anchor = audit.write_anchor(runtime().instance)
        with runtime().instance.anchor_path.open("a") as file:
            file.write(f"\n{line}\n")
        assert audit.check_anchors() == trail.Broken(anchor.sequence, "anchor_file")


def test_an_anchor_file_belongs_to_its_owner_alone(any_office: Office) -> None:
    with any_office.at_work():
        for _ in range(3):
            audit.write_anchor(runtime().instance)
        path = runtime().instance.anchor_path
        assert path.stat().st_mode & 0o077 == 0
        assert len(path.read_text().splitlines()) == 3


def a_case(office: Office) -> str:
    """A case with an identity, made by the people whose work it is."""
    operator = office.actor("operator")
    number = calls.record(operator, a_call(operator, result="case_opened"), an_acceptance(office)).case_number
    assert number is not None
    identities.change_client(
        office.actor("caseworker"), number, ClientFacts(name="柳照雪", phone="13812345679"), 1
    )
    return number


def test_every_sealed_row_is_what_its_newest_entry_says(any_office: Office) -> None:
    with any_office.at_work():
        a_case(any_office)
        assert audit.verify_records() == []


def test_a_sealed_value_put_back_or_emptied_is_named(any_office: Office) -> None:
    with any_office.at_work():
        number = a_case(any_office)
        party = reader().scalars(select(Party)).one()
        older, party_id = party.name_sealed, party.id
        identities.change_client(
            any_office.actor("caseworker"),
            number,
            ClientFacts(name="柳照霜", phone="13812345679"),
            party.version,
        )
        last = newest()
        for value in (older, None, b"x" * 40):
            with write(None) as work:
                work.session.execute(update(Party).where(Party.id == party_id).values(name_sealed=value))
            (fault,) = audit.verify_records()
            assert (fault.table, fault.row_id, fault.why) == ("parties", party_id, "altered")
            assert fault.sequence <= last
        assert audit.verify() is None


def test_a_row_that_is_gone_is_named(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        saved = calls.record(operator, a_call(operator, issues=()))
        call = reader().scalars(select(Call).where(Call.number == saved.number)).one()
        call_id = call.id
        with write(None) as work:
            work.session.execute(delete(Call).where(Call.id == call_id))
        (fault,) = audit.verify_records()
        assert (fault.table, fault.row_id, fault.why) == ("calls", call_id, "missing")


def test_the_command_names_the_first_broken_link(any_office: Office, tmp_path: Path) -> None:
    run = any_office.app.test_cli_runner()
    with any_office.at_work():
        audit.write_anchor(runtime().instance)
    whole = run.invoke(args=["audit", "verify", "--records"])
    assert whole.exit_code == 0 and "whole" in whole.output
    with any_office.at_work():
        attack(update(AuditEntry).where(AuditEntry.sequence == 8).values(action="nothing"))
    broken = run.invoke(args=["audit", "verify"])
    assert broken.exit_code == 1 and "entry 8 was altered" in broken.output
    with any_office.at_work():
        recompute()
    rewritten = run.invoke(args=["audit", "verify"])
    assert rewritten.exit_code == 1 and "contradicts an anchor" in rewritten.output
