"""A colleague's whole load: previewed, then all of it or nothing; follow-ups and notices go along."""

from __future__ import annotations

import pytest

from casework.errors import Invalid, NotFound, Stale
from casework.services import case_moves, follow_ups, reassignments
from casework.services.follow_ups import Planned
from casework.services.reassignments import Proposed, Wanted
from tests.make import Office
from tests.make_cases import TUESDAY, build_wall, case_row
from tests.services.test_case_moves import contacts, handed, notices_of, served, version


def wanted(lines: list[Proposed]) -> list[Wanted]:
    return [Wanted(it.case_id, it.version, it.receiver_id) for it in lines if it.receiver_id is not None]


def previewed(office: Office, *receivers: str) -> list[Proposed]:
    load = reassignments.load_of(office.actor("lead"), office.team_id, office.account_id("caseworker"))
    return reassignments.preview(load, [office.account_id(name) for name in receivers])


def hand_over(office: Office, lines: list[Wanted], by: str = "lead") -> object:
    return reassignments.hand_over(office.actor(by), office.team_id, office.account_id("caseworker"), lines)


def test_it_goes_to_who_carries_least_and_takes_its_contacts_along(any_office: Office) -> None:
    with any_office.at_work():
        numbers = [served(any_office) for _ in range(3)]
        handed(any_office, "colleague")
        follow_ups.plan(any_office.actor("caseworker"), numbers[0], Planned("routine", TUESDAY))
        lead, colleague = any_office.account_id("lead"), any_office.account_id("colleague")
        lines = previewed(any_office, "lead", "colleague")
        assert [it.number for it in lines] == numbers
        assert sorted(it.receiver_id or 0 for it in lines) == sorted([lead, lead, colleague])
        assert hand_over(any_office, wanted(lines)) == {lead: 2, colleague: 1}
        for line in lines:
            assert version(line.number) and case_row(line.number).assignee_id == line.receiver_id
        assert contacts(numbers[0])[0].assignee_id == lines[0].receiver_id
        told = [
            it for it in notices_of(any_office, "colleague", "case.assigned") if it.account_id == colleague
        ]
        assert len(told) == 2


def test_nobody_gets_a_case_whose_wall_she_is_behind(any_office: Office) -> None:
    with any_office.at_work():
        walled, plain = served(any_office), served(any_office)
        build_wall(any_office, "colleague", walled)
        first, second = previewed(any_office, "colleague")
        assert (first.number, first.receiver_id, first.may_take) == (walled, None, ())
        colleague = any_office.account_id("colleague")
        lines = [Wanted(it.case_id, it.version, colleague) for it in (second, first)]
        with pytest.raises(Invalid):
            hand_over(any_office, lines)
        assert version(plain) and case_row(plain).assignee_id == any_office.account_id("caseworker")


def test_all_or_nothing_when_somebody_was_quicker(any_office: Office) -> None:
    with any_office.at_work():
        first, second = served(any_office), served(any_office)
        lines = wanted(previewed(any_office, "colleague"))
        case_moves.to_follow_up(any_office.actor("caseworker"), second, version(second))
        with pytest.raises(Stale) as stale:
            hand_over(any_office, lines)
        assert stale.value.theirs["number"] == second and stale.value.their_name == "何敏"
        assert version(first) and case_row(first).assignee_id == any_office.account_id("caseworker")


def test_only_by_the_lead_only_to_who_is_admitted(any_office: Office) -> None:
    with any_office.at_work():
        served(any_office)
        lines = wanted(previewed(any_office, "colleague"))
        for username in ("lead2", "caseworker", "officer"):
            with pytest.raises(NotFound):
                hand_over(any_office, lines, by=username)
        for username in ("stranger", "operator", "caseworker"):
            account = any_office.account_id(username)
            with pytest.raises(Invalid):
                hand_over(any_office, [Wanted(it.case_id, it.version, account) for it in lines])
            with pytest.raises(Invalid):
                previewed(any_office, username)
        with pytest.raises(Invalid):
            hand_over(any_office, [])
        other = handed_to_stranger(any_office)
        with pytest.raises(NotFound):
            hand_over(any_office, [Wanted(other, 1, any_office.account_id("colleague"))])


def handed_to_stranger(office: Office) -> int:
    """A case of another team."""
    from tests.make_cases import open_case

    return case_row(open_case(office, team="个案二组")).id
