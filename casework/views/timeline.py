"""The timeline across all parts."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("timeline", __name__)
