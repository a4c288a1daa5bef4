"""A full disk: a plain sentence, what was typed kept, nothing half done; with room again the form goes through."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from casework.extensions import db
from casework.transaction import reader
from models.calls import Call
from tests.faults import whole
from tests.faults.worked import begun_case
from tests.make import Office, copied
from tests.page import Page, Visitor

LONG = "她说的话很长，写满了整页。" * 1200
PAGE_BYTES = 4096
DISK_BYTES = 4 * 1024 * 1024
# No more than this goes onto what is left of the disk before it is full.
MOST_CHANGES = 12

# An office, the way to leave it so many bytes of room, and the way to give it room again.
Full = tuple[Office, Callable[[int], None], Callable[[], None]]


@contextmanager
def a_small_disk(folder: Path) -> Iterator[bool]:
    """A disk of its own under this folder; False where this user may not mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(ballast: Path, leave: int) -> None:
    """Fills the disk up to so many bytes."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(PAGE_BYTES))
        except OSError:
            size = file.tell()
        file.truncate(max(0, size - leave))


class PageLimit:
    """SQLite's own limit on an office's database, which answers as a full disk does."""

    def __init__(self, office: Office) -> None:
        self.pages = 2**30
        with office.at_work():
            event.listen(db.engine, "checkout", self._apply)
            count = reader().connection().exec_driver_sql("PRAGMA page_count").scalar_one()
            db.session.close()
        self.at_first = int(count)

    def _apply(self, connection: Any, _record: object, _proxy: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {self.pages}")

    def leave(self, bytes_: int) -> None:
        """Lets the database grow by so many bytes from what it was."""
        self.pages = self.at_first + bytes_ // PAGE_BYTES

    def lift(self) -> None:
        """Lets it grow again."""
        self.pages = 2**30


@pytest.fixture(params=["disk", "database"])
def full(request: pytest.FixtureRequest, office_template: Path, tmp_path: Path) -> Iterator[Full]:
    """On a disk of its own where one can be mounted, else, and also, by a limit of the database."""
    place = tmp_path / "disk"
    with a_small_disk(place) as is_mounted:
        office = copied(office_template, place / "instance")
        if is_mounted and request.param == "disk":
            ballast = place / "ballast"
            yield office, lambda bytes_: fill(ballast, bytes_), ballast.unlink
        else:
            limit = PageLimit(office)
            yield office, limit.leave, limit.lift
        office.close()


@pytest.mark.parametrize("leave", [0, 60_000])
def test_a_full_disk_keeps_the_words_and_leaves_nothing_half_done(full: Full, leave: int) -> None:
    office, leave_only, make_room = full
    address = f"/cases/{begun_case(office).case}/account/words"
    visitor = office.visitor("caseworker")
    visitor.get(address)
    leave_only(leave)
    words, refused = "", None
    for turn in range(MOST_CHANGES):
        # There may be room for a change or two; then comes the one for which there is none.
        words = f"第{turn}稿{LONG}"
        answer = sent(visitor, words)
        if answer.status_code == 507:
            refused = Page(answer, address)
            break
        count_version_up(visitor)
    assert refused is not None, "the disk was never full"
    assert "磁盘" in refused.heading and words in refused.html
    assert "Traceback" not in refused.html and "sqlite" not in refused.html.lower()
    make_room()
    visitor.page = refused
    visitor.submit("再次送出")
    assert words in visitor.get(address).html
    with office.at_work():
        assert whole.faults() == []


def sent(visitor: Visitor, words: str) -> Any:
    """The answer to the form at hand with these words, whatever it is."""
    assert visitor.page is not None
    form = visitor.page.button("保存").find_parent("form")
    assert form is not None
    fields = visitor.page.fields(form) | {"account_text": [words]}
    return visitor.client.post(visitor.page.address, data=fields, headers=visitor.headers)


def count_version_up(visitor: Visitor) -> None:
    """The form at hand as it stands after it was saved, without asking the full disk for it."""
    assert visitor.page is not None
    version = visitor.page.one("input[name=version]")
    version["value"] = str(int(str(version["value"])) + 1)


def test_a_call_on_a_full_disk_is_taken_once_there_is_room(full: Full) -> None:
    office, leave_only, make_room = full
    visitor = office.visitor("operator")
    visitor.get("/calls/new")
    leave_only(0)
    typed = {"said": LONG, "caller_name": "陈女士", "phone": "13800000388", "result": "information_given"}
    page = visitor.submit("结束并保存", typed, status=507)
    assert LONG in page.html and "陈女士" in page.html
    with office.at_work():
        assert whole.faults() == []
    make_room()
    visitor.submit("再次送出")
    assert LONG[:60] in visitor.get("/calls/" + office_call(office)).html
    with office.at_work():
        assert whole.faults() == []


def office_call(office: Office) -> str:
    """The number of the one call that was recorded."""
    with office.at_work():
        number = reader().scalars(select(Call.number)).one()
        db.session.close()
    return str(number)
