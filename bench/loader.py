"""Builds an office with 10,000 or 1,000,000 cases through real keys, once, in a cache outside the tree.

The office is made by the services themselves; its cases are written in bulk, since a million of them through the
services would take a day. Keys, wraps, seals, blind indexes and references are the real ones: every page opens.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.bulk import Bulk, broken_references
from bench.rows import COLUMNS, Pen, Team, write_case
from casework.actor import Actor
from casework.clock import now_us, today
from casework.crypto.wraps import WrappingKey
from casework.jurisdictions import load
from casework.services import rosters
from casework.transaction import reader
from config import ROOT
from models.base import _EPOCH_MS
from tests import make

SEED = 12338
# What decides the stored bytes: an instance of other sources could not be opened, or would not be the same.
SOURCES = (
    "bench/loader.py",
    "bench/rows.py",
    "bench/made_up.py",
    "migrations/versions/*.py",
    "models/sealed_fields.py",
    "casework/crypto/fields.py",
    "casework/crypto/wraps.py",
    "casework/crypto/suites.py",
    "casework/crypto/roster.py",
)
CHECKED_UP_TO = 100_000
WALLED = 20
OPEN_CASES = 400
FACTS_FILE = "bench.json"


@dataclass(frozen=True)
class Built:
    """An instance in the cache: where, how many cases, what it took to build (0 when it was there already)."""

    folder: Path
    cases: int
    seconds: float

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "casework.db"


def cache_folder() -> Path:
    """Where instances are kept: CASEWORK_BENCH_CACHE, or the user's cache folder."""
    named = os.environ.get("CASEWORK_BENCH_CACHE")
    if named:
        return Path(named)
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "casework-bench"


def _fingerprint() -> str:
    mark = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            mark.update(path.read_bytes())
    return mark.hexdigest()[:12]


def build(cases: int) -> Built:
    """The instance with so many cases, from the cache or made now; instances of older code are removed."""
    root = cache_folder()
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = root / f"{cases}-{_fingerprint()}"
    for old in root.glob(f"{cases}-*"):
        if old != folder:
            shutil.rmtree(old)
    facts_file = folder / FACTS_FILE
    began = time.monotonic()
    if not facts_file.exists():
        shutil.rmtree(folder, ignore_errors=True)
        office = make.empty_office(folder)
        make.build(office)
        pen = _pen(office, random.Random(SEED))
        _fill(pen, cases)
        _put_walls(office, folder)
        office.close()
        if cases <= CHECKED_UP_TO:
            assert not broken_references(folder / "casework.db")
        facts_file.write_text(json.dumps(asdict(office.facts)))
    return Built(folder, cases, time.monotonic() - began)


def facts_of(folder: Path) -> make.Facts:
    """The ids of a built instance by name."""
    return make.Facts(**json.loads((folder / FACTS_FILE).read_text()))


def copied(built: Built, target: Path) -> Built:
    """A copy to write into, so that the cached one stays as it was built."""
    shutil.copytree(built.folder, target)
    return Built(target, built.cases, 0.0)


def _pen(office: make.Office, rng: random.Random) -> Pen:
    facts = office.facts
    people = facts.accounts
    with office.at_work():
        lead, second = office.actor("lead"), office.actor("lead2")
        operator = office.actor("operator")
        first = (people["caseworker"],) * 5 + (people["colleague"],) * 4 + (None,)
        teams = (
            _team(lead, facts.teams["个案一组"], first),
            _team(second, facts.teams["个案二组"], (people["stranger"], None)),
        )
        desk = _team(operator, facts.teams["12338 热线"], ())
        assert operator.keychain is not None
        version, index_key = max(operator.keychain.index_keys.items())
        secret = office.app.extensions["casework"].server_secret
    office.close()
    towns = tuple(division.code for division in load().all_divisions())
    bulk = Bulk(office.settings.instance_path / "casework.db")
    return Pen(bulk, teams, desk, people["operator"], towns, version, index_key, secret, rng, today())


def _team(actor: Actor, team_id: int, assignees: tuple[int | None, ...]) -> Team:
    """The team's newest keys as this member holds them."""
    assert actor.keychain is not None
    roster = rosters.verified_for(reader(), actor)
    keys: dict[str, tuple[int, WrappingKey]] = {}
    for compartment in ("contact", "identity", "account"):
        key_id = roster.newest_team_key(team_id, compartment)
        if key_id in actor.keychain.team_secrets:
            keys[compartment] = key_id, WrappingKey(actor.keychain.team_secrets[key_id].symmetric)
    return Team(team_id, assignees, keys)


def _fill(pen: Pen, cases: int) -> None:
    """Cases spread evenly from 2020 to yesterday, their ids in the same order."""
    pen.bulk.open(COLUMNS)
    first_ms, last_ms = _EPOCH_MS + 86_400_000, now_us() // 1000 - 86_400_000
    for index in range(cases):
        at_ms = first_ms + (last_ms - first_ms) * index // cases
        write_case(pen, at_ms * 1000, at_ms - _EPOCH_MS, index >= cases - OPEN_CASES)
    pen.bulk.run(
        "INSERT OR REPLACE INTO counters (kind, year, value) VALUES (?, ?, ?)",
        [(kind, year, value) for (kind, year), value in pen.counters.items()],
    )
    pen.bulk.close()


def _put_walls(office: make.Office, folder: Path) -> None:
    """A few cases of her own team that the caseworker never sees, the newest among them."""
    account = office.facts.accounts["caseworker"]
    with closing(sqlite3.connect(folder / "casework.db")) as connection, connection:
        rows = connection.execute(
            "SELECT id FROM cases WHERE team_id = ? ORDER BY id DESC LIMIT ?", (office.team_id, WALLED * 10)
        ).fetchall()
        connection.executemany(
            "INSERT INTO conflicts (id, account_id, case_id, declared_at) VALUES (?, ?, ?, ?)",
            [(row[0], account, row[0], 0) for row in rows[::10]],
        )
