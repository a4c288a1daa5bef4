"""A row that is somebody else's answers as if it were not there, at every address that leads to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from casework.services import sessions
from casework.transaction import reader, write
from models.access import Conflict
from models.audit import AuditEntry
from models.cases import Case
from models.enums import Role
from models.follow_ups import Notice
from tests.access import matrix
from tests.access.people import Caller, Rows, address, make_rows
from tests.access.test_matrix import _plain
from tests.make import Office

# Rows of her own account; sideways ways to them have tests of their own.
HER_OWN = ("/cases/new/", "/account/", "/drafts/", "/security/", "/accounts/")
STRANGERS = {"stranger": Role.CASEWORKER, "lead2": Role.TEAM_LEAD, "house": Role.TEAM_LEAD}


@pytest.fixture
def rows(office: Office) -> Iterator[Rows]:
    """Rows that exist, of the first team and its desk."""
    with office.at_work():
        made = make_rows(office, whole=True)
    yield made


def of_rows(office: Office, role: Role) -> list[matrix.Route]:
    """The routes that lead to a row of a case, a call or a team, and that a role may use for her own."""
    return [
        route
        for route in matrix.routes(office.app)
        if role in route.roles
        and not route.is_public
        and any(gap in route.rule for gap in ("<number>", "_id>", "<paper_number>"))
        and not any(own in route.rule for own in HER_OWN)
    ]


@pytest.mark.parametrize("username", sorted(STRANGERS))
def test_a_stranger_s_address_leads_nowhere(office: Office, rows: Rows, username: str) -> None:
    routes = of_rows(office, STRANGERS[username])
    assert len(routes) > 15
    caller = Caller(office, username)
    wrong = [
        (route.line, status) for route in routes if (status := caller.ask(route, rows).status_code) != 404
    ]
    assert wrong == []


def test_what_is_behind_the_wall_reads_like_what_is_not_there(office: Office, rows: Rows) -> None:
    with office.at_work():
        case_id = reader().scalars(select(Case.id).where(Case.number == rows.case)).one()
        with write(None) as work:
            work.session.add(
                Conflict(account_id=office.account_id("colleague"), case_id=case_id, declared_at=work.at)
            )
    caller = Caller(office, "colleague")
    for route in of_rows(office, Role.CASEWORKER):
        if "/cases/" not in route.rule:
            continue
        where = address(office, rows, route.rule)
        absent = where.replace(rows.case, "2019-0001")
        if route.method == "GET":
            pair = [caller.client.get(it) for it in (where, absent)]
        else:
            pair = [caller.client.post(it, data={"csrf_token": caller.token}) for it in (where, absent)]
        assert [answer.status_code for answer in pair] == [404, 404], route.line
        one, other = (_plain(answer.get_data(as_text=True)) for answer in pair)
        assert one.replace(rows.case, "") == other.replace("2019-0001", ""), route.line
    assert rows.case not in caller.client.get("/cases").get_data(as_text=True)
    assert rows.case in Caller(office, "caseworker").client.get("/cases").get_data(as_text=True)


def test_refusals_are_recorded_with_who_and_where(office: Office, rows: Rows) -> None:
    Caller(office, "stranger").client.get(f"/cases/{rows.case}")
    Caller(office, "supervisor").client.get("/cases")
    with office.at_work():
        entries = reader().scalars(select(AuditEntry).where(AuditEntry.action == "refused")).all()
        found = {(entry.account_id, entry.fields) for entry in entries}
        assert (office.account_id("stranger"), '["cases.show","row"]') in found
        assert (office.account_id("supervisor"), '["cases.index","case.list"]') in found


def test_nobody_ends_the_session_of_another(office: Office) -> None:
    with office.at_work():
        theirs = sessions.Cookie.decoded(office.cookie("caseworker")).session_id
    caller = Caller(office, "stranger")
    answer = caller.client.post(f"/account/sessions/{theirs}/end", data={"csrf_token": caller.token})
    assert answer.status_code == 404
    with office.at_work():
        assert any(line.session_id == theirs for line in sessions.own(office.actor("caseworker")))


def test_nobody_reads_another_s_announcement_away(office: Office) -> None:
    with office.at_work(), write(None) as work:
        notice = Notice(
            kind="kit_used", subject_id=1, account_id=office.account_id("caseworker"), raised_at=work.at
        )
        work.session.add(notice)
        work.session.flush()
        notice_id = notice.id
    caller = Caller(office, "stranger")
    caller.client.post(f"/account/announcements/{notice_id}/read", data={"csrf_token": caller.token})
    with office.at_work():
        assert reader().scalar(select(Notice.read_at).where(Notice.id == notice_id)) is None
