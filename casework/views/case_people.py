"""The people of a case beside the client and the other party."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("people", __name__)
