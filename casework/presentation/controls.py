"""Which control a form's field becomes; a field's own subclasses look like their parents."""

from __future__ import annotations

from wtforms import BooleanField, Field, RadioField, SelectField, SelectMultipleField
from wtforms.widgets import HiddenInput

_KINDS: tuple[tuple[type[Field], str], ...] = (
    (RadioField, "one_of"),
    (SelectMultipleField, "some_of"),
    (SelectField, "list"),
    (BooleanField, "tick"),
)


def control_kind(field: Field) -> str:
    """hidden, one_of (radio buttons), some_of (checkboxes), list (a select), tick (a checkbox) or text."""
    if isinstance(field.widget, HiddenInput):
        return "hidden"
    return next((kind for parent, kind in _KINDS if isinstance(field, parent)), "text")


def first_control(field: Field) -> str:
    """The id that a link to this field leads to."""
    return f"{field.id}-0" if control_kind(field) in ("one_of", "some_of") else str(field.id)
