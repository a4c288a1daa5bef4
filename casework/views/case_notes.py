"""Notes in a case."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from casework import codes
from casework.access import current_actor, requires
from casework.errors import NotFound
from casework.presentation.locale import language
from casework.services import case_notes
from casework.views import drafting, editing, long_forms
from forms.case_notes import NoteFilterForm, NoteForm

blueprint = Blueprint("notes", __name__)


@blueprint.get("/<number>/notes", endpoint="index")
@requires("case.read")
def index(number: str) -> Any:
    """The notes of the case, newest first."""
    form = NoteFilterForm(request.args)
    form.kind.choices = [("", _("全部")), *codes.choices("note_kind", language(), include_retired=True)]
    wanted, after = form.kind.data or None, request.args.get("after")
    read = case_notes.of_case(current_actor(), number, wanted, after)
    return render_template(
        "notes/index.html",
        head=read.head,
        read=read,
        form=form,
        kept={"kind": wanted} if wanted else {},
        is_later=bool(after),
        part="notes",
    )


def _form(typed: Any, given: dict[str, Any]) -> NoteForm:
    form = long_forms.made(NoteForm, typed, given)
    form.kind.choices = codes.choices("note_kind", language())
    return form


@blueprint.route("/<number>/notes/new", methods=["GET", "POST"])
@requires("case.work")
def new(number: str) -> Any:
    """Writes a note."""
    actor = current_actor()
    read = case_notes.of_case(actor, number)
    if drafting.is_discarding():
        return drafting.discarded(case_notes.FORM, read.head.case_id)
    draft = drafting.of(case_notes.FORM, read.head.case_id)
    form = _form(draft.typed, {})
    tried = editing.attempt(
        form,
        lambda: case_notes.add(actor, number, kind=form.kind.data or "", text=form.text.data or None),
    )
    back = url_for("cases.notes.index", number=number)
    if tried.saved:
        return editing.done(back, _("已记下。"))
    more = {"title": _("写记录"), "back": back, "part": "notes"}
    return long_forms.page("plans/edit.html", read.head, form, tried, draft, locked=read.is_locked, **more)


@blueprint.get("/<number>/notes/<int:note_id>")
@requires("case.read")
def wordings(number: str, note_id: int) -> Any:
    """One note with everything that it said before."""
    head, line, before = case_notes.note_for(current_actor(), number, note_id)
    return render_template("notes/wordings.html", head=head, line=line, wordings=before, part="notes")


@blueprint.route("/<number>/notes/<int:note_id>/correct", methods=["GET", "POST"])
@requires("case.work")
def correct(number: str, note_id: int) -> Any:
    """Corrects one's own note; somebody else's is not there to be corrected."""
    actor = current_actor()
    head, line, _earlier = case_notes.note_for(actor, number, note_id)
    if not line.is_own:
        raise NotFound
    if drafting.is_discarding():
        return drafting.discarded(case_notes.FORM, note_id)
    draft = drafting.of(case_notes.FORM, note_id)
    form = _form(draft.typed, {"kind": line.kind, "text": line.text, "version": line.version})
    tried = editing.attempt(
        form,
        lambda: case_notes.correct(
            actor,
            number,
            note_id,
            kind=form.kind.data or "",
            text=form.text.data or None,
            version=form.version.data or 0,
        ),
    )
    back = url_for("cases.notes.index", number=number)
    if tried.saved:
        return editing.done(back, _("已更正，原来的话留着。"))
    locked = line.text is not None and not isinstance(line.text, str)
    more = {"title": _("更正记录"), "back": back, "part": "notes"}
    return long_forms.page("plans/edit.html", head, form, tried, draft, locked=locked, **more)
