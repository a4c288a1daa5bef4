"""One scheduler works at a time, whichever process it is in, and what its jobs did can be read."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from casework.errors import Busy
from casework.services import scheduling
from casework.transaction import write
from models.jobs import Lease
from tests.make import Office


def test_only_one_holder_has_the_lease_until_it_ends(any_office: Office) -> None:
    with any_office.at_work():
        assert scheduling.hold_lease("one")
        assert not scheduling.hold_lease("two")
        assert scheduling.hold_lease("one")
        scheduling.release_lease("one")
        assert scheduling.hold_lease("two")
        assert not scheduling.hold_lease("one")


def test_a_lease_left_by_a_dead_process_is_taken_over(any_office: Office) -> None:
    with any_office.at_work():
        scheduling.hold_lease("dead")
        with write(None) as work:
            work.session.execute(update(Lease).values(ends_at=Lease.ends_at - 31_000_000))
        assert scheduling.hold_lease("alive")
        holder, _ = scheduling.lease_holder() or ("", 0)
        assert holder == "alive"


def test_a_failing_job_is_recorded_and_the_next_run_follows(any_office: Office) -> None:
    def fails() -> int:
        raise Busy

    with any_office.at_work():
        assert not scheduling.run("sweep", fails)
        assert [(line.outcome, line.failure) for line in scheduling.last_runs()] == [("failed", "Busy")]
        assert scheduling.run("sweep", lambda: 3)
        assert [(line.outcome, line.count) for line in scheduling.last_runs()] == [("done", 3)]


@pytest.mark.parametrize("count", [0, 2])
def test_idle_runs_are_not_recorded_again_within_the_hour(office: Office, count: int) -> None:
    with office.at_work():
        scheduling.run("sweep", lambda: 0)
        first = scheduling.last_runs()[0].started_at
        scheduling.run("sweep", lambda: count)
        assert (scheduling.last_runs()[0].started_at > first) is bool(count)
