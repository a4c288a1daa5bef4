"""A long form over a part of a case: it goes on from its draft, and shows both versions of two people's edits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from casework.errors import KeyMissing
from casework.presentation.locale import form_messages
from casework.services.cases import CaseHead
from casework.views import editing
from casework.views.drafting import Drafting
from forms.base import BaseForm

F = TypeVar("F", bound=BaseForm)


def made(kind: type[F], typed: MultiDict[str, str] | None, given: Mapping[str, Any]) -> F:
    """The form with what was typed, now or in its draft, or with the given values."""
    return kind(typed, meta={"get_translations": lambda _form: form_messages}, **given)


def explain(form: BaseForm, reasons: Mapping[str, str]) -> None:
    """Puts the sentences of an area in the place of its reason codes, beside the fields and in the summary."""
    for field in form:
        field.errors = [reasons.get(str(error), error) for error in field.errors]
    form.form_errors[:] = [reasons.get(str(error), error) for error in form.form_errors]


def page(
    template: str,
    head: CaseHead,
    form: Any,
    tried: editing.Attempt,
    drafting: Drafting | None,
    *,
    locked: bool,
    **more: Any,
) -> Any:
    """The form's page: 200 on a visit, 422 with faults, 409 with both versions; KeyMissing behind a lock,
    or where she reads the case under a grant."""
    if locked or head.is_granted:
        raise KeyMissing
    stale = tried.stale
    drafted = {"draft_url": None, "draft_saved_at": None, "draft_unreadable": False}
    if drafting is not None:
        drafted = drafting.facts()
    shown = render_template(
        template,
        head=head,
        form=form,
        stale=stale,
        versions=editing.both_versions(form, stale) if stale else None,
        widths=getattr(form, "WIDTHS", {}),
        **drafted,
        **more,
    )
    return shown, 409 if stale else 422 if request.method == "POST" else 200
