"""Emergency access and the emergency card."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("emergency", __name__, url_prefix="/emergency")
