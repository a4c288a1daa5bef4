"""The auditor reads, filters and verifies; nobody else gets there, and her reading is recorded."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from casework.presentation import trail_words
from casework.services import audit, audit_listing
from casework.services.audit_listing import Filters
from casework.transaction import reader
from models.audit import AuditEntry
from tests.make import Office
from tests.test_trail import a_case, attack


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_auditor_sees_who_did_what_in_words(office: Office, language: str) -> None:
    with office.at_work():
        number = a_case(office)
    page = office.visitor("auditor", language=language).get("/audit")
    rows = page.rows()
    assert any("苏线" in row and number in row for row in rows)
    assert "柳照雪" not in page.html and "13812345679" not in page.html
    unnamed = [row for row in rows if "." in row.split(" ", 3)[3]]
    assert unnamed == []


def test_the_filters_narrow_and_the_pages_lead_on(office: Office) -> None:
    visitor = office.visitor("auditor")
    first = visitor.get("/audit")
    assert len(first.rows()) == audit_listing.PAGE
    second = visitor.click("下一页")
    assert not set(first.rows()) & set(second.rows())
    assert visitor.click("回到开头").rows()[-1] not in second.rows()
    narrowed = visitor.get(f"/audit?account={office.account_id('lead2')}&action=member_admit")
    assert narrowed.rows() and all("黄组" in row and "准入组员" in row for row in narrowed.rows())
    assert visitor.get("/audit?number=2020-0001").rows() == []
    assert visitor.get("/audit?from_on=2020-01-01&to_on=2020-01-02").rows() == []


@pytest.mark.parametrize(
    "query",
    [
        "account=x",
        "action=nothing",
        "before=zz",
        "before=-1",
        "from_on=yesterday",
        "number=%00",
        "account=" + "9" * 40,
    ],
)
def test_a_filter_typed_by_hand_breaks_nothing(office: Office, query: str) -> None:
    office.visitor("auditor").get(f"/audit?{query}")


def test_the_day_filter_holds_whole_local_days(office: Office) -> None:
    with office.at_work():
        actor = office.actor("auditor")
        every = audit_listing.listing(actor, Filters()).lines
        from casework.clock import local_date

        on = local_date(every[0].at)
        that_day = audit_listing.listing(actor, Filters(from_on=on, to_on=on)).lines
        assert {line.sequence for line in every if local_date(line.at) == on} == {
            line.sequence for line in that_day
        }


def test_reading_and_verifying_are_recorded(office: Office) -> None:
    visitor = office.visitor("auditor")
    visitor.get("/audit?action=sign_in")
    page = visitor.submit("核验")
    assert any("核验通过" in message for message in page.flashes)
    with office.at_work():
        entries = reader().scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(4)).all()
        actions = [entry.action for entry in entries]
        assert actions[:3] == ["audit.read", "audit.verify", "audit.read"]
        assert entries[2].fields == '["action"]'


def test_a_broken_trail_is_told_in_one_sentence(office: Office) -> None:
    visitor = office.visitor("auditor")
    visitor.get("/audit")
    with office.at_work():
        attack(update(AuditEntry).where(AuditEntry.sequence == 8).values(action="nothing"))
    page = visitor.submit("核验")
    assert any("第 8 条" in message and "被改过" in message for message in page.flashes)
    visitor.get("/audit?before=12")


def test_an_empty_answer_says_what_to_do(office: Office) -> None:
    page = office.visitor("auditor").get("/audit?number=1999-0001")
    assert "没有这样的记录" in page.text


@pytest.mark.parametrize("who", ["lead", "caseworker", "admin", "officer", "supervisor"])
def test_nobody_else_reads_the_trail(office: Office, who: str) -> None:
    visitor = office.visitor(who)
    visitor.get("/audit", 404)


def test_every_fault_has_its_words() -> None:
    assert set(trail_words.FAULTS) == {"missing", "reordered", "altered", "head", "anchor", "anchor_file"}


def test_the_trail_s_pages_are_found_by_index(office: Office) -> None:
    with office.at_work():
        plan = (
            reader()
            .connection()
            .exec_driver_sql(
                "EXPLAIN QUERY PLAN SELECT * FROM audit_entries WHERE account_id = 1 ORDER BY sequence DESC LIMIT 51"
            )
        )
        assert any("ix_audit_entries_account_id_sequence" in str(row) for row in plan)
    assert audit.CHUNK >= audit_listing.PAGE
