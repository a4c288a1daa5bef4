"""The pages: each view reads the request, calls one service, answers."""

from __future__ import annotations

from flask import Flask

from casework.views import (
    approvals,
    home,
    operations,
    preferences,
    reports,
    sessions,
    shelter,
)

AREAS = (
    home,
    sessions,
    preferences,
    approvals,
    operations,
    reports,
    shelter,
)


def register(app: Flask) -> None:
    """Registers every area's blueprint."""
    for area in AREAS:
        app.register_blueprint(area.blueprint)
