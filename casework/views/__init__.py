"""The pages: each view reads the request, calls one service, answers."""

from __future__ import annotations

from flask import Flask

from casework.views import (
    account,
    accounts,
    approvals,
    audit,
    calls,
    case_search,
    cases,
    check_ins,
    drafts,
    emergency,
    follow_ups,
    handovers,
    home,
    invitations,
    leader_keys,
    new_cases,
    operations,
    preferences,
    relations,
    reports,
    security,
    sessions,
    setup,
    shelter,
    statistics,
    teams,
    today,
    workload,
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
    new_cases,
    cases,
    follow_ups,
    case_search,
    relations,
    workload,
    handovers,
    check_ins,
    emergency,
    leader_keys,
)


def register(app: Flask) -> None:
    """Registers every area's blueprint."""
    for area in AREAS:
        app.register_blueprint(area.blueprint)
