"""`make run` from outside: what it prints, what it keeps running, what it takes along when it ends."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.serving.office import Office, office, until


@pytest.fixture
def fresh() -> Iterator[Office]:
    """An office where nothing runs yet."""
    with office() as made:
        yield made


@pytest.fixture(scope="module")
def running() -> Iterator[Office]:
    """An office that several tests look at and none disturbs."""
    with office() as made:
        made.start()
        yield made


def test_an_empty_instance_prints_the_address_and_one_link(fresh: Office) -> None:
    lines = fresh.start()
    assert lines[0] == f"Casework is running at http://127.0.0.1:{fresh.port} (stop with Ctrl+C)"
    assert lines[2] == f"http://127.0.0.1:{fresh.port}/setup/once"
    assert fresh.get("/healthz") == "well"
    assert (fresh.instance / "upgraded").exists()
    assert fresh.instance.stat().st_mode & 0o777 == 0o700


def test_a_later_start_prints_no_link_and_takes_less_than_three_seconds(fresh: Office) -> None:
    fresh.flag("set-up")
    began = time.monotonic()
    assert len(fresh.start()) == 1
    assert time.monotonic() - began < 3
    assert fresh.stop() == 0
    assert fresh.server
    assert fresh.server.stdout


def test_both_workers_have_the_same_secret(running: Office) -> None:
    secrets = running.workers()
    assert len(secrets) == 2
    assert len(set(secrets.values())) == 1


def test_the_secret_is_in_no_file_no_environment_and_no_command_line(running: Office) -> None:
    secret = next(iter(running.workers().values()))
    needles = [secret.encode(), bytes.fromhex(secret)]
    places = [Path(f"/proc/{p.pid}/{name}") for p in running.processes() for name in ("environ", "cmdline")]
    places += [path for path in running.folder.rglob("*") if path.is_file()]
    found = [str(place) for place in places for needle in needles if needle in place.read_bytes()]
    assert found == []


def test_the_scheduler_is_started_without_the_secret(running: Office) -> None:
    scheduler = running.child("casework.jobs.run")
    assert Path(f"/proc/{scheduler.pid}/fd/0").resolve() == Path("/dev/null")


def test_no_process_writes_its_memory_to_the_disk_when_it_crashes(running: Office) -> None:
    for process in running.processes():
        limits = Path(f"/proc/{process.pid}/limits").read_text().splitlines()
        (core,) = [line.split()[4:6] for line in limits if line.startswith("Max core file size")]
        assert core == ["0", "0"]


def test_the_parent_opens_no_database(running: Office) -> None:
    names = [opened.path for opened in psutil.Process(running.server_pid).open_files()]
    assert names == [str(running.instance / "serve.lock")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_all_of_it_in_order(fresh: Office, number: signal.Signals) -> None:
    fresh.start()
    # Parent, server, two workers, scheduler; the one that printed the link ends by itself.
    until(lambda: len(fresh.processes()) == 5)
    family = fresh.processes()
    family[0].send_signal(number)
    assert fresh.ends() == (0, "")
    assert psutil.wait_procs(family, timeout=5)[1] == []


def test_the_children_die_with_a_parent_that_is_killed(fresh: Office) -> None:
    fresh.start()
    family = fresh.processes()
    family[0].kill()
    fresh.ends()
    assert psutil.wait_procs(family, timeout=15)[1] == []


def test_the_workers_die_with_a_server_that_is_killed_and_new_ones_have_the_secret(fresh: Office) -> None:
    fresh.start()
    before = fresh.workers()
    server = fresh.child("casework.server")
    family = [server, *server.children()]
    server.kill()
    assert psutil.wait_procs(family, timeout=15)[1] == []
    until(lambda: fresh.get("/healthz") == "well")
    after = fresh.workers()
    assert set(before).isdisjoint(after)
    assert set(before.values()) == set(after.values())


def test_a_worker_that_is_killed_is_replaced_and_has_the_secret(fresh: Office) -> None:
    fresh.start()
    before = fresh.workers()
    server = fresh.child("casework.server")
    fresh.get("/crash")
    until(lambda: len(server.children()) == 2)
    after = fresh.workers()
    assert set(after) != set(before)
    assert set(after.values()) == set(before.values())


def test_all_ends_when_the_scheduler_cannot_be_kept_up(fresh: Office) -> None:
    fresh.start()
    family = fresh.processes()
    fresh.flag("scheduler-fails")
    code, said = fresh.ends()
    assert code == 1
    assert said.splitlines()[-1] == "The scheduler ended 4 times in a minute, so all was stopped."
    assert psutil.wait_procs(family, timeout=5)[1] == []


def test_a_scheduler_of_its_own_is_not_started_here(fresh: Office) -> None:
    fresh.start(CASEWORK_SCHEDULER="0")
    assert not [p for p in fresh.processes() if "casework.jobs.run" in p.cmdline()]


def test_a_child_that_fails_at_once_stops_the_start(fresh: Office) -> None:
    fresh.flag("scheduler-fails")
    fresh.run()
    code, said = fresh.ends()
    assert code == 1
    assert said.splitlines()[-1] == "The server did not start; what it said stands above."


def test_a_port_that_is_taken_gets_one_sentence(fresh: Office) -> None:
    with socket.create_server(("127.0.0.1", fresh.port)):
        fresh.run()
        code, said = fresh.ends()
    assert code == 1
    taken = f"Port {fresh.port} on 127.0.0.1 is taken by another program"
    assert said == f"{taken}; choose another with CASEWORK_PORT.\n"
    assert not (fresh.instance / "upgraded").exists()


def test_an_address_of_another_machine_gets_one_sentence(fresh: Office) -> None:
    fresh.run(CASEWORK_HOST="192.0.2.1", CASEWORK_KIND="test")
    assert fresh.ends() == (1, "CASEWORK_HOST names 192.0.2.1, which is no address of this machine.\n")


def test_a_second_server_on_the_same_instance_gets_one_sentence(running: Office) -> None:
    second = Office(running.folder, running.port)
    second.run()
    assert second.ends() == (1, f"Another server is already running on {running.instance}.\n")


def test_faulty_settings_get_their_sentences_and_nothing_is_made(fresh: Office) -> None:
    fresh.run(CASEWORK_KIND="liv", CASEWORK_WORKERS="0")
    code, said = fresh.ends()
    assert code == 2
    assert [line.split()[0] for line in said.splitlines()] == ["CASEWORK_KIND", "CASEWORK_WORKERS"]
    assert not fresh.instance.exists()


def test_an_upgrade_that_fails_starts_nothing_and_tells_nothing_that_was_stored(fresh: Office) -> None:
    fresh.flag("upgrade-fails")
    fresh.run()
    code, said = fresh.ends()
    assert code == 1
    sentence = "The database could not be brought up to date, so nothing was started: ValueError.\n"
    assert said == sentence


def test_a_link_that_cannot_be_made_is_told_and_the_server_goes_on(fresh: Office) -> None:
    fresh.flag("setup-fails")
    fresh.flag("set-up")
    fresh.start()
    server = fresh.server
    assert server and server.stderr
    assert server.stderr.readline() == "The set-up link could not be made: ValueError.\n"
    assert fresh.get("/healthz") == "well"


def test_an_instance_that_refuses_to_open_says_why(fresh: Office) -> None:
    fresh.flag("upgrade-refused")
    fresh.run()
    assert fresh.ends() == (2, "The server secret is missing.\n")
