"""The rows of one case with its call, sealed under real keys, exactly as the services write them."""

from __future__ import annotations

import datetime
import hmac
import random
from dataclasses import dataclass, field

from bench import made_up
from bench.bulk import Bulk
from bench.made_up import Woman
from casework.crypto.blind_index import digest
from casework.crypto.fields import FieldKey, new_secret
from casework.crypto.passwords import join
from casework.crypto.wraps import WrappingKey, WrapPlace
from models.sealed_fields import FIELDS

COLUMNS: dict[str, tuple[str, ...]] = {
    "persons": ("id", "sex", "survivor_id"),
    "compartments": ("id", "kind", "owner_kind", "owner_id", "key_version", "rekey_needed", "created_at"),
    "wraps": (
        *("id", "compartment_id", "key_id", "key_version", "recipient_kind", "recipient_id"),
        *("key_sealed", "voucher", "created_at"),
    ),
    "cases": (
        *("id", "number", "state", "town", "team_id", "assignee_id", "source", "received_at", "received_on"),
        *("accepted_at", "accepted_on", "closed_at", "closed_on", "survivor_id", "is_test", "in_error"),
        *("contact_compartment_id", "identity_compartment_id", "account_compartment_id"),
        *("phone_sealed", "safe_hours_sealed", "alias_sealed", "never_sealed", "account_text_sealed"),
        *("wish_sealed", "contact_version", "account_version", "version"),
    ),
    "parties": (
        *("id", "person_id", "case_id", "compartment_id", "role", "age_band", "name_sealed"),
        *("identity_number_sealed", "birth_date_sealed", "phone_sealed", "address_town_sealed"),
        *("address_rest_sealed", "created_at", "version"),
    ),
    "case_events": (
        "id",
        "case_id",
        "kind",
        "from_state",
        "to_state",
        "at",
        "on",
        "account_id",
        "to_team_id",
    ),
    "incidents": (
        *("id", "case_id", "compartment_id", "occurred_on", "precision", "relationship", "living_together"),
        *("is_new", "narrative_sealed", "created_at", "created_by", "version"),
    ),
    "incident_violence": ("incident_id", "violence_type"),
    "calls": (
        *("id", "number", "team_id", "operator_id", "channel", "status", "category", "result", "started_at"),
        *("started_on", "ended_at", "hour_band", "is_test", "in_error", "case_id", "contact_compartment_id"),
        *("phone_sealed", "caller_name_sealed", "created_at", "version"),
    ),
    "matters": (*("id", "call_id", "case_id", "issue", "received_on", "accepted_on", "is_article_31_6"),),
    "follow_ups": (
        *("id", "subject_kind", "subject_id", "team_id", "assignee_id", "kind", "plan", "planned_on"),
        *("due_on", "grace_days", "urgent", "state", "compartment_id", "purpose_sealed", "done_at"),
        *("done_on", "result", "created_at", "created_by", "version"),
    ),
    "blind_indexes": ("target", "target_id", "purpose", "key_version", "digest"),
}

DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Team:
    """A casework team: its people, and its wrapping keys by compartment kind with their team-key ids."""

    team_id: int
    assignees: tuple[int | None, ...]
    keys: dict[str, tuple[int, WrappingKey]]


@dataclass
class Pen:
    """What writes the rows: the teams, the desk, the keys of the index, and the numbers given out."""

    bulk: Bulk
    teams: tuple[Team, ...]
    desk: Team
    operator_id: int
    towns: tuple[str, ...]
    index_version: int
    index_key: bytes
    server_secret: bytes
    rng: random.Random
    today: datetime.date
    counters: dict[tuple[str, int], int] = field(default_factory=dict)
    _phone_key: bytes = b""

    def __post_init__(self) -> None:
        self._phone_key = join(self.index_key, self.server_secret, purpose="casework/blind-index/phone")
        probe = digest(self.index_key, self.server_secret, "phone", "+8613800000000")
        assert self._digest("+8613800000000") == probe

    def _digest(self, canonical: str) -> bytes:
        return hmac.digest(self._phone_key, canonical.encode(), "sha256")

    def number(self, kind: str, year: int) -> str:
        """The next number of a year, as people see it."""
        value = self.counters[kind, year] = self.counters.get((kind, year), 0) + 1
        return f"{year}-{value:04}"

    def findable(self, target: str, row_id: int, phone: str) -> None:
        """Puts a phone into the blind index."""
        self.bulk.add(
            "blind_indexes", (target, row_id, "phone", self.index_version, self._digest(f"+86{phone}"))
        )


class _Ids:
    """Ids of one moment, increasing."""

    def __init__(self, at_ms: int) -> None:
        self._next = at_ms << 21

    def __call__(self) -> int:
        self._next += 1
        return self._next


class _Sealer:
    """A new compartment of one owner: its row, its wraps, and what is sealed under its key."""

    def __init__(
        self, pen: Pen, ids: _Ids, kind: str, owner: tuple[str, int], teams: tuple[Team, ...], at: int
    ) -> None:
        self.compartment_id = ids()
        self._key = FieldKey(key_id=ids(), compartment_id=self.compartment_id, version=1, secret=new_secret())
        pen.bulk.add("compartments", (self.compartment_id, kind, *owner, 1, 0, at))
        for team in teams:
            team_key_id, wrapping = team.keys[kind]
            place = WrapPlace(self.compartment_id, self._key.key_id, 1, team_key_id)
            sealed = wrapping.wrap(self._key.secret_for_wrapping(), place)
            pen.bulk.add(
                "wraps",
                (
                    *(ids(), self.compartment_id, self._key.key_id, 1, "team_key", team_key_id, sealed),
                    *(self._key.voucher(team_key_id, owner[1]), at),
                ),
            )

    def seal(self, name: str, row_id: int, words: str | None) -> bytes | None:
        """``words`` under this compartment's key."""
        if words is None:
            return None
        return self._key.seal(words.encode(), tag=FIELDS[name].tag, row_id=row_id)


def _state(rng: random.Random, is_recent: bool) -> str:
    """An office of any age has about as many open cases as its people can carry."""
    if not is_recent:
        return "closed"
    return rng.choices(
        ("accepted", "assessed", "in_service", "follow_up", "closing_review", "closed"), (3, 3, 8, 5, 1, 5)
    )[0]


def write_case(pen: Pen, at: int, id_ms: int, is_recent: bool) -> None:
    """One case that came through one call at ``at`` (microseconds UTC), with everything that hangs on it."""
    rng, ids = pen.rng, _Ids(id_ms)
    woman = made_up.woman(rng)
    team = pen.teams[0] if rng.random() < 0.6 else pen.teams[1 + rng.randrange(len(pen.teams) - 1)]
    state, case_id = _state(rng, is_recent), ids()
    assignee = rng.choice(team.assignees)
    local = datetime.datetime.fromtimestamp(at / 1e6 + 8 * 3600, datetime.UTC)
    on = local.date().isoformat()
    owner = ("case", case_id)
    holders = (team, pen.desk) if rng.random() < 0.7 else (team,)
    contact = _Sealer(pen, ids, "contact", owner, holders, at)
    identity = _Sealer(pen, ids, "identity", owner, (team,), at)
    account = _Sealer(pen, ids, "account", owner, (team,), at)
    closed = at + rng.randrange(20, 200) * DAY_US if state == "closed" else None
    closed_on = None if closed is None else datetime.datetime.fromtimestamp(closed / 1e6, datetime.UTC).date()
    pen.bulk.add(
        "cases",
        (
            *(case_id, pen.number("case", local.year), state, rng.choice(pen.towns), team.team_id, assignee),
            *("herself", at, on, at, on, closed, closed_on and closed_on.isoformat(), case_id, 0, 0),
            *(contact.compartment_id, identity.compartment_id, account.compartment_id),
            contact.seal("cases.phone", case_id, woman.phone),
            contact.seal("cases.safe_hours", case_id, woman.safe_hours),
            contact.seal("cases.alias", case_id, woman.alias),
            contact.seal("cases.never", case_id, made_up.NEVER if rng.random() < 0.5 else None),
            account.seal("cases.account_text", case_id, made_up.SAID),
            account.seal("cases.wish", case_id, made_up.WISH),
            *(1, 1, 1),
        ),
    )
    pen.findable("cases.phone", case_id, woman.phone)
    pen.bulk.add("case_events", (ids(), case_id, "accepted", "received", state, at, on, None, team.team_id))
    _write_people(pen, ids, case_id, identity, woman, at)
    if rng.random() < 0.6:
        _write_incident(pen, ids, case_id, account, on, at)
    _write_follow_up(pen, ids, case_id, team, assignee, contact, state, local.date(), at)
    _write_call(pen, ids, case_id, woman, local, at)


def _write_people(pen: Pen, ids: _Ids, case_id: int, identity: _Sealer, woman: Woman, at: int) -> None:
    words = (
        woman.name,
        woman.identity_number,
        woman.birth_date,
        woman.phone,
        woman.address_town,
        woman.address_rest,
    )
    _write_party(pen, ids, case_id, identity, "client", "female", words, at)
    if pen.rng.random() < 0.5:
        name = pen.rng.choice(made_up.SURNAMES) + pen.rng.choice(made_up.GIVEN)
        _write_party(pen, ids, case_id, identity, "other_party", "male", (name, *[None] * 5), at)


def _write_party(
    pen: Pen,
    ids: _Ids,
    case_id: int,
    identity: _Sealer,
    role: str,
    sex: str,
    words: tuple[str | None, ...],
    at: int,
) -> None:
    person_id, party_id = ids(), ids()
    pen.bulk.add("persons", (person_id, sex, person_id))
    fields = ("name", "identity_number", "birth_date", "phone", "address_town", "address_rest")
    sealed = [
        identity.seal(f"parties.{name}", party_id, text) for name, text in zip(fields, words, strict=True)
    ]
    pen.bulk.add(
        "parties", (party_id, person_id, case_id, identity.compartment_id, role, "unknown", *sealed, at, 1)
    )


def _write_incident(pen: Pen, ids: _Ids, case_id: int, account: _Sealer, on: str, at: int) -> None:
    incident_id = ids()
    narrative = account.seal("incidents.narrative", incident_id, made_up.NARRATIVE)
    pen.bulk.add(
        "incidents",
        (
            *(incident_id, case_id, account.compartment_id, on, "exact", "spouse", "yes", 1, narrative),
            *(at, pen.operator_id, 1),
        ),
    )
    for kind in pen.rng.sample(("physical", "psychological", "economic_control"), pen.rng.randrange(1, 3)):
        pen.bulk.add("incident_violence", (incident_id, kind))


def _write_follow_up(
    pen: Pen,
    ids: _Ids,
    case_id: int,
    team: Team,
    assignee: int | None,
    contact: _Sealer,
    state: str,
    accepted: datetime.date,
    at: int,
) -> None:
    follow_up_id, is_done = ids(), state == "closed"
    # A quarter of the planned ones are late: the rail counts them on every page.
    from_today = pen.today + datetime.timedelta(days=pen.rng.randrange(-10, 31))
    due = (accepted + datetime.timedelta(days=14) if is_done else from_today).isoformat()
    pen.bulk.add(
        "follow_ups",
        (
            *(follow_up_id, "case", case_id, team.team_id, assignee, "routine", "by_level", due, due, 2, 0),
            *("done" if is_done else "planned", contact.compartment_id),
            contact.seal("follow_ups.purpose", follow_up_id, made_up.PURPOSE),
            *((at + 14 * DAY_US, due, "reached") if is_done else (None, None, None)),
            *(at, pen.operator_id, 1),
        ),
    )


def _write_call(pen: Pen, ids: _Ids, case_id: int, woman: Woman, local: datetime.datetime, at: int) -> None:
    call_id, on = ids(), local.date().isoformat()
    card = _Sealer(pen, ids, "contact", ("call", call_id), (pen.desk,), at)
    pen.bulk.add(
        "calls",
        (
            *(call_id, pen.number("call", local.year), pen.desk.team_id, pen.operator_id, "call", "answered"),
            *("asks_for_help", "case_opened", at, on, at + 600_000_000, local.hour, 0, 0, case_id),
            card.compartment_id,
            card.seal("calls.phone", call_id, woman.phone),
            card.seal("calls.caller_name", call_id, woman.name),
            *(at, 1),
        ),
    )
    pen.bulk.add("matters", (ids(), call_id, case_id, "domestic_violence", on, on, 0))
    pen.findable("calls.phone", call_id, woman.phone)
