"""Two years of a made-up county, from the opening of its office up to now."""

from __future__ import annotations

import datetime

from casework.clock import DAY, HOUR, instant, local, now_us
from casework.demo import last_days, office
from casework.demo.callers import Callers, CasePlan
from casework.demo.county import County, county
from casework.demo.desk import Desk
from casework.demo.last_scenes import LastScenes
from casework.demo.life import Life
from casework.demo.office import Cast, Progress
from casework.demo.stage import Stage
from casework.demo.timing import Seasons, Span
from casework.services import follow_ups, notices, statistics
from casework.transaction import hurrying
from models.enums import Role

RAISED_AT = datetime.time(7, 30)
READS_AT = datetime.time(9, 10)
MONDAY = 0


class Story:
    """The story of one seed, told on a stage with the people of the office."""

    def __init__(self, cast: Cast, span: Span, size: int, seed: int, progress: Progress) -> None:
        self.cast, self.span, self.seed, self.progress = cast, span, seed, progress
        self.stage = Stage(span.now)
        self.lives: list[Life] = []
        self.desk = Desk(cast, seed, self.stage, self._opened)
        calls = Callers(cast.county, seed, Seasons(cast.county, span)).calls(size)
        self.expected = len(calls)
        for number, call in enumerate(calls):
            self.desk.expect(call, number)
        self._expect_days()
        for moment in span.months():
            self.stage.at(moment + 6 * HOUR, self._month)
        workers = [one.username for one in cast.county.people_with(Role.CASEWORKER)]
        last_days.expect(self.stage, lambda: self.lives, workers)
        LastScenes(cast, self.stage, seed, lambda: self.lives).expect()

    def _opened(self, plan: CasePlan, number: str) -> None:
        self.lives.append(Life(self.cast, self.seed, self.stage, plan, number))

    def _expect_days(self) -> None:
        day = self.span.first
        while day <= local(self.span.now).date():
            self.stage.at(instant(datetime.datetime.combine(day, RAISED_AT)), self._raise_due)
            if day.weekday() == MONDAY or last_days.is_last_week(self.span.now, day):
                self.stage.at(instant(datetime.datetime.combine(day, READS_AT)), self._read_notices)
            day += datetime.timedelta(days=1)

    def _raise_due(self) -> None:
        if self.lives:
            follow_ups.raise_due(now_us())

    def _read_notices(self) -> None:
        """Everybody reads what was raised for her; of the last days something stays unread."""
        if not self.lives or last_days.is_recent(self.stage):
            return
        staff = self.cast.county
        for one in (*staff.people_with(Role.CASEWORKER), *staff.people_with(Role.TEAM_LEAD)):
            actor = self.cast.actors[one.username]
            if unread := [line.notice_id for line in notices.unread(actor)]:
                notices.mark_read(actor, unread)

    def _month(self) -> None:
        statistics.publish_due(now_us())
        self.progress(f"{local(self.stage.now - DAY):%Y-%m}: calls taken", self.desk.taken, self.expected)

    def tell(self) -> None:
        """Plays it to the end, and raises what is due now."""
        self.stage.play()
        follow_ups.raise_due(now_us())
        self.progress("calls taken", self.desk.taken, self.expected)


def load(size: int, seed: int, progress: Progress) -> list[dict[str, str]]:
    """Fills an empty, migrated instance with ``size`` cases; gives everybody's name, password and role.

    The same seed on the same day tells the same story. Within an application context.
    """
    made_up: County = county()
    span = Span.up_to(now_us())
    with hurrying():
        cast = office.build(made_up, span.starts_at - 14 * HOUR, progress)
        Story(cast, span, size, seed, progress).tell()
    office.sign_everybody_out(cast)
    return [
        {"username": one.username, "password": one.password, "role": one.role.value} for one in made_up.staff
    ]
