"""A large file through the real server, up and down again: how much memory that takes, and what is left behind."""

from __future__ import annotations

import hashlib
import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil

from casework.crypto.streams import CHUNK_BYTES
from config import ROOT
from tests.make import PASSWORD, Office, built_in, copied
from tests.make_cases import open_case

MEGABYTE = 1024 * 1024
MOST_ABOVE_BASE = 150 * MEGABYTE
HEAD = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
# Bytes by which a part would be known again on the disk: each block of it begins with them.
MARK = b"canary of the drill, sealed nowhere else "


@dataclass
class Uploaded:
    """What came of it; sizes in bytes."""

    length: int
    above_base: int = 0
    faults: list[str] = field(default_factory=list)


class Person:
    """A browser of a caseworker, as far as uploading goes."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)
        self.token = ""

    def ask(self, path: str, sent: bytes | None = None, **headers: str) -> bytes:
        """One request; the answer's bytes."""
        # Always the server that this drill started.
        asked = urllib.request.Request(self.address + path, sent, headers)  # noqa: S310
        with self._opener.open(asked, timeout=120) as answer:
            found: bytes = answer.read()
        return found

    def page(self, path: str) -> str:
        """A page, whose form token is kept."""
        text = self.ask(path).decode()
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        self.token = found.group(1) if found else self.token
        return text

    def script(self, path: str, sent: bytes = b"", kind: str = "application/x-www-form-urlencoded") -> Any:
        """What the page's script sends; the answer opened."""
        headers = {"Content-Type": kind, "Accept": "application/json", "X-CSRFToken": self.token}
        return json.loads(self.ask(path, sent, **headers))

    def sign_in(self) -> None:
        """Through the form."""
        self.page("/sign-in")
        sent = {"csrf_token": self.token, "username": "caseworker", "password": PASSWORD}
        self.ask("/sign-in", urlencode(sent).encode())

    def digest_of(self, path: str) -> str:
        """SHA-256 of a download, read in pieces."""
        digest = hashlib.sha256()
        with self._opener.open(self.address + path, timeout=120) as answer:
            while piece := answer.read(MEGABYTE):
                digest.update(piece)
        return digest.hexdigest()


def part(index: int, length: int) -> bytes:
    """One part of the file, made when it is needed."""
    block = MARK + index.to_bytes(4, "big") + b"\x00" * 19
    whole = block * (-(-length // len(block)))
    return (HEAD + whole)[:length] if index == 0 else whole[:length]


@contextmanager
def serving(office: Office, temporary: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The real server over this office; gives its address and its parent process."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")}
    environ |= {
        "CASEWORK_INSTANCE": str(office.settings.instance_path),
        "CASEWORK_KIND": "test",
        "CASEWORK_ARGON2_CHEAP": "1",
        "CASEWORK_PORT": str(port),
        "TMPDIR": str(temporary),
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "casework.serve"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        if not server.stdout.readline():
            raise RuntimeError("the server did not start")
        yield f"http://127.0.0.1:{port}", psutil.Process(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)


class Watch:
    """The largest memory of any process of the server, looked at all the time; bytes."""

    def __init__(self, parent: psutil.Process) -> None:
        self._parent = parent
        self.most = self._now()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _now(self) -> int:
        found = 0
        for process in (self._parent, *self._parent.children(recursive=True)):
            try:
                found = max(found, process.memory_info().rss)
            except psutil.NoSuchProcess:
                continue
        return found

    def _look(self) -> None:
        while not self._over.wait(0.02):
            self.most = max(self.most, self._now())

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._over.set()
        self._thread.join()


def _send(person: Person, number: str, length: int) -> tuple[str, str]:
    """The way of a file; gives the digest of what was sent and the address of the evidence."""
    person.page(f"/cases/{number}/evidence/new")
    words = {"kind": "recording", "description": "drill", "name": "drill.mp4", "size": str(length)}
    state = person.script(f"/cases/{number}/evidence/uploads", urlencode(words).encode())
    digest = hashlib.sha256()
    for index in range(state["parts"]):
        content = part(index, min(CHUNK_BYTES, length - index * CHUNK_BYTES))
        digest.update(content)
        person.script(f"{state['address']}/{index}", content, "application/octet-stream")
    return digest.hexdigest(), person.script(f"{state['address']}/finish")["address"]


def _left_in_the_clear(*folders: Path) -> list[str]:
    found = []
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            while piece := file.read(8 * MEGABYTE):
                if MARK in piece:
                    found.append(f"{path.name} holds the file in the clear")
                    break
    return found


def drill(megabytes: int) -> Uploaded:
    """Sends a file of so many mebibytes up and fetches it again."""
    done = Uploaded(megabytes * MEGABYTE)
    with tempfile.TemporaryDirectory(prefix="uploads-") as name:
        folder, temporary = Path(name), Path(name) / "tmp"
        temporary.mkdir()
        office = copied(built_in(folder / "template"), folder / "instance")
        with office.at_work():
            number = open_case(office)
        office.close()
        with serving(office, temporary) as (address, parent):
            person = Person(address)
            person.sign_in()
            # Both workers have answered before the base is taken.
            for _ in range(20):
                person.page(f"/cases/{number}/evidence")
            time.sleep(0.2)
            with Watch(parent) as watch:
                base = watch.most
                sent, evidence = _send(person, number, done.length)
                shown = person.page(evidence)
                came_back = person.digest_of(f"{evidence}/download")
            done.above_base = watch.most - base
        if sent not in shown:
            done.faults.append("the page shows another SHA-256 than the file's")
        if came_back != sent:
            done.faults.append("the file came back altered")
        if done.above_base > MOST_ABOVE_BASE:
            done.faults.append(f"a process grew by {done.above_base / MEGABYTE:.0f} MB")
        done.faults += _left_in_the_clear(folder / "instance", temporary)
        if any(temporary.iterdir()):
            done.faults.append("something was left in the temporary folder")
    return done
