"""The web server: granian, whose workers are forked from a process that holds the boot secret.

Started by `casework.serve` alone, with the boot secret on its standard input.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from functools import partial
from typing import Any

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

import config
from casework import boot
from casework.processes import end_with_parent, refuse_inspection, write_no_core_dumps

# Connections that may wait while every thread is busy; more are refused by the kernel.
BACKLOG = 512
# A client that sends its headers more slowly than this gives its connection up.
HEADER_TIMEOUT_MS = 15_000
# How long a running request may keep a stopping worker alive.
STOP_SECONDS = 8


def load_worker(server_pid: int, target: str) -> Any:
    """Returns the application, in a forked worker that ends with the server and lets nobody look in."""
    end_with_parent(server_pid, signal.SIGKILL)
    refuse_inspection()
    import wsgi  # in the worker only: no engine is opened before a fork

    return wsgi.app


def build(settings: config.Settings) -> MPServer:
    """Returns the server that these settings describe, not yet listening.

    It keeps no access log: a path names a case, and when somebody looked at it belongs in the audit
    trail alone.
    """
    return MPServer(
        "wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.blocking_threads,
        backlog=BACKLOG,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT_MS),
        log_level=LogLevels.warning,
        log_access=False,
        ssl_cert=settings.tls_cert,
        ssl_key=settings.tls_key,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        working_dir=config.ROOT,
    )


def _load_once() -> None:
    """Imports the application for all workers, which share its memory; none of it opens an engine.

    Frozen, so that the collector of a worker does not write into the pages that they share.
    """
    import casework.factory  # noqa: F401 - for its place in sys.modules

    gc.collect()
    gc.freeze()


def main() -> None:
    """Serves until it is told to stop; its exit code is not 0 when the workers could not be kept up."""
    write_no_core_dumps()
    refuse_inspection()
    settings = config.load(os.environ)
    _load_once()
    boot.receive(sys.stdin.buffer)
    # Spawned workers would be new programs without the secret; Python 3.14 no longer forks by itself.
    multiprocessing.set_start_method("fork")
    build(settings).serve(target_loader=partial(load_worker, os.getpid()))


if __name__ == "__main__":
    main()
