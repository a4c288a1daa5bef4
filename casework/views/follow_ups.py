"""The contacts of a week, across cases."""

from __future__ import annotations

import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for

from casework.access import current_actor, requires
from casework.clock import today
from casework.services import follow_up_lists

blueprint = Blueprint("follow_ups", __name__, url_prefix="/follow-ups")
WEEK = datetime.timedelta(days=7)


def _monday(text: str) -> datetime.date:
    """The Monday of the week asked for; this week's for an address that names none."""
    try:
        on = datetime.date.fromisoformat(text)
    except ValueError:
        on = today()
    on = min(max(on, datetime.date(2000, 1, 3)), datetime.date(2999, 12, 30))
    return on - datetime.timedelta(days=on.weekday())


def _after(text: str) -> tuple[datetime.date, int] | None:
    on, _dot, row_id = text.partition(".")
    try:
        return datetime.date.fromisoformat(on), min(int(row_id), 2**63 - 1)
    except ValueError:
        return None


@blueprint.get("")
@requires("follow_up.list")
def index() -> Any:
    """One week, by day."""
    actor = current_actor()
    monday = _monday(request.args.get("week", ""))
    after = _after(request.args.get("after", ""))
    lines, following = follow_up_lists.week(actor, monday, after)

    def address(week: datetime.date, **more: Any) -> str:
        return url_for("follow_ups.index", week=week.isoformat(), **more)

    return render_template(
        "follow_ups/index.html",
        lines=lines,
        today=today(),
        monday=monday,
        sunday=monday + datetime.timedelta(days=6),
        is_team=follow_up_lists.leads_a_team(actor),
        previous_week=address(monday - WEEK),
        next_week=address(monday + WEEK),
        first_url=address(monday) if after else None,
        next_url=address(monday, after=f"{following[0]}.{following[1]}") if following else None,
    )
