"""A small office to serve: the real start-up modules around an application of twenty lines."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from config import ROOT

_REAL = ("boot", "children", "listening", "processes", "serve", "server", "tuning")

_APPLICATION = """
import contextlib, os, signal
from casework.boot import boot_secret

class Application:
    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if path == "/crash":
            os.kill(os.getpid(), signal.SIGKILL)
        start_response("200 OK", [("Content-Type", "text/plain"), ("Connection", "close")])
        return [f"{os.getpid()} {boot_secret().hex()}".encode() if path == "/worker" else b"well"]

    def app_context(self):
        return contextlib.nullcontext()

def create_app(settings):
    return Application()
"""
_UPGRADE = """
import config

def upgrade(settings):
    if (settings.instance_path / "upgrade-fails").exists():
        raise ValueError("a woman's name")
    if (settings.instance_path / "upgrade-refused").exists():
        raise config.ConfigurationError(["The server secret is missing."])
    (settings.instance_path / "upgraded").touch()
"""
_SETUP = """
def setup_link(settings):
    if (settings.instance_path / "setup-fails").exists():
        raise ValueError("a woman's name")
    return None if (settings.instance_path / "set-up").exists() else settings.address + "/setup/once"
"""
_SCHEDULER = """
import os, pathlib, time
fails = pathlib.Path(os.environ["CASEWORK_INSTANCE"], "scheduler-fails")
while not fails.exists():
    time.sleep(0.02)
raise SystemExit(3)
"""


@dataclass
class Office:
    """One made-up installation in a folder of its own, and the server that runs there."""

    folder: Path
    port: int
    server: subprocess.Popen[str] | None = None

    @property
    def instance(self) -> Path:
        return self.folder / "instance"

    def flag(self, name: str) -> None:
        """Makes the stand-ins behave otherwise from now on."""
        self.instance.mkdir(exist_ok=True)
        (self.instance / name).touch()

    def run(self, **settings: str) -> subprocess.Popen[str]:
        """Starts the server as `make run` does."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")}
        environ |= {
            "CASEWORK_INSTANCE": str(self.instance),
            "CASEWORK_PORT": str(self.port),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.server = subprocess.Popen(
            [sys.executable, "-m", "casework.serve"],
            cwd=self.folder,
            env=environ | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return self.server

    def start(self, **settings: str) -> list[str]:
        """Starts the server and returns what it prints up to the last line before it goes quiet."""
        server = self.run(**settings)
        assert server.stdout
        lines = [server.stdout.readline()]
        assert lines[0], server.communicate()[1]
        if not (self.instance / "set-up").exists():
            lines += [server.stdout.readline(), server.stdout.readline()]
        return [line.strip() for line in lines]

    def ends(self) -> tuple[int, str]:
        """Waits for the end of the server: its exit code and what it said on its error output."""
        assert self.server
        said = self.server.communicate(timeout=40)[1]
        return self.server.returncode, said

    def stop(self) -> int:
        """Ends the server as Ctrl+C or a service manager does."""
        assert self.server
        self.server.send_signal(signal.SIGTERM)
        return self.ends()[0]

    def get(self, path: str) -> str:
        """The answer to one request, or "" when none came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        except (OSError, http.client.HTTPException):
            return ""
        finally:
            connection.close()

    def workers(self) -> dict[int, str]:
        """The boot secret that each worker has, asked until two workers have answered."""
        found: dict[int, str] = {}

        def both() -> bool:
            if answer := self.get("/worker"):
                found[int(answer.split()[0])] = answer.split()[1]
            return len(found) >= 2

        until(both)
        return found

    def processes(self) -> list[psutil.Process]:
        """The parent and all that descend from it."""
        assert self.server
        parent = psutil.Process(self.server.pid)
        alive = [p for p in parent.children(recursive=True) if p.status() != psutil.STATUS_ZOMBIE]
        return [parent, *alive]

    def child(self, module: str) -> psutil.Process:
        """The direct child that runs a module."""
        return next(p for p in self.processes()[1:] if module in p.cmdline() and p.ppid() == self.server_pid)

    @property
    def server_pid(self) -> int:
        assert self.server
        return self.server.pid


@contextmanager
def office() -> Iterator[Office]:
    """An office whose server is surely gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="office-"))
    made = Office(folder, _free_port())
    for name in ("config.py", "wsgi.py", "casework/__init__.py", *(f"casework/{name}.py" for name in _REAL)):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for name, source in {
        "factory": _APPLICATION,
        "migrating": _UPGRADE,
        "services/setup": _SETUP,
        "jobs/run": _SCHEDULER,
    }.items():
        (folder / "casework" / name).parent.mkdir(exist_ok=True)
        (folder / "casework" / f"{name}.py").write_text(source)
    try:
        yield made
    finally:
        for process in psutil.process_iter(["cwd"]):
            if process.info["cwd"] == str(folder):  # what a failed test left, orphans too
                process.kill()
        if made.server:
            made.server.communicate(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


def until(happened: Callable[[], bool], seconds: float = 20.0) -> None:
    """Waits for something that another process does."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
