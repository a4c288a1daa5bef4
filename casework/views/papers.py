"""Papers made from a case."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("papers", __name__)
