"""Notes from one shift to the next."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("handovers", __name__, url_prefix="/handovers")
