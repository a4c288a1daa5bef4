"""Where the script sends what has been typed so far, every five seconds."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request

from casework.access import current_actor, requires
from casework.clock import local
from casework.errors import Invalid, NotFound
from casework.presentation.typed import readable
from casework.services import drafts

blueprint = Blueprint("drafts", __name__)


def _content() -> Any:
    try:
        return request.get_json(silent=True)
    except RecursionError:
        # Brackets within brackets: nothing that our script sends.
        return None


def _fields(content: Any) -> dict[str, list[str]]:
    """The fields of a form as the script sends them: a name and its text, or several texts."""
    given = content.get("fields") if isinstance(content, dict) else None
    if not isinstance(given, dict):
        raise NotFound
    fields = {}
    for name, value in given.items():
        texts = value if isinstance(value, list) else [value]
        if not all(isinstance(text, str) for text in texts):
            raise NotFound
        fields[readable(str(name))] = [readable(text) for text in texts]
    return fields


@blueprint.post("/drafts/<form>/<int:subject_id>", endpoint="save")
@requires("own.drafts")
def save(form: str, subject_id: int) -> Any:
    """Keeps a draft of one of the actor's own forms; answers with the time that the screen shows."""
    try:
        at = drafts.save(current_actor(), form, subject_id, _fields(_content()))
    except Invalid:
        return jsonify(error="too_large"), 413
    return jsonify(saved_at=f"{local(at):%H:%M:%S}")
