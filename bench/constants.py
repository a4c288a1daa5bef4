"""The case list rendered from constants: the real template and frame, no database, under the product's server.

The rows are what the real page was given once, at the start; from then on nothing but rendering happens.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import Any

from flask import Flask, g, render_template, template_rendered
from flask_wtf import CSRFProtect

import config
from bench.loader import facts_of
from casework import boot, presentation, tuning, views
from casework.actor import Actor
from casework.clock import today
from casework.factory import create_app
from casework.server import build
from tests import make

# What the frame puts there itself.
FRAME = {"g", "request", "session", "actor", "navigation", "instance_kind", "idle_minutes"}


def captured(settings: config.Settings) -> tuple[str, dict[str, Any]]:
    """The template and context of the real list, from one request to the real application."""
    office = make.Office(create_app(settings), settings, facts_of(settings.instance_path))
    seen: list[tuple[str, dict[str, Any]]] = []

    def keep(_sender: Flask, template: Any, context: dict[str, Any], **_: Any) -> None:
        seen.append((template.name, context))

    client = office.app.test_client()
    with office.at_work():
        client.set_cookie("casework-session", office.cookie("caseworker"))
    with template_rendered.connected_to(keep, office.app):
        assert client.get("/cases").status_code == 200
    office.close()
    name, context = seen[0]
    frame: set[str] = FRAME | {"language", "html_lang", "other_languages", "here", "today_label"}
    return name, {key: value for key, value in context.items() if key not in frame} | {
        "reader": context["actor"]
    }


def make_app(settings: config.Settings) -> Flask:
    """A minimal application: the frame, and one page of constants."""
    template, context = captured(settings)
    reader: Actor = context.pop("reader")
    app = Flask(
        "casework",
        root_path=str(config.ROOT / "casework"),
        template_folder=str(config.ROOT / "templates"),
    )
    app.config.update(SECRET_KEY="bench", WTF_CSRF_CHECK_DEFAULT=False)
    presentation.register(app, today=today, kind="test", idle_minutes=10, current_actor=lambda: reader)
    CSRFProtect(app)
    views.register(app)
    app.before_request(lambda: setattr(g, "actor", reader))
    app.view_functions["cases.index"] = lambda: render_template(template, **context)
    return app


def load(settings: config.Settings, _target: str) -> Flask:
    """The application, in a worker, tuned as the product's."""
    app = make_app(settings)
    tuning.settle()
    return app


def main() -> None:
    """Serves until it is told to stop."""
    import multiprocessing

    settings = config.load(os.environ)
    boot.receive(sys.stdin.buffer)
    multiprocessing.set_start_method("fork")
    build(settings).serve(target_loader=partial(load, settings))


if __name__ == "__main__":
    main()
