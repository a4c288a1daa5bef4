"""Finding a case by number, name, pinyin or phone."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("search", __name__, url_prefix="/search")
