"""The danger assessment."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("danger", __name__)
