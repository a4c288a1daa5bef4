"""A new case: search first, then open."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("new_cases", __name__, url_prefix="/cases/new")
