"""Whoever of the staff is related to a party never sees the case, and learns nothing by saying so."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.errors import Invalid, MoveRefused, NotFound
from casework.extensions import db
from casework.services import (
    assignments,
    case_lists,
    cases,
    conflict_walls,
    drafts,
    follow_up_lists,
    follow_ups,
    identities,
    look_up,
    notices,
    staff_relations,
)
from casework.services.follow_ups import Planned
from casework.transaction import reader
from models.access import Conflict, StaffRelation
from models.enums import Role
from models.keys import BlindIndex
from tests.make import Office
from tests.make_cases import TUESDAY, case_row, counted, open_case

HIS = "13900000077"
VALID = "11010519491231002X"


def walls(number: str) -> dict[int, str]:
    """Who is behind the wall of a case, and why."""
    case_id = case_row(number).id
    rows = reader().execute(select(Conflict.account_id, Conflict.basis).where(Conflict.case_id == case_id))
    found = {row.account_id: row.basis for row in rows}
    db.session.close()
    return found


def relate(office: Office, username: str, phone: str | None = HIS, number: str | None = None) -> None:
    """Declares somebody of hers."""
    staff_relations.declare(office.actor(username), relation="spouse", phone=phone, number=number)
    db.session.close()


def test_only_marks_for_comparing_are_kept(any_office: Office) -> None:
    with any_office.at_work():
        relate(any_office, "caseworker", HIS, VALID)
        row = reader().scalars(select(StaffRelation)).one()
        marks = list(reader().scalars(select(BlindIndex).where(BlindIndex.target_id == row.id)))
        assert {mark.purpose for mark in marks} == {"staff_conflict"} and len(marks) == 2
        assert vars(row).keys() >= {"relation", "account_id"} and "13900" not in repr(vars(row))


def test_a_number_written_later_closes_the_case_to_her_at_once(any_office: Office) -> None:
    with any_office.at_work():
        relate(any_office, "colleague")
        number = open_case(any_office)
        colleague, caseworker = any_office.actor("colleague"), any_office.actor("caseworker")
        assert cases.get_for(colleague, number).number == number
        db.session.close()
        identities.change_other_party(caseworker, number, name="黄某", phone="139-0000-0077", version=0)
        db.session.close()
        with pytest.raises(NotFound):
            cases.get_for(colleague, number)
        assert walls(number) == {any_office.account_id("colleague"): "matched"}
        assert "conflict.walled" in {line.kind for line in notices.unread(any_office.actor("lead"))}


def test_cases_that_are_there_close_when_she_declares(any_office: Office) -> None:
    with any_office.at_work():
        card, other, none = (open_case(any_office) for _ in range(3))
        caseworker = any_office.actor("caseworker")
        identities.change_other_party(caseworker, other, name="黄某", phone=HIS, version=0)
        identities.change_client(caseworker, none, identities.ClientFacts(identity_number=VALID), 1)
        db.session.close()
        relate(any_office, "colleague", HIS)
        assert walls(other) and not walls(card) and not walls(none)
        relate(any_office, "colleague", None, VALID)
        assert walls(none)
        relate(any_office, "colleague", "138 0000 0417")
        assert walls(card)


def test_who_had_the_case_loses_it_and_its_contacts(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        lead, worker = any_office.actor("lead"), any_office.actor("caseworker")
        assignments.assign(lead, number, any_office.account_id("caseworker"), case_row(number).version)
        follow_ups.plan(worker, number, Planned("routine", TUESDAY))
        db.session.close()
        conflict_walls.declare(worker, number)
        db.session.close()
        assert case_row(number).assignee_id is None
        assert case_lists.listing(worker, case_lists.Filters()).rows == []
        assert [line.kind for line in notices.unread(worker)] == []
        assert follow_up_lists.of_case(lead, number).lines[0].assignee_name is None
        with pytest.raises(NotFound):
            conflict_walls.declare(worker, number)


def test_only_the_lead_takes_a_declared_wall_down_and_never_a_matched_one(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        worker, lead = any_office.actor("caseworker"), any_office.actor("lead")
        hers = any_office.account_id("caseworker")
        conflict_walls.declare(worker, number)
        for username in ("caseworker", "colleague", "stranger", "lead2"):
            with pytest.raises(NotFound):
                conflict_walls.take_back(any_office.actor(username), number, hers)
        db.session.close()
        head = cases.get_for(lead, number)
        assert [(wall.name, wall.basis) for wall in conflict_walls.behind(lead, head)] == [
            ("何敏", "declared")
        ]
        assert conflict_walls.behind(any_office.actor("colleague"), head) == []
        db.session.close()
        conflict_walls.take_back(lead, number, hers)
        assert not walls(number)
        relate(any_office, "caseworker", "13800000417")
        with pytest.raises(MoveRefused):
            conflict_walls.take_back(lead, number, hers)


def test_a_lead_behind_the_wall_leaves_it_to_the_others(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        relate(any_office, "lead", "13800000417")
        lead = any_office.actor("lead")
        assert notices.unread(lead) == []
        assert "conflict.walled_for_all" in {
            line.kind for line in notices.unread(any_office.actor("caseworker"))
        }
        with pytest.raises(NotFound):
            conflict_walls.take_back(lead, number, any_office.account_id("lead"))


def test_the_desk_looks_up_nothing_behind_her_own_wall(any_office: Office) -> None:
    with any_office.at_work():
        open_case(any_office)
        operator = any_office.actor("operator")
        assert Role.HOTLINE_OPERATOR in operator.role_set
        relate(any_office, "operator", "13800000417")
        drafts.save(operator, "call", 7, {})
        assert look_up.look_up(operator, call_id=7, typed="13800000417") == look_up.Match(0, (), ())


def test_to_declare_tells_nothing(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office, team="个案二组")
        with counted(db.engine) as known:
            relate(any_office, "caseworker", "13800000417")
        assert walls(number) and known
        # Another team's lead hears nothing of somebody who never saw the case.
        kinds = {line.kind for line in notices.unread(any_office.actor("lead2"))}
        assert "conflict.walled" not in kinds


@pytest.mark.parametrize(
    ("phone", "number", "fault"),
    [
        (None, None, {"phone": "one_of_two"}),
        ("138000", None, {"phone": "whole_number"}),
        ("110", None, {"phone": "whole_number"}),
        (None, "110105194912310021", {"identity_number": "identity_number"}),
    ],
)
def test_a_wrong_declaration_is_refused(
    office: Office, phone: str | None, number: str | None, fault: dict[str, str]
) -> None:
    with office.at_work():
        with pytest.raises(Invalid) as refused:
            relate(office, "caseworker", phone, number)
        assert refused.value.faults == fault


def test_a_lead_takes_a_mistyped_one_out_and_walls_stay(any_office: Office) -> None:
    with any_office.at_work():
        number = open_case(any_office)
        relate(any_office, "caseworker", "13800000417")
        relate(any_office, "lead")
        worker, lead = any_office.actor("caseworker"), any_office.actor("lead")
        (line,) = staff_relations.of_her_people(lead)
        for actor in (worker, any_office.actor("lead2"), any_office.actor("stranger")):
            with pytest.raises(NotFound):
                staff_relations.take_out(actor, line.relation_id)
        own = staff_relations.own(lead)[0]
        with pytest.raises(NotFound):
            staff_relations.take_out(lead, own.relation_id)
        db.session.close()
        staff_relations.take_out(lead, line.relation_id)
        db.session.close()
        assert staff_relations.own(worker) == [] and walls(number)
        assert not list(reader().scalars(select(BlindIndex).where(BlindIndex.target_id == line.relation_id)))
