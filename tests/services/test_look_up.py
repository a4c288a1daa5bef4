"""A looked-up number tells the desk what is its own, and serves nobody as an oracle."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import event, select, update

from casework.actor import Actor
from casework.errors import Invalid, NotFound
from casework.extensions import db
from casework.services import calls, drafts, look_up, settings
from casework.services.look_up import Match
from casework.transaction import reader, write
from models.access import Conflict
from models.audit import AuditEntry
from models.cases import Case
from models.enums import CaseState
from tests.make import Office
from tests.services.test_calls import a_call, an_acceptance

NUMBER = "13800000388"
NOTHING = Match(0, (), ())


def ask(actor: Actor, typed: str = NUMBER) -> Match:
    """Looks a number up inside a draft of a call."""
    drafts.save(actor, "call", 7, {"phone": [typed]})
    return look_up.look_up(actor, call_id=7, typed=typed)


def entries(action: str) -> list[AuditEntry]:
    """The trail's entries of one action."""
    return list(reader().scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_earlier_calls_and_the_open_case_are_found_however_the_number_is_typed(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        first = calls.record(operator, a_call(operator, issues=(), category="silent"))
        second = calls.record(operator, a_call(operator, result="case_opened"), an_acceptance(any_office))
        for typed in (NUMBER, "+86 138-0000-0388", "１３８ ００００ ０３８８"):
            match = ask(operator, typed)
            assert match.calls_in_all == 2
            assert {(call.number, call.category) for call in match.calls} == {
                (first.number, "silent"),
                (second.number, "asks_for_help"),
            }
            assert [(case.number, case.team) for case in match.cases] == [(second.case_number, "个案一组")]
        assert ask(operator, "13900000000") == NOTHING


def test_a_land_line_is_found_without_its_area_code(office: Office) -> None:
    with office.at_work():
        operator = office.actor("operator")
        calls.record(operator, a_call(operator, phone="0750-2212338"))
        assert ask(operator, "2212338").calls_in_all == 1


def test_a_closed_case_is_not_told(office: Office) -> None:
    with office.at_work():
        operator = office.actor("operator")
        calls.record(operator, a_call(operator, result="case_opened"), an_acceptance(office))
        with write(None) as work:
            work.session.execute(update(Case).values(state=CaseState.CLOSED))
        match = ask(operator)
        assert match.calls_in_all == 1 and match.cases == ()


def test_behind_the_wall_is_as_if_unknown_with_the_same_statements(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        calls.record(operator, a_call(operator, result="case_opened"), an_acceptance(any_office))
        calls.record(operator, a_call(operator))
        case_id = reader().scalars(select(Case.id)).one()
        with write(None) as work:
            work.session.add(Conflict(account_id=operator.account_id, case_id=case_id, declared_at=work.at))
        drafts.save(operator, "call", 7, {})
        statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
        assert ask(operator) == NOTHING
        walled = statements.copy()
        statements.clear()
        assert ask(operator, "13900000000") == NOTHING
        assert statements == walled


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("1380000038", "not_whole"), ("138", "not_whole"), ("abc", "no_digits"), ("", "no_digits")],
)
def test_only_a_whole_number_is_looked_up(office: Office, typed: str, reason: str) -> None:
    with office.at_work():
        with pytest.raises(Invalid) as refused:
            ask(office.actor("operator"), typed)
        assert refused.value.faults == {"phone": reason}
        assert entries("number.look_up") == []


def test_no_open_call_no_answer(office: Office) -> None:
    with office.at_work():
        for who in ("operator", "lead", "caseworker"):
            with pytest.raises(NotFound):
                look_up.look_up(office.actor(who), call_id=7, typed=NUMBER)


def test_each_one_is_in_the_trail_by_a_token(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        ask(operator)
        ask(operator, "138 0000 0388")
        ask(operator, "13900000000")
        found = entries("number.look_up")
        tokens = [entry.fields for entry in found]
        assert tokens[0] == tokens[1] != tokens[2] and {entry.subject_id for entry in found} == {7}
        assert all("0388" not in token and "1380000" not in token for token in tokens)


def test_so_many_an_hour_for_each_person(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        with write(None) as work:
            settings.put(work, look_up.PER_HOUR_SETTING, "2")
        ask(operator)
        ask(operator)
        with pytest.raises(Invalid) as refused:
            ask(operator)
        assert refused.value.faults == {"phone": "too_many"}
        assert len(entries("number.look_up")) == 2 and len(entries("number.look_up_refused")) == 1
        with write(None) as work:
            settings.put(work, look_up.PER_HOUR_SETTING, "3")
        assert ask(replace(operator)) == NOTHING
