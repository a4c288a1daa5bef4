"""The consent ledger."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("consents", __name__)
