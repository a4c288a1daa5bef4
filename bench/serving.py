"""The servers under test: the product as it is started, and stand-ins under the very same server."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import psutil

from config import ROOT
from tests.make import PASSWORD

START_SECONDS = 60.0


@dataclass
class Server:
    """A running server: its port, and the process that began it."""

    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> list[psutil.Process]:
        """The processes that answer requests: those that have no child of their own and run the server."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        leaves = [each for each in family if not each.children()]
        return [each for each in leaves if "jobs.run" not in " ".join(each.cmdline())]

    def cpu_seconds(self) -> float:
        """Processor time that the workers have used so far."""
        return sum(sum(each.cpu_times()[:2]) for each in self.workers())


def _environ(folder: Path, port: int, **more: str) -> dict[str, str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")}
    return environ | {
        "CASEWORK_INSTANCE": str(folder),
        "CASEWORK_PORT": str(port),
        "CASEWORK_KIND": "test",
        "CASEWORK_ARGON2_CHEAP": "1",
        **more,
    }


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def serving(folder: Path, module: str = "casework.serve", **settings: str) -> Iterator[Server]:
    """A server on an instance. ``casework.serve`` is what `make run` starts; others take the boot secret here."""
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=_environ(folder, port, **settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert process.stdin
    if module != "casework.serve":
        process.stdin.write(secrets.token_bytes(32))
    process.stdin.close()
    server = Server(port, process)
    try:
        _wait_for(server)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_for(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(server.port):
        assert server.process.poll() is None, "the server ended"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)


def answers(port: int) -> bool:
    """Whether the server says that it is well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def signed_in(server: Server, username: str) -> dict[str, str]:
    """The cookies of a browser in which this person has just signed in, through the page itself."""
    cookies: dict[str, str] = {}
    body = _exchange(server.port, cookies, "GET", "/sign-in")
    token = re.search(r'name="csrf_token" value="([^"]+)"', body)
    assert token
    form = {"csrf_token": token[1], "username": username, "password": PASSWORD, "code": ""}
    _exchange(server.port, cookies, "POST", "/sign-in", form)
    assert "casework-session" in cookies
    return cookies


def _exchange(
    port: int, cookies: dict[str, str], method: str, path: str, form: dict[str, str] | None = None
) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, urlencode(form) if form else None, headers)
    answer = connection.getresponse()
    for name, value in answer.getheaders():
        if name.lower() == "set-cookie":
            cookies.update({key: morsel.value for key, morsel in SimpleCookie(value).items()})
    body = answer.read().decode()
    connection.close()
    return body
