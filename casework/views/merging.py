"""What belongs together: duplicates, one person in several cases; and who must not see a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from casework.access import current_actor, may, requires
from casework.errors import AlreadyDone, Invalid, MoveRefused, NotFound
from casework.presentation.typed import row_id
from casework.services import conflict_walls, merges, related, returning
from casework.views import editing
from casework.views.filling import filled
from forms.merging import MarkForm, PairForm, UndoForm

blueprint = Blueprint("merging", __name__)


def _page(number: str, mark: MarkForm | None = None, undo: UndoForm | None = None, status: int = 200) -> Any:
    actor = current_actor()
    read = related.of_case(actor, number)
    return render_template(
        "merging/index.html",
        head=read.head,
        ties=read.ties,
        standing=read.standing,
        walls=read.walls,
        mark=mark or filled(MarkForm),
        undo=undo or filled(UndoForm),
        may_merge=may(actor, "case.merge"),
        part="related",
    ), status


def _back(number: str) -> str:
    return url_for("cases.merging.index", number=number)


def _done(number: str, act: Callable[[], Any], message: str) -> Any:
    """One press: done, or why not."""
    refusals = {
        "own": _("要由另一个人确认，自己标的不能自己并。"),
        "survivor": _("保留件这期间已办结或已并入别的个案。请不并，再按新的案号标一次。"),
        "late": _("并案已满三十天，不能再撤销。"),
        "matched": _("这是按申报的号码自动匹配的，不能取消。"),
    }
    try:
        act()
    except MoveRefused as refused:
        sentence = refusals.get(refused.reason, _("这个个案现在的状态不能这样办。"))
        return editing.done(_back(number), sentence, "error")
    except AlreadyDone:
        return editing.done(_back(number), _("别人已经办过了，请先看最新的记录。"), "error")
    return editing.done(_back(number), message)


@blueprint.get("/<number>/related", endpoint="index")
@requires("case.read")
def index(number: str) -> Any:
    """Duplicates of a case, its people in other cases, who is kept from it."""
    return _page(number)


@blueprint.post("/<number>/related", endpoint="mark")
@requires("case.work")
def mark(number: str) -> Any:
    """Marks the case as a duplicate of another."""
    form = filled(MarkForm)
    tried = editing.attempt(
        form,
        lambda: merges.ask(current_actor(), number, form.survivor.data or "", form.reason.data or ""),
    )
    if tried.saved:
        return editing.done(_back(number), _("已标为重复件，等组长确认。"))
    return _page(number, mark=form, status=422)


@blueprint.post("/<number>/related/<int:merge_id>/confirm", endpoint="confirm")
@requires("case.merge")
def confirm(number: str, merge_id: int) -> Any:
    """Another person merges the two."""
    message = _("已并案。三十天内可以撤销。")
    return _done(number, lambda: merges.confirm(current_actor(), number, merge_id), message)


@blueprint.post("/<number>/related/<int:merge_id>/refuse", endpoint="refuse")
@requires("case.work")
def refuse(number: str, merge_id: int) -> Any:
    """Not merged: the lead refuses, or the asker takes it back."""
    return _done(
        number, lambda: merges.refuse(current_actor(), number, merge_id), _("没有并案，两个个案照旧。")
    )


@blueprint.post("/<number>/related/undo", endpoint="undo")
@requires("case.merge")
def undo(number: str) -> Any:
    """Takes the merge of this case back."""
    form = filled(UndoForm)
    if not form.validate():
        return _page(number, undo=form, status=422)
    act = lambda: merges.undo(current_actor(), number, form.reason.data or "")  # noqa: E731
    try:
        return _done(number, act, _("已撤销并案，个案回到原来的状态。"))
    except Invalid as fault:
        # Spaces alone were sent, yet are no reason.
        form.take_faults(fault.faults)
        return _page(number, undo=form, status=422)


@blueprint.post("/<number>/related/same", endpoint="same")
@requires("case.work")
def same(number: str) -> Any:
    """Says that two entries are one person."""
    mine, _dash, other = (filled(PairForm).pair.data or "").partition("-")
    mine_id, other_id = row_id(mine) or 0, row_id(other) or 0
    if not (mine_id and other_id):
        raise NotFound
    act = lambda: returning.join(current_actor(), number, mine_id, other_id)  # noqa: E731
    return _done(number, act, _("已关联为同一人。"))


@blueprint.post("/<number>/related/<int:party_id>/part", endpoint="part")
@requires("case.work")
def part(number: str, party_id: int) -> Any:
    """Takes a person out of such a group again."""
    act = lambda: returning.part(current_actor(), number, party_id)  # noqa: E731
    return _done(number, act, _("已取消关联。"))


@blueprint.post("/<number>/wall", endpoint="wall")
@requires("case.work")
def wall(number: str) -> Any:
    """She knows a party: she loses the case at once."""
    conflict_walls.declare(current_actor(), number)
    return editing.done(url_for("cases.index"), _("已记下。从现在起您看不到这个个案，组长会另行安排。"))


@blueprint.post("/<number>/wall/<int:account_id>/take-back", endpoint="take_back")
@requires("case.assign")
def take_back(number: str, account_id: int) -> Any:
    """The lead takes a declared wall down."""
    act = lambda: conflict_walls.take_back(current_actor(), number, account_id)  # noqa: E731
    return _done(number, act, _("已取消回避，她又能看到这个个案。"))
