"""Who may see which row, as SQL conditions in one place: a list and a detail page cannot disagree.

The conditions are built once; ``viewer(actor)`` gives what binds them to a person.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists

from casework.actor import Actor
from models.access import Conflict, Grant
from models.cases import Case
from models.enums import Role


def _beyond_no_wall(viewer: Any) -> ColumnElement[bool]:
    """The conflict wall: not even her own team's case."""
    return ~exists().where(Conflict.case_id == Case.id, Conflict.account_id == viewer)


def _visible(teams: Any, viewer: Any) -> ColumnElement[bool]:
    # Plus nothing: SQLite, which knows no shares, would else read a whole team to find the one row asked for.
    return and_((Case.team_id + 0).in_(teams), _beyond_no_wall(viewer))


def _granted(viewer: Any, now: Any) -> ColumnElement[bool]:
    """A case that this person may look at for a time. The row alone opens nothing: its keys must open as well."""
    held = exists().where(
        Grant.case_id == Case.id, Grant.account_id == viewer, Grant.ended_at.is_(None), Grant.ends_at > now
    )
    return and_(held, _beyond_no_wall(viewer))


beyond_no_wall = _beyond_no_wall(bindparam("viewer"))
visible_cases = _visible(bindparam("viewer_teams", expanding=True), bindparam("viewer"))

granted_cases = _granted(bindparam("viewer"), bindparam("now"))


def case_teams(actor: Actor) -> list[int]:
    """The teams whose cases are hers to see: those in which she is a caseworker or the lead."""
    return actor.team_ids(Role.CASEWORKER, Role.TEAM_LEAD)


def viewer(actor: Actor) -> dict[str, Any]:
    """What binds ``visible_cases`` to this person."""
    return {"viewer": actor.account_id, "viewer_teams": case_teams(actor)}


def cases_visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``cases`` for this person: her teams' cases, minus those behind the conflict wall."""
    return _visible(case_teams(actor), actor.account_id)


def visible_in_team(name: str) -> ColumnElement[bool]:
    """The same for one team, bound by ``name``: an index then gives a page in order without sorting."""
    return and_(Case.team_id == bindparam(name), beyond_no_wall)
