"""Moves of a case from state to state."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("moves", __name__)
