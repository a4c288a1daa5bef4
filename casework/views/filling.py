"""A form as the request filled it in."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import request
from wtforms import Form

from casework.presentation.locale import form_messages

F = TypeVar("F", bound=Form)


def filled(kind: type[F], **given: Any) -> F:
    """The form with what was posted, or with the given values on a first visit."""
    sent = request.form if request.method == "POST" else None
    return kind(sent, meta={"get_translations": lambda _form: form_messages}, **given)


def is_sent(form: Form) -> bool:
    """Whether the form was posted and its shape is right."""
    return request.method == "POST" and form.validate()
