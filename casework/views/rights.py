"""Her rights over her data."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("rights", __name__)
