"""Papers made from a case: the list, the extract for the court, the internal volume, each file that leaves."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, make_response, render_template, url_for
from flask_babel import get_domain
from flask_babel import gettext as _

from casework import codes
from casework.access import current_actor, may, requires
from casework.clock import local_date, today
from casework.documents import court_extract, docx_file, internal_volume, pdf_file
from casework.documents.wording import Block, Voice, tail
from casework.errors import Invalid, KeyMissing, NotFound
from casework.presentation.locale import language
from casework.sealed import Locked
from casework.services import court_extracts, internal_volumes, papers
from casework.views import editing
from casework.views.filling import filled, is_sent
from forms.papers import ExtractForm, FileForm

blueprint = Blueprint("papers", __name__)
CHINESE = "zh"
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def voice(code: str = CHINESE) -> Voice:
    """The voice of a paper: Chinese whatever the reader's language, since a court reads it."""
    catalogue = get_domain().of(code)
    return Voice(code, catalogue.ugettext)


def written(form: str, words: dict[str, Any], digest: str, made_on: datetime.date) -> bytes:
    """One file of a paper, in memory. NotFound for a form that this machine can't make."""
    end = tail(words, digest, voice(words["language"]))
    if form == "pdf" and pdf_file.missing() is None:
        return pdf_file.render(words, end)
    if form == "docx" and docx_file.is_available():
        return docx_file.render(words, end, made_on)
    raise NotFound


def as_download(content: bytes, form: str, number: str) -> Response:
    """The file under its number alone, which says nothing of whom it is about."""
    response = make_response(content)
    response.headers["Content-Type"] = TYPES[form]
    response.headers["Content-Disposition"] = f'attachment; filename="{number}.{form}"'
    return response


def as_page(words: dict[str, Any], digest: str, **facts: Any) -> str:
    """The paper as a page that prints."""
    end: list[Block] = tail(words, digest, voice(words["language"]))
    return render_template("papers/print.html", words=words, tail=end, **facts)


@blueprint.get("/<number>/papers")
@requires("case.read")
def index(number: str) -> Any:
    """The papers made of the case."""
    actor = current_actor()
    read = papers.listing(actor, number)
    return render_template(
        "papers/index.html",
        head=read.head,
        read=read,
        part="papers",
        may_print=may(actor, "case.print"),
        may_print_whole=may(actor, "case.print_whole") and internal_volumes.leads(actor, read.head),
        may_answer=may(actor, "rights.record"),
    )


@blueprint.route("/<number>/papers/court-extract", methods=["GET", "POST"])
@requires("case.print")
def extract(number: str) -> Any:
    """Purpose and lines chosen, then shown as it will read; nothing is made yet."""
    form, held, spoken = _extract_form(number)
    if is_sent(form):
        try:
            court_extracts.check(held, form.purpose.data or "", form.entries.data or ())
        except Invalid as fault:
            form.take_faults(fault.faults)
        else:
            return _confirm(number, form, held, spoken)
    return _choose(form, held, spoken)


def _extract_form(number: str) -> tuple[ExtractForm, court_extracts.Choice, Voice]:
    held = court_extracts.choice(current_actor(), number)
    form = filled(ExtractForm)
    form.purpose.choices = codes.choices("paper_purpose", language())
    form.entries.choices = [(entry.key, entry.key) for entry in held.entries]
    return form, held, voice()


def _choose(form: ExtractForm, held: court_extracts.Choice, spoken: Voice) -> Any:
    faulty = bool(form.errors)
    page = render_template(
        "papers/extract.html",
        head=held.head,
        held=held,
        form=form,
        plain=voice(language()).plain,
        part="papers",
    )
    return page, 422 if faulty else 200


def _confirm(number: str, form: ExtractForm, held: court_extracts.Choice, spoken: Voice) -> Any:
    facts = court_extracts.facts_of(held, form.purpose.data or "", form.entries.data or ())
    stamp = papers.Stamp(_("制作时编号"), today(), current_actor().display_name)
    words = court_extract.compose(facts, stamp, spoken)
    return render_template(
        "papers/confirm.html",
        head=held.head,
        words=words,
        chosen=form.entries.data,
        purpose=form.purpose.data,
        seen=court_extracts.seen_as(facts),
        part="papers",
    )


@blueprint.post("/<number>/papers/court-extract/make")
@requires("case.print")
def make_extract(number: str) -> Any:
    """Makes the extract that was shown."""
    form, held, spoken = _extract_form(number)
    if not is_sent(form):
        return _choose(form, held, spoken)
    try:
        made = court_extracts.make(
            current_actor(),
            number,
            purpose=form.purpose.data or "",
            chosen=form.entries.data or (),
            seen=form.seen.data or "",
            compose=partial(court_extract.compose, voice=spoken),
        )
    except Invalid as fault:
        form.take_faults(fault.faults)
        return _choose(form, held, spoken)
    return editing.done(url_for("cases.papers.show", number=number, paper_number=made), _("文书已制作。"))


@blueprint.get("/<number>/papers/<paper_number>")
@requires("case.print")
def show(number: str, paper_number: str) -> Any:
    """One paper as it was made, and how it leaves."""
    opened = papers.open_paper(current_actor(), number, paper_number)
    words = opened.words
    if isinstance(words, Locked):
        raise KeyMissing
    end = tail(words, opened.line.digest, voice(words["language"])) if words else []
    return render_template(
        "papers/show.html",
        head=opened.head,
        line=opened.line,
        words=words,
        tail=end,
        pdf_missing=pdf_file.missing(),
        has_docx=docx_file.is_available(),
        part="papers",
    )


@blueprint.post("/<number>/papers/<paper_number>/file")
@requires("case.print")
def download(number: str, paper_number: str) -> Any:
    """One file of a paper: its digest is kept before the first byte leaves."""
    actor = current_actor()
    form = filled(FileForm)
    opened = papers.open_paper(actor, number, paper_number)
    if not is_sent(form) or not isinstance(opened.words, dict):
        raise NotFound
    made_on = local_date(opened.line.made_at)
    if form.form.data == "print":
        papers.leave(actor, number, paper_number, "print", opened.line.digest.encode())
        return as_page(opened.words, opened.line.digest, head=opened.head)
    content = written(form.form.data, opened.words, opened.line.digest, made_on)
    papers.leave(actor, number, paper_number, form.form.data, content)
    return as_download(content, form.form.data, paper_number)


@blueprint.get("/<number>/internal-volume")
@requires("case.print_whole")
def volume(number: str) -> Any:
    """What the internal volume is, and the buttons that make one."""
    head = internal_volumes.head_for(current_actor(), number)
    return render_template(
        "papers/volume.html",
        head=head,
        pdf_missing=pdf_file.missing(),
        has_docx=docx_file.is_available(),
        part="papers",
    )


@blueprint.post("/<number>/internal-volume")
@requires("case.print_whole")
def make_volume(number: str) -> Any:
    """Makes the internal volume and sends it at once: its words are not kept a second time."""
    actor = current_actor()
    form = filled(FileForm)
    if not is_sent(form) or (form.form.data == "pdf" and pdf_file.missing()):
        raise NotFound
    compose = partial(internal_volume.compose, voice=voice())
    made = internal_volumes.make(actor, number, compose)
    if form.form.data == "print":
        papers.leave(actor, number, made.number, "print", made.digest.encode())
        return as_page(made.words, made.digest, head=made.head)
    content = written(form.form.data, made.words, made.digest, made.made_on)
    papers.leave(actor, number, made.number, form.form.data, content)
    return as_download(content, form.form.data, made.number)
