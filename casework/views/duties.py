"""What must be done and told in a case."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("duties", __name__)
