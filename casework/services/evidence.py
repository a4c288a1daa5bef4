"""The evidence of a case: listed by kind, described, set aside, opened; and who handled each file.

A file is handled (viewed, printed, copied) only after its chain of custody says so: the event is committed before the
first byte is opened. What was received is never deleted and never altered; what is said of it may be corrected, the
earlier words are kept.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from casework import codes
from casework.actor import Actor
from casework.errors import AlreadyDone, Busy, Invalid, KeyMissing, NotFound, Stale
from casework.sealed import Locked
from casework.services import cases, evidence_rows, evidence_store, evidence_uploads, revisions, sealed_words
from casework.services.case_work import CaseWork, changing
from casework.services.evidence_rows import SAID, Said
from casework.services.evidence_types import TYPES
from casework.services.evidence_uploads import Upload
from casework.services.revisions import Part
from casework.services.vault import Vault
from casework.transaction import reader, write
from models.accounts import Account
from models.enums import AttachmentState, CompartmentKind
from models.evidence import Attachment, CustodyEvent

WORDS = Part("attachments", "attachments", ("words",))
# Long answers that one process sends at the same time: its other threads go on serving pages.
MOST_COPIES = 2
_copies = threading.BoundedSemaphore(MOST_COPIES)

_rows = (
    select(Attachment, Account.display_name)
    .join(Account, Account.id == Attachment.account_id)
    .where(Attachment.case_id == bindparam("case"), Attachment.state != AttachmentState.RECEIVING)
    .order_by(Attachment.received_at, Attachment.id)
)
_one = _rows.where(Attachment.id == bindparam("attachment"))
_custody = (
    select(CustodyEvent.kind, CustodyEvent.at, Account.display_name)
    .outerjoin(Account, Account.id == CustodyEvent.account_id)
    .where(CustodyEvent.attachment_id == bindparam("attachment"))
    .order_by(CustodyEvent.at, CustodyEvent.id)
)


@dataclass(frozen=True, repr=False)
class EvidenceLine:
    """One file as it stands in the list; words may be Locked. ``thumbnail`` is base64 of a JPEG."""

    attachment_id: int
    serial: int | Locked
    kind: str | Locked
    name: str | Locked
    description: str | Locked
    origin: str | Locked
    made: str | Locked
    why_set_aside: str | Locked
    file_class: str | Locked
    length_bytes: int | Locked
    sha256: str | Locked
    has_place: bool
    received_at: int
    received_by: str
    is_set_aside: bool
    thumbnail: str | None
    version: int

    @property
    def is_locked(self) -> bool:
        """Whether she holds no key for it."""
        return isinstance(self.kind, Locked)

    @property
    def label(self) -> str | Locked:
        """E03: how the file is called on paper and in the list."""
        return self.serial if isinstance(self.serial, Locked) else f"E{self.serial:02d}"

    def given(self) -> dict[str, Any]:
        """What the form over its words starts from."""
        return {name: getattr(self, name) for name in SAID} | {"version": self.version}


@dataclass(frozen=True, repr=False)
class Evidence:
    """The evidence of a case: by kind in the order of the article, what was set aside, what is still arriving."""

    head: cases.CaseHead
    groups: list[tuple[str, list[EvidenceLine]]]
    set_aside: list[EvidenceLine]
    locked: list[EvidenceLine]
    unfinished: list[Upload]
    is_locked: bool

    @property
    def count(self) -> int:
        """How many files count as evidence."""
        return sum(len(lines) for _kind, lines in self.groups) + len(self.locked)


@dataclass(frozen=True)
class Handling:
    """One link of a chain of custody: how, when (microseconds UTC), by whom."""

    kind: str
    at: int
    by: str | None


@dataclass(frozen=True, repr=False)
class EvidenceFile:
    """One file with its chain of custody; ``preview`` is base64 of a JPEG where it was opened."""

    head: cases.CaseHead
    line: EvidenceLine
    custody: list[Handling]
    preview: str | None = None


@dataclass(frozen=True, repr=False)
class Copy:
    """A file to be sent under a neutral name. ``pieces`` opens from one byte up to another; ``close`` ends it."""

    name: str
    mime: str
    length_bytes: int
    tag: str
    pieces: Callable[[int, int], Iterator[bytes]]
    close: Callable[[], None]


def _text(words: dict[str, Any] | Locked, name: str) -> Any:
    return words if isinstance(words, Locked) else words.get(name, "")


def _picture(vault: Vault, row: Attachment, name: str) -> str | None:
    if not row.has_thumbnail or not vault.holds(row.compartment_id):
        return None
    found = evidence_store.picture(row.stored_under, name, evidence_rows.key_of(vault, row))
    return None if found is None else base64.b64encode(found).decode()


def _line(vault: Vault, row: Attachment, received_by: str) -> EvidenceLine:
    words, findings = evidence_rows.words_of(vault, row), evidence_rows.findings_of(vault, row)
    suffix = _text(findings, "suffix")
    said: dict[str, Any] = {
        name: _text(words, name)
        for name in ("kind", "name", "description", "origin", "made", "why_set_aside")
    }
    return EvidenceLine(
        attachment_id=row.id,
        serial=_text(findings, "serial"),
        **said,
        file_class=suffix if isinstance(suffix, Locked) else TYPES[suffix].file_class,
        length_bytes=_text(findings, "length"),
        sha256=_text(findings, "sha256"),
        has_place=_text(findings, "has_place") is True,
        received_at=row.received_at,
        received_by=received_by,
        is_set_aside=row.state == AttachmentState.VOIDED,
        thumbnail=_picture(vault, row, "thumbnail"),
        version=row.version,
    )


def of_case(actor: Actor, number: str) -> Evidence:
    """The evidence of a case that the actor may see, recorded as shown; NotFound otherwise."""
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    found = reader().execute(_rows, {"case": head.case_id}).all()
    vault.load(row.Attachment.compartment_id for row in found)
    lines = [_line(vault, row.Attachment, row.display_name) for row in found]
    counting = [line for line in lines if not line.is_set_aside]
    order = [entry.code for entry in codes.listing("evidence_kind")]
    groups = [(kind, [line for line in counting if line.kind == kind]) for kind in order]
    actor.shown(
        "evidence.read",
        subject_kind="case",
        subject_id=head.case_id,
        ids=[line.attachment_id for line in lines],
        fields=["parties.name", evidence_rows.WORDS, evidence_rows.FINDINGS],
    )
    return Evidence(
        head,
        [(kind, of_kind) for kind, of_kind in groups if of_kind],
        [line for line in lines if line.is_set_aside],
        [line for line in counting if line.is_locked],
        evidence_uploads.unfinished(actor, head.case_id, vault),
        not vault.holds(head.account_compartment_id),
    )


def _found(actor: Actor, number: str, attachment_id: int) -> tuple[cases.CaseHead, Any, Vault]:
    vault = Vault(actor, reader())
    head = cases.get_for(actor, number, vault)
    row = reader().execute(_one, {"case": head.case_id, "attachment": attachment_id}).first()
    if row is None:
        raise NotFound
    return head, row, vault


def _file(actor: Actor, number: str, attachment_id: int, *, with_preview: bool) -> EvidenceFile:
    head, row, vault = _found(actor, number, attachment_id)
    events = reader().execute(_custody, {"attachment": attachment_id})
    actor.shown(
        "evidence.read",
        subject_kind="case",
        subject_id=head.case_id,
        ids=[attachment_id],
        fields=["parties.name", evidence_rows.WORDS, evidence_rows.FINDINGS],
    )
    return EvidenceFile(
        head,
        _line(vault, row.Attachment, row.display_name),
        [Handling(event.kind, event.at, event.display_name) for event in events],
        _picture(vault, row.Attachment, "preview") if with_preview else None,
    )


def one(actor: Actor, number: str, attachment_id: int) -> EvidenceFile:
    """What is known of one file and who handled it, recorded as shown; the file itself stays shut."""
    return _file(actor, number, attachment_id, with_preview=False)


def _row(doing: CaseWork, attachment_id: int) -> Attachment:
    row = doing.work.session.get(Attachment, attachment_id, with_for_update=True)
    if row is None or row.case_id != doing.case.id or row.state == AttachmentState.RECEIVING:
        raise NotFound
    return row


def _save(doing: CaseWork, row: Attachment, words: dict[str, str], version: int) -> bool:
    """Saves some of the words; Stale names them one by one, as the form does."""
    held = evidence_rows.words_of(doing.vault, row)
    if isinstance(held, Locked):
        raise KeyMissing
    packed = sealed_words.packed(held | words)
    try:
        changed = revisions.save(
            doing.work, doing.vault, WORDS, row, row.compartment_id, {"words": packed}, version
        )
    except Stale as stale:
        theirs = {name: held.get(name, "") for name in words}
        raise Stale(words, theirs, stale.their_name, stale.their_at, stale.version) from None
    return bool(changed)


def change(actor: Actor, number: str, attachment_id: int, said: Said, version: int) -> None:
    """Corrects what is said of a file; the earlier words are kept. Stale when somebody else saved first."""
    if not codes.exists("evidence_kind", said.kind):
        raise Invalid({"kind": "choice"})
    with changing(actor, number, CompartmentKind.ACCOUNT) as doing:
        row = _row(doing, attachment_id)
        if _save(doing, row, said.words(), version):
            doing.record("evidence.change", ids=(row.id,), fields=(evidence_rows.WORDS,), row=row)


def set_aside(actor: Actor, number: str, attachment_id: int, reason: str | None, version: int) -> None:
    """Marks a file as no evidence, with the reason; it stays as it came. AlreadyDone for one that was set aside."""
    if not reason:
        raise Invalid({"reason": "required"})
    with changing(actor, number, CompartmentKind.ACCOUNT) as doing:
        row = _row(doing, attachment_id)
        if row.state == AttachmentState.VOIDED:
            raise AlreadyDone
        try:
            _save(doing, row, {"why_set_aside": reason}, version)
        except Stale as stale:
            yours, theirs = {"reason": reason}, {"reason": stale.theirs["why_set_aside"]}
            raise Stale(yours, theirs, stale.their_name, stale.their_at, stale.version) from None
        row.state, row.voided_at = AttachmentState.VOIDED, doing.work.at
        _add_event(doing.work, row.id, "set_aside")
        doing.record("evidence.void", ids=(row.id,), fields=(evidence_rows.WORDS,), row=row)


def _add_event(work: Any, attachment_id: int, kind: str) -> None:
    event = CustodyEvent(attachment_id=attachment_id, kind=kind, at=work.at, account_id=work.actor.account_id)
    work.session.add(event)


def _handle(actor: Actor, number: str, attachment_id: int, kind: str, action: str) -> None:
    """Writes the link of the chain before anything is opened; KeyMissing for whoever could not open it."""
    head, row, vault = _found(actor, number, attachment_id)
    evidence_rows.key_of(vault, row.Attachment)
    with write(actor) as work:
        _add_event(work, attachment_id, kind)
        work.record(action, subject_kind="case", subject_id=head.case_id, ids=(attachment_id,))


def view(actor: Actor, number: str, attachment_id: int) -> EvidenceFile:
    """The file opened on the screen, as far as it is a picture; in its chain of custody first."""
    _handle(actor, number, attachment_id, "viewed", "evidence.view")
    return _file(actor, number, attachment_id, with_preview=True)


def print_out(actor: Actor, number: str, attachment_id: int) -> EvidenceFile:
    """The file as it goes on paper, with number and digest; in its chain of custody first."""
    _handle(actor, number, attachment_id, "printed", "evidence.print")
    return _file(actor, number, attachment_id, with_preview=True)


def copy(actor: Actor, number: str, attachment_id: int) -> Copy:
    """The file to be sent, in its chain of custody first; Busy while too many are sent at once.

    SealBroken before anything leaves when the file is not as long as it was; a chunk that was altered cuts the
    sending off where it lies. Whoever takes it calls ``close``.
    """
    _head, row, vault = _found(actor, number, attachment_id)
    findings = evidence_rows.findings_of(vault, row.Attachment)
    if isinstance(findings, Locked):
        raise KeyMissing
    key = evidence_rows.key_of(vault, row.Attachment)
    if not _copies.acquire(blocking=False):
        raise Busy
    try:
        file = evidence_store.SealedFile(row.Attachment.stored_under, key, findings["length"])
        file.read(1)
        _handle(actor, number, attachment_id, "copied", "evidence.copy")
    except BaseException:
        _copies.release()
        raise
    closing = _Closing(file.close)
    return Copy(
        f"{number}-E{findings['serial']:02d}{findings['suffix']}",
        TYPES[findings["suffix"]].mime,
        findings["length"],
        str(attachment_id),
        lambda start, stop: _sending(file, start, stop, closing),
        closing,
    )


def _sending(file: evidence_store.SealedFile, start: int, stop: int, closing: _Closing) -> Iterator[bytes]:
    try:
        yield from file.pieces(start, stop)
    finally:
        closing()


class _Closing:
    """Closes a copy once, however often it is asked to."""

    def __init__(self, close: Callable[[], None]) -> None:
        self._close, self._done = close, threading.Lock()

    def __call__(self) -> None:
        """Lets go of the file, and lets the next one be sent."""
        if self._done.acquire(blocking=False):
            self._close()
            _copies.release()

    def __del__(self) -> None:
        # An answer that failed on its way is never closed by the server.
        self()
