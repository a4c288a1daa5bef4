"""Finding a case among those that one may see: by its number, a phone or identity number in full, or a name.

The words of a search are sealed for whoever typed them and stand in no address. Each answer is in the trail by its
kind and, for a number, by a token; so many an hour for each person. What she may not see answers like what does not
exist, with the same statements.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from casework.actor import Actor
from casework.clock import HOUR, now_us, today
from casework.errors import Invalid, NotFound
from casework.law import identity_number
from casework.law.age import years_on
from casework.sealed import Locked
from casework.services import blind_indexes, drafts, name_matching
from casework.services.call_facts import read_phone
from casework.services.look_up import BELONGS_TO_SOMEBODY
from casework.services.settings import value_of
from casework.services.vault import Vault
from casework.services.visibility import viewer, visible_cases
from casework.transaction import reader, write
from models.accounts import Account
from models.audit import AuditEntry
from models.base import new_id
from models.calls import Call
from models.cases import Case
from models.enums import CaseState, PartyRole
from models.people import Party

FORM = "search"
SEARCHED, REFUSED = "case.search", "case.search_refused"
PER_HOUR_SETTING, PER_HOUR = "searches_per_hour", 120
SHOWN = 50
KEPT = 5
LONGEST = 60
LOADED_AT_ONCE = 5_000

_NUMBER = re.compile(r"(20\d\d)\s*[-\u2010-\u2015\uff0d]\s*(\d{1,7})")
_DIALLED = re.compile(r"[\d\s()+.,#\-\u2010-\u2015]+")
PHONE_TARGETS = ("cases.phone", "parties.phone", "calls.phone")
IDENTITY_TARGETS = ("parties.identity_number",)

_columns = (
    select(
        Party.id.label("party_id"),
        Party.case_id,
        Party.role,
        Party.compartment_id,
        Party.name_sealed,
        Party.birth_date_sealed,
        Party.born_year_sealed,
        Case.number,
        Case.state,
        Case.town,
        Case.accepted_on,
        Account.display_name.label("assignee_name"),
    )
    .join(Case, Case.id == Party.case_id)
    .outerjoin(Account, Account.id == Case.assignee_id)
)
_named = _columns.where(visible_cases, Party.name_sealed.is_not(None)).order_by(Case.id.desc(), Party.id)
_held = _columns.where(
    visible_cases,
    or_(
        Party.id.in_(bindparam("parties", expanding=True)),
        (Party.role == PartyRole.CLIENT)
        & or_(
            Case.id.in_(bindparam("cases", expanding=True)),
            Case.id.in_(select(Call.case_id).where(Call.id.in_(bindparam("calls", expanding=True)))),
        ),
    ),
).order_by(Case.id.desc(), Party.id)
_numbered = select(Case.number).where(Case.number == bindparam("wanted"), visible_cases)
# The newest few hundred of everybody's, by their index: an account's whole history is never read.
_newest = (
    select(AuditEntry.account_id, AuditEntry.at)
    .where(AuditEntry.action == SEARCHED)
    .order_by(AuditEntry.sequence.desc())
    .limit(1000)
    .subquery()
)
_made_lately = (
    select(func.count())
    .select_from(_newest)
    .where(_newest.c.account_id == bindparam("account"), _newest.c.at > bindparam("since"))
)


class Kind(StrEnum):
    """What the typed words are taken for."""

    CASE_NUMBER = "case_number"
    PHONE = "phone"
    IDENTITY_NUMBER = "identity_number"
    NAME = "name"


@dataclass(frozen=True, repr=False)
class Wanted:
    """What is looked for: its kind, and the form in which it is compared."""

    kind: Kind
    value: str


@dataclass(slots=True, repr=False)
class Found:
    """One person in one case that she may see. ``name`` and ``age`` (whole years today) may be Locked."""

    party_id: int
    case_id: int
    number: str
    state: CaseState
    town: str
    accepted_on: datetime.date | None
    assignee_name: str | None
    role: PartyRole
    name: str | Locked | None
    age: int | Locked | None = None


@dataclass(frozen=True, repr=False)
class Results:
    """What a search found, nearest first; ``has_more`` where it is more than one page."""

    words: str
    kind: Kind
    lines: list[Found]
    has_more: bool


def read_words(words: str) -> Wanted:
    """What these words look for; Invalid({"q": …}) for part of a number, for too little, for too much."""
    text = unicodedata.normalize("NFKC", words).strip()
    if len(text) > LONGEST:
        raise Invalid({"q": "search_long"})
    number = _case_number(text)
    if number is not None:
        return Wanted(Kind.CASE_NUMBER, number)
    identity = identity_number.normalised(text)
    if len(identity) in (15, 18) and identity[:-1].isdecimal() and identity.isascii():
        return Wanted(Kind.IDENTITY_NUMBER, identity)
    phone = read_phone(text)
    if phone.kind in BELONGS_TO_SOMEBODY and not any(sign.isalpha() for sign in text):
        return Wanted(Kind.PHONE, phone.canonical)
    if _DIALLED.fullmatch(text):
        raise Invalid({"q": "search_part" if any(sign.isdecimal() for sign in text) else "search_short"})
    if not name_matching.is_searchable(text):
        raise Invalid({"q": "search_short"})
    return Wanted(Kind.NAME, text)


def _case_number(text: str) -> str | None:
    """'2026-0417' however it is dashed; up to four digits alone are a number of this year."""
    whole = _NUMBER.fullmatch(text)
    if whole:
        return f"{whole[1]}-{whole[2].zfill(4)}"
    if text.isascii() and text.isdecimal() and len(text) <= 4:
        return f"{today().year}-{text.zfill(4)}"
    return None


def begin(actor: Actor, words: str) -> tuple[int, str | None]:
    """Keeps the words of a search sealed for the actor, the last few alone; gives the id of its page, and the
    number of a case where that is what was typed and found.

    Invalid for words that look for nothing, and where too many searches were made within the hour.
    """
    wanted = read_words(words)
    refuse_too_many(actor, "q")
    search_id = new_id()
    with write(actor) as work:
        for line in drafts.listing(actor, FORM)[KEPT - 1 :]:
            drafts.end(work, actor, FORM, line.subject_id)
        drafts.put(work, actor, FORM, search_id, {"q": [words.strip()]})
    if wanted.kind == Kind.CASE_NUMBER:
        number = reader().scalar(_numbered, {"wanted": wanted.value, **viewer(actor)})
        if number is not None:
            note(actor, search_id, wanted, ())
            return search_id, number
    return search_id, None


def results(actor: Actor, search_id: int) -> Results:
    """What a search of hers finds now; NotFound where it is none of hers. Recorded with what was found.

    Invalid({"q": "search_too_many"}) beyond the hourly number.
    """
    resumed = drafts.resume(actor, FORM, search_id)
    words = (resumed.fields or {}).get("q", [""])[0] if resumed else ""
    if not words:
        raise NotFound
    wanted = read_words(words)
    refuse_too_many(actor, "q")
    lines = find(actor, wanted)
    note(actor, search_id, wanted, lines[:SHOWN])
    return Results(words, wanted.kind, lines[:SHOWN], len(lines) > SHOWN)


def refuse_too_many(actor: Actor, field: str) -> None:
    """Passes while the actor made fewer searches within the hour than the office allows; recorded beyond that."""
    most = int(value_of(PER_HOUR_SETTING, str(PER_HOUR)))
    made = reader().scalar(_made_lately, {"account": actor.account_id, "since": now_us() - HOUR}) or 0
    if made >= most:
        with write(actor) as work:
            work.record(REFUSED, subject_kind="account", subject_id=actor.account_id)
        raise Invalid({field: "search_too_many"})


def note(actor: Actor, search_id: int, wanted: Wanted, lines: Iterable[Found]) -> None:
    """One search for the trail: its kind, a token of a number, the cases found; never the words."""
    fields = [f"kind:{wanted.kind}"]
    if wanted.kind in (Kind.PHONE, Kind.IDENTITY_NUMBER):
        # Not the digest itself: a shredded number must not stay findable through the trail.
        tokens = blind_indexes.digests(actor, wanted.kind.value, f"search {wanted.value}")
        fields.append(f"token:{tokens[max(tokens)].hex()[:16]}")
    actor.shown(
        SEARCHED,
        subject_kind="draft",
        subject_id=search_id,
        ids=sorted({line.case_id for line in lines}),
        fields=[*fields, "parties.name"],
    )


def find(actor: Actor, wanted: Wanted) -> list[Found]:
    """Who is meant, among the people of the cases that the actor may see, nearest first. Not recorded here."""
    if wanted.kind == Kind.CASE_NUMBER:
        return []
    if wanted.kind == Kind.NAME:
        return by_name(actor, wanted.value)
    return by_number(actor, wanted)


def by_number(actor: Actor, wanted: Wanted) -> list[Found]:
    """The people and cases that hold a whole number, newest case first; KeyMissing without the index key."""
    targets = PHONE_TARGETS if wanted.kind == Kind.PHONE else IDENTITY_TARGETS
    hits = blind_indexes.find(reader(), actor, wanted.kind.value, wanted.value, targets)
    held: dict[str, list[int]] = {"cases": [], "parties": [], "calls": []}
    for target, row_id in hits:
        held[target.partition(".")[0]].append(row_id)
    rows = reader().execute(_held, {**held, **viewer(actor)}).all()
    return opened(actor, rows)


def by_name(actor: Actor, words: str, *, clients_only: bool = False) -> list[Found]:
    """The people whose name is like these words: nearest first, then newest case.

    Every name that the actor may read is opened and compared in memory; nothing of it is kept.
    """
    rank = name_matching.matcher(words)
    near: list[tuple[int, Any]] = []
    vault = Vault(actor, reader())
    rows = reader().connection().execute(_named, viewer(actor)).all()
    if clients_only:
        rows = [row for row in rows if row.role == PartyRole.CLIENT]
    for start in range(0, len(rows), LOADED_AT_ONCE):
        batch = rows[start : start + LOADED_AT_ONCE]
        vault.load(row.compartment_id for row in batch)
        near += _near(vault, batch, rank)
    near.sort(key=lambda pair: pair[0])
    return opened(actor, [row for _, row in near[: SHOWN + 1]], vault)


def _near(vault: Vault, rows: Iterable[Any], rank: Callable[[str], int | None]) -> list[tuple[int, Any]]:
    found = []
    for row in rows:
        name = vault.text("parties.name", row.party_id, row.compartment_id, row.name_sealed)
        how = rank(name) if isinstance(name, str) else None
        if how is not None:
            found.append((how, row))
    return found


def opened(actor: Actor, rows: Iterable[Any], vault: Vault | None = None) -> list[Found]:
    """Rows with their names and ages opened, as far as the actor's keys go."""
    vault = vault or Vault(actor, reader())
    rows = list(rows)
    vault.load(row.compartment_id for row in rows)
    on, lines = today(), []
    for row in rows:
        name = vault.text("parties.name", row.party_id, row.compartment_id, row.name_sealed)
        age = _age(vault, row, on)
        head = (row.number, row.state, row.town, row.accepted_on, row.assignee_name)
        lines.append(Found(row.party_id, row.case_id, *head, row.role, name, age))
    return lines


def _age(vault: Vault, row: Any, on: datetime.date) -> int | Locked | None:
    """By the birth date, else by the year about which she was born."""
    born = vault.text("parties.birth_date", row.party_id, row.compartment_id, row.birth_date_sealed)
    if isinstance(born, str) and born:
        return years_on(datetime.date.fromisoformat(born), on)
    if isinstance(born, Locked):
        return born
    year = vault.text("parties.born_year", row.party_id, row.compartment_id, row.born_year_sealed)
    return on.year - int(year) if isinstance(year, str) and year.isdecimal() else None
