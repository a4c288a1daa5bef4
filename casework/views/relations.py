"""Conflicts that members of staff declare."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("relations", __name__, url_prefix="/relations")
