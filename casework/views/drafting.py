"""A form of a case that goes on from its draft: what was typed comes back, thrown away on its author's word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from flask import redirect, request, url_for
from werkzeug.datastructures import MultiDict

from casework.access import current_actor
from casework.clock import local
from casework.presentation.locale import form_messages
from casework.services import drafts
from forms.base import BaseForm

F = TypeVar("F", bound=BaseForm)
# The button of a resumed form that throws its draft away.
DISCARD = "discard"


@dataclass(frozen=True, repr=False)
class Drafting:
    """The draft of one form about one thing; ``typed`` is what a form is filled from, None on a first visit."""

    form: str
    subject_id: int
    typed: MultiDict[str, str] | None
    saved_at: str | None
    is_unreadable: bool

    def facts(self) -> dict[str, Any]:
        """What the page of the form shows of it."""
        return {
            "draft_url": url_for("drafts.save", form=self.form, subject_id=self.subject_id),
            "draft_saved_at": self.saved_at,
            "draft_unreadable": self.is_unreadable,
        }


def form_of(kind: type[F], typed: MultiDict[str, str] | None, **given: Any) -> F:
    """The form with what was typed, or with the given values on a first visit."""
    return kind(typed, meta={"get_translations": lambda _form: form_messages}, **given)


def of(form: str, subject_id: int) -> Drafting:
    """The posted form, or on a visit the draft where there is one."""
    if request.method == "POST":
        return Drafting(form, subject_id, MultiDict(request.form), None, False)
    found = drafts.resume(current_actor(), form, subject_id)
    if found is None:
        return Drafting(form, subject_id, None, None, False)
    fields: Any = found.fields
    typed: MultiDict[str, str] | None = MultiDict(dict(fields)) if fields is not None else None
    return Drafting(form, subject_id, typed, f"{local(found.line.saved_at):%H:%M:%S}", typed is None)


def is_discarding() -> bool:
    """Whether the button that throws the draft away was pressed."""
    return request.method == "POST" and DISCARD in request.form


def discarded(form: str, subject_id: int) -> Any:
    """Throws the draft away; the same page again, as it is stored."""
    drafts.discard(current_actor(), form, subject_id)
    return redirect(request.path, 303)
