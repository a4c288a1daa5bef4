"""Forms of the case file that are sent late, or with nothing but spaces: an answer in words, never a failure."""

from __future__ import annotations

import pytest

from casework.extensions import db
from casework.services import assignments, case_moves, evidence, merges
from casework.services.evidence_rows import Said
from tests import make_files
from tests.make import Office
from tests.make_cases import open_case
from tests.make_evidence import receive


@pytest.mark.parametrize("kept", ["every contact", "no contact"])
def test_closing_is_proposed_whatever_is_still_open(office: Office, kept: str) -> None:
    with office.at_work():
        number = open_case(office)
        if kept == "no contact":
            assignments.assign(office.actor("lead"), number, office.account_id("caseworker"), 1)
            case_moves.start(office.actor("caseworker"), number)
        db.session.remove()
    office.visitor("caseworker").get(f"/cases/{number}/closing/propose", status=200)


def test_setting_a_file_aside_too_late_shows_what_changed(office: Office) -> None:
    with office.at_work():
        number = open_case(office)
        file_id = receive(office.actor("caseworker"), number, make_files.jpeg())
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/evidence/{file_id}/set-aside")
    with office.at_work():
        said = Said("medical", "另一位写的", None, None)
        version = evidence.one(office.actor("colleague"), number, file_id).line.version
        evidence.change(office.actor("colleague"), number, file_id, said, version)
        db.session.remove()
    page = visitor.submit("保存", {"reason": "传错了个案"}, status=409)
    assert "传错了个案" in page.text and "梁静" in page.text


def test_spaces_are_no_reason_to_part_a_merge(office: Office) -> None:
    with office.at_work():
        one, two = open_case(office), open_case(office)
        merge_id = merges.ask(office.actor("caseworker"), two, one, "重复")
        merges.confirm(office.actor("lead"), two, merge_id)
        db.session.remove()
    lead = office.visitor("lead")
    lead.get(f"/cases/{two}/related")
    page = lead.submit("撤销这次并案", {"reason": "   "}, status=422)
    assert "请填写" in page.text or "请写明理由" in page.text
