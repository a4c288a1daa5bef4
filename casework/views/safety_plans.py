"""The safety plan."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("safety_plans", __name__)
