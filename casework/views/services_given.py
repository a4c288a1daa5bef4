"""Services given."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("services_given", __name__)
