"""The address of a one-time link as another person has to type or open it."""

from __future__ import annotations

from urllib.parse import urljoin

from flask import request, url_for

from casework.headers import public_address


def invitation_address(token: str) -> str:
    """The whole address of an invitation: under the public address where one is set, else as this page was reached."""
    return urljoin(public_address() or request.url_root, url_for("invitations.accept", token=token))
