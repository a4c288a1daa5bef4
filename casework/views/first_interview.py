"""The first interview as one guided screen."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("first_interview", __name__)
