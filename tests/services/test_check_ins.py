"""A worker's own check-in: hers alone; that she would like to talk reaches her lead, and nothing else does."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.crypto import boxes
from casework.crypto.errors import SealBroken
from casework.errors import Invalid, NotFound
from casework.extensions import db
from casework.services import check_ins, drafts
from casework.transaction import reader
from models.audit import AuditEntry
from models.follow_ups import Notice
from models.staff_care import CheckIn
from tests.make import Office

WORDS = "昨晚又梦到她"
OTHERS = ("lead", "admin", "auditor", "officer", "colleague", "lead2")


def written(office: Office, username: str = "caseworker", *, talk: bool = False) -> int:
    made = check_ins.write_down(
        office.actor(username), answers={"sleep": "much", "rest": ""}, words=WORDS, wants_talk=talk
    )
    db.session.close()
    return made


def test_only_its_author_reads_it(any_office: Office) -> None:
    with any_office.at_work():
        made = written(any_office)
        lines, more = check_ins.own(any_office.actor("caseworker"))
        assert [(it.words, it.answers) for it in lines] == [(WORDS, {"sleep": "much"})] and more is None
        row = reader().get_one(CheckIn, made)
        assert WORDS.encode() not in (row.words_sealed or b"")
        for username in OTHERS:
            actor = any_office.actor(username)
            assert check_ins.own(actor) == ([], None) and check_ins.wishes(actor) == []
            assert actor.keychain is not None
            with pytest.raises(SealBroken):
                boxes.open_sealed(
                    actor.keychain.draft_key,
                    row.words_sealed or b"",
                    check_ins._bound(row.account_id, row.id),
                )


def test_a_wish_to_talk_reaches_her_lead_and_says_nothing_else(any_office: Office) -> None:
    with any_office.at_work():
        made = written(any_office, talk=True)
        assert check_ins.leads_of(any_office.actor("caseworker")) == [(any_office.account_id("lead"), "李组")]
        wish = check_ins.wishes(any_office.actor("lead"))
        assert [(it.check_in_id, it.display_name) for it in wish] == [(made, "何敏")]
        notices = reader().scalars(select(Notice).where(Notice.kind == check_ins.TALK)).all()
        assert [it.account_id for it in notices] == [any_office.account_id("lead")]
        for username in ("lead2", "house", "caseworker", "auditor", "admin"):
            assert check_ins.wishes(any_office.actor(username)) == []
            with pytest.raises(NotFound):
                check_ins.talked(any_office.actor(username), made)
        db.session.close()
        check_ins.talked(any_office.actor("lead"), made)
        db.session.close()
        assert check_ins.wishes(any_office.actor("lead")) == []
        assert check_ins.own(any_office.actor("caseworker"))[0][0].is_talked


def test_the_trail_names_no_row_and_no_answer(any_office: Office) -> None:
    with any_office.at_work():
        made = written(any_office, talk=True)
        rows = reader().scalars(select(AuditEntry).where(AuditEntry.action.like("check_in.%"))).all()
        assert [(it.subject_id, it.ids, it.fields, it.record_id) for it in rows] == [(None, "[]", "[]", None)]
        assert str(made) not in "".join(it.ids for it in rows)


def test_nothing_is_asked_for_that_she_does_not_say(any_office: Office) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        for answers, words in (
            ({}, None),
            ({"sleep": ""}, ""),
            ({"sleep": "awful"}, "x"),
            ({"pay": "fine"}, "x"),
        ):
            with pytest.raises(Invalid):
                check_ins.write_down(actor, answers=answers, words=words)
        assert check_ins.write_down(actor, answers={"sleep": "fine"}, words=None)


def test_its_draft_ends_with_it(any_office: Office) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        drafts.save(actor, "check_in", 0, {"words": [WORDS]})
        db.session.close()
        written(any_office)
        assert drafts.resume(any_office.actor("caseworker"), "check_in", 0) is None
