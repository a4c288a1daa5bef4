"""Her rights over her data: asked at the desk, answered on paper to her alone, or refused with the reason."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from casework import codes
from casework.access import current_actor, requires
from casework.clock import local_date
from casework.documents import docx_file, pdf_file, rights_answer
from casework.errors import AlreadyDone, Invalid, NotFound
from casework.presentation.locale import language
from casework.services import papers, rights
from casework.services.rights import Asked
from casework.views import editing
from casework.views.filling import filled, is_sent
from casework.views.papers import as_download, as_page, voice, written
from forms.papers import AnswerForm
from forms.rights import RightsForm, RightsWordsForm

blueprint = Blueprint("rights", __name__)


@blueprint.get("/<number>/rights")
@requires("rights.record")
def index(number: str) -> Any:
    """What was asked so far."""
    read = rights.listing(current_actor(), number)
    return render_template("rights/index.html", head=read.head, read=read, part="papers")


def _form() -> RightsForm:
    form = filled(RightsForm)
    form.kind.choices = codes.choices("rights_kind", language())
    form.asker.choices = codes.choices("rights_asker", language())
    form.identity.choices = codes.choices("rights_identity", language())
    return form


@blueprint.route("/<number>/rights/new", methods=["GET", "POST"])
@requires("rights.record")
def ask(number: str) -> Any:
    """One request at the desk."""
    actor, form = current_actor(), _form()
    if is_sent(form):
        asked = Asked(
            kind=form.kind.data or "",
            asker=form.asker.data or "",
            identity=form.identity.data or "",
            is_alone=form.alone.data == "yes",
            way=form.way.data or "",
            words=form.words.data or None,
        )
        try:
            request_id, _result = rights.record(actor, number, asked)
        except Invalid as fault:
            form.take_faults(fault.faults)
        else:
            target = url_for("cases.rights.show", number=number, request_id=request_id)
            return editing.done(target, _("已登记。"))
    head = rights.listing(actor, number).head
    page = render_template("rights/ask.html", head=head, form=form, part="papers")
    return page, 422 if request.method == "POST" else 200


@blueprint.get("/<number>/rights/<int:request_id>")
@requires("rights.record")
def show(number: str, request_id: int) -> Any:
    """One request: what came of it, and the answer to print where there is one."""
    head, line = rights.request_for(current_actor(), number, request_id)
    return render_template(
        "rights/show.html",
        head=head,
        line=line,
        article=codes.get("rights_kind", line.kind).flag("article"),
        pdf_missing=pdf_file.missing(),
        has_docx=docx_file.is_available(),
        part="papers",
    )


@blueprint.route("/<number>/rights/<int:request_id>/words", methods=["GET", "POST"])
@requires("rights.record")
def change(number: str, request_id: int) -> Any:
    """Writes the words of a request again; the earlier ones are kept."""
    actor = current_actor()
    back = url_for("cases.rights.show", number=number, request_id=request_id)
    form = filled(RightsWordsForm)
    tried = editing.attempt(
        form,
        lambda: rights.change(actor, number, request_id, form.words.data or None, form.version.data or 0),
    )
    if tried.saved:
        return editing.done(back, _("已保存。"))
    head, line = rights.request_for(actor, number, request_id)
    if request.method == "GET":
        form = filled(RightsWordsForm, words=line.words or "", version=line.version)
    locked = line.words is not None and not isinstance(line.words, str)
    return editing.page(head, form, tried, title=_("补充说明"), back=back, part="papers", locked=locked)


@blueprint.post("/<number>/rights/<int:request_id>/answer")
@requires("rights.record")
def answer(number: str, request_id: int) -> Any:
    """The answer, made and sent at once: it is kept nowhere."""
    actor, form = current_actor(), filled(AnswerForm)
    if not is_sent(form) or (form.form.data == "pdf" and pdf_file.missing()):
        raise NotFound
    compose = partial(rights_answer.compose, voice=voice(form.written_in.data or "zh"))
    try:
        made = rights.answer(actor, number, request_id, compose)
    except AlreadyDone:
        back = url_for("cases.rights.show", number=number, request_id=request_id)
        return editing.done(back, _("别人已经办过了，请先看最新的记录。"), "error")
    if form.form.data == "print":
        papers.leave(actor, number, made.number, "print", made.digest.encode())
        return as_page(made.words, made.digest, head=made.head)
    content = written(form.form.data, made.words, made.digest, local_date(made.made_at))
    papers.leave(actor, number, made.number, form.form.data, content)
    return as_download(content, form.form.data, made.number)
