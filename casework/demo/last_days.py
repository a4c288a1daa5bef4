"""The last days before now: what a caseworker finds late, urgent, for today and for the week ahead."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

from casework.clock import DAY, HOUR, local
from casework.demo.life import Life
from casework.demo.stage import Stage
from casework.services import follow_ups
from casework.services.follow_ups import Planned

# Kind, when it was planned and when it is due, both in hours from now, and whether it has an hour.
WAITING: tuple[tuple[str, int, int, bool], ...] = (
    ("safety_check", -26, -20, True),
    ("routine", -80, -40, False),
    ("routine", -30, 0, False),
    ("safety_check", -5, 2, True),
    ("routine", -28, 0, False),
    ("safety_check", -4, 17, True),
    ("routine", -52, 24, False),
    ("routine", -29, 3 * 24, False),
    ("routine", -27, 6 * 24, False),
)
# How many of these each caseworker has, in the order of the staff: loads differ.
SHARES = (9, 6, 4, 7, 3, 5)

# Local hours between which a contact is planned.
EARLIEST, LATEST = 9, 20

Lives = Callable[[], Sequence[Life]]


def expect(stage: Stage, lives: Lives, usernames: Sequence[str]) -> None:
    """Puts these contacts on the stage for every caseworker who has open cases by then."""
    for username, share in zip(usernames, SHARES, strict=False):
        for nth, (kind, planned, due, has_hour) in enumerate(WAITING[:share]):
            moment = stage.until + planned * HOUR
            stage.at(moment, _scene(stage, lives, username, nth, kind, stage.until + due * HOUR, has_hour))


def _scene(
    stage: Stage, lives: Lives, username: str, nth: int, kind: str, due: int, has_hour: bool
) -> Callable[[], None]:
    def plan() -> None:
        open_ones = [one for one in lives() if one.person and one.person.username == username and one.is_open]
        if not open_ones:
            return
        violent = [one for one in open_ones if one.is_violent]
        is_check = kind == "safety_check" and bool(violent)
        chosen = violent if is_check else open_ones
        life = chosen[-1 - nth % len(chosen)]
        moment = by_day(due) if has_hour else local(due)
        time = moment.time() if has_hour else None
        of_kind = "safety_check" if is_check else "routine"
        planned = Planned(of_kind, moment.date(), time, life.parts.purpose(of_kind))
        follow_ups.plan(life.worker, life.number, planned)

    return plan


def by_day(at: int) -> datetime.datetime:
    """The full hour of an instant where somebody would make a call, else nine o'clock after it; local."""
    moment = local(at).replace(minute=0, second=0, microsecond=0)
    if moment.hour > LATEST:
        moment += datetime.timedelta(days=1)
    return moment if EARLIEST <= moment.hour <= LATEST else moment.replace(hour=EARLIEST)


def is_last_week(now: int, day: datetime.date) -> bool:
    """Whether a local date lies in the seven days before now (microseconds UTC)."""
    return (local(now).date() - day).days < 7


def is_recent(stage: Stage) -> bool:
    """Whether the story has come to its last two days, in which notices stay unread."""
    return stage.until - stage.now < 2 * DAY
