"""Moves of a case from state to state: a button where nothing is asked, a form where a word is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from casework import codes
from casework.access import current_actor, requires
from casework.actor import Actor
from casework.errors import Invalid, MoveRefused, Stale
from casework.jurisdictions import load
from casework.presentation.filters import local_time
from casework.presentation.locale import language
from casework.presentation.typed import row_id
from casework.services import approval_files, case_moves, case_steps, closings, drafts, small_office, undo
from casework.services.approval_files import Asked
from casework.services.cases import CaseHead
from casework.views import editing
from casework.views.filling import filled
from forms.base import BaseForm
from forms.case_moves import (
    DecideForm,
    DeclineForm,
    ProposeForm,
    ProposeToLeaderForm,
    ReopenForm,
    StepForm,
    TransferForm,
    UndoForm,
)

blueprint = Blueprint("moves", __name__)
F = TypeVar("F", bound=BaseForm)
OTHER_BODY = "other"


def refusal(reason: str) -> str:
    """Why a move was refused, as a sentence."""
    return {
        "assess_first": _("家庭暴力个案先做危险评估，再开始服务。"),
        "not_assignee": _("由承办人开始服务。"),
        "own": _("自己承办或自己提出的，不能自己审核。请另一位组长审核，或呈审批领导。"),
        "small_office": _("本会是小单位模式，结案由审批领导审批。"),
        "not_small_office": _("小单位模式已经关掉，结案由组长审核。请重新打开这一页。"),
        "late": _("已经过了一分钟，不能撤销了。"),
        "other": _("别人已经接着办了，或文书已经给出，不能撤销了。"),
        "kind": _("这一步不能撤销。"),
    }.get(reason, _("这个个案现在的状态不能这样办。"))


def what_happened(stale: Stale) -> str:
    """What somebody else did since the page was opened, as a sentence."""
    what = {
        "accepted": _("受理"),
        "declined": _("作了不予受理"),
        "assigned": _("分派"),
        "started": _("开始服务"),
        "assessed": _("做了危险评估"),
        "follow_up": _("转入回访"),
        "resumed": _("恢复服务"),
        "closing_proposed": _("提出结案"),
        "closing_returned": _("退回结案"),
        "closed": _("同意结案"),
        "reopened": _("重新打开"),
        "transferred": _("移送"),
        "merged": _("并案"),
        "undone": _("撤销了上一步"),
    }.get(stale.theirs.get("kind", ""), _("办理"))
    time = local_time(stale.their_at)
    return _(
        "您打开这一页以后，%(name)s 在 %(time)s 已经%(what)s。请先看最新的情况。",
        name=stale.their_name,
        time=time,
        what=what,
    )


def told(save: Callable[[], Any]) -> Callable[[], Any]:
    """The same act, a refusal of the move as a fault that has its own sentence."""

    def act() -> Any:
        try:
            return save()
        except MoveRefused as refused:
            raise Invalid({"move": refusal(refused.reason)}) from refused
        except Invalid as fault:
            raise Invalid({name: _sentence(why) for name, why in fault.faults.items()}) from fault

    return act


def _sentence(why: str) -> str:
    return {
        "waiting": _("同样的事项已经在等审批领导，批完或撤回以后再呈。"),
        "no_keys": _("她的钥匙还没有签入名册，不能给她看。请安全保密员办理以后再呈。"),
        "empty": _("还什么都没有写。"),
    }.get(why, why)


def pressed(number: str, act: Callable[[], Any], sentence: str) -> Any:
    """A move that is one button: done, refused, or overtaken by somebody."""
    back = url_for("cases.show", number=number)
    try:
        act()
    except MoveRefused as refused:
        return editing.done(back, refusal(refused.reason), "error")
    except Stale as stale:
        return editing.done(back, what_happened(stale), "error")
    return editing.done(back, sentence)


def _version() -> int:
    return filled(StepForm).version.data or 0


def resumed(actor: Actor, kind: type[F], form_name: str, subject_id: int) -> F:
    """The form on a first visit, with what its author had typed of it before."""
    kept = drafts.resume(actor, form_name, subject_id) if request.method == "GET" else None
    if kept is None or kept.fields is None:
        return filled(kind)
    return kind(MultiDict([(name, text) for name, texts in kept.fields.items() for text in texts]))


def move_page(
    head: CaseHead, form: Any, tried: editing.Attempt, template: str, **more: Any
) -> tuple[str, int]:
    """A move's form: 200 on a first visit, 422 with faults, 409 when somebody moved the case meanwhile."""
    if request.method == "GET" and "version" in form:
        form.version.process_data(head.version)
    happened = what_happened(tried.stale) if tried.stale else None
    page = render_template(
        template,
        head=head,
        form=form,
        happened=happened,
        back=url_for("cases.show", number=head.number),
        part="progress",
        widths=getattr(form, "WIDTHS", {}),
        **more,
    )
    return page, 409 if tried.stale else 422 if request.method == "POST" else 200


@blueprint.post("/<number>/moves/accept")
@requires("case.accept")
def accept(number: str) -> Any:
    """Accepts a case that was received."""
    actor, version = current_actor(), _version()
    return pressed(number, lambda: case_moves.accept(actor, number, version), _("已受理。"))


@blueprint.route("/<number>/moves/decline", methods=["GET", "POST"])
@requires("case.decline")
def decline(number: str) -> Any:
    """Declines a case with the reason, and where she was sent."""
    actor, form = current_actor(), filled(DeclineForm)
    form.reason.choices = codes.choices("decline_reason", language())
    tried = editing.attempt(
        form,
        told(
            lambda: case_moves.decline(
                actor,
                number,
                version=form.version.data or 0,
                reason=form.reason.data or "",
                note=form.note.data or None,
            )
        ),
    )
    if tried.saved:
        return editing.done(url_for("cases.show", number=number), _("已记为不予受理。"))
    head = case_steps.head_of(actor, number)
    return move_page(head, form, tried, "moves/form.html", title=_("不予受理"), verb=_("记下不予受理"))


@blueprint.post("/<number>/moves/follow-up")
@requires("case.work")
def follow_up(number: str) -> Any:
    """From service to follow-up."""
    actor, version = current_actor(), _version()
    return pressed(number, lambda: case_moves.to_follow_up(actor, number, version), _("已转入回访。"))


@blueprint.post("/<number>/moves/resume")
@requires("case.work")
def resume(number: str) -> Any:
    """Back from follow-up to service."""
    actor, version = current_actor(), _version()
    return pressed(number, lambda: case_moves.resume(actor, number, version), _("已恢复服务。"))


def _propose_form(actor: Actor, number: str) -> tuple[CaseHead, Any]:
    head = case_steps.head_of(actor, number)
    kind = ProposeToLeaderForm if small_office.is_on() else ProposeForm
    form: Any = resumed(actor, kind, "closing", head.case_id)
    form.outcome.choices = [("", _("请选择")), *codes.choices("closing_outcome", language())]
    form.rating.choices = codes.choices("satisfaction", language())
    if isinstance(form, ProposeToLeaderForm):
        leader_choices(actor, head, form)
    return head, form


def leader_choices(actor: Actor, head: CaseHead, form: Any) -> None:
    """Fills what a form asks about a leader: who, which parts, how long."""
    people = [(str(key), name) for key, name in approval_files.approvers(actor, head.case_id)]
    form.approver.choices = [("", _("请选择")), *people]
    form.parts.choices = [("identity", _("身份信息"))]
    if head.legal_compartment_id is not None:
        form.parts.choices.append(("legal", _("法律文书")))
    form.days.choices = [(str(days), _("%(days)s 天", days=days)) for days in approval_files.DAYS]


def asked_of(form: Any, kind: str, asks: str) -> Asked:
    """What a form puts before a leader."""
    return Asked(
        kind=kind,
        approver_id=row_id(form.approver.data) or 0,
        asks=asks,
        parts=tuple(form.parts.data or ()),
        days=int(form.days.data or 0),
    )


def _save_proposal(actor: Actor, number: str, form: Any) -> Any:
    facts: dict[str, Any] = {
        "version": form.version.data or 0,
        "outcome": form.outcome.data or "",
        "rating": form.rating.data or "",
        "summary": form.summary.data or "",
    }
    if isinstance(form, ProposeToLeaderForm):
        asked = asked_of(form, "closing", facts["summary"])
        return approval_files.propose_closing(actor, number, **facts, asked=asked)
    return closings.propose(actor, number, **facts)


@blueprint.route("/<number>/closing/propose", methods=["GET", "POST"])
@requires("case.propose_closing")
def propose(number: str) -> Any:
    """Proposes closing; what is still open stands beside it as a warning."""
    actor = current_actor()
    head, form = _propose_form(actor, number)
    tried = editing.attempt(form, told(lambda: _save_proposal(actor, number, form)))
    if tried.saved:
        return editing.done(url_for("cases.show", number=number), _("已提出结案，等审核。"))
    return move_page(
        head,
        form,
        tried,
        "moves/propose.html",
        still_open=case_steps.still_open(head),
        goes_to_leader=isinstance(form, ProposeToLeaderForm),
    )


@blueprint.route("/<number>/closing", methods=["GET", "POST"])
@requires("case.approve_closing")
def decide(number: str) -> Any:
    """The lead approves a closing or returns it with the reason."""
    actor, form = current_actor(), filled(DecideForm)

    def save() -> None:
        version, words = form.version.data or 0, form.opinion.data or ""
        if form.decision.data == "approve":
            closings.approve(actor, number, version=version, opinion=words or None)
        elif not words:
            raise Invalid({"opinion": "required"})
        else:
            closings.send_back(actor, number, version=version, reason=words)

    tried = editing.attempt(form, told(save))
    if tried.saved:
        approves = form.decision.data == "approve"
        said = _("已结案，三个月和六个月的回访已经排好。") if approves else _("已退回，承办人会在今日看到。")
        return editing.done(url_for("cases.show", number=number), said)
    head, proposal, still_open = closings.get_review(actor, number)
    return move_page(head, form, tried, "moves/decide.html", proposal=proposal, still_open=still_open)


@blueprint.route("/<number>/moves/reopen", methods=["GET", "POST"])
@requires("case.reopen")
def reopen(number: str) -> Any:
    """Opens a closed case again, with the reason."""
    actor, form = current_actor(), filled(ReopenForm)
    tried = editing.attempt(
        form,
        told(
            lambda: case_moves.reopen(
                actor, number, version=form.version.data or 0, reason=form.reason.data or ""
            )
        ),
    )
    if tried.saved:
        return editing.done(
            url_for("cases.show", number=number), _("已重新打开。请再看一遍危险程度，安排回访。")
        )
    head = case_steps.head_of(actor, number)
    return move_page(
        head,
        form,
        tried,
        "moves/form.html",
        title=_("重新打开"),
        verb=_("重新打开"),
        note=_("档案的保存期限从下一次结案重新算起。结案后的回访会取消，请重新安排。"),
    )


@blueprint.route("/<number>/moves/transfer", methods=["GET", "POST"])
@requires("case.transfer")
def transfer(number: str) -> Any:
    """Gives a case to another body, with the reason."""
    actor, form = current_actor(), filled(TransferForm)
    names = {body.code: body.label(language()) for body in load().bodies}
    form.body.choices = [("", _("请选择")), *names.items(), (OTHER_BODY, _("其他单位"))]

    def save() -> None:
        body = form.body_other.data if form.body.data == OTHER_BODY else names.get(form.body.data or "")
        if not body:
            raise Invalid({"body_other": "required"})
        version, reason = form.version.data or 0, form.reason.data or ""
        case_moves.transfer(actor, number, version=version, body=body, reason=reason)

    tried = editing.attempt(form, told(save))
    if tried.saved:
        return editing.done(url_for("cases.show", number=number), _("已记为移送。"))
    head = case_steps.head_of(actor, number)
    note = _("移送以后个案在这里结束，没有办的回访会取消，不能撤销。给对方单位的材料按文书另出。")
    words = {"title": _("移送其他单位"), "verb": _("移送"), "note": note}
    return move_page(head, form, tried, "moves/form.html", kind="dark", **words)


@blueprint.post("/<number>/moves/undo", endpoint="undo")
@requires("case.read")
def undo_last(number: str) -> Any:
    """Takes one's own last step back, within a minute."""
    actor, event_id = current_actor(), row_id(filled(UndoForm).event_id.data) or 0
    return pressed(number, lambda: undo.undo(actor, number, event_id), _("已撤销，记录里留着这两步。"))
