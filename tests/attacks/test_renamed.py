"""Two teams change names in the database, so that an operator hands her case to the wrong one: nothing is sealed."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from casework.errors import KeyUntrusted
from casework.extensions import db
from casework.services import calls, key_check
from casework.transaction import reader
from models.accounts import Team
from models.cases import Case
from tests.make import Office
from tests.services.sealed_things import change
from tests.services.test_calls import a_call, an_acceptance


def test_a_case_goes_to_no_team_that_took_another_name(any_office: Office) -> None:
    with any_office.at_work():
        first, second = any_office.team_id, any_office.facts.teams["个案二组"]
        for team_id, name in ((second, "暂名"), (first, "个案二组"), (second, "个案一组")):
            change(update(Team).where(Team.id == team_id).values(name=name))
        db.session.close()
        chosen = {name: team_id for team_id, name in calls.case_teams()}["个案一组"]
        assert chosen == second
        operator = any_office.actor("operator")
        with pytest.raises(KeyUntrusted):
            calls.record(
                operator,
                a_call(operator, result="case_opened"),
                an_acceptance(any_office, team_id=chosen),
            )
        db.session.close()
        assert reader().scalar(select(func.count()).select_from(Case)) == 0
        assert any("bears another name" in fault for fault in key_check.check(None).faults)
