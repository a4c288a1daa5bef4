"""`python -m casework.jobs.run`: the scheduler as a process of its own, or beside the server as its child."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from types import FrameType
from typing import Any

from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

import config
from casework.errors import Busy
from casework.extensions import db
from casework.factory import create_app
from casework.jobs.timetable import TIMETABLE, Job
from casework.processes import write_no_core_dumps
from casework.services import scheduling

RENEW_SECONDS = 10


class Runner:
    """Runs the timetable while this process holds the lease."""

    def __init__(self, app: Flask, holder: str) -> None:
        self.app, self.holder = app, holder
        self._leads = False

    def renew(self) -> None:
        """Takes or keeps the lease; when it was just taken, everything due is caught up at once."""
        with self.app.app_context():
            try:
                leads = scheduling.hold_lease(self.holder)
            except Busy:
                # Another process writes for long; the lease lasts three renewals.
                return
            finally:
                db.session.remove()
        newly, self._leads = leads and not self._leads, leads
        if newly:
            for job in TIMETABLE:
                self.run(job)

    def run(self, job: Job) -> None:
        """One job, if this process leads."""
        if not self._leads:
            return
        with self.app.app_context():
            try:
                scheduling.run(job.name, job.sweep)
            finally:
                db.session.remove()

    def stop(self) -> None:
        """Gives the lease back."""
        if self._leads:
            with self.app.app_context():
                scheduling.release_lease(self.holder)


def schedule(runner: Runner) -> Any:
    """APScheduler's plan: the lease every ten seconds, each job at its pace, never two runs of one job at once."""
    scheduler = BlockingScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    scheduler.add_job(runner.renew, "interval", seconds=RENEW_SECONDS, id="lease")
    for job in TIMETABLE:
        scheduler.add_job(runner.run, "interval", seconds=job.every_seconds, args=[job], id=job.name)
    return scheduler


def holder_name() -> str:
    """This process among all hosts."""
    return f"{socket.gethostname()}:{os.getpid()}"


def main() -> int:
    """Runs until a signal ends it."""
    write_no_core_dumps()
    try:
        app = create_app(config.load(os.environ))
    except config.ConfigurationError as error:
        print(*error.sentences, sep="\n", file=sys.stderr)
        return 2
    runner = Runner(app, holder_name())
    scheduler = schedule(runner)

    told_to_stop = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        # The first sweeps run before the plan does; then there is nothing to shut down yet.
        told_to_stop.set()
        if scheduler.running:
            scheduler.shutdown(wait=False)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    runner.renew()
    # A signal between this look and the start is seen by the watch within a second.
    scheduler.add_job(lambda: told_to_stop.is_set() and scheduler.shutdown(wait=False), "interval", seconds=1)
    if not told_to_stop.is_set():
        scheduler.start()
    runner.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
