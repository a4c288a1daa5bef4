"""A client that costs little: a few keep-alive connections, each asking for the next page when it has one."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass

CONNECTIONS = 4


@dataclass(frozen=True)
class Round:
    """What one round came to: requests a second and the latency of each request in seconds."""

    seconds: float
    latencies: list[float]

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency in seconds below which this share of the requests stays."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def asked(port: int, path: str, cookies: dict[str, str]) -> bytes:
    """The bytes of one GET request that keeps its connection."""
    kept = "; ".join(f"{name}={value}" for name, value in cookies.items())
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Language: zh-CN"]
    return "\r\n".join([*lines, f"Cookie: {kept}", "", ""]).encode()


class Connection:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._room = bytearray(1 << 20)

    def fetch(self, request: bytes) -> bytes:
        """The whole answer, head and body; AssertionError unless it is 200."""
        self._socket.sendall(request)
        room, filled = memoryview(self._room), 0
        while (end := self._room.find(b"\r\n\r\n", 0, filled)) < 0:
            filled += self._more(room[filled:])
        head = bytes(room[:end]).lower()
        assert head.startswith(b"http/1.1 200"), head[:200]
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        whole = end + 4 + length
        while filled < whole:
            filled += self._more(room[filled:])
        return bytes(room[:whole])

    def _more(self, room: memoryview) -> int:
        count = self._socket.recv_into(room)
        assert count, "the server closed the connection"
        return count

    def close(self) -> None:
        """Ends it."""
        self._socket.close()


def run(port: int, request: bytes, seconds: float, connections: int = CONNECTIONS) -> Round:
    """Asks for one page over several connections for some seconds."""
    latencies: list[list[float]] = [[] for _ in range(connections)]
    failures: list[BaseException] = []
    deadline = time.perf_counter() + seconds

    def ask(mine: list[float]) -> None:
        connection = Connection(port)
        try:
            while (began := time.perf_counter()) < deadline:
                connection.fetch(request)
                mine.append(time.perf_counter() - began)
        except BaseException as failure:  # noqa: BLE001 - told by the thread that waits
            failures.append(failure)
        finally:
            connection.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=ask, args=(mine,)) for mine in latencies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return Round(time.perf_counter() - began, [each for mine in latencies for each in mine])
