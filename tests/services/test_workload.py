"""Caseload by worker and the list for the case meeting: counted right, of her own teams, paged."""

from __future__ import annotations

import datetime

import pytest
import time_machine

from casework.errors import Invalid
from casework.extensions import db
from casework.services import case_meetings, closings, follow_ups, workload
from casework.services.follow_ups import Planned
from tests.make import Office
from tests.make_cases import MORNING, build_wall, open_case
from tests.services.test_case_moves import closed, handed, served, version

TODAY = MORNING.date()


def carried(office: Office, by: str = "lead") -> dict[str | None, tuple[int, int, int]]:
    db.session.close()
    teams = workload.caseload(office.actor(by))
    return {
        line.display_name: (line.open_cases, line.high_lethal, line.late_contacts)
        for team in teams
        for line in team.people
    }


def test_open_cases_and_late_contacts_by_who_has_them(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=True) as clock:
        number = served(any_office)
        follow_ups.plan(any_office.actor("caseworker"), number, Planned("routine", TODAY))
        handed(any_office, "caseworker")
        open_case(any_office)
        open_case(any_office, team="个案二组")
        closed(any_office)
        clock.shift(datetime.timedelta(days=1))
        assert carried(any_office) == {
            "何敏": (2, 0, 1),
            "李组": (0, 0, 0),
            "梁静": (0, 0, 0),
            None: (1, 0, 0),
        }
        build_wall(any_office, "lead", number)
        assert carried(any_office)["何敏"] == (1, 0, 0)
        assert carried(any_office, "house") == {}


def test_the_meeting_talks_of_what_is_late_or_stands_still(any_office: Office) -> None:
    with any_office.at_work(), time_machine.travel(MORNING, tick=True) as clock:
        late, still = served(any_office), served(any_office)
        follow_ups.plan(any_office.actor("caseworker"), late, Planned("routine", TODAY))
        lead = any_office.actor("lead")
        assert case_meetings.for_lead(lead).lines == []
        clock.shift(datetime.timedelta(days=2))
        db.session.close()
        found = case_meetings.for_lead(any_office.actor("lead")).lines
        assert [(it.number, it.late, it.still_since) for it in found] == [(late, 1, None)]
        clock.shift(datetime.timedelta(days=29))
        db.session.close()
        found = case_meetings.for_lead(any_office.actor("lead")).lines
        assert [(it.number, it.still_since) for it in found] == [(late, TODAY), (still, TODAY)]
        closings.propose(
            any_office.actor("caseworker"),
            still,
            version=version(still),
            outcome="withdrew",
            rating="neutral",
            summary="x",
        )
        db.session.close()
        assert [it.number for it in case_meetings.for_lead(any_office.actor("lead")).lines] == [late]
        assert case_meetings.for_lead(any_office.actor("lead2")).lines == []


def test_the_list_is_paged(any_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_meetings, "PAGE", 2)
    with any_office.at_work(), time_machine.travel(MORNING, tick=True) as clock:
        numbers = [open_case(any_office) for _ in range(3)]
        clock.shift(datetime.timedelta(days=40))
        first = case_meetings.for_lead(any_office.actor("lead"))
        second = case_meetings.for_lead(any_office.actor("lead"), first.next_after)
        assert [it.number for it in (*first.lines, *second.lines)] == numbers
        assert second.next_after is None


def test_how_long_is_still_is_the_offices_word(any_office: Office) -> None:
    with any_office.at_work():
        assert case_meetings.stuck_days() == 30
        case_meetings.set_stuck_days(any_office.actor("lead"), 14)
        db.session.close()
        assert case_meetings.stuck_days() == 14
        for days in (0, 6, 366):
            with pytest.raises(Invalid):
                case_meetings.set_stuck_days(any_office.actor("lead"), days)
