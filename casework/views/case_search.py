"""Finding a case by number, name, pinyin or phone; the words go by POST and stand in no address."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from casework.access import current_actor, may, requires
from casework.errors import Invalid
from casework.services import case_search
from casework.views.filling import filled
from forms.case_search import FindForm

blueprint = Blueprint("search", __name__, url_prefix="/search")


def _shown(form: FindForm, results: case_search.Results | None, status: int) -> Any:
    may_create = may(current_actor(), "case.create")
    page = render_template("search/page.html", form=form, results=results, may_create=may_create)
    return page, status


@blueprint.post("", endpoint="find")
@requires("case.search")
def find() -> Any:
    """Keeps the words and leads to what they find; the number of a case leads to the case."""
    form = filled(FindForm)
    try:
        search_id, number = case_search.begin(current_actor(), form.q.data or "")
    except Invalid as fault:
        form.take_faults(fault.faults)
        return _shown(form, None, 422)
    if number is not None:
        return redirect(url_for("cases.show", number=number), 303)
    return redirect(url_for("search.page", search_id=search_id), 303)


@blueprint.get("", defaults={"search_id": 0}, endpoint="page")
@blueprint.get("/<int:search_id>", endpoint="page")
@requires("case.search")
def page(search_id: int) -> Any:
    """The field, and below it what a search of hers finds now."""
    if not search_id:
        return _shown(filled(FindForm), None, 200)
    try:
        results = case_search.results(current_actor(), search_id)
    except Invalid as fault:
        form = filled(FindForm)
        form.take_faults(fault.faults)
        return _shown(form, None, 429)
    return _shown(filled(FindForm, q=results.words), results, 200)
