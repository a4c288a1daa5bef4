"""Today: late, urgent, due, ahead; her own for a caseworker, the team's for a lead, nothing behind the wall."""

from __future__ import annotations

import datetime

import pytest
import time_machine

from casework.errors import NotFound
from casework.rail_counts import counts
from casework.services import follow_up_lists, follow_ups, notices, today
from casework.services.follow_ups import Planned
from tests.make import Office
from tests.make_cases import MORNING, build_wall, open_case

TODAY = MORNING.date()


def on(days: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=days)


def plan_a_week(office: Office) -> str:
    """One case with a late, an urgent, a due, a coming and a far contact, each named by its purpose."""
    with time_machine.travel(MORNING - datetime.timedelta(days=2), tick=False):
        number = open_case(office)
        actor = office.actor("caseworker")
        for purpose, due_on, hour in (
            ("late", on(-1), None),
            ("urgent", on(0), datetime.time(18, 20)),
            ("due", on(0), None),
            ("ahead", on(7), None),
            ("far", on(8), None),
            ("late by the hour", on(0), datetime.time(8, 0)),
        ):
            follow_ups.plan(actor, number, Planned("routine", due_on, hour, purpose))
    return number


def purposes(lines: list[follow_up_lists.FollowUpLine]) -> list[object]:
    return [line.purpose for line in lines]


def test_the_groups_of_today_in_their_order(any_office: Office) -> None:
    with any_office.at_work():
        plan_a_week(any_office)
        with time_machine.travel(MORNING, tick=False):
            actor = any_office.actor("caseworker")
            shown = today.of(actor)
            assert purposes(shown.late) == ["late", "late by the hour"]
            assert [line.late_seconds for line in shown.late] == [86_400, 3_600]
            assert purposes(shown.urgent) == ["urgent"]
            assert purposes(shown.due) == ["due"]
            assert purposes(shown.ahead) == ["ahead"]
            assert (shown.count, shown.has_more) == (4, False)
            assert shown.late[0].client_name == "陈某英"
            assert [len(view.ids) for view in actor.views] == [5]


def test_a_lead_sees_her_team_s_a_colleague_and_a_stranger_nothing(any_office: Office) -> None:
    with any_office.at_work():
        number = plan_a_week(any_office)
        with time_machine.travel(MORNING, tick=False):
            late = {
                name: today.of(any_office.actor(name)).late
                for name in ("lead", "colleague", "stranger", "lead2")
            }
            assert {name: len(lines) for name, lines in late.items()} == {
                "lead": 2,
                "colleague": 0,
                "stranger": 0,
                "lead2": 0,
            }
            build_wall(any_office, "lead", number)
            shown = today.of(any_office.actor("lead"))
            assert (shown.late, shown.ahead, shown.notices) == ([], [], [])
            assert counts(any_office.actor("lead")) == {
                "today.index": (0, False),
                "handovers.index": (0, False),
            }


def test_the_rail_counts_what_is_late(any_office: Office) -> None:
    with any_office.at_work():
        plan_a_week(any_office)
        with time_machine.travel(MORNING, tick=False):
            assert counts(any_office.actor("caseworker")) == {
                "today.index": (2, True),
                "handovers.index": (0, False),
            }
            assert counts(any_office.actor("lead")) == {
                "today.index": (2, True),
                "handovers.index": (0, False),
            }
            assert counts(any_office.actor("supervisor")) == {}


def test_a_week_pages_by_key(any_office: Office) -> None:
    with any_office.at_work():
        plan_a_week(any_office)
        with time_machine.travel(MORNING, tick=False):
            actor = any_office.actor("caseworker")
            monday = on(-1)
            lines, following = follow_up_lists.week(actor, monday, None)
            assert len(lines) == 4 and following is None
            rest, _none = follow_up_lists.week(actor, monday, (lines[1].due_on, lines[1].follow_up_id))
            assert [line.follow_up_id for line in rest] == [line.follow_up_id for line in lines[2:]]
            ahead, _none = follow_up_lists.week(actor, monday + datetime.timedelta(days=7), None)
            assert purposes(ahead) == ["ahead", "far"]


def test_notices_are_marked_read_by_their_reader_only(any_office: Office) -> None:
    with any_office.at_work():
        open_case(any_office)
        lead = any_office.actor("lead")
        wanted = [line.notice_id for line in notices.unread(lead)]
        assert len(wanted) == 1
        for name in ("caseworker", "lead2"):
            with pytest.raises(NotFound):
                notices.mark_read(any_office.actor(name), wanted)
        notices.mark_read(lead, wanted)
        assert notices.unread(lead) == []
