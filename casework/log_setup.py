"""The log: what happened where and how long it took, and nothing about anybody.

A failure is logged by its kind and the places it passed through, never by its message: messages carry values.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from typing import Any

import structlog
from flask import Flask, Response, g, request

_log: Any = structlog.get_logger("casework")


def failure(kind: str, error: BaseException | None = None) -> None:
    """One line for a failure: its kind, and file and line of each frame."""
    frames = []
    if error is not None:
        frames = [
            f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
    _log.error("failure", kind=kind, endpoint=request.endpoint if request else None, frames=frames)


def register(app: Flask) -> None:
    """Sets up one JSON line a request to standard error: endpoint, status, milliseconds."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Werkzeug and Flask would log paths and tracebacks with values.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app.logger.disabled = True

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def line(response: Response) -> Response:
        if response.status_code >= 500:
            spent = time.perf_counter() - g.get("started", time.perf_counter())
            _log.warning(
                "request",
                endpoint=request.endpoint,
                method=request.method,
                status=response.status_code,
                ms=round(spent * 1000, 1),
            )
        return response
