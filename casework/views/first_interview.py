"""The first interview as one guided screen: begun, left, gone on with, saved as a whole; and its sheet for the file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _

from casework.access import current_actor, requires
from casework.errors import Invalid, KeyMissing, MoveRefused
from casework.presentation.controls import control_kind
from casework.presentation.locale import say
from casework.services import first_interview as interviews
from casework.services.first_interview import Interview, PartRefused
from casework.views import drafting, editing, interview_forms
from forms.first_interview import CHILD_ROWS, SECTIONS

blueprint = Blueprint("first_interview", __name__)

# Where she is and how she is reached stand on no paper.
NOT_PRINTED = frozenset(
    {("client", "phone"), ("client", "address_rest"), ("client", "home_rest"), ("card", "")}
)
# Answers that ask for help at once.
ALARMS = {
    "who_is_near": ("other_party",),
    "hurt_or_danger": ("yes",),
    "children_safe": ("no",),
    "own_life": ("yes",),
    "safe_there": ("no",),
}


def _read(number: str, action: str = "interview.read") -> Interview:
    read = interviews.of_case(current_actor(), number, action)
    if read.is_locked:
        raise KeyMissing
    return read


def _screen(
    read: Interview,
    forms: interview_forms.Forms,
    draft: drafting.Drafting,
    clash: Any = None,
    status: int = 200,
) -> Any:
    return render_template(
        "cases/interview.html",
        head=read.head,
        read=read,
        forms=forms,
        sections=SECTIONS,
        child_rows=CHILD_ROWS,
        said=interview_forms.sections_said(forms),
        alarms=ALARMS,
        clash=clash,
        part="account",
        **draft.facts(),
    ), status


@blueprint.route("/<number>/interview", methods=["GET", "POST"], endpoint="index")
@requires("case.work")
def index(number: str) -> Any:
    """The screen, from its draft or from what is stored; posted, it saves every part or none."""
    read = _read(number)
    if drafting.is_discarding():
        return drafting.discarded(interviews.FORM, read.head.case_id)
    draft = drafting.of(interviews.FORM, read.head.case_id)
    forms = interview_forms.forms_of(read, draft.typed)
    if request.method == "GET":
        return _screen(read, forms, draft)
    if not interview_forms.validate(forms):
        return _screen(read, forms, draft, status=422)
    try:
        saved = interviews.save(current_actor(), number, interview_forms.told(forms))
    except PartRefused as refused:
        clash = interview_forms.take(forms, refused)
        return _screen(read, forms, draft, clash, 422 if isinstance(refused.fault, Invalid) else 409)
    except MoveRefused:
        forms["answers"].form_errors.append(_("这个个案现在的状态不能这样办。"))
        return _screen(read, forms, draft, status=422)
    if saved.filled:
        words = {"birth_date": _("出生日期"), "sex": _("性别")}
        names = _("、").join(words[name] for name in saved.filled)
        flash(_("已由证件号填入：%(names)s。", names=names), "done")
    return editing.done(url_for("cases.parts.account", number=number), _("首次面谈已存入案卷。"))


@blueprint.get("/<number>/interview/print", endpoint="sheet")
@requires("case.print")
def sheet(number: str) -> Any:
    """The interview as a sheet for the file: internal, without anything that says where or how she is reached."""
    read = _read(number, "interview.print")
    forms = interview_forms.forms_of(read, None)
    children = [form for name, form in forms.items() if name.startswith("child")]
    return render_template(
        "cases/interview_print.html",
        head=read.head,
        read=read,
        sections=[(section, _lines(forms, section)) for section in SECTIONS if section.key != "contact"],
        children=[_child(form) for form in children if form.party_id.data],
    )


def _lines(forms: interview_forms.Forms, section: Any) -> list[tuple[str, str]]:
    return [
        _line(forms[part][name])
        for row in section.rows
        for part, name in row
        if (part, name) not in NOT_PRINTED
    ]


def _child(form: Any) -> list[tuple[str, str]]:
    return [_line(form[name]) for row in CHILD_ROWS for name in row.split()]


def _line(field: Any) -> tuple[str, str]:
    """The question and its answer; empty where nothing was said."""
    label = say(field.label.text)
    if not interview_forms.is_said(field) and control_kind(field) != "one_of":
        return label, ""
    data = field.data
    words = ",".join(data) if isinstance(data, list) else "" if data is None else str(data)
    return label, interview_forms.shown(field, words)
