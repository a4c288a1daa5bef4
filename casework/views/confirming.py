"""The reader's own password, asked for again before an act that needs it."""

from __future__ import annotations

from casework.access import current_actor
from casework.errors import PasswordNeeded
from casework.services import sign_in
from casework.views.filling import is_sent
from forms.accounts import ConfirmedForm


def is_confirmed(form: ConfirmedForm) -> bool:
    """Whether the form was sent and holds the right password; a wrong one is said beside its field."""
    if not is_sent(form):
        return False
    try:
        sign_in.confirm_password(current_actor(), form.password.data or "")
    except PasswordNeeded:
        form.take_faults({"password": "wrong"})
        return False
    return True
