"""Evidence of a case: the list, a file and its chain of custody, the words said of it, downloads."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import Range
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from casework import codes
from casework.access import current_actor, requires
from casework.errors import Invalid, MoveRefused
from casework.presentation.locale import language, say
from casework.presentation.typed import readable
from casework.services import evidence, evidence_uploads
from casework.services.evidence_rows import Said
from casework.services.evidence_uploads import Upload
from casework.views import editing
from casework.views.filling import filled
from forms.evidence import FAULTS, EvidenceForm, EvidenceWordsForm, SetAsideForm

blueprint = Blueprint("evidence", __name__)
# Without script a file comes in one request, which stays in memory whole.
WHOLE_BYTES = 3_500_000


@blueprint.get("/<number>/evidence", endpoint="index")
@requires("case.read")
def index(number: str) -> Any:
    """The files by kind."""
    read = evidence.of_case(current_actor(), number)
    return render_template("evidence/index.html", head=read.head, read=read, part="evidence")


def _words_form(kind: type[EvidenceWordsForm], said: dict[str, Any] | None = None) -> Any:
    form = filled(kind, data=said)
    form.kind.choices = [("", _("未选")), *codes.choices("evidence_kind", language())]
    return form


def _said(form: EvidenceWordsForm) -> Said:
    return Said(
        form.kind.data or "",
        form.description.data or None,
        form.origin.data or None,
        form.made.data or None,
    )


def _receive_whole(number: str, form: EvidenceForm) -> int:
    given = request.files.get("file")
    if given is None or not given.filename:
        raise Invalid({"file": "absent"})
    content = given.stream
    length = content.seek(0, io.SEEK_END)
    content.seek(0)
    if length > WHOLE_BYTES:
        raise Invalid({"file": "whole"})
    name = readable(given.filename)
    return evidence_uploads.receive_whole(
        current_actor(), number, _said(form), name=name, length_bytes=length, content=content
    )


@blueprint.route("/<number>/evidence/new", methods=["GET", "POST"])
@requires("evidence.add")
def new(number: str) -> Any:
    """A new file: with script in parts, without it in one piece."""
    actor = current_actor()
    form = _words_form(EvidenceForm)
    tried = editing.attempt(form, lambda: _receive_whole(number, form))
    if tried.saved:
        return editing.done(_address("show", number, tried.given), _("已收下，已加密保存。"))
    read = evidence.of_case(actor, number)
    page = render_template("evidence/new.html", head=read.head, read=read, form=form, part="evidence")
    return page, 422 if request.method == "POST" else 200


def _address(view: str, number: str, attachment_id: int) -> str:
    return url_for(f"cases.evidence.{view}", number=number, attachment_id=attachment_id)


def _upload_facts(number: str, upload: Upload) -> Any:
    """What the script needs to go on: where the next part goes, and how large it is."""
    return jsonify(
        next=upload.arrived,
        parts=upload.parts,
        part_bytes=evidence_uploads.PART_BYTES,
        length=upload.length_bytes,
        address=url_for("cases.evidence.upload", number=number, upload_id=upload.upload_id),
    )


def _refusal(fault: Invalid | MoveRefused) -> Any:
    """Sentences by field, as the page would show them."""
    if isinstance(fault, MoveRefused):
        return jsonify(errors={"": _("这个个案现在的状态不能这样办。")}), 422
    form = EvidenceForm()
    form.take_faults(fault.faults)
    errors = {name: say(FAULTS.get(reason, reason)) for name, reason in fault.faults.items()}
    errors.update({name: say(field.errors[0]) for name, field in form._fields.items() if field.errors})
    return jsonify(errors=errors), 422


def _number_sent(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


@blueprint.post("/<number>/evidence/uploads")
@requires("evidence.add")
def begin(number: str) -> Any:
    """Begins an upload in parts; the words come first, the bytes after."""
    form = _words_form(EvidenceWordsForm)
    if not form.validate():
        evidence_uploads.expect(current_actor(), number)
        errors = {name: say(field.errors[0]) for name, field in form._fields.items() if field.errors}
        return jsonify(errors=errors), 422
    try:
        upload = evidence_uploads.begin(
            current_actor(),
            number,
            _said(form),
            name=request.form.get("name", ""),
            length_bytes=_number_sent("size"),
        )
    except (Invalid, MoveRefused) as fault:
        return _refusal(fault)
    return _upload_facts(number, upload)


@blueprint.get("/<number>/evidence/uploads/<int:upload_id>", endpoint="upload")
@requires("evidence.add")
def state_of(number: str, upload_id: int) -> Any:
    """Which part is next."""
    return _upload_facts(number, evidence_uploads.state_of(current_actor(), number, upload_id))


@blueprint.post("/<number>/evidence/uploads/<int:upload_id>/<int:part>")
@requires("evidence.add")
def put_part(number: str, upload_id: int, part: int) -> Any:
    """One part, as the bare bytes of the request."""
    # One byte more than a part may have: enough to see that it is too long, and no more in memory.
    content = request.stream.read(evidence_uploads.PART_BYTES + 1)
    try:
        following = evidence_uploads.put_part(current_actor(), number, upload_id, part, content)
    except Invalid as fault:
        return _refusal(fault)
    return jsonify(next=following)


@blueprint.post("/<number>/evidence/uploads/<int:upload_id>/finish")
@requires("evidence.add")
def finish(number: str, upload_id: int) -> Any:
    """Checks the whole file and keeps it."""
    try:
        attachment_id = evidence_uploads.finish(current_actor(), number, upload_id)
    except (Invalid, MoveRefused) as fault:
        return _refusal(fault)
    return jsonify(address=_address("show", number, attachment_id))


@blueprint.post("/<number>/evidence/uploads/<int:upload_id>/discard")
@requires("evidence.add")
def discard(number: str, upload_id: int) -> Any:
    """Throws an unfinished upload away."""
    evidence_uploads.discard(current_actor(), number, upload_id)
    return editing.done(url_for("cases.evidence.index", number=number), _("没传完的文件已经删掉。"))


@blueprint.get("/<number>/evidence/<int:attachment_id>")
@requires("case.read")
def show(number: str, attachment_id: int) -> Any:
    """What is known of a file and who handled it; the file stays shut."""
    read = evidence.one(current_actor(), number, attachment_id)
    return render_template("evidence/show.html", head=read.head, read=read, part="evidence")


@blueprint.post("/<number>/evidence/<int:attachment_id>/view")
@requires("evidence.open")
def view(number: str, attachment_id: int) -> Any:
    """The picture, opened; a link of its chain of custody."""
    read = evidence.view(current_actor(), number, attachment_id)
    return render_template("evidence/show.html", head=read.head, read=read, part="evidence")


@blueprint.post("/<number>/evidence/<int:attachment_id>/print")
@requires("evidence.open")
def print_out(number: str, attachment_id: int) -> Any:
    """The sheet for the printer; a link of its chain of custody."""
    read = evidence.print_out(current_actor(), number, attachment_id)
    return render_template("evidence/print.html", head=read.head, read=read, part="evidence")


def _wanted(asked: Range | None, length: int) -> tuple[int, int] | None:
    """The one range that was asked for; None for the whole file."""
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    found = asked.range_for_length(length)
    if found is None:
        raise RequestedRangeNotSatisfiable(length)
    return found


@blueprint.get("/<number>/evidence/<int:attachment_id>/download")
@requires("evidence.open")
def download(number: str, attachment_id: int) -> Any:
    """The file under a neutral name, streamed, a part of it where a cut download goes on."""
    copy = evidence.copy(current_actor(), number, attachment_id)
    try:
        condition = request.if_range
        same = condition.etag is None or condition.etag == copy.tag
        wanted = _wanted(request.range if same and condition.date is None else None, copy.length_bytes)
    except BaseException:
        copy.close()
        raise
    start, stop = wanted or (0, copy.length_bytes)
    answer = Response(copy.pieces(start, stop), 206 if wanted else 200, mimetype=copy.mime)
    answer.call_on_close(copy.close)
    answer.headers["Content-Disposition"] = f'attachment; filename="{copy.name}"'
    answer.headers["Accept-Ranges"] = "bytes"
    answer.content_length = stop - start
    answer.set_etag(copy.tag)
    if wanted:
        answer.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{copy.length_bytes}"
    return answer


@blueprint.route("/<number>/evidence/<int:attachment_id>/edit", methods=["GET", "POST"])
@requires("evidence.add")
def edit(number: str, attachment_id: int) -> Any:
    """Corrects what is said of a file."""
    actor, back = current_actor(), _address("show", number, attachment_id)
    form = _words_form(EvidenceWordsForm)
    tried = editing.attempt(
        form,
        lambda: evidence.change(actor, number, attachment_id, _said(form), form.version.data or 0),
    )
    if tried.saved:
        return editing.done(back, _("已保存。"))
    read = evidence.one(actor, number, attachment_id)
    if request.method == "GET" and not read.line.is_locked:
        form = _words_form(EvidenceWordsForm, read.line.given())
    title = _("修改证据说明")
    return editing.page(
        read.head, form, tried, title=title, back=back, part="evidence", locked=read.line.is_locked
    )


@blueprint.route("/<number>/evidence/<int:attachment_id>/set-aside", methods=["GET", "POST"])
@requires("evidence.add")
def set_aside(number: str, attachment_id: int) -> Any:
    """Marks a file as no evidence, with the reason."""
    actor, back = current_actor(), _address("show", number, attachment_id)
    form = filled(SetAsideForm)
    tried = editing.attempt(
        form,
        lambda: evidence.set_aside(actor, number, attachment_id, form.reason.data, form.version.data or 0),
    )
    if tried.saved:
        return editing.done(back, _("已作废，文件和经手记录都还在。"))
    read = evidence.one(actor, number, attachment_id)
    if request.method == "GET":
        form = filled(SetAsideForm, version=read.line.version)
    return editing.page(
        read.head,
        form,
        tried,
        title=_("证据作废"),
        back=back,
        part="evidence",
        locked=read.line.is_locked,
    )
