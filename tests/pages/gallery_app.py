"""A small app that shows every component once: the frame without the product behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask, flash, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from jinja2 import FileSystemLoader
from wtforms import (
    BooleanField,
    DateField,
    Form,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from casework import presentation
from casework.presentation import locale
from casework.presentation.charts import Point
from casework.sealed import Locked

ROOT = Path(__file__).parents[2]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
AT = 1_795_861_200_000_000  # 2026-11-28 09:40 UTC
PLACES = (
    "calls.take",
    "calls.index",
    "today.index",
    "cases.index",
    "follow_ups.index",
    "approvals.index",
    "teams.members",
    "account.index",
)


@dataclass
class Reader:
    """Who looks at the gallery."""

    display_name: str = "何某敏"
    language: str | None = None
    text_size: str = "standard"
    keys_off: bool = False
    role_set: tuple[str, ...] = ("caseworker", "team_lead")


@dataclass
class Gallery:
    """What a test changes of the app between two requests."""

    reader: Reader | None = field(default_factory=Reader)
    drafts: list[Any] = field(default_factory=list)
    posts: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    draft_status: int = 200


def offered(**labels: str) -> list[SelectChoice]:
    """Choices by value and label."""
    return [SelectChoice(value, label) for value, label in labels.items()]


class Place(SelectField):
    """A field of our own; it must look like its parent."""


class ReferralForm(Form):
    """One field of each kind."""

    # The words are the frame's own, so that the gallery needs no catalogue
    version = HiddenField(default="3")
    body = Place("组长", choices=[SelectChoice("", "未记录"), *offered(legal="审计员", clinic="安全保密员")])
    town = Place("账号", choices=[SelectChoice("002", "运行", optgroup="床位")], default="002")
    sent = DateField("今日", validators=[DataRequired()])
    phone = StringField(
        "来电",
        validators=[Optional(), Length(max=11)],
        description="联系她之前先打开。打开会记下时间和您的名字。",
    )
    children = IntegerField("床位", validators=[NumberRange(0, 9)], default=0)
    consent = RadioField("进度", choices=offered(yes="已办", no="已取消", unasked="未记录"))
    violence = SelectMultipleField("目标", choices=offered(body="概览", mind="部门填报", money="审批与复核"))
    told = BooleanField("已办")
    reason = TextAreaField("说明", validators=[DataRequired(), Length(max=200)])
    secret = PasswordField("我的账号")


def build(kind: str = "test", testing: bool = True) -> tuple[Flask, Gallery]:
    """The gallery and what a test may change of it."""
    app = Flask("casework", root_path=str(ROOT / "casework"))
    app.testing = testing
    app.secret_key = "gallery"
    gallery = Gallery()
    presentation.register(
        app,
        today=lambda: date(2026, 11, 24),
        kind=kind,
        idle_minutes=10,
        counts=lambda _actor: {"today.index": (3, True), "approvals.index": (2, False)},
        may_search=lambda _actor: True,
    )
    CSRFProtect(app)
    app.jinja_loader = FileSystemLoader([ROOT / "templates", Path(__file__).parent / "gallery"])
    app.extensions["gallery"] = gallery

    @app.before_request
    def know_the_reader() -> None:
        g.actor = gallery.reader

    @app.after_request
    def keep_the_policy(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    _add_frame_endpoints(app, gallery)
    _add_pages(app, gallery)
    return app, gallery


def _add_frame_endpoints(app: Flask, gallery: Gallery) -> None:
    def note() -> ResponseReturnValue:
        gallery.posts.append((request.path, request.form.to_dict(flat=False)))
        return render_template("gone.html") if request.path == "/leave" else redirect("/form")

    def choose_language() -> ResponseReturnValue:
        locale.remember(request.form["language"])
        return redirect(request.form["next"])

    for endpoint, path in (
        ("sessions.lock", "/lock"),
        ("sessions.leave", "/leave"),
        ("sessions.sign_out", "/out"),
    ):
        app.add_url_rule(path, endpoint, note, methods=["POST"])
    app.add_url_rule("/language", "preferences.language", choose_language, methods=["POST"])
    app.add_url_rule("/find", "search.find", note, methods=["POST"])
    app.add_url_rule("/find", "search.page", lambda: redirect("/"))
    for endpoint in PLACES:
        app.add_url_rule(
            "/" + endpoint.replace(".", "/"), endpoint, lambda: render_template("list.html", **_list())
        )


def _list() -> dict[str, Any]:
    rows = [(f"2026-04{n:02}", "陈某英", "high_lethal", "in_service", n) for n in range(1, 13)]
    return {"rows": rows, "at": AT}


def _add_pages(app: Flask, gallery: Gallery) -> None:
    @app.route("/")
    def components() -> str:
        flash("回访已登记，下次 12-02。", "done")
        flash("没有存上：网络断了。", "error")
        points = [Point(f"{n} 月", v, "2026 年" if n == 1 else "") for n, v in _months()]
        return render_template(
            "components.html", at=AT, points=points, hidden_name=Locked("姓名"), nothing=None
        )

    @app.route("/form", methods=["GET", "POST"])
    def a_form() -> ResponseReturnValue:
        sent = request.form if request.method == "POST" else None
        form = ReferralForm(sent, meta={"get_translations": lambda _form: locale.form_messages})
        if request.method == "POST" and form.validate():
            gallery.posts.append(("/form", request.form.to_dict(flat=False)))
            flash("已送出。", "done")
            return redirect("/cases/index")
        return render_template("form.html", form=form), 422 if form.errors else 200

    @app.route("/draft", methods=["POST"])
    def draft() -> ResponseReturnValue:
        gallery.drafts.append(request.get_json())
        return jsonify(saved_at="14:20:31"), gallery.draft_status

    @app.route("/sign-in")
    def sign_in() -> str:
        return render_template("sign_in.html", form=ReferralForm())

    @app.route("/paper")
    def paper() -> str:
        return render_template("paper.html", hidden_name=Locked("姓名"))

    @app.route("/errors/<name>", methods=["GET", "POST"])
    def error(name: str) -> str:
        return render_template(f"errors/{name}.html", **_error_context(name))


def _months() -> list[tuple[int, int | None]]:
    return list(enumerate([12, 9, 14, None, 18, 22, 17, None, None, 24, 21, 19], start=1))


def _error_context(name: str) -> dict[str, Any]:
    if name == "stale_form":
        return {"action": "/form", "posted": [("reason", "她想尽快见到孩子。"), ("consent", "yes")]}
    facts: dict[str, dict[str, Any]] = {
        "unexpected": {"reference": "7F3A-21"},
        "too_many": {"wait_seconds": 30},
    }
    return facts.get(name, {})
