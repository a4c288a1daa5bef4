"""Two people at once: nobody's words are lost, one call makes one case, numbers and chain stay whole."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.errors import AlreadyDone, Busy
from casework.extensions import db
from casework.services import calls, members, own_keys
from casework.transaction import reader
from config import ROOT
from models.calls import Call
from models.cases import Case
from models.enums import Role
from tests.faults import whole
from tests.faults.worked import begun_case, recorded_call
from tests.faults.writer import a_call, an_acceptance
from tests.make import Office, built_in, copied
from tests.page import Page, Visitor

HERS, THEIRS = "第二个人写的话", "第一个人先存的话"
# The address under the case, what the first and the second one type.
EDITS = {
    "identity": ("identity/client", "address_rest"),
    "other party": ("identity/other-party", "name"),
    "account": ("account/words", "account_text"),
    "incident": ("incidents/{incident_id}", "narrative"),
    "contact card": ("contact", "never"),
}


def opened(visitor: Visitor, case: str, address: str) -> Page:
    """The form of a part; the contact card is opened first."""
    if address != "contact":
        return visitor.get(f"/cases/{case}/{address}")
    visitor.get(f"/cases/{case}/contact")
    visitor.submit("打开")
    return visitor.submit("修改联系卡")


@pytest.mark.parametrize(("part", "keeps"), [*((part, "hers") for part in EDITS), ("account", "theirs")])
def test_the_second_editor_sees_both_versions_and_chooses(office: Office, part: str, keeps: str) -> None:
    address, field = EDITS[part]
    worked = begun_case(office)
    address = address.format(incident_id=worked.incident_id)
    first, second = office.visitor("caseworker"), office.visitor("colleague")
    opened(first, worked.case, address)
    opened(second, worked.case, address)
    first.submit("保存", {field: THEIRS})
    both = second.submit("保存", {field: HERS}, status=409)
    assert "何敏" in both.text and HERS in both.text and THEIRS in both.text
    if keeps == "hers":
        # The form below is hers, on top of the other's version.
        second.submit("保存")
    kept, lost = (HERS, THEIRS) if keeps == "hers" else (THEIRS, HERS)
    shown = opened(office.visitor("colleague"), worked.case, address)
    assert kept in shown.html and lost not in shown.html
    with office.at_work():
        assert whole.faults() == []


def test_the_second_to_record_a_contact_keeps_her_note_on_the_page(office: Office) -> None:
    worked = begun_case(office)
    people = [office.visitor("caseworker"), office.visitor("colleague")]
    for visitor in people:
        visitor.get(f"/cases/{worked.case}/contact")
        visitor.submit("打开")
        visitor.get(f"/cases/{worked.case}/follow-ups/{worked.follow_up_id}")
    people[0].submit("保存", {"result": "reached_safely", "note": THEIRS})
    refused = people[1].submit("保存", {"result": "refused", "note": HERS}, status=422)
    assert HERS in refused.text
    with office.at_work():
        assert whole.faults() == []


def at_once(office: Office, works: list[Callable[[], Any]]) -> list[Any]:
    """Runs all of them at the same moment, each in a thread of its own; gives results and errors in order."""
    gate = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(place: int) -> None:
        with office.at_work():
            gate.wait()
            try:
                results[place] = works[place]()
            except Exception as error:  # noqa: BLE001 - what it was is for the test to say
                results[place] = error
            finally:
                db.session.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_operators_accepting_one_call_make_one_case(any_office: Office) -> None:
    acceptance = an_acceptance(any_office.team_id)
    with any_office.at_work():
        actors = [any_office.actor("operator") for _ in range(2)]
    for number in [recorded_call(any_office) for _round in range(3)]:
        results = at_once(any_office, [partial(calls.accept, it, number, acceptance) for it in actors])
        assert sorted(type(it).__name__ for it in results) == ["AlreadyDone", "str"], results
    with any_office.at_work():
        assert reader().scalar(select(func.count()).select_from(Case)) == 3
        assert whole.faults() == []


def test_one_call_saved_twice_at_once_is_one_call(any_office: Office) -> None:
    with any_office.at_work():
        actors = [any_office.actor("operator") for _ in range(2)]
        call = a_call(actors[0], "twice")
    results = at_once(any_office, [partial(calls.record, it, call) for it in actors])
    assert sorted(type(it).__name__ for it in results) == ["AlreadyDone", "Recorded"], results
    with any_office.at_work():
        assert reader().scalar(select(func.count()).select_from(Call)) == 1
        assert whole.faults() == []


def test_two_sessions_of_the_lead_admit_one_member_once(any_office: Office) -> None:
    from casework.services import accounts, approvals
    from tests.make import PASSWORD

    with any_office.at_work():
        account_id, token = accounts.invite(
            any_office.actor("admin"),
            username="newcomer",
            display_name="新来",
            role=Role.CASEWORKER,
            team_id=any_office.team_id,
        )
        accounts.accept_invitation(token, PASSWORD)
        for asked in approvals.waiting():
            approvals.approve(any_office.actor("officer"), asked.role_id)
        code = own_keys.own_admission_code(any_office.actor("newcomer")) or ""
        leads = [any_office.actor("lead") for _ in range(2)]
    results = at_once(
        any_office, [partial(members.admit, it, any_office.team_id, account_id, code) for it in leads]
    )
    # On PostgreSQL the second may have lost the race for the roster's next record: told to try again.
    assert all(it is None or isinstance(it, AlreadyDone | Busy) for it in results), results
    assert None in results
    worked = begun_case(any_office)
    any_office.visitor("newcomer").get(f"/cases/{worked.case}/account")
    with any_office.at_work():
        assert whole.faults() == []


WRITER = """
import sys
from pathlib import Path
from casework.services import calls
from tests.faults.test_two_people import record_many
from tests.make import office_in
office = office_in(Path(sys.argv[1]), sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
record_many(office, threads=4, each=int(sys.argv[3]))
"""


def record_many(office: Office, *, threads: int, each: int) -> None:
    """Records calls from several threads of this process; prints their numbers as one line of JSON."""
    with office.at_work():
        actors = [office.actor("operator") for _ in range(threads)]

    def some(actor: Any) -> list[str]:
        numbers: list[str] = []
        while len(numbers) < each:
            try:
                numbers.append(calls.record(actor, a_call(actor, f"many-{len(numbers)}")).number)
            except Busy:
                continue
        return numbers

    results = at_once(office, [partial(some, it) for it in actors])
    print(json.dumps([number for numbers in results for number in numbers]), flush=True)


def calls_at_once(office: Office, *, processes: int = 2, each: int = 4) -> list[str]:
    """The numbers that so many processes of four threads were given for their calls, all at once."""
    place = [str(office.settings.instance_path), office.settings.database_url, str(each)]
    children = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, *place],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for child in children:
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    said = [child.communicate()[0] for child in children]
    assert [child.returncode for child in children] == [0] * processes
    return [number for line in said for number in json.loads(line)]


def test_eight_threads_in_two_processes_number_calls_without_a_gap(any_office: Office) -> None:
    numbers = calls_at_once(any_office)
    assert sorted(int(number.split("-")[1]) for number in numbers) == list(range(1, 33))
    with any_office.at_work():
        assert reader().scalar(select(func.count()).select_from(Call)) == 32
        assert whole.faults() == []


def drill(n: int) -> tuple[int, list[str]]:
    """About ``n`` calls by four processes of four threads; how many there are, and what is wrong with them."""
    with tempfile.TemporaryDirectory(prefix="casework-at-once-") as temporary:
        office = copied(built_in(Path(temporary) / "template"), Path(temporary) / "instance")
        each = max(1, n // 16)
        numbers = calls_at_once(office, processes=4, each=each)
        wanted = list(range(1, 16 * each + 1))
        found = [] if sorted(int(it.split("-")[1]) for it in numbers) == wanted else ["numbers with a gap"]
        with office.at_work():
            found += whole.faults()
        office.close()
    return len(numbers), found
