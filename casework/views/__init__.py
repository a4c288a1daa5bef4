"""The pages: each view reads the request, calls one service, answers."""

from __future__ import annotations

from flask import Flask

from casework.views import (
    account,
    accounts,
    approvals,
    audit,
    calls,
    cases,
    drafts,
    follow_ups,
    home,
    invitations,
    operations,
    preferences,
    reports,
    security,
    sessions,
    setup,
    shelter,
    statistics,
    teams,
    today,
)

AREAS = (
    home,
    sessions,
    preferences,
    teams,
    setup,
    security,
    invitations,
    accounts,
    account,
    approvals,
    audit,
    calls,
    drafts,
    operations,
    reports,
    shelter,
    statistics,
    today,
    cases,
    follow_ups,
)


def register(app: Flask) -> None:
    """Registers every area's blueprint."""
    for area in AREAS:
        app.register_blueprint(area.blueprint)
