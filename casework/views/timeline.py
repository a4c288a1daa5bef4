"""What happened in a case, across all its parts."""

from __future__ import annotations

import datetime
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext as _

from casework import codes
from casework.access import current_actor, requires
from casework.presentation.locale import language
from casework.services import timelines
from casework.services.timelines import Asked
from forms.papers import TimelineFilterForm

blueprint = Blueprint("timeline", __name__)
LAST_DAY = datetime.date(2999, 12, 30)


def _day(text: str | None) -> datetime.date | None:
    try:
        return min(datetime.date.fromisoformat(text or ""), LAST_DAY)
    except ValueError:
        return None


def _after(text: str) -> tuple[int, int, str] | None:
    at, _dot, rest = text.partition(".")
    row_id, _dot, kind = rest.partition(".")
    try:
        return min(int(at), 2**62), min(int(row_id), 2**62), kind[:40]
    except ValueError:
        return None


@blueprint.get("/<number>/timeline", endpoint="index")
@requires("case.read")
def index(number: str) -> Any:
    """The lines of a case, newest first, narrowed by group and by days."""
    form = TimelineFilterForm(request.args)
    form.group.choices = [("", _("全部")), *codes.choices("timeline_group", language())]
    after = _after(request.args.get("after", ""))
    from_on, to_on = _day(form.from_on.data), _day(form.to_on.data)
    read = timelines.page(current_actor(), number, Asked(form.group.data or None, from_on, to_on, after))
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in form.data and value
    }
    following = read.next_after
    return render_template(
        "timeline/index.html",
        head=read.head,
        read=read,
        form=form,
        endpoints=set(current_app.view_functions),
        is_narrowed=bool(kept),
        first_url=url_for("cases.timeline.index", number=number, **kept) if after else None,
        next_url=url_for("cases.timeline.index", number=number, **kept, after=following)
        if following
        else None,
        part="progress",
    )
