"""Admission by a code told in person, and removal that leaves a former member nothing new to open."""

from __future__ import annotations

import pytest

from casework.errors import CodeMismatch, NotSignedIn
from casework.services import accounts, members, sessions
from casework.boot import boot_secret
from tests.make import Office


def test_every_member_of_the_office_holds_the_keys_of_her_team_only(any_office: Office) -> None:
    with any_office.at_work():
        keys = {name: any_office.actor(name).keychain for name in ("caseworker", "stranger", "operator", "auditor")}
        assert len(keys["caseworker"].team_secrets) == 4
        assert len(keys["operator"].team_secrets) == 2
        assert keys["auditor"].team_secrets == {} and keys["auditor"].index_keys == {}
        assert not set(keys["caseworker"].team_secrets) & set(keys["stranger"].team_secrets)
        assert keys["stranger"].index_keys == keys["operator"].index_keys != {}
