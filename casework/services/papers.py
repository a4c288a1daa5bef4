"""Papers made of a case: numbered, dated, signed by who made them, each file that left known by its digest."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from casework import codes
from casework.actor import Actor
from casework.clock import local_date
from casework.crypto import roster as signed_roster
from casework.crypto.encoding import canonical, packed, raw
from casework.crypto.errors import RosterBroken
from casework.crypto.signing import fingerprint, is_signed_by, sign
from casework.errors import KeyMissing, NotFound
from casework.sealed import Locked
from casework.services import cases, numbers, rosters
from casework.services.case_work import CaseWork, changing
from casework.services.sealed_words import opened
from casework.services.sealed_words import packed as packed_words
from casework.services.vault import Vault
from casework.transaction import reader
from models.accounts import Account
from models.base import new_id
from models.papers import Paper, PaperFile

LABEL = "casework.paper"
FORMS = ("docx", "pdf", "print")
TRUE, UNKNOWN, ALTERED = "true", "unknown", "altered"

_files = select(func.count()).where(PaperFile.paper_id == Paper.id).correlate(Paper).scalar_subquery()
_listed = (
    select(
        Paper.id,
        Paper.number,
        Paper.kind,
        Paper.compartment_id,
        Paper.words_sealed,
        Paper.words_digest,
        Paper.made_at,
        Account.display_name,
        _files.label("files"),
    )
    .join(Account, Account.id == Paper.made_by)
    .where(Paper.case_id == bindparam("case"))
    .order_by(Paper.made_at.desc(), Paper.id.desc())
)
_of_digest = (
    select(Paper.number)
    .join(PaperFile, PaperFile.paper_id == Paper.id)
    .where(PaperFile.digest == bindparam("digest"))
    .limit(1)
)
_by_number = select(Paper.__table__).where(Paper.number == bindparam("number"))

# Composes a paper from its facts and its stamp: pure, quick, of another layer.
Compose = Callable[["Stamp"], dict[str, Any]]


@dataclass(frozen=True)
class Stamp:
    """What making gives a paper: its number, local day, and the name of who made it."""

    number: str
    made_on: datetime.date
    made_by: str


@dataclass(frozen=True)
class PaperLine:
    """One paper made. ``digest`` is the hexadecimal SHA-256 of its words, as printed; ``made_at`` microseconds UTC."""

    paper_id: int
    number: str
    kind: str
    made_at: int
    made_by: str
    digest: str
    files: int


@dataclass(frozen=True, repr=False)
class Listing:
    """The papers of a case, newest first."""

    head: cases.CaseHead
    lines: list[PaperLine]


@dataclass(frozen=True, repr=False)
class OpenedPaper:
    """One paper with its words; None where they were not kept, Locked without the key."""

    head: cases.CaseHead
    line: PaperLine
    words: dict[str, Any] | Locked | None


@dataclass(frozen=True)
class Verdict:
    """What verification found: ``result`` is true, unknown or altered; the paper's number and day where there is one,
    ``signed`` whether the signature holds under the office's own roster, ``root`` that roster's fingerprint.
    """

    result: str
    number: str | None = None
    made_on: datetime.date | None = None
    signed: bool = False
    root: str | None = None


def listing(actor: Actor, number: str) -> Listing:
    """The papers made of a case that the actor may see, recorded as shown; NotFound otherwise."""
    head = cases.get_for(actor, number, Vault(actor, reader()))
    rows = reader().execute(_listed, {"case": head.case_id}).all()
    actor.shown(
        "case.read_papers", subject_kind="case", subject_id=head.case_id, ids=[row.id for row in rows]
    )
    return Listing(head, [_line(row) for row in rows])


def _line(row: Any) -> PaperLine:
    digest = bytes(row.words_digest).hex()
    return PaperLine(row.id, row.number, row.kind, row.made_at, row.display_name, digest, row.files)


def open_paper(actor: Actor, number: str, paper_number: str) -> OpenedPaper:
    """One paper of a case with its words, recorded as shown; NotFound when either is not hers to see."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    for row in reader().execute(_listed, {"case": head.case_id}):
        if row.number == paper_number:
            text = vault.text("papers.words", row.id, row.compartment_id, row.words_sealed)
            words = opened(text)
            actor.shown(
                "paper.read",
                subject_kind="case",
                subject_id=head.case_id,
                ids=[row.id],
                fields=["papers.words"],
            )
            return OpenedPaper(head, _line(row), words if isinstance(words, Locked) or words else None)
    raise NotFound


def make(doing: CaseWork, kind: str, compose: Compose) -> tuple[str, dict[str, Any], str]:
    """Makes a paper within a transaction; gives its number, its words, and the digest printed on it.

    The words of a kind that may be printed again are kept sealed. Signed with the maker's roster key over number,
    kind, digest and instant, so that whoever writes into the database can't make one.
    """
    actor = doing.work.actor
    if actor is None or actor.keychain is None:
        raise KeyMissing
    stamp = Stamp(numbers.next_number(doing.work, "paper"), local_date(doing.work.at), actor.display_name)
    words = compose(stamp)
    digest = hashlib.sha256(canonical(words)).digest()
    paper = Paper(
        id=new_id(),
        number=stamp.number,
        case_id=doing.case.id,
        compartment_id=doing.account_id,
        kind=kind,
        words_digest=digest,
        made_at=doing.work.at,
        made_on=stamp.made_on,
        made_by=actor.account_id,
    )
    if codes.get("paper_kind", kind).flag("kept"):
        paper.words_sealed = doing.vault.seal("papers.words", paper.id, doing.account_id, packed_words(words))
    paper.signer_record_id = rosters.verified_for(doing.work.session, actor).record_of(actor.account_id)
    paper.signature = sign(actor.keychain.signing_private, LABEL, _statement(paper))
    doing.work.session.add(paper)
    doing.work.session.flush()
    doing.record("paper.make", ids=(paper.id,), fields=("papers.words",), row=paper)
    return stamp.number, words, digest.hex()


def _statement(paper: Any) -> bytes:
    return packed(paper.number, paper.kind, bytes(paper.words_digest), paper.made_at)


def leave(actor: Actor, number: str, paper_number: str, form: str, content: bytes) -> None:
    """Notes the digest of one file of a paper before its first byte leaves; NotFound when the paper is not hers."""
    with changing(actor, number, ended=True) as doing:
        paper = doing.work.session.execute(_by_number, {"number": paper_number}).first()
        if paper is None or paper.case_id != doing.case.id or form not in FORMS:
            raise NotFound
        doing.work.session.add(
            PaperFile(
                id=new_id(),
                paper_id=paper.id,
                form=form,
                digest=hashlib.sha256(content).digest(),
                made_at=doing.work.at,
                made_by=actor.account_id,
            )
        )
        doing.record("paper.leave", ids=(paper.id,), fields=(form,))


def verify_file(content: bytes, number: str | None = None) -> Verdict:
    """Whether these bytes are a file that left as a paper. ``number`` is what the file, or who asks, says it is.

    Needs no key: digests lie in the clear. Unknown where no paper has that digest or number, altered where the
    number is a paper's and these bytes are none of its files, or its signature does not hold.
    """
    digest = hashlib.sha256(content).digest()
    found = reader().scalar(_of_digest, {"digest": digest})
    if found is not None and number in (None, found):
        return _signed(found)
    if number is None:
        return Verdict(UNKNOWN)
    paper = reader().execute(_by_number, {"number": number}).first()
    return Verdict(UNKNOWN, number) if paper is None else Verdict(ALTERED, number, paper.made_on)


def verify_words(number: str, digest: str) -> Verdict:
    """Whether a printed number and digest are one paper's: for a copy on paper. Spaces and case do not matter."""
    paper = reader().execute(_by_number, {"number": number}).first()
    if paper is None:
        return Verdict(UNKNOWN, number)
    typed = "".join(digest.split()).lower()
    if typed != bytes(paper.words_digest).hex():
        return Verdict(ALTERED, number, paper.made_on)
    return _signed(number)


def _signed(number: str) -> Verdict:
    """A paper whose digest fits: true when its signature holds under the office's roster."""
    paper = reader().execute(_by_number, {"number": number}).one()
    held = rosters.records(reader())
    try:
        root = raw(json.loads(held[0].statement)["root"])
        roster = signed_roster.verify(held, root)
    except (RosterBroken, IndexError, KeyError, ValueError):
        return Verdict(ALTERED, number, paper.made_on)
    public = roster.introduced_key(paper.signer_record_id or 0)
    holds = public is not None and is_signed_by(public, paper.signature or b"", LABEL, _statement(paper))
    return Verdict(TRUE if holds else ALTERED, number, paper.made_on, holds, fingerprint(root))
