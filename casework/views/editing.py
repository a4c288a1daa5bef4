"""One form over one part of a case: tried, saved, or shown again with everything that was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _

from casework.errors import AlreadyDone, Invalid, KeyMissing, MoveRefused, Stale
from casework.presentation.controls import control_kind
from casework.presentation.locale import say
from casework.services.cases import CaseHead
from forms.base import BaseForm


@dataclass(frozen=True)
class Attempt:
    """What became of a posted form: what the service gave when it was saved, or both versions of an edit."""

    saved: bool = False
    given: Any = None
    stale: Stale | None = None


def attempt(form: Any, save: Callable[[], Any]) -> Attempt:
    """Saves a posted form. A service's faults stand beside their fields; when somebody else saved first,
    the form goes on from that version with what was typed here.
    """
    if request.method != "POST" or not form.validate():
        return Attempt()
    try:
        return Attempt(True, save())
    except Invalid as fault:
        form.take_faults(fault.faults)
    except AlreadyDone:
        form.form_errors.append(_("别人已经办过了，请先看最新的记录。"))
    except MoveRefused:
        form.form_errors.append(_("这个个案现在的状态不能这样办。"))
    except Stale as stale:
        form.version.process_data(stale.version)
        # A field shows what was posted before what it holds; saving again must be against the other's version.
        form.version.raw_data = None
        return Attempt(stale=stale)
    return Attempt()


def done(target: str, message: str, category: str = "done") -> Any:
    """On to the page of the part, with one sentence."""
    flash(message, category)
    return redirect(target, 303)


def _shown(field: Any, words: str) -> str:
    """A value as people read it: codes by their labels."""
    if control_kind(field) not in ("list", "one_of", "some_of"):
        return words
    labels = {str(value): str(label) for value, label, *_rest in field.iter_choices()}
    return _("、").join(say(labels.get(code, code)) for code in words.split(",") if code)


def both_versions(form: BaseForm, stale: Stale) -> list[tuple[str, str, str]]:
    """(name of the field, hers, the other's) for the page that shows both."""
    rows = []
    for name, yours in stale.yours.items():
        field: Any = form._fields[name]
        rows.append((say(field.label.text), _shown(field, yours), _shown(field, stale.theirs[name])))
    return rows


def page(
    head: CaseHead,
    form: Any,
    tried: Attempt,
    *,
    title: str,
    back: str,
    part: str,
    locked: bool = False,
    **more: Any,
) -> Any:
    """The form's page: 200 on a first visit, 422 with faults, 409 with both versions; KeyMissing behind a
    lock.
    """
    if locked:
        raise KeyMissing
    stale = tried.stale
    status = 409 if stale else 422 if request.method == "POST" else 200
    facts = {
        "versions": both_versions(form, stale) if stale else None,
        "stale": stale,
        "widths": getattr(form, "WIDTHS", {}),
    }
    return (
        render_template(
            "cases/edit.html", head=head, form=form, title=title, back=back, part=part, **facts, **more
        ),
        status,
    )
