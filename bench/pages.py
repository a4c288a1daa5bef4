"""The case list as a signed-in caseworker fetches it, against the same table rendered from constants."""

from __future__ import annotations

import re
import statistics
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench import client
from bench.loader import Built
from bench.serving import Server, serving, signed_in

ROUNDS, SECONDS = 3, 2.0
PATH = "/cases"
ROWS = 50


@dataclass
class Page:
    """One kind of the page: its server, its request, and what each round came to."""

    name: str
    server: Server
    request: bytes
    size_bytes: int = 0
    rounds: list[client.Round] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """The median round."""
        return statistics.median(each.per_second for each in self.rounds)

    @property
    def cpu_us(self) -> float:
        """Processor time of the workers for one page, the median round, microseconds."""
        return statistics.median(self.cpu) * 1e6

    def latency_us(self, share: float) -> float:
        """A percentile of the latency, the median round, microseconds."""
        return statistics.median(each.percentile(share) for each in self.rounds) * 1e6

    @property
    def noise(self) -> float:
        """The spread of the rounds as a share of their median."""
        speeds = [each.per_second for each in self.rounds]
        return (max(speeds) - min(speeds)) / self.per_second

    def once(self) -> None:
        """One round."""
        before = self.server.cpu_seconds()
        done = client.run(self.server.port, self.request, SECONDS)
        self.rounds.append(done)
        self.cpu.append((self.server.cpu_seconds() - before) / len(done.latencies))


@dataclass
class Memory:
    """What a worker takes: proportional and private share in bytes; None where the system won't tell."""

    pss: int | None
    uss: int | None
    rss: int


def measure(small: Built, large: Built) -> tuple[dict[str, Page], Memory]:
    """All kinds of the page in interleaved rounds; and the memory of a worker that has served them."""
    with ExitStack() as stack:

        def page(name: str, folder: Path, module: str = "casework.serve") -> Page:
            server = stack.enter_context(serving(folder, module, CASEWORK_SCHEDULER="0"))
            return _page(name, server)

        pages = [
            page("constants", small.folder, "bench.constants"),
            page("small", small.folder),
            page("large", large.folder),
            page("untrailed", small.folder, "bench.untrailed"),
        ]
        for each in pages:
            client.run(each.server.port, each.request, SECONDS / 2)
        for _ in range(ROUNDS):
            for each in pages:
                each.once()
        return {each.name: each for each in pages}, _memory(pages[2].server)


def _page(name: str, server: Server) -> Page:
    cookies = {} if name == "constants" else signed_in(server, "caseworker")
    if name == "constants":
        # The browser's cookie for form tokens, as everywhere.
        cookies = _token_cookie(server)
    request = client.asked(server.port, PATH, cookies)
    connection = client.Connection(server.port)
    answer = connection.fetch(request)
    connection.close()
    body = answer.split(b"\r\n\r\n", 1)[1].decode()
    table = re.search(r"<tbody>(.*?)</tbody>", body, re.S)
    assert table and table[1].count("<tr") == ROWS, f"{name}: not the list"
    assert not re.search(r'class="locked"', body), f"{name}: a field stayed shut"
    return Page(name, server, request, len(body.encode()))


def _token_cookie(server: Server) -> dict[str, str]:
    connection = client.Connection(server.port)
    head = connection.fetch(client.asked(server.port, PATH, {})).split(b"\r\n\r\n", 1)[0].decode("latin-1")
    connection.close()
    found = re.search(r"(?im)^set-cookie: ([^=]+)=([^;]+)", head)
    assert found
    return {found[1]: found[2]}


def _memory(server: Server) -> Memory:
    worker = server.workers()[0]
    rss = worker.memory_info().rss
    try:
        full = worker.memory_full_info()
    except psutil.AccessDenied:
        return Memory(None, None, rss)
    return Memory(full.pss, full.uss, rss)
