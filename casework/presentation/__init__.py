"""How the product shows itself: the template environment, its filters, the rail, and the language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from flask import Flask, g, request
from flask_bootstrap import Bootstrap5
from jinja2 import StrictUndefined

from casework import codes, jurisdictions
from casework.presentation import (
    assets,
    case_parts,
    charts,
    controls,
    filters,
    locale,
    marks,
    navigation,
    roles,
)
from casework.presentation.typed import readable

Counts = Mapping[str, tuple[int, bool]]


class Rail:
    """The rail of this request, drawn up when a layout asks: an error without a rail asks no database."""

    def __init__(self, draw: Callable[[], list[navigation.NavItem]]) -> None:
        self._draw = draw
        self._items: list[navigation.NavItem] | None = None

    def __iter__(self) -> Iterator[navigation.NavItem]:
        if self._items is None:
            self._items = self._draw()
        return iter(self._items)


def _signed_in() -> Any:
    return g.get("actor")


def _nobody(_actor: Any) -> bool:
    return False


def _no_counts(_actor: Any) -> Counts:
    return {}


def _frame(
    app: Flask,
    kind: str,
    idle_minutes: int,
    today: Callable[[], date],
    current_actor: Callable[[], Any],
    counts: Callable[[Any], Counts],
    may_search: Callable[[Any], bool],
) -> dict[str, Any]:
    actor = current_actor()

    def draw() -> list[navigation.NavItem]:
        return navigation.navigation(app, actor.role_set, request.endpoint, counts(actor)) if actor else []

    code = locale.language()
    return {
        "actor": actor,
        "navigation": Rail(draw),
        "may_search": bool(actor) and may_search(actor),
        "instance_kind": kind,
        "idle_minutes": idle_minutes,
        "today_label": filters.weekday_date(today()),
        "language": code,
        "html_lang": locale.HTML_LANG[code],
        "other_languages": [(other, name) for other, name in locale.LANGUAGES.items() if other != code],
        "here": readable(request.full_path).rstrip("?") if request else "/",
    }


def register(
    app: Flask,
    *,
    today: Callable[[], date],
    kind: str = "live",
    idle_minutes: int = 10,
    current_actor: Callable[[], Any] = _signed_in,
    counts: Callable[[Any], Counts] = _no_counts,
    may_search: Callable[[Any], bool] = _nobody,
) -> None:
    """Install templates, filters, language and the frame's context.

    `today` is the clock's; `current_actor` answers None while nobody is signed in; `counts` maps an endpoint
    of the rail to (how many wait there, whether one is late); `may_search` says who gets the find box.
    Registers Flask-Babel and Bootstrap (`bootstrap.static`).
    """
    Bootstrap5(app)
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    locale.register(app, current_actor)
    asset = assets.asset_writer(app.static_url_path or "/static")
    icon = marks.icon_writer(asset("icons.svg"))
    environment.finalize = marks.finalizer(icon("lock"))
    environment.filters.update(filters.FILTERS)
    environment.filters["role_names"] = roles.role_names
    environment.globals.update(
        icon=icon,
        asset=asset,
        plot=charts.plot,
        case_parts=case_parts.parts_shown,
        control_kind=controls.control_kind,
        first_control=controls.first_control,
        code_label=lambda name, code: codes.label(name, code, locale.language()),
        town_label=lambda code: jurisdictions.load().division(code).label(locale.language()),
        has_page=lambda endpoint: endpoint in app.view_functions,
    )
    app.context_processor(lambda: _frame(app, kind, idle_minutes, today, current_actor, counts, may_search))
