"""Notes from shift to shift: for one team, taken over by name."""

from __future__ import annotations

import pytest

from casework.errors import AlreadyDone, Invalid, NotFound
from casework.extensions import db
from casework.sealed import Locked
from casework.services import drafts, handovers
from models.enums import CompartmentKind
from tests.make import Office
from tests.make_cases import build_wall, open_case, take_keys


def words(office: Office, username: str) -> list[str]:
    """What this person reads, newest first."""
    lines = handovers.listing(office.actor(username)).lines
    return ["".join(str(piece) for piece, _link in line.pieces) for line in lines]


def test_a_note_is_read_by_its_team_alone(any_office: Office) -> None:
    with any_office.at_work():
        handovers.leave(any_office.actor("caseworker"), any_office.team_id, "门禁卡在抽屉里")
        handovers.leave(any_office.actor("caseworker"), any_office.team_id, "明早九点法院来电")
        handovers.leave(any_office.actor("operator"), any_office.desk_id, "夜里两次无声电话")
        assert words(any_office, "colleague") == ["明早九点法院来电", "门禁卡在抽屉里"]
        assert words(any_office, "operator") == ["夜里两次无声电话"]
        assert words(any_office, "stranger") == []
        assert words(any_office, "lead") == ["夜里两次无声电话", "明早九点法院来电", "门禁卡在抽屉里"]


def test_the_next_one_takes_over_once(any_office: Office) -> None:
    with any_office.at_work():
        note = handovers.leave(any_office.actor("caseworker"), any_office.team_id, "钥匙在门卫")
        assert handovers.waiting(any_office.actor("colleague")) == 1
        assert handovers.waiting(any_office.actor("caseworker")) == 0
        for username in ("caseworker", "stranger", "operator"):
            with pytest.raises(NotFound):
                handovers.take_over(any_office.actor(username), note)
        handovers.take_over(any_office.actor("colleague"), note)
        with pytest.raises(AlreadyDone):
            handovers.take_over(any_office.actor("lead"), note)
        line = handovers.listing(any_office.actor("lead")).lines[0]
        assert (line.taken_over_by, line.is_waiting) == ("梁静", False)
        assert handovers.waiting(any_office.actor("lead")) == 0


def test_a_case_number_leads_on_for_who_may_see_the_case(any_office: Office) -> None:
    with any_office.at_work():
        number, other = open_case(any_office), open_case(any_office, team="个案二组")
        build_wall(any_office, "colleague", number)
        text = f"{number} 等回话，{other} 不是我们的，2026-9999 没有，电话 0750-2026-0001。"
        handovers.leave(any_office.actor("caseworker"), any_office.team_id, text)
        for username, links in (("lead", [number]), ("colleague", [])):
            pieces = handovers.listing(any_office.actor(username)).lines[0].pieces
            assert "".join(str(piece) for piece, _link in pieces) == text
            assert [piece for piece, is_link in pieces if is_link] == links


def test_who_has_no_key_sees_a_lock(any_office: Office) -> None:
    with any_office.at_work():
        handovers.leave(any_office.actor("caseworker"), any_office.team_id, "门禁卡在抽屉里")
        take_keys(any_office, "colleague", CompartmentKind.ACCOUNT)
        pieces = handovers.listing(any_office.actor("colleague")).lines[0].pieces
        assert [type(piece) for piece, _link in pieces] == [Locked]


@pytest.mark.parametrize(("text", "reason"), [("", "required"), ("长" * 8001, "long_note")])
def test_empty_and_endless_notes_are_refused(any_office: Office, text: str, reason: str) -> None:
    with any_office.at_work():
        with pytest.raises(Invalid) as refused:
            handovers.leave(any_office.actor("caseworker"), any_office.team_id, text)
        assert refused.value.faults == {"text": reason}


def test_nobody_writes_for_a_team_that_is_not_hers(any_office: Office) -> None:
    with any_office.at_work():
        for username, team in (("caseworker", "个案二组"), ("house", "庇护组"), ("operator", "个案一组")):
            with pytest.raises(Invalid) as refused:
                handovers.leave(any_office.actor(username), any_office.facts.teams[team], "x")
            assert refused.value.faults == {"team_id": "choice"}


def test_the_draft_ends_with_the_note(any_office: Office) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        drafts.save(actor, handovers.DRAFT, handovers.DRAFT_SUBJECT, {"text": ["写到一半"]})
        assert handovers.typed_so_far(any_office.actor("caseworker")) is not None
        handovers.leave(any_office.actor("caseworker"), any_office.team_id, "写完了")
        db.session.close()
        assert handovers.typed_so_far(any_office.actor("caseworker")) is None


def test_notes_are_paged_by_key(any_office: Office) -> None:
    with any_office.at_work():
        actor = any_office.actor("caseworker")
        for count in range(handovers.SHOWN + 1):
            handovers.leave(actor, any_office.team_id, f"第 {count} 条")
        first = handovers.listing(any_office.actor("colleague"))
        assert len(first.lines) == handovers.SHOWN
        second = handovers.listing(any_office.actor("colleague"), first.next_before)
        assert [line.pieces[0][0] for line in second.lines] == ["第 0 条"]
        assert second.next_before is None
