"""The pages: each view reads the request, calls one service, answers."""

from __future__ import annotations

from flask import Flask

from casework.views import home, preferences, sessions

AREAS = (home, sessions, preferences)


def register(app: Flask) -> None:
    """Registers every area's blueprint."""
    for area in AREAS:
        app.register_blueprint(area.blueprint)
