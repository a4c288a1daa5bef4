"""A worker's own check-in."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("check_ins", __name__, url_prefix="/check-in")
