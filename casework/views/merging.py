"""Marking, merging and unmerging duplicates."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("merging", __name__)
