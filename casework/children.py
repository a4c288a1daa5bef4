"""The two programs that belong to a running server, started, watched and ended together."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType, TracebackType

from casework.processes import end_with_parent
from config import ROOT, Settings

# More restarts of one program than this within the window mean that it cannot be kept up.
RESTARTS = 3
RESTART_WINDOW_SECONDS = 60.0
# From the start of the children to the first answer.
START_SECONDS = 60.0
# The server lets running requests end for 8 seconds; what is left after this is killed.
STOP_SECONDS = 12.0

_POLL_SECONDS = 0.05
_STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass
class Program:
    """One child: a module run by this Python; `takes_secret` when the boot secret is its first input."""

    name: str
    module: str
    takes_secret: bool = False
    process: subprocess.Popen[bytes] | None = None
    restarted_at: deque[float] = field(default_factory=deque)


def programs(settings: Settings) -> list[Program]:
    """The children of a server with these settings. The scheduler holds no key and gets no secret."""
    found = [Program("server", "casework.server", takes_secret=True)]
    if settings.scheduler_enabled:
        found.append(Program("scheduler", "casework.jobs.run"))
    return found


class Family:
    """Children that live and end together. Used from the main thread, as a context manager."""

    def __init__(self, programs: list[Program], secret: bytes) -> None:
        self._programs = programs
        self._secret = secret
        self.told_to_stop = False
        self._bell, self._ringer = socket.socketpair()
        self._handlers_before: dict[signal.Signals, object] = {}

    def __enter__(self) -> Family:
        for end in (self._bell, self._ringer):
            end.setblocking(False)
        signal.set_wakeup_fd(self._ringer.fileno(), warn_on_full_buffer=False)
        for number in (*_STOPPING, signal.SIGCHLD):
            self._handlers_before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        signal.set_wakeup_fd(-1)
        for number, handler in self._handlers_before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._bell.close()
        self._ringer.close()

    def prepare(self) -> None:
        """Starts the children that wait for the secret: they load meanwhile and serve nothing yet."""
        for program in self._programs:
            if program.takes_secret:
                self._launch(program)

    def start(self) -> None:
        """Hands the secret to those that wait for it and starts the others."""
        for program in self._programs:
            self._start(program)

    def wait_until(self, ready: Callable[[], bool]) -> bool:
        """True once `ready()` is; False when a child ends first, a signal comes, or a minute has passed."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and not self.told_to_stop:
            if any(_has_ended(program) for program in self._programs):
                return False
            if ready():
                return True
            self._wait(_POLL_SECONDS)
        return False

    def keep(self) -> str:
        """Restarts a child that ends; returns "" after a signal to stop, a sentence when one won't stay."""
        while not self.told_to_stop:
            for program in self._programs:
                if _has_ended(program):
                    if self._spent(program):
                        return (
                            f"The {program.name} ended {RESTARTS + 1} times in a minute, so all was stopped."
                        )
                    print(f"The {program.name} ended and is started again.", file=sys.stderr, flush=True)
                    self._start(program)
            self._wait(1.0)
        return ""

    def _start(self, program: Program) -> None:
        if program.process is None or program.process.stdin is None or program.process.stdin.closed:
            self._launch(program)
        if program.process and program.process.stdin:
            try:
                program.process.stdin.write(self._secret)
                program.process.stdin.close()
            except BrokenPipeError:
                pass  # it ended at once, which the watching will find

    def _launch(self, program: Program) -> None:
        parent = os.getpid()
        program.process = subprocess.Popen(
            [sys.executable, "-m", program.module],
            cwd=ROOT,
            stdin=subprocess.PIPE if program.takes_secret else subprocess.DEVNULL,
            # A Ctrl+C reaches this process alone, which then ends the children in order.
            start_new_session=True,
            # Safe here: this process has one thread. The request to the kernel outlives the exec.
            preexec_fn=lambda: end_with_parent(parent, signal.SIGTERM),
        )

    def _spent(self, program: Program) -> bool:
        """True when this child has used up its restarts; otherwise one more is noted."""
        now = time.monotonic()
        while program.restarted_at and program.restarted_at[0] < now - RESTART_WINDOW_SECONDS:
            program.restarted_at.popleft()
        if len(program.restarted_at) >= RESTARTS:
            return True
        program.restarted_at.append(now)
        return False

    def _stop(self) -> None:
        """Asks every child to end, the scheduler first, and kills what has not after twelve seconds."""
        alive = [program.process for program in reversed(self._programs) if not _has_ended(program)]
        for process in alive:
            if process:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in alive:
            if not process:
                continue
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _wait(self, seconds: float) -> None:
        """Sleeps until a signal rings or the time is over."""
        if select.select([self._bell], [], [], seconds)[0]:
            self._bell.recv(4096)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if number in _STOPPING:
            self.told_to_stop = True


def _has_ended(program: Program) -> bool:
    return program.process is None or program.process.poll() is not None
