"""When she is contacted again: the planned follow-ups of a level, an order, a warning, a stay or a closing.

The office's plan is data (a `Plan`); the rules of moving are here. What is urgent never moves later for a
holiday; what is planned before a limit moves to the working day before; everything else moves to the next
working day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from casework.law.deadlines import warning_visit
from casework.law.periods import after_days, after_hours, after_months, local_date
from casework.law.working_days import Calendar

GRACE_DAYS = 2
WARNING_VISITS_PLANNED = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One contact of a plan. Exactly one of `hours`, `days`, `months` after the start, or `days_before`
    the end, is set.
    """

    kind: str
    hours: int | None = None
    days: int | None = None
    months: int | None = None
    days_before: int | None = None

    @property
    def name(self) -> str:
        """A short name, unique within its plan: 'h24', 'd3', 'm6', 'b14'."""
        lengths = {"h": self.hours, "d": self.days, "m": self.months, "b": self.days_before}
        return "".join(f"{letter}{length}" for letter, length in lengths.items() if length is not None)


@dataclass(frozen=True, slots=True)
class Plan:
    """The contacts that follow one kind of event.

    `monthly` is the kind of the contact that repeats every month, or None: counted from the last step that
    counts from the start ("then monthly"), or from the start itself where `monthly_from_start` is set.
    """

    code: str
    steps: tuple[Step, ...]
    monthly: str | None = None
    monthly_from_start: bool = False


@dataclass(frozen=True, slots=True)
class PlannedContact:
    """One follow-up to be made. `planned_on` is the plan's own date, `due_on` the same moved by the calendar:
    the one that counts.

    `due_at` (microseconds UTC) is set where the plan gives hours; then `due_on` is its local date and there
    is no grace.
    """

    step: str
    kind: str
    planned_on: date
    due_on: date
    due_at: int | None
    is_urgent: bool
    grace_days: int
    calendar_known: bool = True

    @property
    def is_moved(self) -> bool:
        """Whether a holiday moved it."""
        return self.planned_on != self.due_on

    def last_day_in_time(self) -> date:
        """The last local date on which it still counts as done on time (grace included); with an hour, see
        `due_at`.
        """
        return self.due_on + timedelta(days=self.grace_days)


def planned(
    plan: Plan,
    *,
    starts_at: int,
    zone: tzinfo,
    calendar: Calendar,
    high_lethal: bool,
    ends_on: date | None = None,
    monthly_until: date | None = None,
) -> tuple[PlannedContact, ...]:
    """The follow-ups of a plan from the instant `starts_at` (microseconds UTC), by due date.

    Days count from the local date of the start. Monthly contacts go on to `monthly_until` (inclusive) and
    never to `ends_on`; with neither, one month ahead is planned. Left out are contacts before `ends_on` that
    would fall on or before the start, and a monthly one that shares its day with one of them or that a
    holiday moves past the end. For a woman found high-lethal later, `starts_at` is that assessment. Source:
    the office's plan, domain section 7.

    Raises ValueError when the plan counts back from an end that is not given.
    """
    start_on = local_date(starts_at, zone)
    contacts: list[PlannedContact] = []
    for name, kind, moment, hours in _moments(plan, start_on, ends_on, monthly_until):
        if hours is not None:
            contacts.append(_by_the_clock(name, kind, after_hours(starts_at, hours), zone))
            continue
        before_end = name.startswith("b")
        contact = _by_the_day(name, kind, moment, calendar, high_lethal, before_end)
        if not before_end or contact.due_on > start_on:
            contacts.append(contact)
    before_end_on = {contact.due_on for contact in contacts if contact.step.startswith("b")}
    kept = [
        contact
        for contact in contacts
        if not contact.step.startswith("r")
        or (contact.due_on not in before_end_on and (ends_on is None or contact.due_on < ends_on))
    ]
    return tuple(sorted(kept, key=lambda contact: (contact.due_on, contact.due_at is None)))


def still_ahead(
    contacts: tuple[PlannedContact, ...], now_at: int, zone: tzinfo
) -> tuple[PlannedContact, ...]:
    """The contacts whose hour, or whose due date, has not passed at `now_at` (microseconds UTC; today is
    still ahead).

    A new level replaces what is open with these of its own plan; what was done is kept as it is (domain,
    section 7).
    """
    today = local_date(now_at, zone)
    return tuple(
        contact
        for contact in contacts
        if (contact.due_at > now_at if contact.due_at is not None else contact.due_on >= today)
    )


def warning_visits(delivered_on: date, calendar: Calendar) -> tuple[PlannedContact, ...]:
    """The police's visits that are planned when a warning is delivered: day 7, months 3, 6 and 9, without
    grace (Gong Tong Zi [2024] No. 34, 12). The due date is the one moved by the calendar.
    """
    contacts = []
    for number in range(1, WARNING_VISITS_PLANNED + 1):
        limit = warning_visit(delivered_on, number, calendar)
        planned_on, due_on = limit.dates()
        contacts.append(
            PlannedContact(
                step=f"v{number}",
                kind="warning_visit",
                planned_on=planned_on,
                due_on=due_on,
                due_at=None,
                is_urgent=False,
                grace_days=0,
                calendar_known=limit.calendar_known,
            )
        )
    return tuple(contacts)


def _moments(
    plan: Plan, start_on: date, ends_on: date | None, monthly_until: date | None
) -> Iterator[tuple[str, str, date, int | None]]:
    last_on = start_on
    for step in plan.steps:
        if step.days_before is not None:
            continue
        moment = _after(start_on, step)
        if ends_on is not None and step.hours is None and moment > ends_on:
            continue
        last_on = max(last_on, moment)
        yield step.name, step.kind, moment, step.hours
    if plan.monthly is not None:
        yield from _monthly(
            plan.monthly, start_on if plan.monthly_from_start else last_on, ends_on, monthly_until
        )
    for step in plan.steps:
        if step.days_before is not None:
            if ends_on is None:
                raise ValueError(f"the plan {plan.code} counts back from an end that is not given")
            yield step.name, step.kind, after_days(ends_on, -step.days_before), None


def _monthly(
    kind: str, from_on: date, ends_on: date | None, monthly_until: date | None
) -> Iterator[tuple[str, str, date, int | None]]:
    number = 1
    while True:
        # counted from one anchor, so that a short month does not pull all later ones forward
        moment = after_months(from_on, number)
        past_horizon = monthly_until is not None and moment > monthly_until
        past_end = ends_on is not None and moment >= ends_on
        if past_horizon or past_end:
            return
        yield f"r{number}", kind, moment, None
        if monthly_until is None and ends_on is None:
            return
        number += 1


def _after(start_on: date, step: Step) -> date:
    if step.months is not None:
        return after_months(start_on, step.months)
    return after_days(start_on, step.days or 0)


def _by_the_clock(name: str, kind: str, due_at: int, zone: tzinfo) -> PlannedContact:
    due_on = local_date(due_at, zone)
    return PlannedContact(name, kind, due_on, due_on, due_at, is_urgent=True, grace_days=0)


def _by_the_day(
    name: str, kind: str, moment: date, calendar: Calendar, high_lethal: bool, before_end: bool
) -> PlannedContact:
    if before_end:
        due_on = calendar.previous_working_day(moment)
    elif high_lethal:
        due_on = moment
    else:
        due_on = calendar.next_working_day(moment)
    return PlannedContact(
        step=name,
        kind=kind,
        planned_on=moment,
        due_on=due_on,
        due_at=None,
        is_urgent=high_lethal,
        grace_days=GRACE_DAYS,
        calendar_known=(high_lethal and not before_end)
        or calendar.knows(min(moment, due_on), max(moment, due_on)),
    )
