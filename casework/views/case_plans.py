"""The case plan."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("case_plans", __name__)
