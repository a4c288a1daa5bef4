"""The application, as a table of contents."""

from __future__ import annotations

from flask import Flask

from casework import access, answers, cli, headers, log_setup, requests, views
from casework.boot import boot_secret
from casework.clock import today
from casework.extensions import csrf, db, login
from casework.instance import open_instance
from casework.migrating import engine_options, engine_url
from casework.presentation import register as register_presentation
from casework.presentation import typed
from casework.rail_counts import counts, may_search
from casework.runtime import Runtime
from casework.transaction import make_lock, prepare_engine
from config import ROOT, Settings


def create_app(settings: Settings) -> Flask:
    """The application of one instance; ConfigurationError with sentences when it may not start."""
    instance = open_instance(settings)
    app = Flask(
        "casework",
        root_path=str(ROOT / "casework"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "casework" / "static"),
        instance_path=str(settings.instance_path),
    )
    app.config.from_mapping(
        SECRET_KEY=instance.derived("form-cookie"),
        SQLALCHEMY_DATABASE_URI=engine_url(settings, instance),
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        **headers.cookie_settings(settings),
        MAX_CONTENT_LENGTH=4 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        # Untranslated sentences are marked in a test instance; failures are answered there as anywhere.
        TESTING=settings.kind == "test",
        PROPAGATE_EXCEPTIONS=False,
        WTF_CSRF_TIME_LIMIT=None,
        # Our pages send no Referer, so none can be asked for over TLS: the token and SameSite=Strict stand alone.
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    app.extensions["casework"] = Runtime(settings, instance, make_lock(settings, instance), boot_secret())
    typed.register(app)
    log_setup.register(app)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    csrf.init_app(app)
    login.init_app(app)
    register_presentation(
        app,
        today=today,
        kind=settings.kind,
        idle_minutes=settings.idle_minutes,
        counts=counts,
        may_search=may_search,
    )
    requests.register(app, login)
    headers.register(app, settings)
    answers.register(app)
    views.register(app)
    cli.register(app)
    access.check_declared(app)
    return app
