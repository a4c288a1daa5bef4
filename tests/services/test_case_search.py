"""A case is found among those one may see, and by nothing else; the words leave no trace."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from casework.actor import Actor
from casework.errors import Invalid, NotFound
from casework.extensions import db
from casework.services import case_search, identities, settings
from casework.services.case_search import Kind, Results, read_words
from casework.services.identities import ClientFacts
from casework.transaction import reader, record_views, write
from models.audit import AuditEntry
from models.drafts import Draft
from models.enums import CompartmentKind
from tests.make import Office
from tests.make_cases import CARD, build_wall, counted, open_case, take_keys

VALID = "11010519491231002X"


def search(actor: Actor, words: str) -> Results:
    """A search from its words to what it shows, recorded as a page would."""
    search_id, _number = case_search.begin(actor, words)
    found = case_search.results(actor, search_id)
    record_views(actor)
    db.session.close()
    return found


def numbers(found: Results) -> set[str]:
    """The cases found."""
    return {line.number for line in found.lines}


@pytest.mark.parametrize(
    ("words", "kind", "value"),
    [
        ("2026-0417", Kind.CASE_NUMBER, "2026-0417"),
        ("２０２６ — 417", Kind.CASE_NUMBER, "2026-0417"),
        ("138 0000 0417", Kind.PHONE, "+8613800000417"),
        ("0750-2212338", Kind.PHONE, "+867502212338"),
        ("11010519491231002x", Kind.IDENTITY_NUMBER, VALID),
        ("陈某英", Kind.NAME, "陈某英"),
    ],
)
def test_what_is_typed_is_taken_for_what_it_is(words: str, kind: Kind, value: str) -> None:
    assert read_words(words) == case_search.Wanted(kind, value)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("138000", "search_part"),
        ("1380000041", "search_part"),
        ("+", "search_short"),
        ("", "search_short"),
        ("c", "search_short"),
        ("%", "search_short"),
        ("陈" * 61, "search_long"),
    ],
)
def test_part_of_a_number_and_too_little_are_refused(words: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_words(words)
    assert refused.value.faults == {"q": reason}


def test_every_way_to_find_her(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        worker = any_office.actor("caseworker")
        identities.change_client(
            worker, number, ClientFacts(name="曾某英", sex="female", identity_number=VALID), 1
        )
        identities.change_other_party(worker, number, name="单大力", phone="13900000001", version=0)
        db.session.close()
        for words in ("13800000417", VALID, "曾某英", "某英", "zengmouying", "zmy", "13900000001", "shan"):
            assert numbers(search(worker, words)) == {number}, words
        assert search(worker, "shandali").lines[0].role == "other_party"
        line = search(worker, VALID).lines[0]
        assert (line.name, line.age is not None) == ("曾某英", True)
        assert case_search.begin(worker, number)[1] == number
        assert case_search.begin(worker, number.partition("-")[2])[1] == number


def test_nothing_of_another_team_or_behind_the_wall_is_found(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        build_wall(any_office, "colleague", number)
        for username in ("stranger", "lead2", "colleague"):
            actor = any_office.actor(username)
            for words in ("13800000417", "陈某英", "cmy", number):
                assert search(actor, words).lines == []
            assert case_search.begin(actor, number)[1] is None


def test_walled_and_unknown_cost_the_same_statements(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        build_wall(any_office, "colleague", number)
        actor = any_office.actor("colleague")
        seen = []
        for words in ("13800000417", "13911112222", VALID, "11010519491231003X"):
            with counted(db.engine) as statements:
                search(actor, words)
            seen.append([statement.split("IN (")[0] for statement in statements])
        assert seen[0] == seen[1] and seen[2] == seen[3]


def test_the_newest_fifty_and_that_there_are_more(office: Office) -> None:
    with office.at_work():
        for _ in range(53):
            open_case(office, contact=replace(CARD, phone=None))
        found = search(office.actor("caseworker"), "陈某英")
        assert len(found.lines) == 50 and found.has_more
        assert found.lines[0].number > found.lines[-1].number


def test_a_name_that_she_holds_no_key_for_is_not_found(office: Office) -> None:
    with office.at_work():
        open_case(office)
        take_keys(office, "caseworker", CompartmentKind.IDENTITY)
        assert search(office.actor("caseworker"), "陈某英").lines == []


def test_the_trail_has_kind_token_and_cases_never_the_words(any_office: Office) -> None:
    with any_office.at_work():
        open_case(any_office)
        actor = any_office.actor("caseworker")
        for words in ("13800000417", "138-0000-0417", "陈某英"):
            search(actor, words)
        rows = list(reader().scalars(select(AuditEntry).where(AuditEntry.action == "case.search")))
        assert [row.ids != "" for row in rows] == [True] * 3
        assert rows[0].fields == rows[1].fields and "kind:phone" in rows[0].fields
        everything = " ".join(f"{row.fields} {row.ids}" for row in reader().scalars(select(AuditEntry)))
        assert "0417" not in everything.replace("kind", "") and "陈" not in everything


def test_the_words_are_sealed_and_the_last_five_kept(any_office: Office) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        first, _none = case_search.begin(actor, "陈某英")
        for _ in range(6):
            last, _none = case_search.begin(actor, "13800000417")
        rows = list(reader().scalars(select(Draft).where(Draft.form == "search")))
        assert len(rows) == 5 and all("陈".encode() not in row.content_sealed for row in rows)
        with pytest.raises(NotFound):
            case_search.results(actor, first)
        with pytest.raises(NotFound):
            case_search.results(any_office.actor("colleague"), last)


def test_so_many_an_hour_and_the_refusal_is_recorded(any_office: Office) -> None:
    with any_office.at_work():
        with write(None) as work:
            settings.put(work, "searches_per_hour", "2")
        actor = any_office.actor("caseworker")
        for _ in range(2):
            search(actor, "陈某英")
        with pytest.raises(Invalid) as refused:
            case_search.begin(actor, "陈某英")
        assert refused.value.faults == {"q": "search_too_many"}
        db.session.close()
        kinds = list(reader().scalars(select(AuditEntry.action)))
        assert "case.search_refused" in kinds
        db.session.close()
        search(any_office.actor("colleague"), "陈某英")
