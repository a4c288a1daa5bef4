"""A draft is its author's alone, outlives her session, and is in the trail at its beginning and end only."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from casework.errors import Invalid, NotFound
from casework.services import drafts, sessions
from casework.transaction import reader, write
from models.audit import AuditEntry
from models.drafts import Draft
from tests.make import Office

WORDS = {"said": ["他在砸门"], "issues": ["domestic_violence", "custody"]}


def recorded() -> list[str]:
    """The trail's actions about drafts, oldest first."""
    actions = reader().scalars(select(AuditEntry.action).order_by(AuditEntry.sequence))
    return [action for action in actions if action.startswith("draft.")]


def test_a_draft_comes_back_to_its_author_after_she_signed_out(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        for _ in range(3):
            drafts.save(operator, "call", 7, WORDS)
        row = reader().scalars(select(Draft)).one()
        assert "他在砸门".encode() not in row.content_sealed
        assert recorded() == ["draft.begin"]
        sessions.end(operator)
        again = any_office.actor("operator")
        resumed = drafts.resume(again, "call", 7)
        assert resumed is not None and resumed.fields == WORDS
        assert [view.action for view in again.views] == ["draft.resume"]
        assert [line.subject_id for line in drafts.listing(again, "call")] == [7]


def test_nobody_else_opens_it_even_with_the_row_made_hers(any_office: Office) -> None:
    with any_office.at_work():
        drafts.save(any_office.actor("operator"), "call", 7, WORDS)
        thief = any_office.actor("lead")
        assert drafts.resume(thief, "call", 7) is None and drafts.listing(thief, "call") == []
        with write(None) as work:
            work.session.execute(update(Draft).values(account_id=thief.account_id))
        stolen = drafts.resume(thief, "call", 7)
        assert stolen is not None and stolen.fields is None
        assert [view.action for view in thief.views] == ["draft.unreadable"]


def test_a_draft_moved_to_another_form_or_thing_does_not_open(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        drafts.save(operator, "call", 7, WORDS)
        with write(None) as work:
            work.session.execute(update(Draft).values(subject_id=8))
        moved = drafts.resume(operator, "call", 8)
        assert moved is not None and moved.fields is None


def test_a_draft_is_thrown_away_on_her_word(any_office: Office) -> None:
    with any_office.at_work():
        operator = any_office.actor("operator")
        drafts.save(operator, "call", 7, WORDS)
        drafts.discard(operator, "call", 7)
        assert drafts.resume(operator, "call", 7) is None
        assert recorded() == ["draft.begin", "draft.end"]
        with pytest.raises(NotFound):
            drafts.discard(operator, "call", 7)


def test_a_form_without_drafts_and_too_long_a_one_are_refused(office: Office) -> None:
    with office.at_work():
        operator = office.actor("operator")
        with pytest.raises(NotFound):
            drafts.save(operator, "anything", 0, WORDS)
        with pytest.raises(Invalid):
            drafts.save(operator, "call", 0, {"said": ["字" * drafts.LONGEST_BYTES]})
