"""Caseload, case meeting, handing over a colleague's load."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("workload", __name__, url_prefix="/workload")
