"""The place where a server listens: is it free, is it ours, does it answer."""

from __future__ import annotations

import errno
import fcntl
import http.client
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import Settings

_ANSWER_SECONDS = 2.0


class CannotListen(Exception):
    """One sentence that says why no server can be started here."""


@contextmanager
def only_server(instance_path: Path) -> Iterator[None]:
    """Holds the instance for one server; raises CannotListen while another one holds it.

    Two servers on one instance would have two boot secrets and end each other's sessions.
    """
    descriptor = os.open(instance_path / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise CannotListen(f"Another server is already running on {instance_path}.") from None
    try:
        yield
    finally:
        os.close(descriptor)


def require_free(host: str, port: int) -> None:
    """Raises CannotListen, with what to do, when nobody could listen there now."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        raise CannotListen(f"CASEWORK_HOST names {host}, which is no address of this machine.") from None
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as trial:
        # As the server does it: connections of a server that has just ended do not keep the port.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(address)
        except OSError as error:
            raise CannotListen(_refusal(host, port, error)) from None


def answers(settings: Settings) -> bool:
    """True when the server answers its health page with 200."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared
    connection: http.client.HTTPConnection
    if settings.tls_cert:
        # The certificate names the public host, not this address; nothing secret is asked or told here.
        unchecked = ssl._create_unverified_context()  # noqa: S323 - see above
        connection = http.client.HTTPSConnection(
            host, settings.port, timeout=_ANSWER_SECONDS, context=unchecked
        )
    else:
        connection = http.client.HTTPConnection(host, settings.port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _refusal(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program; choose another with CASEWORK_PORT."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"This user may not listen on port {port}; choose one above 1023 with CASEWORK_PORT."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"CASEWORK_HOST names {host}, which is no address of this machine."
    return f"The server cannot listen on {host}, port {port}: {error.strerror}."
